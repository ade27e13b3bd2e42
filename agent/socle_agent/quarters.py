"""Where seconds of boot time belong: quarters of an hour, local days, hours in which a session may be written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from socle_agent.growth import Growth, Seconds
from socle_core.hours import Hours

QUARTER_S = 900
_EPOCH = datetime(1970, 1, 1).toordinal()

Piece = tuple[int, int, int]
"""Seconds within one quarter: the quarter, the Unix second at which they begin, how many they are."""


def local(unix: int, timezone: tzinfo) -> tuple[int, int, int]:
    """The local day since 1970, its weekday (Monday 0) and the second of the day, of a Unix second."""
    at = datetime.fromtimestamp(unix, timezone)
    return at.toordinal() - _EPOCH, at.weekday(), at.hour * 3600 + at.minute * 60 + at.second


def inside(unix: int, seconds: int, hours: Hours, timezone: tzinfo) -> tuple[int, int]:
    """The local day of a piece of a quarter, and how many of its seconds are inside the hours.

    No time zone in use changes its offset, or begins a day, within a quarter of UTC.
    """
    day, weekday, second = local(unix, timezone)
    return day, hours.seconds_in(weekday, second, second + seconds)


class Room:
    """How many seconds quarters have room for, beside what the ledger holds and what has grown since.

    `stored(quarter)`: the seconds `powered` that the ledger holds; asked once between two resets.
    """

    def __init__(self, stored: Callable[[int], int]) -> None:
        self._stored = stored
        self._left: dict[int, int] = {}
        self._grown: dict[int, Seconds] = {}

    def reset(self, growth: Growth) -> None:
        """Begin anew with what the ledger holds now and `growth`, which it does not."""
        self._left.clear()
        self._grown = {quarter: dict(row) for quarter, row in growth.slots.items()}

    def fit(self, unix: int, seconds: int) -> list[Piece]:
        """Cut `seconds` from the Unix second `unix` on by quarters; what a full quarter cannot hold goes to the next.

        The room is taken with it, or none of it where the ledger fails.
        """
        pieces: list[Piece] = []
        while seconds > 0:
            quarter = unix // QUARTER_S
            end = (quarter + 1) * QUARTER_S
            fits = min(seconds, self._room(quarter), end - unix)
            if fits > 0:
                pieces.append((quarter, unix, fits))
                seconds -= fits
            unix = end
        for quarter, _, taken in pieces:
            self._left[quarter] -= taken
        return pieces

    def _room(self, quarter: int) -> int:
        if quarter not in self._left:
            grown = self._grown.get(quarter, {}).get("powered", 0)
            self._left[quarter] = QUARTER_S - self._stored(quarter) - grown
        return self._left[quarter]
