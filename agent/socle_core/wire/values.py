"""Single values of a row, each taken or refused with a BadRowError that quotes nothing of it."""

from __future__ import annotations

from collections.abc import Collection
from re import Pattern

from socle_core.wire.limits import MAX_REV


class BadRowError(ValueError):
    """A row breaks a rule; `why` says which, in a few words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def count(name: str, value: object, top: int = MAX_REV) -> int:
    """A whole number from 0 to `top`. 12.0, true and null are none."""
    if type(value) is not int:
        raise BadRowError(f"{name} is not a whole number")
    if 0 <= value <= top:
        return value
    raise BadRowError(f"{name} is below 0" if value < 0 else f"{name} is above {top}")


def number(name: str, value: object, low: int = 0, top: int = MAX_REV) -> float:
    """A number from `low` to `top`, whole or not. Infinity is above any limit; true and null are none."""
    if type(value) is not int and type(value) is not float:
        raise BadRowError(f"{name} is not a number")
    if low <= value <= top:
        return value
    raise BadRowError(f"{name} is below {low}" if value < low else f"{name} is above {top}")


def word(name: str, value: object, words: Collection[str]) -> str:
    """One of these words."""
    if isinstance(value, str) and value in words:
        return value
    raise BadRowError(f"{name} is not a word of its list")


def text(name: str, value: object, pattern: Pattern[str]) -> str:
    """A text all of which matches a pattern."""
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise BadRowError(f"{name} is not well-formed")
