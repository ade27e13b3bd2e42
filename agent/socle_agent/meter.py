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
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from socle_agent.growth import Growth, Held, Span, Use
from socle_core.clock import Dating, Reading
from socle_core.hours import Hours

QUARTER_S = 900
SESSION, IDLE, PROGRAMS, WEB, FOCUS = 1, 2, 4, 8, 16
IN_HOURS = ("open", "active", "display")


@dataclass(frozen=True)
class Session:
    """One person's graphical session. `active`: not idle, None where no sense tells. `focus`: service in front."""

    profile: str
    open: bool
    active: bool | None = None
    focus: str | None = None


@dataclass(frozen=True)
class State:
    """What holds now. `sessions`, `programs` (service, profile): None where their sense does not work.

    `senses`: bits of the senses that work. `observed`: False for a stretch in which no agent measured.
    """

    observed: bool = True
    sessions: tuple[Session, ...] | None = None
    programs: frozenset[tuple[str, str]] | None = None
    online: bool = False
    charging: bool | None = None
    display: bool | None = None
    senses: int = 0

    def profile(self) -> str:
        """The one profile under which a powered second counts."""
        return next((s.profile for s in self.sessions or () if s.open), "shared")

    def fields(self) -> dict[str, bool]:
        """The slot fields that are known, and whether each holds."""
        if not self.observed:
            return {"powered": True, "observed": False}
        known: dict[str, bool | None] = {
            "powered": True,
            "observed": True,
            "charging": self.charging,
            "online": self.online,
            "open": None if self.sessions is None else any(s.open for s in self.sessions),
            "active": self._active(),
        }
        if known["open"] is not None and self.display is not None:
            known["display"] = self.display and known["open"]
        return {name: value for name, value in known.items() if value is not None}

    def uses(self, seconds: int) -> dict[str, Use]:
        """What `seconds` of this state add to each profile's use."""
        uses: dict[str, Use] = {}
        for session in self.sessions or ():
            active = None if session.active is None else seconds * (session.active and session.open)
            use = uses.setdefault(session.profile, Use())
            if session.open:
                use.open, use.active = seconds, max(use.active or 0, active) if active is not None else use.active
        for service, profile in self.programs or ():
            uses.setdefault(profile, Use()).services[service] = [seconds, self._focus(service, profile, seconds)]
        return {profile: use for profile, use in uses.items() if use.open or use.services}

    def _active(self) -> bool | None:
        told = [s.active and s.open for s in self.sessions or () if s.active is not None]
        return any(told) if told else None

    def _focus(self, service: str, profile: str, seconds: int) -> int | None:
        if not self.senses & FOCUS:
            return None
        here = (s.focus for s in self.sessions or () if s.profile == profile and s.open)
        return seconds if service in here else 0


class Meter:
    """Measures one boot, from `reading` on.

    `filled(t)`: the seconds `powered` that the ledger already holds in quarter `t`, asked once for a quarter.
    """

    def __init__(
        self, reading: Reading, dating: Dating, hours: Hours, timezone: tzinfo, filled: Callable[[int], int]
    ) -> None:
        self.dating = dating
        self.hours, self.timezone = hours, timezone
        self.state = State()
        self._growth = Growth()
        self._filled, self._ask_filled = dict[int, int](), filled
        self._at = round(reading.boot)
        self._asleep = reading.boot - reading.mono

    def advance(self, reading: Reading) -> None:
        """Spend the seconds awake since the last advance on the present state.

        The seconds of a stretch across a suspend belong to where it began.
        """
        slept = reading.boot - reading.mono - self._asleep
        if slept >= 1:
            self._asleep += slept
        now = max(self._at, round(reading.boot))
        awake_until = max(self._at, round(reading.boot - slept)) if slept >= 1 else now
        self._spend(self._at, awake_until, self.state)
        self._at = now

    def change(self, reading: Reading, **changes: Any) -> None:
        """Advance to `reading`, then take the changed fields of `State`."""
        self.advance(reading)
        self.state = replace(self.state, **changes)

    def ran(self, service: str, profile: str, seconds: int) -> None:
        """Count seconds that a program had run before a scan found it (at most the time between two scans)."""
        focus = 0 if self.state.senses & FOCUS else None
        use = Use(services={service: [seconds, focus]})
        if self.dating.trusted:
            self._growth.day(self._local(self._unix(self._at - 1))[0], profile, use)
        else:
            self._growth.held.setdefault(profile, Use()).add(use)

    def unobserved(self, start: int, awake: int) -> None:
        """Count `awake` seconds from the boot second `start` as powered, with no agent measuring."""
        if awake > 0:
            self._spend(start, start + awake, State(observed=False))

    def prove(self, reading: Reading, unix_now: float, held: Callable[[], Held]) -> None:
        """Take `unix_now` as proved, and date what this boot holds; `held()` is the ledger's part of that."""
        self.advance(reading)
        trusted = self.dating.trusted
        self.dating.prove(reading, unix_now)
        if not trusted:
            self._date(Held() if self._growth.dated else held())

    def distrust(self, reading: Reading) -> bool:
        """Look at the wall clock; an unproved step suspends trust. Tell whether it stepped."""
        self.advance(reading)
        return self.dating.watch(reading)

    def take(self) -> Growth:
        """Hand over what grew since the last take, and begin anew."""
        growth, self._growth = self._growth, Growth()
        return growth

    def give_back(self, growth: Growth) -> None:
        """Take back what could not be committed, to be taken again with what grows meanwhile."""
        newer, self._growth = self._growth, growth
        merge(self._growth, newer)

    def quarter(self) -> int | None:
        """The quarter of the last advance; None without a date."""
        unix = self.dating.unix(self._at)
        return None if unix is None else unix // QUARTER_S

    @property
    def at(self) -> int:
        """The boot second up to which all is measured."""
        return self._at

    def _spend(self, start: int, end: int, state: State) -> None:
        if end <= start:
            return
        uses = state.uses(end - start)
        if not self.dating.trusted:
            span = Span(start, end, state.profile(), state.senses, state.fields())
            self._growth.hold(span, uses)
            return
        for day, seconds in self._place(start, end, state.fields(), state.senses).items():
            for profile, use in state.uses(seconds).items():
                self._growth.day(day, profile, use)

    def _place(self, start: int, end: int, fields: dict[str, bool], senses: int) -> dict[int, int]:
        """Put the seconds from `start` to `end` into quarters; return how many fell on each local day.

        What would lift a quarter above its limit goes to the next.
        """
        days: dict[int, int] = {}
        left, at = end - start, self._unix(start)
        while left:
            quarter = at // QUARTER_S
            room = QUARTER_S - self._full(quarter)
            seconds = min(left, room, (quarter + 1) * QUARTER_S - at)
            if seconds <= 0:
                at = (quarter + 1) * QUARTER_S
                continue
            self._filled[quarter] += seconds
            day = self._put(quarter, at, seconds, fields)
            self._growth.work(quarter, senses, seconds if fields["observed"] else 0)
            days[day] = days.get(day, 0) + seconds
            left, at = left - seconds, at + seconds
        return days

    def _put(self, quarter: int, at: int, seconds: int, fields: dict[str, bool]) -> int:
        """Add seconds within one quarter to its fields; return their local day."""
        day, weekday, second = self._local(at)
        inside = self.hours.seconds_in(weekday, second, second + seconds)
        for name, holds in fields.items():
            counted = inside if name in IN_HOURS else seconds
            if counted:
                self._growth.slot(quarter, name, counted if holds else 0)
        return day

    def _full(self, quarter: int) -> int:
        if quarter not in self._filled:
            while len(self._filled) > 200:
                del self._filled[next(iter(self._filled))]
            self._filled[quarter] = self._ask_filled(quarter)
        return self._filled[quarter]

    def _date(self, stored: Held) -> None:
        """Date what is held: stretches to their quarters, use to its day, or to no day where it spans two."""
        spans, held = stored.spans + self._growth.spans, stored.use
        for profile, use in self._growth.held.items():
            held.setdefault(profile, Use()).add(use)
        self._growth.spans, self._growth.held, self._growth.dated = [], {}, True
        days: set[int] = set()
        for span in spans:
            days |= self._place(span.start, span.end, span.state, span.senses).keys()
        for profile, use in held.items():
            if len(days) == 1:
                self._growth.day(min(days), profile, use)
            else:
                self._growth.undated.setdefault(profile, Use()).add(use)

    def _unix(self, boot: int) -> int:
        return (self.dating.anchor or 0) + boot

    def _local(self, unix: int) -> tuple[int, int, int]:
        """The local day since 1970, its weekday (Monday 0) and the second of the day, of a Unix second."""
        local = datetime.fromtimestamp(unix, self.timezone)
        day = local.toordinal() - _EPOCH
        return day, local.weekday(), local.hour * 3600 + local.minute * 60 + local.second


_EPOCH = datetime(1970, 1, 1).toordinal()


def merge(older: Growth, newer: Growth) -> None:
    """Add what is in `newer` to `older`."""
    for quarter, row in newer.slots.items():
        for name, seconds in row.items():
            older.slot(quarter, name, seconds)
    for quarter, bits in newer.worked.items():
        for bit, seconds in bits.items():
            older.work(quarter, bit, seconds)
    for (day, profile), use in newer.days.items():
        older.day(day, profile, use)
    for span in newer.spans:
        older.hold(span, {})
    for mine, theirs in ((older.held, newer.held), (older.undated, newer.undated)):
        for profile, use in theirs.items():
            mine.setdefault(profile, Use()).add(use)
    older.dated = older.dated or newer.dated
