"""The days that the pages speak of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

DAYS = 14
EPOCH = date(1970, 1, 1)


class Period(NamedTuple):
    """The last fortnight at a moment of local time; days are counted since 1970."""

    now: datetime

    @property
    def last(self) -> int:
        """Today."""
        return (self.now.date() - EPOCH).days

    @property
    def first(self) -> int:
        """The first of the fourteen days."""
        return self.last - DAYS + 1

    @property
    def days(self) -> range:
        """All of them."""
        return range(self.first, self.last + 1)

    def ago(self, at: datetime) -> float:
        """Seconds from `at` until now, never below 0."""
        return max(timedelta(0), self.now - at).total_seconds()
