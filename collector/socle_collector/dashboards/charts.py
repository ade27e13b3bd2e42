"""Small charts as numbers that a template draws: a bar for each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

WIDTH, GAP, HEIGHT = 9, 2, 36
FULL_S = 21_600
"""Seconds that fill the height: six hours, a day of class."""


Use = tuple[int, int | None]
"""Seconds on and seconds with a session open, None where that is unknown, of one day."""


class Bar(NamedTuple):
    """One day: pixels from the left, and tops and heights of both bars; `known` False where nothing was measured."""

    x: int
    powered_y: float
    powered_height: float
    open_y: float
    open_height: float
    known: bool


def bars(days: Sequence[int], use: Mapping[int, Use]) -> list[Bar]:
    """Bars for these days."""
    return [_bar(place * (WIDTH + GAP), use.get(day)) for place, day in enumerate(days)]


def _bar(x: int, use: Use | None) -> Bar:
    powered, opened = (_pixels(seconds or 0) for seconds in use or (0, 0))
    return Bar(x, HEIGHT - powered, powered, HEIGHT - opened, opened, use is not None)


def _pixels(seconds: int) -> float:
    least = 1.0 if seconds else 0.0
    return round(max(least, min(1.0, seconds / FULL_S) * HEIGHT), 1)


def width(days: Sequence[int]) -> int:
    """Pixels that the bars of these days take."""
    return len(days) * (WIDTH + GAP) - GAP
