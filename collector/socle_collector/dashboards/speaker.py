"""Saying things in the reader's language: words, numbers, durations, dates."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from socle_collector.dashboards.words import WORDS

Language = Literal["fr", "en"]
_NO_BREAK = re.compile(r" (?=[:;?!»%°])|(?<=«) |(?<=[\d}]) (?=(?:h|s|ms|dBm)\b)")
"""Spaces at which French does not break a line."""

MONTHS = {
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def preferred(asked: str | None, accept: str) -> Language:
    """The language that the address asks for, else what the browser likes best (Accept-Language), else French."""
    if asked in ("fr", "en"):
        return asked  # type: ignore[return-value]
    weighed = sorted((_weighed(place, part) for place, part in enumerate(accept.split(","))), reverse=True)
    known = [tag for weight, _, tag in weighed if weight > 0 and tag in ("fr", "en")]
    return known[0] if known else "fr"  # type: ignore[return-value]


def _weighed(place: int, part: str) -> tuple[float, int, str]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), -place, tag[:2].lower()
    except ValueError:
        return 0.0, -place, ""


class Speaker:
    """Words, durations and dates in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._side = 0 if language == "fr" else 1

    def __getitem__(self, word: str) -> str:
        text = WORDS[word][self._side]
        return _NO_BREAK.sub("\u00a0", text) if self.language == "fr" else text

    def say(self, word: str, **values: object) -> str:
        """A sentence with values in it; `(s)` at the end of a word follows the number `n`."""
        singular = (0, 1) if self.language == "fr" else (1,)
        plural = "" if values.get("n") in singular else "s"
        return self[word].replace("(s)", plural).format(**values)

    def number(self, value: int) -> str:
        """12 345 or 12,345."""
        return f"{value:,}".replace(",", "\u202f") if self.language == "fr" else f"{value:,}"

    def hours(self, seconds: int) -> str:
        """A duration: 45 s, 12 min, 3,5 h, 1 250 h."""
        if seconds < 60:
            return f"{seconds}\u00a0s"
        if seconds < 3600:
            return f"{seconds // 60}\u00a0min"
        if seconds >= 360_000:
            return f"{self.number(round(seconds / 3600))}\u00a0h"
        text = f"{seconds / 3600:.1f}"
        return f"{text.replace('.', ',') if self.language == 'fr' else text}\u00a0h"

    def moment(self, at: datetime) -> str:
        """23 nov. 2026, 20:34, in the time zone that `at` has."""
        month = MONTHS[self.language][at.month - 1]
        return f"{at.day} {month} {at.year}, {at:%H:%M}"

    def ago(self, seconds: float) -> str:
        """How long ago, in one unit."""
        for word, unit, least in (("days_ago", 86_400, 172_800), ("hours_ago", 3600, 5400), ("minutes_ago", 60, 60)):
            if seconds >= least:
                return self.say(word, n=int(seconds // unit))
        return self["now"]
