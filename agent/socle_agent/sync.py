"""The agent's side of "The conversation" (contract), as a state machine without I/O but its ledger.

    connected ──hello──► waiting ──ack──► rows above the mark? ──ledger──► waiting ──ack──► …
                            │                     └─ none ─► idle, until the next report
                            └─ no readable ack after w = 60, 120 … 900 s: a random 0–w more, then hello

The caller passes what happened and the time (CLOCK_BOOTTIME, in seconds), publishes the messages returned, and
calls `due` at `deadline`. Whatever a collector answers, the messages in an hour are bounded: after an answer that
leads nowhere the same wait as after none is kept, and w begins anew only when all that was to be sent is there.
"""

from __future__ import annotations

from collections.abc import Callable

from socle_agent.ledger import Ledger
from socle_core.clock import LATEST
from socle_core.dataclass import dataclass
from socle_core.wire.messages import Ack, Hello, Message, Presence
from socle_core.wire.messages import Ledger as LedgerMessage
from socle_core.wire.topics import new_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random

FIRST_WAIT_S, LONGEST_WAIT_S = 60.0, 900.0
RETURN_S = 120.0
"""A collector that came back is greeted within this time, so that a fleet does not come all at once."""
AUDIT_S = 3600.0
"""At least so long between two audits, whatever day the collector says it is."""
HIGHEST_MARK = 2**53 - 2**32
"""An ack with a higher mark is not read: it would leave no revisions to go on with."""
_LONG_AGO = float("-inf")


@dataclass(slots=True)
class Question:
    """The latest message that asks for an ack: its `ask`, when it was sent, and the Ledger if it was one.

    `until`: when an answer is no longer waited for, though still read; None once that has passed.
    """

    ask: str
    sent_at: float
    until: float | None
    ledger: LedgerMessage | None = None


class Sync:
    """Keeps a collector's copy of one ledger up to date.

    `greet(ask)` makes the Hello of this machine. `mark`: the collector's, None before its first answer on this
    connection. `reachable`: the collector answers. Where the ledger raises, the error passes through, and the
    collector is asked again after a while.
    """

    def __init__(self, ledger: Ledger, greet: Callable[[str], Hello], rng: Random) -> None:
        self.mark: int | None = None
        self.reachable = False
        self.last_ack: float | None = None
        self._ledger = ledger
        self._greet = greet
        self._rng = rng
        self._connected = False
        self._collector: str | None = None
        self._question: Question | None = None
        self._hello_at: float | None = None
        self._wait = FIRST_WAIT_S
        self._target = 0
        self._set_back_at = self._audited_at = _LONG_AGO

    @property
    def deadline(self) -> float | None:
        """When `due` is to be called; None while nothing is awaited."""
        times = [self._hello_at, self._question.until if self._question else None]
        return min((at for at in times if at is not None), default=None)

    def connected(self, now: float) -> list[Message]:
        """A connection was made and its subscriptions asked for."""
        self.disconnected()
        self._connected, self._collector, self._wait = True, None, FIRST_WAIT_S
        return self.resumed(now)

    def disconnected(self) -> None:
        """The connection is gone, and with it every question."""
        self._connected = self.reachable = False
        self._question = self._hello_at = self.mark = None

    def resumed(self, now: float) -> list[Message]:
        """The machine woke up: a new run was begun, and what was asked before the suspend is void."""
        return [self.presence("online"), self._hello(now)] if self._connected else []

    def report(self, now: float, *, whole: bool = True) -> list[Message]:
        """Send what the ledger holds up to now, once it is committed.

        Not `whole`, at the end of a quarter: without the quarter just begun, which would be sent again.
        """
        self._target = self._ledger.head if whole else self._ledger.ended
        return self._go_on(now) if self.idle() else []

    def stopping(self, now: float) -> list[Message]:
        """The machine is about to sleep, or the agent to stop; all is committed."""
        return [*self.report(now), self.presence("sleeping")] if self._connected else []

    def answers(self, ack: Ack) -> bool:
        """Whether this ack is for this ledger and answers the latest question; only such acks are read."""
        question = self._question
        if question is None or ack.rev > HIGHEST_MARK:
            return False
        return (ack.install, ack.ask) == (self._ledger.install, question.ask)

    def age(self, now: float) -> float:
        """Seconds since the question was asked."""
        return now - self._question.sent_at if self._question else float("inf")

    def received(self, now: float, ack: Ack, unix: float | None = None) -> list[Message]:
        """Take the collector's word for what it has, up or down, and go on from there.

        `unix`: this machine's own time where it is proved; a collector that wants less than up to then is in error.
        """
        if self._question is None or not self.answers(ack):
            return []
        sent, self._question, self._hello_at = self._question.ledger, None, None
        try:
            went_on = self._take(now, ack, sent, min(ack.now, LATEST if unix is None else unix))
            return self._go_on(now, int(ack.now // 86400)) if went_on else self._set_back(now)
        except Exception:
            self._back_off(now)
            raise

    def collector(self, now: float, state: str, *, retained: bool) -> None:
        """The collector's own word: when it comes back, it is greeted after a while."""
        came_back = state == "online" and self._collector != "online" and not retained
        self._collector = state
        if came_back and self._connected and (self._hello_at is None or self._hello_at > now + RETURN_S):
            self._hello_at = now + self._rng.uniform(0, RETURN_S)
        if state == "lost":
            self.reachable = False

    def due(self, now: float) -> list[Message]:
        """Do what its time has come for."""
        if self._hello_at is not None and now >= self._hello_at:
            return [self._hello(now)]
        if self._question is not None and self._question.until is not None and now >= self._question.until:
            self._question.until, self.reachable = None, False
            self._back_off(now)
        return []

    def presence(self, state: str) -> Presence:
        """This machine's Presence."""
        return Presence(self._ledger.install, self._ledger.run, state)

    def caught_up(self) -> bool:
        """Whether the collector has all that the ledger holds."""
        return self.idle() and self.mark == self._ledger.head

    def idle(self) -> bool:
        """Whether the collector has answered all that was asked on this connection."""
        return self._connected and self._question is None and self._hello_at is None and self.mark is not None

    def _take(self, now: float, ack: Ack, sent: LedgerMessage | None, unix: float) -> bool:
        """Bring the ledger to what the ack says; tell whether what was `sent` is there."""
        ledger = self._ledger
        self.mark, self.last_ack, self.reachable = ack.rev, now, True
        if 0 <= ack.keep_from <= unix // 900:
            ledger.forget_before(ack.keep_from)
        if sent is not None and ack.rev >= sent.rev:
            ledger.settle(ack, sent)
        known = not ack.rev or ledger.issued(ack.rev, ack.run)
        if not known:
            ledger.reissue(ack.rev)
        ledger.acknowledged = ack.rev
        if sent is None or not known:
            self._target = ledger.head
        return sent is None or (known and ack.rev >= sent.rev)

    def _go_on(self, now: float, day: int | None = None) -> list[Message]:
        """Send the next rows up to the report's end; once all is there, the day's audit."""
        mark = self.mark or 0
        if mark < self._target:
            return [self._ask_ledger(now, mark)]
        self._wait = FIRST_WAIT_S
        if day is None or not mark or not self._audit_due(now, day):
            return []
        self._target = self._ledger.head  # an audit is of all
        return [self._ask_ledger(now, mark)] if mark < self._target else self._ask_audit(now, day)

    def _set_back(self, now: float) -> list[Message]:
        """The mark is not where what was sent had to bring it: begin anew from it, at once but once a minute."""
        self._target = self._ledger.head
        recently, self._set_back_at = now < self._set_back_at + FIRST_WAIT_S, now
        if not recently:
            return self._go_on(now)
        self._back_off(now)
        return []

    def _ask_ledger(self, now: float, mark: int) -> LedgerMessage:
        message = self._ledger.message(mark, new_id(self._rng), self._target)
        self._ask(now, message.ask).ledger = message
        return message

    def _audit_due(self, now: float, day: int) -> bool:
        return day != self._ledger.audited and now >= self._audited_at + AUDIT_S

    def _ask_audit(self, now: float, day: int) -> list[Message]:
        audit = self._ledger.audit(new_id(self._rng))
        if audit is None:
            return []
        self._ledger.audited, self._audited_at = day, now
        self._ask(now, audit.ask)
        return [audit]

    def _hello(self, now: float) -> Hello:
        self._hello_at = None
        return self._greet(self._ask(now, new_id(self._rng)).ask)

    def _ask(self, now: float, ask: str) -> Question:
        self._question = Question(ask, now, now + self._wait)
        return self._question

    def _back_off(self, now: float) -> None:
        self._hello_at = now + self._rng.uniform(0, self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT_S)
