"""Time on catalogued pages, told by the browser's extension through its native host.

The extension counts whole seconds in front per service and hands them over every few minutes; at a browser's start
it says hello with nothing counted. Browsers are seen by the sense of programs: one that runs and whose extension
stays silent is a browser in which this machine is blind, and then the sense does not work.
"""

from __future__ import annotations

from collections.abc import Container

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SILENCE_S = 180.0
"""A browser's extension has said hello this long after its start, or there is none in it."""
SLACK_S = 2.0
"""Rounding, and the time that a message takes."""
KEPT_S = 3600.0
"""So long an extension keeps what nobody took, and may tell it late."""
MOST_SERVICES = 1000


class WebError(Exception):
    """What a host said cannot be understood; the text is for whoever wrote it."""


class Web:
    """The sense. `now`: seconds of a clock that stops in suspend. `day`: local day since 1970, None without a date.

    `services`: ids that count. `browsers`: ids of services that are browsers. `known`: what an earlier run found out.
    `heard`: whether an extension was ever heard here. `cut`: seconds claimed beyond the time that had passed, and not
    counted.
    """

    def __init__(
        self, services: Container[str], browsers: Container[str], now: float, known: dict[str, Any] | None = None
    ) -> None:
        known = known or {}
        self.heard, self.cut = bool(known.get("heard")), 0
        self._was_blind, self._today, self._day = known.get("was_blind"), known.get("today"), known.get("day")
        self._services, self._browsers, self._began = services, browsers, now
        self._silent: dict[int, float] = {}
        self._open: frozenset[int] = frozenset()
        self._claimed: dict[int, float] = {}

    def known(self) -> dict[str, Any]:
        """What is to be kept for the next run."""
        return {"heard": self.heard, "was_blind": self._was_blind, "today": self._today, "day": self._day}

    def running(self, programs: frozenset[tuple[str, int]], now: float) -> None:
        """Take the programs that run now, as (service, uid)."""
        uids = frozenset(uid for service, uid in programs if service in self._browsers)
        self._silent = {uid: since for uid, since in self._silent.items() if uid in uids}
        self._silent.update(dict.fromkeys(uids - self._open, now))
        self._open = uids

    def take(self, uid: int, said: Any, now: float) -> dict[str, int]:
        """Take the seconds by service that the host of `uid` tells; return those that count. Raises WebError.

        Only one page is in front at a time, in whichever browser: each message claims of an account's time what
        none has claimed yet, back to an hour ago; what exceeds that is cut in proportion.
        """
        seconds = _understand(said, self._services)
        since = max(self._claimed.get(uid, self._began), now - KEPT_S)
        left, claimed = max(int(now - since + SLACK_S), 0), sum(seconds.values())
        kept = seconds if claimed <= left else {service: n * left // claimed for service, n in seconds.items()}
        self._claimed[uid] = since + sum(kept.values())
        self._silent.pop(uid, None)
        self.heard = True
        self.cut += claimed - sum(kept.values())
        return kept

    def look(self, now: float, day: int | None) -> None:
        """See how browsers fare today; once a minute is enough."""
        if day is not None and day != self._day:
            self._was_blind = self._was_blind if self._today is None else self._today
            self._today, self._day = None, day
        if self._open:
            self._today = bool(self._today) or self.blind(now)

    def works(self) -> bool:
        """Whether time on pages is seen: an extension was heard, and on the last day with browsers none lacked one."""
        return self.heard and not self._was_blind

    def blind(self, now: float) -> bool:
        """Whether a browser has run for a while and its extension says nothing."""
        return any(now - since > SILENCE_S for since in self._silent.values())


def _understand(said: Any, services: Container[str]) -> dict[str, int]:
    """Return the seconds of known services. An extension made from a newer catalogue loses only those of new ones."""
    if not isinstance(said, dict) or len(said) > MOST_SERVICES:
        raise WebError("seconds: an object, services and their whole seconds")
    for service, seconds in said.items():
        if type(seconds) is not int or seconds < 0:
            raise WebError(f"seconds of {service[:64]}: a whole number, not below 0")
    return {service: seconds for service, seconds in said.items() if service in services}
