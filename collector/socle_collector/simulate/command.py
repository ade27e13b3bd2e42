"""`socle-collector simulate`: a commune's past weeks, and its present with --stay, through a real broker."""

from __future__ import annotations

import json
import logging
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection

from socle_collector import logs
from socle_collector.simulate import commune
from socle_collector.simulate.calendar import WEEK, Calendar
from socle_collector.simulate.commune import Machine
from socle_collector.simulate.device import VirtualDevice
from socle_collector.simulate.fleet import Fleet, NoAnswerError
from socle_collector.simulate.progress import Progress
from socle_core.mistakes import MistakesError
from socle_core.settings.collector import CollectorSettings, load_collector

log = logging.getLogger(__name__)
EX_UNAVAILABLE, EX_CONFIG = 69, 78
INSERT = """
    INSERT INTO devices (id, realm, kind, school, label) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING"""


def main(arguments: Sequence[str]) -> int:
    """Run `simulate`; 0 when the collector has everything, 69 when it does not answer, 78 for settings."""
    options = _parser().parse_args(arguments)
    logs.set_up(logging.WARNING)
    try:
        settings = load_collector(options.config)
        with psycopg.connect(settings.database_url, connect_timeout=10) as connection:
            return run(settings, options, connection)
    except MistakesError as error:
        log.error("%s", error)
        return EX_CONFIG
    except (NoAnswerError, psycopg.Error) as error:
        log.error("%s", " ".join(str(error).split()))
        return EX_UNAVAILABLE


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="socle-collector simulate",
        description="A commune that does not exist, speaking through a real broker.",
    )
    parser.add_argument("--config", type=Path, metavar="PATH", help="settings (default: /etc/socle/collector.toml)")
    parser.add_argument("--devices", type=_count, default=36, metavar="N", help="machines in all (36)")
    parser.add_argument("--schools", type=_count, default=3, metavar="N", help="schools they are in (3)")
    parser.add_argument("--weeks", type=_count, default=8, metavar="N", help="past weeks of use (8)")
    parser.add_argument("--copies", type=int, default=0, metavar="N", help="machines of which a copy runs as well (0)")
    parser.add_argument("--seed", default="socle", help="the same seed draws the same commune and the same use")
    parser.add_argument("--stay", action="store_true", help="go on in the present until SIGINT or SIGTERM")
    parser.add_argument("--totals", type=Path, metavar="FILE", help="write what the machines' ledgers hold, as JSON")
    parser.add_argument("--title", default="simulate", help="word before the progress")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1_000_000:
        raise ArgumentTypeError(f"{text} is not 1 or more")
    return number


def run(settings: CollectorSettings, options: Namespace, connection: Connection[Any]) -> int:
    """Simulate, with the machines in the registry behind `connection`. Raises NoAnswerError, psycopg.Error."""
    timezone = ZoneInfo(settings.timezone)
    calendar = Calendar.of_past_weeks(datetime.now(timezone).date(), options.weeks, timezone)
    machines = commune.draw(options.seed, options.devices, options.schools, calendar.first, options.weeks)
    register(connection, settings.realm, machines)
    fleet = Fleet([VirtualDevice(options.seed, machine, calendar) for machine in machines], settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: fleet.stop())
    _simulate(fleet, calendar, options)
    return 0


def _simulate(fleet: Fleet, calendar: Calendar, options: Namespace) -> None:
    with Progress(options.title, options.weeks, sys.stderr) as progress:
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


def register(connection: Connection[Any], realm: str, machines: Iterable[Machine]) -> None:
    """Enter the machines in the collector's registry; those already there stay as they are."""
    rows = [(machine.device, realm, machine.kind, machine.school, machine.label) for machine in machines]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)
    connection.commit()


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
