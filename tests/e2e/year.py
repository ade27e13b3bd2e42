"""A school year of use, measured and kept by the agent's real meter and ledger in virtual time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from socle_agent.ledger import Ledger
from socle_agent.meter import IDLE, PROGRAMS, QUARTER_S, SESSION, Meter
from socle_agent.meter import Session as Person
from socle_core.clock import Dating, Reading
from socle_core.hours import Hours
from socle_core.wire.topics import new_id

PARIS = ZoneInfo("Europe/Paris")
SERVICES = ("gcompris", "tuxpaint", "scratch", "geogebra", "audacity", "libreoffice-writer")
DAYS, QUARTERS = 138, 24


def school_days(first: datetime, days: int = DAYS) -> Iterator[datetime]:
    """So many Mondays, Tuesdays, Thursdays and Fridays from `first` on, at 08:30 in Paris."""
    day = first
    while days:
        if day.weekday() in (0, 1, 3, 4):
            yield datetime(day.year, day.month, day.day, 8, 30, tzinfo=PARIS)
            days -= 1
        day += timedelta(days=1)


def live_through(ledger: Ledger, mornings: list[datetime], rng: Random, *, quarters: int = QUARTERS) -> int:
    """Have each morning's machine boot, be used by pupils and a teacher, and go off; return the seconds powered."""
    powered = 0
    for morning in mornings:
        powered += _one_day(ledger, morning.timestamp(), rng, quarters)
    return powered


def _one_day(ledger: Ledger, unix: float, rng: Random, quarters: int) -> int:
    def at(seconds: float) -> Reading:
        return Reading(unix + seconds, 30.0 + seconds, 30.0 + seconds)

    start = at(0)
    boot = new_id(rng)
    ledger.begin(new_id(rng), boot)
    dating = Dating(start.wall - start.boot)
    meter = Meter(start, dating, Hours.parse("mo-sa 08:00-17:00"), PARIS, ledger.powered)
    meter.prove(start, start.wall, ledger.held)
    for number in range(quarters):
        profile = "teacher" if number % 6 == 0 else "pupil"
        used = frozenset((service, profile) for service in rng.sample(SERVICES, 3))
        meter.change(
            at(number * QUARTER_S),
            sessions=(Person(profile, open=True, active=rng.random() < 0.8),),
            programs=used,
            online=False,
            charging=number % 2 == 0,
            senses=SESSION | IDLE | PROGRAMS,
        )
        meter.advance(at((number + 1) * QUARTER_S))
        where = {"at": meter.at, "asleep": 0.0, "offset": dating.offset, "anchor": dating.anchor}
        ledger.commit(meter.take(), meter.quarter(), meter.today(), boot=boot, **where)
        if number % 4 == 3:
            ledger.add_health(int(unix) // QUARTER_S + number, _health(rng))
    return quarters * QUARTER_S


def _health(rng: Random) -> dict[str, object]:
    return {
        "battery": {"charge": round(rng.random(), 2), "wear": 0.12, "cycles": 312, "state": "discharging"},
        "disk": {"used": round(rng.random(), 2), "smart": "ok"},
        "memory": {"used": round(rng.random(), 2), "pressure": 0.0, "oom": 0},
        "thermal": {"max_c": rng.randint(30, 80)},
        "network": {"kind": "wifi", "signal_dbm": -rng.randint(40, 80)},
    }


def file_bytes(path: Path) -> int:
    """What a ledger takes on the disk, with its log."""
    return sum(part.stat().st_size for part in path.parent.glob(path.name + "*") if not part.name.endswith("-shm"))
