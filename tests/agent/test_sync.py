"""The conversation (contract), rule by rule, from the agent's side."""

from __future__ import annotations

from random import Random

import pytest
from support.ledgers import D, T, act, day, fresh, slot

from socle_agent.growth import Growth, Use
from socle_agent.ledger import Ledger
from socle_agent.sync import Sync
from socle_core.wire import limits
from socle_core.wire.messages import Ack, Audit, Hello, Message, Presence, Rejected
from socle_core.wire.messages import Ledger as LedgerMessage

UNIX = 1_795_447_830.0


class Talk:
    """One agent's side, at boot second `now`. Without `audits` that of today was sent already."""

    def __init__(self, ledger: Ledger | None = None, *, seed: int = 1, audits: bool = False) -> None:
        self.ledger = fresh() if ledger is None else ledger
        if not audits:
            self.ledger.audited = int(UNIX // 86_400)
        self.now = 1000.0
        self.sync = Sync(self.ledger, self._greet, Random(seed))
        self.asks: list[str] = []

    def _greet(self, ask: str) -> Hello:
        return Hello(self.ledger.install, self.ledger.run, "bbbbbbbb", ask, self.ledger.head)

    def grow(self, *quarters: int) -> None:
        """A slot in each of these quarters grows."""
        for t in quarters:
            self.ledger.commit(slot(t), t)

    def note(self, messages: list[Message]) -> list[Message]:
        """Remember the asks."""
        self.asks += [message.ask for message in messages if not isinstance(message, Presence)]  # type: ignore[union-attr]
        return messages

    def connect(self) -> list[Message]:
        """A connection is made."""
        return self.note(self.sync.connected(self.now))

    def ack(
        self,
        rev: int,
        run: str | None = "aaaaaaaa",
        *,
        ask: str | None = None,
        install: str | None = None,
        keep_from: int = 0,
        unix: float = UNIX,
        rejected: tuple[Rejected, ...] = (),
    ) -> list[Message]:
        """The collector answers the latest ask, unless told; its mark is `rev` of `run`."""
        ack = Ack(
            install or self.ledger.install, ask or self.asks[-1], rev, unix, keep_from, run if rev else None, rejected
        )
        return self.note(self.sync.received(self.now, ack))

    def wait(self) -> list[Message]:
        """Time goes on to the deadline."""
        assert self.sync.deadline is not None
        self.now = self.sync.deadline
        return self.note(self.sync.due(self.now))

    def report(self) -> list[Message]:
        """The end of a quarter."""
        return self.note(self.sync.report(self.now))

    def greeted(self, rev: int = 0, run: str | None = "aaaaaaaa") -> list[Message]:
        """Connected, and its hello answered."""
        self.connect()
        return self.ack(rev, run)


def kinds(messages: list[Message]) -> list[str]:
    """The kinds of messages, by their topics."""
    return [type(message).__name__.lower() for message in messages]


def the_ledger(messages: list[Message]) -> LedgerMessage:
    """The one Ledger among them, alone."""
    (message,) = messages
    assert isinstance(message, LedgerMessage)
    return message


# 1. Connected: presence `online` (again after a resume), then `hello` with an ask never used before, and wait.


def test_rule_1_connected() -> None:
    """On a connection the agent says that it is online, then hello with its head, and waits."""
    talk = Talk()
    talk.grow(T)
    presence, hello = talk.connect()
    assert presence == Presence(talk.ledger.install, "aaaaaaaa", "online")
    assert isinstance(hello, Hello)
    assert (hello.install, hello.head) == (talk.ledger.install, 1)
    assert talk.report() == []
    assert not talk.sync.caught_up()


def test_rule_1_resumed() -> None:
    """After a resume, on a connection that stood, it says so again, under the new run; without one it says nothing."""
    talk = Talk()
    assert talk.sync.resumed(talk.now) == []
    talk.greeted()
    talk.ledger.begin("cccccccc", "bbbbbbbb")
    presence, hello = talk.sync.resumed(talk.now)
    assert presence == Presence(talk.ledger.install, "cccccccc", "online")
    assert isinstance(hello, Hello)
    assert hello.run == "cccccccc"


def test_rule_1_every_ask_is_new() -> None:
    """Every Hello, Ledger and Audit draws a new ask."""
    talk = Talk()
    for t in range(T, T + 20):
        talk.connect()
        talk.grow(t)
        message = the_ledger(talk.ack(talk.sync.mark or t - T))
        talk.ack(message.rev)
    assert len(talk.asks) >= 40
    assert len(set(talk.asks)) == len(talk.asks)
    assert all(limits.ID.fullmatch(ask) for ask in talk.asks)


# 2. and 3. The answer is the mark, rev 0 if none; only acks of this install and the latest ask are read.


def test_rule_2_no_mark_sends_all() -> None:
    """Where the collector has nothing, all rows are sent."""
    talk = Talk()
    talk.grow(T, T + 1)
    message = the_ledger(talk.greeted(0))
    assert (message.after, message.rev, len(message.slots)) == (0, 2, 2)


def test_rule_3_the_mark_is_the_truth_upwards() -> None:
    """Rows that the collector has, though no ack of them ever came, are not sent again."""
    talk = Talk()
    talk.grow(T, T + 1, T + 2)
    message = the_ledger(talk.greeted(2))
    assert (message.after, message.rev, [row.t for row in message.slots]) == (2, 3, [T + 2])


def test_rule_3_the_mark_is_the_truth_downwards() -> None:
    """A collector restored from an older copy gets again what it lost, at once when it says so to a Ledger."""
    talk = Talk()
    talk.grow(T, T + 1, T + 2)
    talk.ack(the_ledger(talk.greeted()).rev)
    assert talk.sync.caught_up()
    talk.grow(T + 3)
    assert the_ledger(talk.report()).after == 3
    message = the_ledger(talk.ack(1))
    assert (message.after, message.rev) == (1, 4)
    assert talk.ack(4) == []
    assert talk.sync.caught_up()


@pytest.mark.parametrize("odd", ["ask", "install", "both"])
def test_rule_3_acks_of_others_are_ignored(odd: str) -> None:
    """An ack of another install, of an earlier ask, or of none asked is not read."""
    talk = Talk()
    talk.grow(T)
    talk.connect()
    first = talk.asks[-1]
    talk.connect()
    ask = first if odd in ("ask", "both") else None
    install = "12345678" if odd in ("install", "both") else None
    assert talk.ack(1, ask=ask, install=install) == []
    assert (talk.sync.mark, talk.sync.last_ack) == (None, None)
    assert the_ledger(talk.ack(0)).after == 0


def test_rule_3_an_answer_is_read_once() -> None:
    """The second copy of an ack changes nothing and brings no message."""
    talk = Talk()
    talk.grow(T)
    talk.connect()
    hello = talk.asks[-1]
    the_ledger(talk.ack(0))
    assert talk.ack(0, ask=hello) == []
    assert talk.ack(1) == []
    assert talk.ack(0, ask=talk.asks[-1]) == []
    assert talk.sync.mark == 1


@pytest.mark.parametrize("mark", [2, 4, 50])
def test_rule_3_an_unknown_mark_lifts_all_rows(mark: int) -> None:
    """A mark that this ledger did not issue in that run means an older image: all rows go above both, and are sent."""
    talk = Talk()
    talk.grow(T, T + 1)
    talk.ledger.begin("cccccccc", "bbbbbbbb")
    talk.grow(T + 2)
    talk.connect()
    message = the_ledger(talk.ack(mark, "dddddddd"))
    assert (message.after, message.rev, len(message.slots)) == (mark, max(3, mark) + 3, 3)
    assert message.run == "cccccccc"
    assert talk.ack(message.rev, "cccccccc") == []
    assert talk.sync.caught_up()


def test_rule_3_at_rev_0_no_run_is_asked_for() -> None:
    """At mark 0 there is no run, and nothing is issued anew."""
    talk = Talk()
    talk.grow(T)
    message = the_ledger(talk.greeted(0))
    assert (message.rev, talk.ledger.head) == (1, 1)


def test_rule_3_a_mark_of_one_of_its_own_runs_is_known() -> None:
    """After a restart the mark names the run before, and nothing is sent again."""
    talk = Talk()
    talk.grow(T)
    talk.ledger.begin("cccccccc", "bbbbbbbb")
    assert talk.greeted(1, "aaaaaaaa") == []
    assert talk.sync.caught_up()


# 4. Rows above the mark? Send one Ledger, at most one in flight, wait for its ack, go on. Else wait for the quarter.


def test_rule_4_one_in_flight() -> None:
    """A backlog of several messages goes one by one, each after the ack of the one before."""
    talk = Talk()
    for d in range(D, D + 60):
        talk.ledger.commit(day(d, **{f"service-{n}-{'x' * 40}": 5 for n in range(100)}), T)
    message, count = the_ledger(talk.greeted()), 1
    while message.rev < talk.ledger.head:
        assert talk.report() == []
        following = the_ledger(talk.ack(message.rev))
        assert following.after == message.rev
        message, count = following, count + 1
    assert talk.ack(message.rev) == []
    assert count > 5


def test_rule_4_between_reports_nothing_is_sent() -> None:
    """What grows after a report waits for the next, whatever acks come."""
    talk = Talk()
    talk.grow(T)
    message = the_ledger(talk.greeted())
    talk.grow(T + 1)
    assert talk.ack(message.rev) == []
    assert talk.sync.deadline is None
    assert not talk.sync.caught_up()
    assert the_ledger(talk.report()).rev == 2


def test_rule_4_nothing_new_is_not_sent() -> None:
    """A report without news is silent."""
    talk = Talk()
    talk.grow(T)
    talk.ack(the_ledger(talk.greeted()).rev)
    assert talk.report() == []


# 6. No readable ack after w = 60, 120 … 900 s: a random 0–w more, then hello. A collector that returns: 0–120 s.


def test_rule_6_back_off() -> None:
    """Without answers the waits are 60, 120, 240, 480, 900, 900 … seconds, each and a random part of it more."""
    waits: list[list[tuple[float, float]]] = []
    for seed in range(30):
        talk = Talk(seed=seed)
        talk.connect()
        series = []
        for _ in range(7):
            asked = talk.now
            assert talk.wait() == []
            silent = talk.now - asked
            assert kinds(talk.wait()) == ["hello"]
            series.append((silent, talk.now - asked - silent))
        waits.append(series)
    for number, w in enumerate([60, 120, 240, 480, 900, 900, 900]):
        assert {round(series[number][0], 6) for series in waits} == {w}
        extra = [series[number][1] for series in waits]
        assert 0 <= min(extra) < w / 4
        assert 3 * w / 4 < max(extra) <= w


@pytest.mark.parametrize("what", ["ledger", "audit"])
def test_rule_6_for_every_question(what: str) -> None:
    """A Ledger or an Audit that no ack answers is followed by a hello too."""
    talk = Talk(audits=True)
    talk.grow(T)
    messages = talk.greeted(0 if what == "ledger" else 1)
    assert kinds(messages) == [what]
    assert talk.wait() == []
    assert kinds(talk.wait()) == ["hello"]


def test_rule_6_an_answer_in_the_random_part_counts() -> None:
    """The latest ask is still the latest while the random part passes: a slow collector is understood."""
    talk = Talk()
    talk.grow(T)
    talk.connect()
    talk.wait()
    talk.now += 0.1
    assert not talk.sync.reachable
    assert the_ledger(talk.ack(0)).rev == 1
    assert talk.sync.reachable


def test_rule_6_waits_begin_anew_when_all_is_there() -> None:
    """Once the collector has everything, the next silence is met with 60 s again."""
    talk = Talk()
    talk.connect()
    for _ in range(6):
        talk.wait()
    talk.ack(0)
    talk.grow(T)
    asked = talk.now
    talk.report()
    talk.wait()
    assert talk.now - asked == pytest.approx(60)


def test_rule_6_a_collector_that_returns_is_greeted() -> None:
    """When the collector turns from lost to online, hello follows after a random 0 to 120 s, spread over a fleet."""
    delays = []
    for seed in range(40):
        talk = Talk(seed=seed)
        talk.greeted()
        talk.sync.collector(talk.now, "online", retained=True)
        talk.sync.collector(talk.now, "lost", retained=False)
        assert not talk.sync.reachable
        assert talk.sync.deadline is None
        talk.sync.collector(talk.now, "online", retained=False)
        begun = talk.now
        assert kinds(talk.wait()) == ["hello"]
        delays.append(talk.now - begun)
    assert 0 <= min(delays) < 20
    assert 100 < max(delays) <= 120


@pytest.mark.parametrize("words", [["online"], ["lost", "online"], ["lost"]])
def test_rule_6_the_retained_word_is_no_return(words: list[str]) -> None:
    """What is retained, seen on subscribing, is no return of the collector; nor is online after online."""
    talk = Talk()
    talk.greeted()
    for word in words:
        talk.sync.collector(talk.now, word, retained=True)
    if words[-1] == "online":
        talk.sync.collector(talk.now, "online", retained=False)
    assert talk.sync.deadline is None


def test_rule_6_a_return_shortens_the_back_off() -> None:
    """A collector that comes back is greeted within two minutes, also where the next hello was a quarter away."""
    for seed in range(20):
        talk = Talk(seed=seed)
        talk.connect()
        talk.sync.collector(talk.now, "lost", retained=True)
        for _ in range(11):
            talk.wait()
        talk.sync.collector(talk.now, "online", retained=False)
        begun = talk.now
        talk.wait()
        assert talk.now - begun <= 120


def test_rule_6_an_answer_before_the_greeting_makes_it_needless() -> None:
    """If an ack comes before the greeting is due, the collector is known to be there and no hello is sent."""
    talk = Talk()
    talk.grow(T)
    talk.connect()
    talk.sync.collector(talk.now, "lost", retained=False)
    talk.sync.collector(talk.now, "online", retained=False)
    assert the_ledger(talk.ack(0)).rev == 1
    assert talk.sync.deadline == talk.now + 60


def test_a_lost_connection_ends_all_questions() -> None:
    """Without a connection nothing is awaited or said; the next one begins with hello, at once."""
    talk = Talk()
    talk.grow(T)
    talk.greeted()
    talk.sync.disconnected()
    assert (talk.sync.deadline, talk.sync.mark, talk.sync.reachable) == (None, None, False)
    assert talk.report() == []
    assert talk.sync.stopping(talk.now) == []
    talk.sync.collector(talk.now, "online", retained=False)
    assert talk.sync.deadline is None
    assert kinds(talk.connect()) == ["presence", "hello"]


# 7. Only rows that are fsynced: see test_ledger_files.py. 8. Before suspend and at a clean stop: flush, send, sleeping.


def test_rule_8_stopping() -> None:
    """At a stop what is new is sent, then `sleeping`."""
    talk = Talk()
    talk.greeted()
    talk.grow(T)
    ledger, presence = talk.sync.stopping(talk.now)
    assert isinstance(ledger, LedgerMessage)
    assert presence == Presence(talk.ledger.install, "aaaaaaaa", "sleeping")


# Audits.


def test_an_audit_once_a_utc_day() -> None:
    """When the mark equals the head the day's audit is sent, once, and is acked like a Ledger."""
    talk = Talk(audits=True)
    talk.grow(T)
    (audit,) = talk.ack(the_ledger(talk.greeted()).rev)
    assert isinstance(audit, Audit)
    assert (audit.rev, audit.run) == (1, "aaaaaaaa")
    assert talk.ack(1) == []
    talk.now += 7200
    talk.grow(T + 8)
    assert talk.ack(the_ledger(talk.report()).rev) == []
    talk.now += 86_400
    talk.grow(T + 100)
    assert kinds(talk.ack(the_ledger(talk.report()).rev, unix=UNIX + 86_400)) == ["audit"]


def test_an_audit_once_a_day_over_restarts() -> None:
    """The day of the last audit outlives the agent."""
    talk = Talk(audits=True)
    talk.grow(T)
    assert kinds(talk.greeted(1)) == ["audit"]
    again = Talk(talk.ledger, audits=True)
    assert again.greeted(1) == []


def test_no_audit_below_the_head() -> None:
    """Where rows are above the mark they are sent first; at mark 0 there is nothing to compare."""
    talk = Talk(audits=True)
    assert talk.greeted(0) == []
    talk.grow(T)
    message = the_ledger(talk.report())
    talk.grow(T + 1)
    rest = the_ledger(talk.ack(message.rev))
    assert (rest.after, rest.rev) == (1, 2)
    assert kinds(talk.ack(2)) == ["audit"]


def test_a_report_at_a_quarters_end_stops_before_the_quarter_just_begun() -> None:
    """What would be sent again in a quarter of an hour is left for then; at a stop everything goes."""
    talk = Talk()
    talk.greeted(0)
    growth = Growth(slots={T: {"powered": 900}, T + 1: {"powered": 20}})
    growth.day(20780, "pupil", Use(open=900))
    talk.ledger.commit(growth, T + 1)
    message = the_ledger(talk.note(talk.sync.report(talk.now, whole=False)))
    assert ([slot.t for slot in message.slots], len(message.days), message.rev) == ([T], 1, 2)
    assert talk.ack(2) == []
    assert not talk.sync.caught_up()
    assert [slot.t for slot in the_ledger(talk.report()).slots] == [T + 1]


def test_a_failed_audit_sends_all_again() -> None:
    """The mark 0 that follows a failed audit brings every row again."""
    talk = Talk(audits=True)
    talk.grow(T, T + 1)
    assert kinds(talk.greeted(2)) == ["audit"]
    message = the_ledger(talk.ack(0))
    assert (message.after, message.rev, len(message.slots)) == (0, 2, 2)
    assert talk.ack(2) == []


def test_an_audit_an_hour_whatever_day_it_is_said_to_be() -> None:
    """A collector whose days rush by gets one audit an hour."""
    talk = Talk(audits=True)
    talk.grow(T)
    talk.greeted(1)
    talk.ack(1)
    count = 0
    for number in range(1, 181):
        talk.now += 60
        talk.grow(T + number)
        unix = UNIX + 86_400 * number
        if talk.ack(the_ledger(talk.report()).rev, unix=unix):
            count += 1
            assert talk.ack(talk.ledger.head, unix=unix + 86_400) == []
    assert count == 3


# What acks tell beside the mark.


def test_refused_rows_are_settled() -> None:
    """Rows that the ack names as refused are left out of the next audit."""
    talk = Talk(audits=True)
    talk.grow(T, T + 1)
    message = the_ledger(talk.greeted())
    (audit,) = talk.ack(message.rev, rejected=(Rejected("slots", [T], "x"),))
    assert isinstance(audit, Audit)
    assert audit.months["2026-11"]["slots"] == 1


def test_rows_no_longer_wanted_are_forgotten() -> None:
    """`keep_from` deletes earlier rows, and the mark goes on to the head all the same."""
    talk = Talk()
    talk.grow(T, T + 1)
    talk.connect()
    message = the_ledger(talk.ack(0, keep_from=T + 1))
    assert [row.t for row in message.slots] == [T + 1]
    talk.ack(message.rev)
    assert talk.sync.mark == talk.ledger.head


@pytest.mark.parametrize(
    ("keep_from", "now", "own"),
    [
        (int(UNIX // 900) + 1, UNIX, None),
        (int(UNIX // 900) + 40_000, UNIX + 366 * 86_400, UNIX),
        (2**53, 1e300, None),
    ],
)
def test_a_collector_that_wants_only_the_future_is_in_error(keep_from: int, now: float, own: float | None) -> None:
    """A `keep_from` after now, by the collector's clock or this machine's proved one, deletes nothing."""
    talk = Talk()
    talk.grow(T)
    talk.connect()
    ack = Ack(talk.ledger.install, talk.asks[-1], 0, now, keep_from)
    assert the_ledger(talk.sync.received(talk.now, ack, own)).slots[0].t == T


def test_the_mark_is_remembered_for_making_room() -> None:
    """The ledger learns which rows the collector has."""
    talk = Talk()
    talk.grow(T, T + 1)
    talk.greeted(1)
    assert talk.ledger.acknowledged == 1
    talk.ledger.commit(Growth(), T)
    assert talk.ledger._meta.get("mark") == 1


def test_acts_and_health_are_reported_too() -> None:
    """Everything that has a revision is sent with the next report."""
    talk = Talk()
    talk.greeted()
    talk.ledger.add_act(act(1))
    talk.ledger.add_health(T, {"memory": {"used": 0.5}})
    message = the_ledger(talk.report())
    assert (len(message.acts), len(message.health)) == (1, 1)
