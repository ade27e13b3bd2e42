"""What is stored and answered: the conversation, and every row of "What bad input gets"."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.desk import DEVICE, INSTALL, OTHER, RUN, HandDesk
from support.wire import ACT, GOOD_ROWS, KEEP_FROM, NOW, D, T

from socle_collector.ingest.acks import ack
from socle_collector.ingest.post import Answer, Letter
from socle_core.wire.encode import encode
from socle_core.wire.messages import Ack

SERVICES = "SELECT service, present, focus FROM service_day ORDER BY service"


def every_kind() -> dict[str, list[Any]]:
    """A row of each kind."""
    return {kind: [row] for kind, row in GOOD_ROWS.items()}


def test_hello_is_always_answered(desk: HandDesk) -> None:
    """An install that nobody knew gets the mark 0, without a run; later the mark it has."""
    first = desk.say_hello(ask="01c2d3e4")
    assert first == Ack(INSTALL, "01c2d3e4", 0, NOW, KEEP_FROM)
    desk.tell(rev=7)
    assert (desk.say_hello().rev, desk.say_hello(run="000000bb").run) == (7, RUN)


def test_a_ledger_is_stored(desk: HandDesk) -> None:
    """Every kind of row is stored, the mark moves to its revision and run, and the ack says so."""
    answer = desk.tell(rev=1234, ask="01c2d3e4", **every_kind())
    assert answer == Ack(INSTALL, "01c2d3e4", 1234, NOW, KEEP_FROM, RUN)
    assert desk.totals() == {
        "rev": 1234, "slots": 1, "powered": 900, "observed": 900, "open": 880, "active": 612, "days": 1,
        "present": 480, "focus": 400, "undated": 5400, "health": 1, "acts": 1, "reconciled": None,
    }  # fmt: skip
    assert desk.query(SERVICES) == [("gcompris", 420, 400), ("lumni", 60, None)]


def test_stored_as_told(desk: HandDesk) -> None:
    """Each column holds its key, and an absent number is NULL, not 0."""
    desk.tell(**{**every_kind(), "slots": [GOOD_ROWS["slots"], {"t": T + 1}]})
    names = "powered, observed, charging, online, open, active, display, senses"
    slots = desk.query(f"SELECT {names} FROM slots ORDER BY t")
    assert slots == [(900, 900, 0, 871, 880, 612, 0, 31), (None,) * 8]
    assert desk.query("SELECT device, install, date::text, profile, open, active FROM day") == [
        (DEVICE, INSTALL, "2026-11-23", "pupil", 3100, 2500)
    ]
    assert desk.query("SELECT id_name(boot), profile, powered, observed, open, active, services FROM undated") == [
        ("1b00c4e7", 1, 5400, 5400, 5000, 3000, [])
    ]
    assert desk.query("SELECT t, rev, groups FROM health") == [(T, 1, {"battery": GOOD_ROWS["health"]["battery"]})]
    assert desk.query("SELECT id::text, d, kind, minutes, about, re FROM acts") == [
        (ACT, D, "training", 90, "gcompris", None)
    ]


def test_delivered_again(desk: HandDesk) -> None:
    """The same Ledger again, or an hour later, changes nothing and is acked with the mark."""
    letter = desk.letter("ledger", b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","ask":"01c2d3e4","after":0,"rev":5,'
                         b'"slots":[{"t":1994941,"powered":9}]}')  # fmt: skip
    assert [a.rev for a in desk.handle(letter, letter)] == [5, 5]
    before = desk.totals()
    desk.clock.advance(3600)
    assert [a.rev for a in desk.handle(letter)] == [5]
    assert desk.totals() == before


def test_a_gap_is_not_stored(desk: HandDesk) -> None:
    """A Ledger whose `after` is above the mark is acked with the mark, and not one row of it is taken."""
    desk.tell(rev=5)
    answer = desk.tell(after=6, rev=9, slots=[{"t": T, "powered": 901}, {"t": T, "powered": 9}])
    assert (answer.rev, answer.rejected, desk.totals()["slots"]) == (5, (), 0)


def test_a_batch_in_order(desk: HandDesk) -> None:
    """Within one batch each message meets the mark that the one before it left."""
    ledgers = [
        json.dumps({"v": 1, "install": INSTALL, "run": RUN, "ask": f"0000000{n}", "after": after, "rev": rev}).encode()
        for n, (after, rev) in enumerate([(3, 9), (0, 3), (3, 9), (3, 3)])
    ]
    assert [a.rev for a in desk.handle(*(desk.letter("ledger", one) for one in ledgers))] == [0, 3, 9, 9]


def test_installs_are_apart(desk: HandDesk) -> None:
    """Devices and installs have marks and rows of their own."""
    desk.tell(rev=5, slots=[{"t": T, "powered": 9}])
    assert desk.tell(OTHER, rev=2).rev == 2
    assert desk.tell(install="000000ff", after=1).rev == 0
    assert desk.totals(OTHER)["slots"] == 0


@pytest.mark.parametrize("kind", ["ledger", "hello", "audit", "presence"])
@pytest.mark.parametrize(
    "payload",
    [b"", b"nonsense", b"[]", b'{"v":2}', b'{"v":1,"install":"x"}', b"[" * 70_000, b'{"v":1,"a":NaN}', b"\xff"],
)
def test_unreadable(desk: HandDesk, kind: str, payload: bytes) -> None:
    """It is kept with its reason, not answered, moves no mark, and blocks no good message beside it."""
    desk.tell(rev=5)
    good = desk.letter("hello", b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","boot":"5d21c0aa","ask":"01c2d3e4"}')
    answers = desk.handle(desk.letter(kind, payload), good)
    assert [(a.ask, a.rev) for a in answers] == [("01c2d3e4", 5)]
    ((found, device, why, kept),) = desk.query("SELECT kind, device, why, payload FROM quarantine")
    assert (found, device, kept) == (kind, DEVICE, payload) and why


BAD_ROWS: list[tuple[str, object, list[int | str] | None, str]] = [
    ("slots", 5, None, "not an object"),
    ("slots", {}, None, "t is not a whole number"),
    ("slots", {"t": T, "powered": -1}, [T], "powered is below 0"),
    ("slots", {"t": T, "powered": 901}, [T], "powered is above 900"),
    ("slots", {"t": T, "powered": 9.0}, [T], "powered is not a whole number"),
    ("slots", {"t": T, "powered": True}, [T], "powered is not a whole number"),
    ("slots", {"t": T, "powered": 8, "observed": 9}, [T], "observed is above powered"),
    ("slots", {"t": T, "active": 9}, [T], "active without open"),
    ("slots", {"t": T, "display": 9, "open": 8}, [T], "display is above open"),
    ("slots", {"t": KEEP_FROM - 1}, [KEEP_FROM - 1], "t is before keep_from"),
    ("slots", {"t": 5}, [5], "t is before 2020"),
    ("slots", {"t": T + 97 * 2}, [T + 194], "t is more than 2 days ahead"),
    ("days", {"d": D, "profile": "x"}, [D, "x"], "profile is not a word of its list"),
    ("days", {"d": D, "profile": "pupil", "services": {"a": [1, 2]}}, [D, "pupil"], "focus is above present"),
    ("days", {"d": D, "profile": "pupil", "services": {"A": [1, 1]}}, [D, "pupil"], "a service id is not well-formed"),
    ("days", {"d": D + 4, "profile": "pupil"}, [D + 4, "pupil"], "d is more than 2 days ahead"),
    ("undated", {"boot": "x", "profile": "pupil"}, ["x", "pupil"], "boot is not well-formed"),
    ("health", {"t": T, "battery": {"charge": 2}}, [T], "battery.charge is above 1"),
    ("acts", {"id": ACT, "kind": "party"}, [ACT], "kind is not a word of its list"),
    ("acts", {"id": "x\u0000" * 40, "kind": "visit"}, None, "id is not well-formed"),
]


@pytest.mark.parametrize(("kind", "row", "key", "why"), BAD_ROWS)
def test_a_bad_row(desk: HandDesk, kind: str, row: object, key: list[int | str] | None, why: str) -> None:
    """Good rows beside it are stored, it is kept and named, the mark moves on; again when delivered again."""
    beside = [{"boot": "00000001", "profile": "shared", "powered": 7}]
    rows = {"undated": beside, kind: [*beside, row] if kind == "undated" else [row]}
    for _ in range(2):
        answer = desk.tell(rev=9, **rows)
        assert (answer.rev, answer.rejected_total) == (9, 1)
        assert [(one.kind, one.key, one.why) for one in answer.rejected] == [(kind, key, why)]
    assert desk.totals()["undated"] == 7
    ((found, device, install, kept_key, reason, payload, times),) = desk.query(
        "SELECT kind, device, install, key, why, payload, times FROM quarantine"
    )
    assert (found, device, install, reason, times) == (kind, DEVICE, INSTALL, why, 2)
    assert json.loads(payload) == row
    assert (None if kept_key is None else json.loads(kept_key)) == key


def test_many_bad_rows(desk: HandDesk) -> None:
    """The first 100 are named, all are counted."""
    answer = desk.tell(slots=[{"t": T, "powered": 1000 + n} for n in range(150)])
    assert (len(answer.rejected), answer.rejected_total) == (100, 150)
    assert desk.query("SELECT count(*) FROM quarantine") == [(150,)]


def test_an_unknown_service(desk: HandDesk) -> None:
    """A service that no catalogue knows is stored under its id."""
    assert desk.tell(days=[{"d": D, "profile": "pupil", "services": {"never-heard-of": [5, None]}}]).rejected == ()
    assert desk.query(SERVICES) == [("never-heard-of", 5, None)]


def test_an_unknown_device(desk: HandDesk) -> None:
    """What a device sends that the registry does not know is kept, unanswered, and stored nowhere."""
    stranger = "aaaaaaaaaaaa"
    letters = [
        desk.letter("hello", b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","boot":"5d21c0aa","ask":"0000000a"}',
                    stranger),
        desk.letter("presence", b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","state":"online"}', stranger),
    ]  # fmt: skip
    assert desk.handle(*letters) == []
    assert desk.query("SELECT kind, device FROM quarantine ORDER BY 1") == [("hello", stranger), ("presence", stranger)]
    assert desk.query("SELECT count(*) FROM marks") == [(0,)]


@pytest.mark.parametrize("topic", ["", "socle/1/test/ABC/hello", "socle/1/test/abcdefgh2345/other", "a/b/c/d/e/f"])
def test_a_strange_topic(desk: HandDesk, topic: str) -> None:
    """A message on no topic of the contract is kept."""
    assert desk.handle(Letter(topic, b"x", False, NOW)) == []
    assert desk.query("SELECT kind, device, payload FROM quarantine") == [("message", None, b"x")]


def test_unknown_words(desk: HandDesk) -> None:
    """A word outside its list in Hello or Presence is answered, and recorded as unknown."""
    answer = desk.say_hello(kind="toaster", clock=7, os="a\u0000b", senses={"idle": "psychic", "web": "none"}, x=1)
    assert answer.rev == 0
    desk.handle(desk.letter("presence", b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","state":"dancing"}'))
    assert desk.query("SELECT kind, clock, os, senses FROM marks") == [(None, None, None, {"web": "none"})]
    assert desk.query("SELECT state FROM presence") == [(None,)]
    assert desk.query("SELECT count(*) FROM quarantine") == [(0,)]


def test_what_a_hello_tells(desk: HandDesk) -> None:
    """The facts of the latest hello are kept."""
    desk.say_hello(head=3, agent="0.1.0")
    desk.clock.advance(60)
    desk.say_hello(head=9, agent="0.2.0", os="debian 12", kind="cart", clock="trusted", catalogue="2026.11")
    row = desk.query("SELECT head, agent, os, kind, clock, catalogue, id_name(boot) FROM marks")
    assert row == [(9, "0.2.0", "debian 12", "cart", "trusted", "2026.11", "5d21c0aa")]


def test_presence(desk: HandDesk) -> None:
    """Its time is that of receipt; the retained one, heard again on subscribing, keeps the time it had."""
    online = b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","state":"online"}'
    desk.handle(desk.letter("presence", online))
    desk.clock.advance(100)
    desk.handle(desk.letter("presence", online, retained=True))
    state = "SELECT state, extract(epoch FROM at)::float8 FROM presence"
    assert desk.query(state) == [("online", NOW)]
    desk.handle(desk.letter("presence", online.replace(b"online", b"lost"), retained=True))
    assert desk.query(state) == [("lost", NOW + 100)], "it changed while we were away"
    desk.clock.advance(100)
    desk.handle(desk.letter("presence", online))
    assert desk.query(state) == [("online", NOW + 200)]


def test_acts_belong_to_who_sent_them_first(desk: HandDesk) -> None:
    """The first act of an id stays; another device's is a bad row, also within one batch."""
    first = {"id": ACT, "kind": "visit", "minutes": 30}
    later = {"id": ACT, "kind": "training", "minutes": 60}
    assert desk.tell(acts=[first]).rejected == ()
    assert desk.tell(acts=[later]).rejected == (), "the same device's own is neither taken nor bad"
    answer = desk.tell(OTHER, acts=[later])
    assert [(one.kind, one.key) for one in answer.rejected] == [("acts", [ACT])]
    assert desk.query("SELECT kind, minutes, device_name(device) FROM acts") == [("visit", 30, DEVICE)]

    fresh = json.dumps({"v": 1, "install": INSTALL, "run": RUN, "ask": "00000001", "after": 0, "rev": 1,
                        "acts": [{"id": ACT.replace("0b", "0c"), "kind": "visit"}]}).encode()  # fmt: skip
    ours, theirs = desk.handle(desk.letter("ledger", fresh), desk.letter("ledger", fresh, OTHER))
    assert (ours.rejected_total, theirs.rejected_total) == (None, 1)


def test_health_of_the_higher_revision(desk: HandDesk) -> None:
    """Of two health rows of a quarter that of the message with the higher revision stays, in any order."""

    def health(after: int, rev: int, used: float) -> None:
        desk.tell(after=after, rev=rev, health=[{"t": T, "disk": {"used": used}}])

    def held() -> list[tuple[Any, ...]]:
        return desk.query("SELECT rev, groups -> 'disk' -> 'used' FROM health")

    health(0, 5, 0.5)
    health(0, 5, 0.9)
    assert held() == [(5, 0.5)], "an equal revision changes nothing"
    health(0, 3, 0.1)
    assert held() == [(5, 0.5)]
    health(5, 6, 0.6)
    assert held() == [(6, 0.6)]


def test_a_lost_database_regains_everything(desk: HandDesk) -> None:
    """Once every fact is gone, the next Ledger is answered with 0, and the rows sent again are stored."""
    desk.tell(rev=5, **every_kind())
    before = desk.totals()
    desk.empty()
    assert desk.tell(after=5, rev=6).rev == 0
    assert desk.tell(rev=5, **every_kind()).rev == 5
    assert desk.totals() == before


def test_poison(desk: HandDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message that the database does not take goes to the quarantine, and the rest of its batch is stored."""
    from socle_collector.ingest import rows

    def line(device: int, install: int, row: Any) -> str:
        return f"{device}\t{row.t}\t{install}\tpoison\n" if row.powered == 13 else real(device, install, row)

    real = rows._slot_line
    monkeypatch.setattr(rows, "_slot_line", line)
    letters = [
        desk.letter("ledger", json.dumps({"v": 1, "install": f"{n:08x}", "run": RUN, "ask": f"{n:08x}", "after": 0,
                                          "rev": 1, "slots": [{"t": T, "powered": n}]}).encode())
        for n in range(20)
    ]  # fmt: skip
    assert sorted(int(a.ask, 16) for a in desk.handle(*letters)) == [n for n in range(20) if n != 13]
    ((kind, why),) = desk.query("SELECT kind, why FROM quarantine")
    assert (kind, why) == ("ledger", "the database does not take it: InvalidTextRepresentation")
    assert desk.query("SELECT count(*) FROM slots") == [(19,)]


def test_acks_are_written_as_the_contract_says() -> None:
    """The fast writer of acks writes the very bytes of the other one."""
    letter = Letter(f"socle/1/test/{DEVICE}/ledger", b"", False, NOW)
    for rev, run, told in ((7, -1, "ffffffff"), (0, 5, None), (0, None, None)):
        topic, payload = ack(Answer(letter, INSTALL, "01c2d3e4", rev, run), KEEP_FROM, NOW)
        assert topic == f"socle/1/test/{DEVICE}/ack"
        assert payload == encode(Ack(INSTALL, "01c2d3e4", rev, NOW, KEEP_FROM, told))
