"""What grew in a ledger since it was last committed: whole seconds to add, and nothing that tells an hour of use.

A *use* is what days, undated rows and held use share: seconds open and active, and seconds by service.
"""

from __future__ import annotations

from socle_core.dataclass import dataclass, field

Seconds = dict[str, int]
SENSE_BITS = (1, 2, 4, 8, 16)
MEASURED = 0
"""In `worked`, beside the senses' bits: the quarter was measured at all, so that it ends with senses 0, not unknown."""


@dataclass(slots=True)
class Use:
    """Seconds of use under one profile. `open`, `active`: None where no sense tells.

    `services`: catalogue id → [seconds present, seconds in front or None where that is unknown].
    """

    open: int | None = None
    active: int | None = None
    services: dict[str, list[int | None]] = field(default_factory=dict)

    def add(self, other: Use) -> None:
        """Add the seconds of `other`; unknown plus known is known."""
        self.open = add(self.open, other.open)
        self.active = add(self.active, other.active)
        for service, (present, focus) in other.services.items():
            mine = self.services.setdefault(service, [0, None])
            mine[0], mine[1] = add(mine[0], present), add(mine[1], focus)


@dataclass(slots=True)
class Span:
    """A stretch of one state, not yet dated: boot seconds `start` to `end`, and no program.

    `state` holds the slot fields that applied (name → whether it was true), such as {"powered": True, "open": False};
    `senses` the bits of the senses that worked; `profile` the one profile it counts under.
    """

    start: int
    end: int
    profile: str
    senses: int
    state: dict[str, bool]

    def continues(self, other: Span) -> bool:
        """Whether `other`, the stretch before, can be prolonged by this one."""
        return self.start == other.end and (self.profile, self.senses, self.state) == (
            other.profile,
            other.senses,
            other.state,
        )


@dataclass(slots=True)
class Growth:
    """Whole seconds to add to the ledger in one commit.

    `slots`: quarter → field → seconds. `days`: (local day, profile) → use. `worked`: quarter → sense bit → seconds.
    `spans`, `held`: the same use of this boot while it cannot be dated, `held` by profile.
    `dated`: the held use of this boot has been dated by this growth and leaves the ledger with it.
    `undated`: by profile, use of this boot that no proof can give to one day.
    """

    slots: dict[int, Seconds] = field(default_factory=dict)
    days: dict[tuple[int, str], Use] = field(default_factory=dict)
    worked: dict[int, dict[int, int]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    held: dict[str, Use] = field(default_factory=dict)
    dated: bool = False
    undated: dict[str, Use] = field(default_factory=dict)

    def slot(self, quarter: int, name: str, seconds: int) -> None:
        """Add seconds to a field of a quarter; 0 makes it known."""
        row = self.slots.setdefault(quarter, {})
        row[name] = row.get(name, 0) + seconds

    def work(self, quarter: int, senses: int, seconds: int) -> None:
        """Add observed seconds, during which the senses of these bits worked."""
        row = self.worked.setdefault(quarter, {})
        for bit in (MEASURED, *SENSE_BITS):
            if bit == MEASURED or senses & bit:
                row[bit] = row.get(bit, 0) + seconds

    def day(self, day: int, profile: str, use: Use) -> None:
        """Add use to a day."""
        self.days.setdefault((day, profile), Use()).add(use)

    def hold(self, span: Span) -> None:
        """Keep a stretch that cannot be dated yet."""
        if self.spans and span.continues(self.spans[-1]):
            self.spans[-1].end = span.end
        else:
            self.spans.append(span)

    def add(self, newer: Growth) -> None:
        """Add what grew after this, as if it had been one growth."""
        for quarter, row in newer.slots.items():
            for name, seconds in row.items():
                self.slot(quarter, name, seconds)
        for quarter, bits in newer.worked.items():
            mine = self.worked.setdefault(quarter, {})
            for bit, seconds in bits.items():
                mine[bit] = mine.get(bit, 0) + seconds
        for (day, profile), use in newer.days.items():
            self.day(day, profile, use)
        for span in newer.spans:
            self.hold(span)
        add_uses(self.held, newer.held)
        add_uses(self.undated, newer.undated)
        self.dated = self.dated or newer.dated


@dataclass(slots=True)
class Held:
    """What a ledger holds of one boot without a date."""

    spans: list[Span] = field(default_factory=list)
    use: dict[str, Use] = field(default_factory=dict)


def add(left: int | None, right: int | None) -> int | None:
    """The sum, where None is unknown and below 0."""
    if left is None or right is None:
        return right if left is None else left
    return left + right


def add_uses(uses: dict[str, Use], more: dict[str, Use]) -> None:
    """Add use by profile to use by profile."""
    for profile, use in more.items():
        uses.setdefault(profile, Use()).add(use)
