"""The agent's side of "The conversation" (contract), as a state machine without I/O but its ledger.

    connected ──hello──► waiting ──ack──► rows above the mark? ──ledger──► waiting ──ack──► …
                            │                     └─ none ─► idle, until the next report
                            └─ no readable ack after w = 60, 120 … 900 s: a random 0–w more, then hello

The caller passes what happened and the time (CLOCK_BOOTTIME, in seconds), publishes the messages returned, and
calls `due` at `deadline`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from socle_agent.ledger import Ledger
from socle_core.wire.messages import Ack, Audit, Hello, Message, Presence
from socle_core.wire.messages import Ledger as LedgerMessage
from socle_core.wire.topics import new_id

FIRST_WAIT_S, LONGEST_WAIT_S = 60.0, 900.0
RETURN_S = 120.0
"""A collector that came back is greeted within this time, so that a fleet does not come all at once."""


@dataclass
class Question:
    """The message that waits for an ack: its `ask`, when it was sent and until when an answer is awaited."""

    ask: str
    sent_at: float
    until: float
    ledger: LedgerMessage | None = None


class Sync:
    """Keeps a collector's copy of one ledger up to date.

    `greet(ask)` makes the Hello of this machine. `mark`: the collector's, None before its first answer on this
    connection. `reachable`: the collector answers.
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

    @property
    def deadline(self) -> float | None:
        """When `due` is to be called; None while nothing is awaited."""
        times = [self._hello_at, self._question.until if self._question else None]
        return min((at for at in times if at is not None), default=None)

    def connected(self, now: float) -> list[Message]:
        """A connection was made and its subscriptions asked for."""
        self._connected, self._collector = True, None
        return [self.presence("online"), self._hello(now)]

    def disconnected(self) -> None:
        """The connection is gone, and with it every question."""
        self._connected = self.reachable = False
        self._question = self._hello_at = self.mark = None

    def resumed(self, now: float) -> list[Message]:
        """The machine woke up: a new run was begun, and what was asked before the suspend is void."""
        return [self.presence("online"), self._hello(now)] if self._connected else []

    def report(self, now: float) -> list[Message]:
        """Send what the ledger holds up to now: called at the end of a quarter, once it is committed."""
        self._target = self._ledger.head
        return self._go_on(now) if self._idle() else []

    def answers(self, ack: Ack) -> bool:
        """Whether this ack is for this ledger and answers the latest question; only such acks are read."""
        return self._question is not None and (ack.install, ack.ask) == (self._ledger.install, self._question.ask)

    def age(self, now: float) -> float:
        """Seconds since the question was asked."""
        return now - self._question.sent_at if self._question else float("inf")

    def received(self, now: float, ack: Ack) -> list[Message]:
        """Take the collector's word for what it has, up or down, and go on from there."""
        if not self.answers(ack) or self._question is None:
            return []
        sent, self._question, self._hello_at = self._question.ledger, None, None
        self._answered(now, ack, sent)
        if sent is None:
            self._target = self._ledger.head
        elif ack.rev <= sent.after:
            return self._stalled(now)
        self._wait = FIRST_WAIT_S
        return self._go_on(now, day=int(ack.now // 86400))

    def collector(self, now: float, state: str, *, retained: bool) -> None:
        """The collector's own word: when it comes back, it is greeted after a while."""
        came_back = state == "online" and self._collector != "online" and not retained
        self._collector = state
        if came_back and self._connected:
            self._hello_at = now + self._rng.uniform(0, RETURN_S)
        if state == "lost":
            self.reachable = False

    def due(self, now: float) -> list[Message]:
        """Do what its time has come for."""
        if self._hello_at is not None and now >= self._hello_at:
            return [self._hello(now)]
        if self._question is not None and now >= self._question.until:
            self._unanswered(now)
        return []

    def presence(self, state: str) -> Presence:
        """This machine's Presence."""
        return Presence(self._ledger.install, self._ledger.run, state)

    def caught_up(self) -> bool:
        """Whether the collector has all that the ledger holds."""
        return self._idle() and self.mark == self._ledger.head

    def _idle(self) -> bool:
        return self._connected and self._question is None and self._hello_at is None and self.mark is not None

    def _answered(self, now: float, ack: Ack, sent: LedgerMessage | None) -> None:
        ledger = self._ledger
        self.mark, self.last_ack, self.reachable = ack.rev, now, True
        if 0 <= ack.keep_from <= ack.now // 900:  # a collector cannot want only the future
            ledger.forget_before(ack.keep_from)
        if sent is not None and ack.rev >= sent.rev:
            ledger.settle(ack, sent)
        if ack.rev and not ledger.issued(ack.rev, ack.run):
            ledger.reissue(ack.rev)
            self._target = ledger.head
        ledger.acknowledged = ack.rev

    def _go_on(self, now: float, day: int | None = None) -> list[Message]:
        """Send the next rows up to the report's end; once all is there, the day's audit."""
        mark = self.mark or 0
        if mark < self._target:
            return [self._ask_ledger(now, mark)]
        if day is not None and mark and mark == self._ledger.head and day > self._ledger.audited:
            return self._ask_audit(now, day)
        return []

    def _ask_ledger(self, now: float, mark: int) -> LedgerMessage:
        question = self._ask(now)
        question.ledger = self._ledger.message(mark, question.ask)
        return question.ledger

    def _ask_audit(self, now: float, day: int) -> list[Message]:
        audit: Audit | None = self._ledger.audit(new_id(self._rng))
        if audit is None:
            return []
        self._ask(now).ask = audit.ask
        self._ledger.audited = day
        return [audit]

    def _hello(self, now: float) -> Hello:
        self._hello_at = None
        return self._greet(self._ask(now).ask)

    def _ask(self, now: float) -> Question:
        self._question = Question(new_id(self._rng), now, now + self._wait)
        return self._question

    def _unanswered(self, now: float) -> None:
        self._question, self.reachable = None, False
        self._back_off(now)

    def _stalled(self, now: float) -> list[Message]:
        """The mark did not move past what was sent: once that is news, twice in a row it is no answer."""
        if self._wait > FIRST_WAIT_S:
            self._back_off(now)
            return []
        self._wait = min(2 * self._wait, LONGEST_WAIT_S)
        self._target = self._ledger.head
        return self._go_on(now)

    def _back_off(self, now: float) -> None:
        self._hello_at = now + self._rng.uniform(0, self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT_S)
