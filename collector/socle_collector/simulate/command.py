"""`socle-collector simulate`: a commune's past weeks, and its present with --stay, through a real broker."""

from __future__ import annotations

import json
import logging
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from socle_collector.simulate import commune
from socle_collector.simulate.calendar import WEEK, Calendar
from socle_collector.simulate.commune import Machine
from socle_collector.simulate.device import VirtualDevice
from socle_collector.simulate.fleet import Fleet, NoAnswerError
from socle_collector.simulate.progress import Progress
from socle_core.settings.collector import CollectorSettings

log = logging.getLogger(__name__)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of `simulate`."""
    parser.add_argument("--devices", type=int, default=36, metavar="N", help="machines in all (36)")
    parser.add_argument("--schools", type=int, default=3, metavar="N", help="schools they are in (3)")
    parser.add_argument("--weeks", type=int, default=8, metavar="N", help="past weeks of use (8)")
    parser.add_argument("--copies", type=int, default=0, metavar="N", help="machines of which a copy runs as well (0)")
    parser.add_argument("--seed", default="socle", help="the same seed draws the same commune and the same use")
    parser.add_argument("--stay", action="store_true", help="go on in the present until SIGINT or SIGTERM")
    parser.add_argument("--totals", type=Path, metavar="FILE", help="write what the machines' ledgers hold, as JSON")


def run(settings: CollectorSettings, options: Namespace, today: date | None = None) -> int:
    """Simulate; 0 when the collector has everything, 1 (and why) when it does not answer.

    The caller has configured Django: the machines are entered in the registry.
    """
    timezone = ZoneInfo(settings.timezone)
    calendar = Calendar.of_past_weeks(today or datetime.now(timezone).date(), options.weeks, timezone)
    machines = commune.draw(options.seed, options.devices, options.schools, calendar.first, options.weeks)
    register(settings.realm, machines)
    fleet = Fleet([VirtualDevice(options.seed, machine, calendar) for machine in machines], settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: fleet.stop())
    try:
        _simulate(fleet, calendar, options)
    except NoAnswerError as error:
        log.error("%s", error)
        return 1
    return 0


def _simulate(fleet: Fleet, calendar: Calendar, options: Namespace) -> None:
    with Progress("simulate", options.weeks, sys.stderr) as progress:
        for number, night in enumerate(_week_ends(calendar, options.weeks), start=1):
            if fleet.stopping:
                break
            fleet.live_to(night)
            befall(fleet.devices, calendar.first + number * WEEK)
            if number == (options.weeks + 1) // 2:
                fleet.copy(options.copies, f"{options.seed}/copy")
            progress.reached(number)
    if not fleet.stopping:
        fleet.live_to_now()
    _write(options.totals, fleet.totals())
    if options.stay:
        fleet.stay()
    fleet.leave()
    _write(options.totals, fleet.totals())


def register(realm: str, machines: Iterable[Machine]) -> None:
    """Enter the machines in the collector's registry; those already there stay as they are."""
    from socle_collector.registry.models import Device

    Device.objects.bulk_create(
        [Device(id=m.device, realm=realm, kind=m.kind, school=m.school, label=m.label) for m in machines],
        ignore_conflicts=True,
    )


def befall(devices: Sequence[VirtualDevice], day: date) -> None:
    """Install anew the machines whose turn came in the week before `day`, where all was delivered."""
    for device in devices:
        turn = device.machine.reinstalled
        if turn and day - WEEK <= turn < day and device.ledger.acknowledged == device.ledger.head:
            device.reinstall()


def _week_ends(calendar: Calendar, weeks: int) -> Iterable[int]:
    """The Unix seconds at which the past weeks end; the last may end today."""
    nights = (calendar.first + number * WEEK for number in range(1, weeks + 1))
    return (calendar.unix(night, datetime.min.time()) for night in nights)


def _write(file: Path | None, totals: dict[str, Any]) -> None:
    if file is not None:
        draft = file.with_name(f"{file.name}.new")
        draft.write_text(json.dumps(totals), encoding="utf-8")
        draft.replace(file)
