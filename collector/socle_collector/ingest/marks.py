"""The conversation of the contract, as far as it needs no database: what is stored, what is acknowledged.

Worked example. The mark of an install is (1180, run A). A Ledger with after=1180, rev=1234 of run A is stored
and moves the mark to (1234, A). Delivered again, its `after` is below the mark: it is stored again, which
changes nothing, and the mark stays. A Ledger with after=1300 is not stored, for rows between 1234 and 1300 would
be missing below its mark. All three are acknowledged with the mark as it then is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from socle_collector.ingest.names import id_number
from socle_core.wire.messages import Ledger

DAY_S = 86_400
LONGEST_PAUSE_DAYS = 30

Sums = dict[str, int]


@dataclass(slots=True)
class Mark:
    """What is stored of one install: revision `rev`, issued in `run` (a number); 0 and None: nothing.

    `heard_at`: when the install last sent something. `resets`: failed audits in a row that set the mark to 0, the
    last of them at `reset_at`. Times in seconds since 1970.
    """

    rev: int = 0
    run: int | None = None
    heard_at: float = 0.0
    resets: int = 0
    reset_at: float | None = None

    def covers(self, ledger: Ledger) -> bool:
        """Whether a Ledger can be stored: everything below its rows is here."""
        return ledger.after <= self.rev

    def advance(self, ledger: Ledger) -> None:
        """Note that a Ledger which is covered was stored."""
        if ledger.rev > self.rev:
            self.rev, self.run = ledger.rev, id_number(ledger.run)

    def compares(self, rev: int, run: int) -> bool:
        """Whether an audit of that revision speaks of exactly what is stored."""
        return self.rev != 0 and (rev, run) == (self.rev, self.run)

    def settle(self, missing: bool, now: float) -> None:
        """Draw the consequence of an audit that was compared: nothing, or send everything again."""
        if not missing:
            self.resets, self.reset_at = 0, None
        elif self._may_reset(now):
            self.resets, self.reset_at = self.resets + 1, now
            self.rev, self.run = 0, None

    def _may_reset(self, now: float) -> bool:
        """The n-th reset in a row, n ≥ 2, waits min(2^(n-1), 30) days after the one before."""
        if self.reset_at is None:
            return True
        pause_days = min(1 << min(self.resets, 5), LONGEST_PAUSE_DAYS)
        return now - self.reset_at >= pause_days * DAY_S


@dataclass(frozen=True, slots=True)
class Difference:
    """What an audit found, by "2026-11 powered": seconds or rows that are `missing` here, and the `surplus`.

    A surplus alone is no fault: more is held only where an older image of the disk came back.
    """

    missing: Sums = field(default_factory=dict)
    surplus: Sums = field(default_factory=dict)


def compare(told: Mapping[str, int], held: Mapping[str, int]) -> Difference:
    """Compare every sum told with the sum held under the same name."""
    more = {name: value - held[name] for name, value in told.items()}
    return Difference(
        {name: value for name, value in more.items() if value > 0},
        {name: -value for name, value in more.items() if value < 0},
    )
