"""The kinds of values that settings have."""

from __future__ import annotations

import re
from pathlib import Path

from socle_core import zones
from socle_core.dataclass import dataclass
from socle_core.generic import T
from socle_core.hours import Hours
from socle_core.mistakes import BadValueError, did_you_mean, gather
from socle_core.settings.declare import Kind

_DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year; 29 February is not one."""

    month: int
    day: int

    def __str__(self) -> str:
        """Write `09-01`."""
        return f"{self.month:02}-{self.day:02}"


def whole(low: int, high: int) -> Kind[int]:
    """Return the kind of whole numbers from `low` to `high`, both included."""

    def parse(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise BadValueError(f"{_shown(raw)} is not a whole number")
        if not low <= raw <= high:
            raise BadValueError(f"{raw} is not between {low} and {high}")
        return raw

    return Kind(f"whole number, {low} to {high}", parse, _same)


def flag() -> Kind[bool]:
    """Return the kind of `true` and `false`."""

    def parse(raw: object) -> bool:
        if not isinstance(raw, bool):
            raise BadValueError(f"{_shown(raw)} is neither true nor false (without quotes)")
        return raw

    return Kind("true or false", parse, _same)


def word(*words: str) -> Kind[str]:
    """Return the kind of one word out of a list."""
    listed = ", ".join(f'"{each}"' for each in words)

    def parse(raw: object) -> str:
        found = _string(raw)
        if found not in words:
            raise BadValueError(f"'{found}' is not one of {listed}{did_you_mean(found, words)}")
        return found

    return Kind(f"one of {listed}", parse, _same)


def text(form: str, pattern: str, *, empty: bool = False, secret: bool = False) -> Kind[str]:
    """Return the kind of strings that match `pattern` wholly; a `secret` one is not repeated in errors."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(raw: object) -> str:
        found = _string(raw, secret=secret)
        if not (compiled.fullmatch(found) or (empty and not found)):
            raise BadValueError(f"{'the value' if secret else _shown(raw)} is not of the form: {form}")
        return found

    return Kind(f"{form}, or empty" if empty else form, parse, _same)


def path() -> Kind[Path]:
    """Return the kind of absolute paths; nothing is looked up."""
    return Kind("absolute path", _path, str)


def path_or_none() -> Kind[Path | None]:
    """Return the kind of absolute paths that may be empty, which is None."""
    return Kind(
        "absolute path, or empty",
        lambda raw: None if raw == "" else _path(raw),
        lambda value: "" if value is None else str(value),
    )


def several(one: Kind[T]) -> Kind[tuple[T, ...]]:
    """Return the kind of lists of another kind; every wrong item is told."""

    def parse(raw: object) -> tuple[T, ...]:
        if not isinstance(raw, list):
            raise BadValueError(f'{_shown(raw)} is not a list, as in ["…", "…"]')
        return tuple(gather(one.parse, raw))

    return Kind(f"list of: {one.form}", parse, lambda value: [one.dump(item) for item in value])


def hours() -> Kind[Hours]:
    """Return the kind of hours of the week."""

    def parse(raw: object) -> Hours:
        return Hours.parse(_string(raw))

    return Kind('days and times, as in "mo-fr 08:00-12:00; mo,tu,th-fr 13:30-17:00"', parse, str)


def zone() -> Kind[str]:
    """Return the kind of time zones of the IANA database, by name."""

    def parse(raw: object) -> str:
        name = _string(raw)
        try:
            zones.zone(name)
        except ValueError as error:
            raise BadValueError(str(error)) from None
        return name

    return Kind('time zone, as in "Europe/Paris"', parse, _same)


def month_day() -> Kind[MonthDay]:
    """Return the kind of days of every year, written month first."""

    def parse(raw: object) -> MonthDay:
        found = _string(raw)
        if re.fullmatch(r"\d\d-\d\d", found, re.ASCII) is None:
            raise BadValueError(f"'{found}' is not of the form 09-01 (month-day)")
        month, day = int(found[:2]), int(found[3:])
        if not (1 <= month <= 12 and 1 <= day <= _DAYS_OF_MONTH[month - 1]):
            raise BadValueError(f"'{found}' is not a day of every year")
        return MonthDay(month, day)

    return Kind('day of every year, month first, as in "09-01"', parse, str)


def _path(raw: object) -> Path:
    found = Path(_string(raw))
    if not found.is_absolute():
        raise BadValueError(f"'{found}' is not an absolute path: begin it with /")
    return found


def _string(raw: object, *, secret: bool = False) -> str:
    if not isinstance(raw, str):
        raise BadValueError(f"{'the value' if secret else _shown(raw)} is not a string: put it in quotes")
    return raw


def _shown(raw: object) -> str:
    shown = repr(raw)
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _same(value: T) -> T:
    return value
