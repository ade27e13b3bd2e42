"""School days as most French communes have them: four days of two halves, no Wednesday, two weeks of holidays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(13, 30), time(16, 30))
WEDNESDAY = 2
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Calendar:
    """School days from `first` on. `holidays`: first day off and first day back. Times are those of `timezone`."""

    first: date
    holidays: tuple[tuple[date, date], ...]
    timezone: tzinfo

    @classmethod
    def of_past_weeks(cls, today: date, weeks: int, timezone: tzinfo) -> Calendar:
        """The last so many weeks before `today`; with six or more, a fortnight in their middle is off."""
        first = today - weeks * WEEK
        middle = first + (weeks // 2 - 1) * WEEK
        saturday = middle + timedelta(days=(5 - middle.weekday()) % 7)
        fortnight = (saturday, saturday + 2 * WEEK + timedelta(days=2))
        return cls(first, (fortnight,) if weeks >= 6 else (), timezone)

    def is_off(self, day: date) -> bool:
        """Whether nobody is at school: weekends and holidays."""
        return day.weekday() > 4 or any(off <= day < back for off, back in self.holidays)

    def has_class(self, day: date) -> bool:
        """Whether pupils are at school."""
        return not self.is_off(day) and day.weekday() != WEDNESDAY

    def unix(self, day: date, at: time) -> int:
        """The Unix second of a local time."""
        return int(datetime.combine(day, at, self.timezone).timestamp())

    def days(self) -> Iterator[date]:
        """Every day from the first on, without end."""
        day = self.first
        while True:
            yield day
            day += timedelta(days=1)
