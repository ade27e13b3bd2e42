"""What grew in a ledger since it was last committed: whole seconds to add, and nothing that tells an hour of use.

A *use* is what days, undated rows and held use share: seconds open and active, and seconds by service.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Seconds = dict[str, int]


@dataclass
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


@dataclass
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


@dataclass
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
        """Add seconds during which the senses of these bits worked."""
        row = self.worked.setdefault(quarter, {})
        for bit in (1, 2, 4, 8, 16):
            if senses & bit:
                row[bit] = row.get(bit, 0) + seconds

    def day(self, day: int, profile: str, use: Use) -> None:
        """Add use to a day."""
        self.days.setdefault((day, profile), Use()).add(use)

    def hold(self, span: Span, uses: dict[str, Use]) -> None:
        """Keep a stretch that cannot be dated yet; its programs are kept apart from its moment."""
        if self.spans and span.continues(self.spans[-1]):
            self.spans[-1].end = span.end
        else:
            self.spans.append(span)
        for profile, use in uses.items():
            self.held.setdefault(profile, Use()).add(use)


@dataclass
class Held:
    """What a ledger holds of one boot without a date."""

    spans: list[Span] = field(default_factory=list)
    use: dict[str, Use] = field(default_factory=dict)


def add(left: int | None, right: int | None) -> int | None:
    """The sum, where None is unknown and below 0."""
    if left is None or right is None:
        return right if left is None else left
    return left + right
