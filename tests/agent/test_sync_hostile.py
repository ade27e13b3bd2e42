"""Whatever a broken or hostile collector answers, and however fast, the agent does not run hot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.ledgers import T, everything, fresh, slot

from socle_agent.ledger import Ledger
from socle_agent.sync import Sync
from socle_core.wire.encode import encode
from socle_core.wire.messages import Ack, Hello, Message, Presence, Rejected
from socle_core.wire.messages import Ledger as LedgerMessage

UNIX = 1_795_447_830.0
HOUR = 3600.0
A_DAY = 86_400.0


@dataclass(frozen=True)
class Answer:
    """How to answer one message. `mark`: what of the message, or of the ledger, the mark is said to be."""

    mark: str
    offset: int
    run: str
    later_days: float
    keep_from: int
    rejected: bool

    def to(self, message: Message, ledger: Ledger) -> Ack:
        """The ack."""
        after, rev = (message.after, message.rev) if isinstance(message, LedgerMessage) else (0, ledger.head)
        words = {
            "zero": 0,
            "after": after,
            "rev": rev,
            "head": ledger.head,
            "beyond": ledger.head + 1000,
            "huge": 2**53,
        }
        mark = min(2**53, max(0, words[self.mark] + self.offset))
        run = {"right": ledger._revisions.run_of(mark), "own": ledger.run, "other": "0123abcd"}[self.run]
        refused = (Rejected("slots", [T], "no"),) if self.rejected else ()
        assert not isinstance(message, Presence)
        return Ack(
            ledger.install,
            message.ask,
            mark,
            UNIX + self.later_days * A_DAY,
            self.keep_from,
            run,
            refused,
            101,  # type: ignore[union-attr]
        )


answers = st.builds(
    Answer,
    st.sampled_from(["zero", "after", "rev", "head", "beyond", "huge"]),
    st.integers(-2, 2),
    st.sampled_from(["right", "own", "other"]),
    st.floats(-2, 400),
    st.sampled_from([0, T, T + 3]),
    st.booleans(),
)


class World:
    """An agent that grows each minute, reports each quarter, and meets a collector that answers at once."""

    def __init__(self, choose: Callable[[int], Answer | None], seed: int) -> None:
        self.ledger = fresh()
        self.sync = Sync(self.ledger, self._greet, Random(seed))
        self.choose = choose
        self.now = 1000.0
        self.count = self.hellos = 0

    def _greet(self, ask: str) -> Hello:
        return Hello(self.ledger.install, self.ledger.run, "bbbbbbbb", ask, self.ledger.head)

    def talk(self, messages: list[Message]) -> None:
        """Publish, be answered, go on; as long as it takes without time going on."""
        at_once = 0
        while messages:
            self.count += len(messages)
            self.hellos += sum(isinstance(message, Hello) for message in messages)
            at_once += len(messages)
            assert at_once < 20, "a loop without end"
            assert all(len(encode(message)) <= 65_536 for message in messages)
            answered: list[Message] = []
            for message in messages:
                how = None if isinstance(message, Presence) else self.choose(self.count)
                if how is not None:
                    answered += self.sync.received(self.now, how.to(message, self.ledger))
            messages = answered

    def live(self, seconds: float, flicker: float | None) -> None:
        """Time passes; with `flicker` the collector says lost and online again every so many seconds."""
        self.talk(self.sync.connected(self.now))
        end, minute = self.now + seconds, self.now + 60
        word = self.now + flicker if flicker else end
        while self.now < end:
            self.now = min(minute, word, end, self.sync.deadline or end)
            self.talk(self.sync.due(self.now))
            if self.now >= minute:
                minute += 60
                self.ledger.commit(slot(T + int(self.now) // 900), None)
                if int(self.now) % 900 < 60:
                    self.talk(self.sync.report(self.now))
            if self.now >= word and flicker:
                word += flicker
                self.sync.collector(self.now, "lost", retained=False)
                self.sync.collector(self.now, "online", retained=False)


@settings(max_examples=100)
@given(st.lists(answers | st.none(), min_size=1, max_size=5), st.integers(0, 1000))
def test_messages_in_an_hour_are_bounded(pattern: list[Answer | None], seed: int) -> None:
    """Answered by any repeated pattern of acks, or none, an agent says few things an hour, and loses no row."""
    world = World(lambda number: pattern[number % len(pattern)], seed)
    world.live(4 * HOUR, flicker=None)
    assert world.count < 400
    assert sum(len(message.slots) for message in everything(world.ledger)) == world.ledger.totals()["slots"]


@settings(max_examples=40)
@given(st.lists(answers | st.none(), min_size=1, max_size=5), st.integers(0, 1000), st.floats(0.5, 300), st.booleans())
def test_a_flickering_collector_is_greeted_at_leisure(
    pattern: list[Answer | None], seed: int, flicker: float, right: bool
) -> None:
    """However often the collector comes and goes, hellos are some minutes apart in the mean of hours."""
    good = Answer("rev", 0, "right", 0, 0, rejected=False)
    world = World(lambda number: good if right else pattern[number % len(pattern)], seed)
    world.live(4 * HOUR, flicker)
    assert world.hellos < 4 * 100
    assert world.count < 4 * 300


@pytest.mark.parametrize("pattern", ["zero", "beyond", "huge"])
def test_useless_answers_are_met_with_growing_patience(pattern: str) -> None:
    """A collector whose mark never is what was sent is asked ever more rarely, down to a few times an hour."""
    how = Answer(pattern, 0, "other", 0, 0, rejected=False)
    world = World(lambda _: how, 1)
    world.live(2 * HOUR, flicker=None)
    before = world.count
    world.live(4 * HOUR, flicker=None)
    assert world.count - before < 4 * 30


def test_an_endless_climb_is_not_followed() -> None:
    """A collector that always claims more than was sent cannot drive revisions beyond what a message can bear."""
    how = Answer("beyond", 2**45, "other", 0, 0, rejected=False)
    world = World(lambda _: how, 1)
    world.live(48 * HOUR, flicker=None)
    assert world.ledger.head < 2**53
    assert world.count < 48 * 30


def test_an_error_of_the_ledger_is_followed_by_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the ledger cannot take what an ack says, the error is passed on and hello comes after a while."""
    world = World(lambda _: None, 1)
    world.ledger.commit(slot(T), T)

    def fail(_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(world.ledger, "reissue", fail)
    _, hello = world.sync.connected(world.now)
    bad = Answer("beyond", 0, "other", 0, 0, rejected=False).to(hello, world.ledger)
    with pytest.raises(OSError, match="no room"):
        world.sync.received(world.now, bad)
    assert world.sync.report(world.now) == []
    deadline = world.sync.deadline
    assert deadline is not None
    assert world.now <= deadline <= world.now + 60
    monkeypatch.undo()
    (hello,) = world.sync.due(deadline)
    good = Answer("zero", 0, "own", 0, 0, rejected=False).to(hello, world.ledger)
    assert isinstance(world.sync.received(deadline, good)[0], LedgerMessage)
