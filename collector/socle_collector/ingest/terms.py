"""The terms on which messages are taken at one moment."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import NamedTuple

from socle_core.settings.collector import CollectorSettings
from socle_core.settings.times import MonthDay
from socle_core.wire.judge import Window, window
from socle_core.wire.limits import QUARTER_S


class Terms(NamedTuple):
    """`now` in seconds since 1970; rows are taken from the quarter `keep_from` on and within `wanted`.

    `zone`: the time zone by which a quarter belongs to a local day.
    """

    now: float
    keep_from: int
    zone: str
    wanted: Window


def terms(now: float, settings: CollectorSettings) -> Terms:
    """Return the terms in force at `now`."""
    start = keep_from(now, settings.keep_from)
    return Terms(now, start, settings.timezone, window(now, start))


def keep_from(now: float, begins: MonthDay) -> int:
    """Return the first quarter of the school year of `now`, which begins on a day of every year at 00:00 UTC."""
    year = datetime.fromtimestamp(now, timezone.utc).year
    start = _midnight(year, begins)
    return int(start if start <= now else _midnight(year - 1, begins)) // QUARTER_S


def _midnight(year: int, day: MonthDay) -> float:
    return datetime(year, day.month, day.day, tzinfo=timezone.utc).timestamp()
