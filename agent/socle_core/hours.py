"""The hours in which the state of a session may be written down: `mo-sa 08:00-17:00`.

Grammar: windows separated by `;`, each `DAYS HH:MM-HH:MM`. DAYS is a list, separated by commas, of days
(`mo tu we th fr sa su`) and of spans of days (`mo-fr`). A window ends on the day on which it begins, at 24:00
at the latest. Windows may overlap: a second is inside or outside, never inside twice.

    >>> hours = Hours.parse("mo,tu,th-fr 08:30-11:30; we 08:30-11:30; mo-fr 13:30-16:30")
    >>> str(hours)
    'mo-fr 08:30-11:30; mo-fr 13:30-16:30'
    >>> hours.seconds_in(0, 11 * 3600, 14 * 3600)  # half an hour before noon, half an hour after 13:30
    3600
"""

import re

from socle_core.dataclass import dataclass
from socle_core.mistakes import BadValueError, attempt, gather, reasons_in

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
DAY_SECONDS = 86400
_TIMES = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)

Window = tuple[int, int]
"""First second of the day inside, first second after it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Windows by day of the week (0 is Monday), each day's in order and apart from each other."""

    week: tuple[tuple[Window, ...], ...]

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Read hours as written in the settings; BadValueError tells all mistakes at once."""
        week: list[list[Window]] = [[] for _ in DAYS]
        for days, window in gather(_window, text.split(";")):
            for day in days:
                week[day].append(window)
        return cls(tuple(tuple(_merge(windows)) for windows in week))

    def contains(self, weekday: int, second_of_day: float) -> bool:
        """Tell whether this moment is inside; `weekday` 0 is Monday."""
        return any(start <= second_of_day < end for start, end in self.week[weekday])

    def seconds_in(self, weekday: int, from_second_of_day: int, to_second_of_day: int) -> int:
        """Count the seconds inside between two moments of one day; 0 when `to` is not after `from`."""
        return sum(
            max(0, min(end, to_second_of_day) - max(start, from_second_of_day)) for start, end in self.week[weekday]
        )

    def __str__(self) -> str:
        """Write the hours in the form that `parse` reads, days of one window together."""
        windows = dict.fromkeys(window for day in self.week for window in day)
        return "; ".join(f"{_spans(self._days_of(window))} {_clock(window)}" for window in windows)

    def _days_of(self, window: Window) -> list[int]:
        return [day for day, windows in enumerate(self.week) if window in windows]


def _window(part: str) -> tuple[set[int], Window]:
    words = part.split()
    if len(words) != 2:
        raise BadValueError(f"'{part.strip()}' is not of the form 'mo-sa 08:00-17:00'")
    days, window = attempt(_days, words[0]), attempt(_times, words[1])
    if isinstance(days, BadValueError) or isinstance(window, BadValueError):
        raise BadValueError(*reasons_in(days, window))
    return days, window


def _days(text: str) -> set[int]:
    return {day for span in gather(_span, text.split(",")) for day in span}


def _span(text: str) -> range:
    first, dash, last = text.partition("-")
    if not dash:
        return range(_day(first), _day(first) + 1)
    begin, end = gather(_day, (first, last))
    if end < begin:
        raise BadValueError(f"'{text}' ends before it begins: list the days, as in '{first},{last}'")
    return range(begin, end + 1)


def _day(text: str) -> int:
    if text not in DAYS:
        raise BadValueError(f"'{text}' is not one of the days {' '.join(DAYS)}")
    return DAYS.index(text)


def _times(text: str) -> Window:
    match = _TIMES.fullmatch(text)
    if match is None:
        raise BadValueError(f"'{text}' is not of the form '08:00-17:00'")
    hour, minute, to_hour, to_minute = map(int, match.groups())
    start, end = hour * 3600 + minute * 60, to_hour * 3600 + to_minute * 60
    if max(minute, to_minute) > 59 or max(start, end) > DAY_SECONDS:
        raise BadValueError(f"'{text}' holds a time that no clock shows")
    if end <= start:
        raise BadValueError(f"'{text}' ends before it begins: a window stays within one day")
    return start, end


def _merge(windows: list[Window]) -> list[Window]:
    merged: list[Window] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _spans(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ",".join(DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last in runs)


def _clock(window: Window) -> str:
    return "-".join(f"{second // 3600:02}:{second % 3600 // 60:02}" for second in window)
