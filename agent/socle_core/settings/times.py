"""The kinds of values that say when: hours of the week, time zones, days of the year."""

from __future__ import annotations

import re

from socle_core import zones
from socle_core.dataclass import dataclass
from socle_core.hours import Hours
from socle_core.mistakes import BadValueError
from socle_core.settings.declare import Kind
from socle_core.settings.kinds import same, string

_DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year; 29 February is not one."""

    month: int
    day: int

    def __str__(self) -> str:
        """Write `09-01`."""
        return f"{self.month:02}-{self.day:02}"


def hours() -> Kind[Hours]:
    """Return the kind of hours of the week."""

    def parse(raw: object) -> Hours:
        return Hours.parse(string(raw))

    return Kind('days and times, as in "mo-fr 08:00-12:00; mo,tu,th-fr 13:30-17:00"', parse, str)


def zone() -> Kind[str]:
    """Return the kind of time zones of the IANA database, by name."""

    def parse(raw: object) -> str:
        name = string(raw)
        try:
            zones.zone(name)
        except ValueError as error:
            raise BadValueError(str(error)) from None
        return name

    return Kind('time zone, as in "Europe/Paris"', parse, same)


def month_day() -> Kind[MonthDay]:
    """Return the kind of days of every year, written month first."""

    def parse(raw: object) -> MonthDay:
        found = string(raw)
        if re.fullmatch(r"\d\d-\d\d", found, re.ASCII) is None:
            raise BadValueError(f"'{found}' is not of the form 09-01 (month-day)")
        month, day = int(found[:2]), int(found[3:])
        if not (1 <= month <= 12 and 1 <= day <= _DAYS_OF_MONTH[month - 1]):
            raise BadValueError(f"'{found}' is not a day of every year")
        return MonthDay(month, day)

    return Kind('day of every year, month first, as in "09-01"', parse, str)
