"""From what the senses say to seconds per quarter of an hour and per day. Pure: it reads no clock and no file.

The meter moves through boot time in whole seconds. At each change it first spends the seconds since the last one
on the state that held, then takes the new state:

    boot second      100        400      1000        1400
    state            open       + gcompris  locked
    slot of 0..899   open 300 + 500,  slot of 900..1799  open 100
    day              open 900, gcompris present 600

An event between two seconds is rounded to the nearest, so every sum is whole, errors do not add up, and what lies
within something (active within open, focus within present) stays within it.

While no date can be trusted the same seconds are kept as *held*: stretches without programs (`Span`), and programs
without moments. A proof in the same boot dates both, the programs only if all of it lies in one local day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from socle_agent.growth import Growth, Held, Span, Use, add_uses
from socle_agent.quarters import QUARTER_S, Piece, Room, inside, local
from socle_agent.state import FOCUS, IDLE, PROGRAMS, SESSION, WEB, Program, Session, State
from socle_core.clock import Dating, Reading
from socle_core.hours import Hours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["FOCUS", "IDLE", "PROGRAMS", "QUARTER_S", "SESSION", "WEB", "Meter", "Session", "State"]

IN_HOURS = ("open", "active", "display")
REMEMBERED_S = 300
"""So long is it remembered up to when a program that has ended was counted; nothing is found later than that."""


class Meter:
    """Measures one boot, from `reading` on.

    `filled(t)`: the seconds `powered` that the ledger holds in quarter `t`. `hours`, `timezone` may be replaced
    right after an `advance`. Where `filled` or `held` raises, the seconds are not spent and can be spent again.
    """

    def __init__(
        self, reading: Reading, dating: Dating, hours: Hours, timezone: tzinfo, filled: Callable[[int], int]
    ) -> None:
        self.dating = dating
        self.hours, self.timezone = hours, timezone
        self.state = State()
        self._growth = Growth()
        self._room = Room(filled)
        self._at = self._began = round(reading.boot)
        self._ahead, self._slept = reading.boot - reading.mono, 0
        self._joined: dict[Program, int] = {}
        self._counted: dict[Program, int] = {}

    def advance(self, reading: Reading) -> None:
        """Spend the seconds awake since the last advance on the present state.

        The seconds of a stretch across a suspend belong to where it began.
        """
        awake_until = max(self._at, round(reading.mono + self._ahead) + self._slept)
        self._spend(self._at, awake_until, self.state)
        slept = max(self._slept, round(reading.boot - reading.mono - self._ahead))
        self._at, self._slept = awake_until + slept - self._slept, slept

    def change(self, reading: Reading, **changes: Any) -> None:
        """Advance to `reading`, then take the changed fields of `State`."""
        self.advance(reading)
        before, self.state = self.state.programs or frozenset(), self.state.changed(**changes)
        now = self.state.programs or frozenset()
        self._joined = {p: self._joined.get(p, self._at) for p in now}
        self._counted.update(dict.fromkeys(before - now, self._at))

    def ran(self, service: str, profile: str, seconds: float) -> None:
        """Count what a program had run before a scan found it, at most the time between two scans.

        Called at the scan, before or after the `change` that tells of it. What is counted of the service already,
        or lies before this meter began, or longer ago than is remembered, is not counted again.
        """
        program = (service, profile)
        until = self._at
        if program in (self.state.programs or ()):
            until = self._joined.get(program, self._began)
        since = max(self._counted.get(program, self._began), self._at - REMEMBERED_S)
        fresh = min(round(seconds), until - since)
        self._counted[program] = until
        if fresh > 0:
            self._use(profile, Use(services={service: [fresh, 0 if self.state.senses & FOCUS else None]}))

    def visited(self, profile: str, seconds: dict[str, int]) -> None:
        """Count seconds in front of web services, by service: a page is only then present."""
        self._use(profile, Use(services={service: [n, n] for service, n in seconds.items() if n}))

    def unobserved(self, start: int, awake: int) -> None:
        """Count `awake` seconds from the boot second `start` as powered, with no agent measuring."""
        self._spend(start, min(start + awake, self._at), State(observed=False))

    def prove(self, reading: Reading, unix_now: float, held: Callable[[], Held], late: float = 0.0) -> None:
        """Take `unix_now` as proved (see Dating.prove), and date what this boot holds.

        `held()` is the ledger's part of that, asked for only where it is needed.
        """
        self.advance(reading)
        stored = Held() if self.dating.trusted or self._growth.dated else held()
        undated = not self.dating.trusted
        self.dating.prove(reading, unix_now, late)
        if undated and self.dating.trusted:
            self._date(stored)

    def distrust(self, reading: Reading) -> bool:
        """Look at the wall clock; an unproved step suspends trust. Tell whether it stepped."""
        self.advance(reading)
        return self.dating.watch(reading)

    def take(self) -> Growth:
        """Hand over what grew since the last take, and begin anew."""
        growth, self._growth = self._growth, Growth()
        self._room.reset(self._growth)
        self._counted = {p: at for p, at in self._counted.items() if at > self._at - REMEMBERED_S}
        return growth

    def give_back(self, growth: Growth) -> None:
        """Take back what could not be committed, to be taken again with what grows meanwhile."""
        growth.add(self._growth)
        self._growth = growth
        self._room.reset(growth)

    def quarter(self) -> int | None:
        """The quarter of the last advance; None without a date."""
        unix = self.dating.unix(self._at)
        return None if unix is None else unix // QUARTER_S

    def today(self) -> int | None:
        """The local day of the last advance; None without a date."""
        unix = self.dating.unix(self._at)
        return None if unix is None else local(unix, self.timezone)[0]

    @property
    def at(self) -> int:
        """The boot second up to which all is measured."""
        return self._at

    def _spend(self, start: int, end: int, state: State) -> None:
        if end <= start:
            return
        if not self.dating.trusted:
            self._growth.hold(Span(start, end, state.profile(), state.senses, state.fields()))
            add_uses(self._growth.held, state.uses(end - start))
            return
        pieces = self._room.fit(self._unix(start), end - start)
        for day, seconds in self._put(pieces, state.fields(), state.senses).items():
            for profile, use in state.uses(seconds).items():
                self._growth.day(day, profile, use)

    def _put(self, pieces: list[Piece], fields: dict[str, bool], senses: int) -> dict[int, int]:
        """Add pieces to their quarters; return how many seconds fell on each local day."""
        days: dict[int, int] = {}
        for quarter, unix, seconds in pieces:
            day, within = inside(unix, seconds, self.hours, self.timezone)
            for name, holds in fields.items():
                counted = within if name in IN_HOURS else seconds
                if counted:
                    self._growth.slot(quarter, name, counted if holds else 0)
            self._growth.work(quarter, senses, seconds if fields["observed"] else 0)
            days[day] = days.get(day, 0) + seconds
        return days

    def _use(self, profile: str, use: Use) -> None:
        """Add use of the last second."""
        if self.dating.trusted:
            self._growth.day(self._today(), profile, use)
        else:
            add_uses(self._growth.held, {profile: use})

    def _today(self) -> int:
        """The local day of the last second."""
        return local(self._unix(self._at - 1), self.timezone)[0]

    def _date(self, stored: Held) -> None:
        """Date what is held: stretches to their quarters, use to its day, or to no day where it spans two."""
        spans = stored.spans + self._growth.spans
        add_uses(stored.use, self._growth.held)
        placed = self._fit(spans)
        self._growth.spans, self._growth.held, self._growth.dated = [], {}, True
        days: set[int] = set()
        for span, pieces in zip(spans, placed, strict=True):
            days |= self._put(pieces, span.state, span.senses).keys()
        days = days or {self._today()}  # told of before a second had passed
        for profile, use in stored.use.items():
            if len(days) == 1:
                self._growth.day(min(days), profile, use)
            else:
                self._growth.undated.setdefault(profile, Use()).add(use)

    def _fit(self, spans: list[Span]) -> list[list[Piece]]:
        try:
            return [self._room.fit(self._unix(span.start), span.end - span.start) for span in spans]
        except BaseException:
            self._room.reset(self._growth)
            self.dating.trusted = False
            raise

    def _unix(self, boot: int) -> int:
        return (self.dating.anchor or 0) + boot
