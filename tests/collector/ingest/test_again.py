"""The quarantine: bounded, and judged again."""

from __future__ import annotations

import json

import pytest
from support.desk import DEVICE, INSTALL, OTHER, RUN, HandDesk
from support.wire import ACT, GOOD_ROWS, D, T

STRANGER = "aaaaaaaaaaaa"
DAY_S = 86_400


def judge(desk: HandDesk) -> None:
    """Let a day pass and the chores be done."""
    desk.clock.advance(DAY_S)
    desk.chores.run(desk.connection)


def held(desk: HandDesk) -> int:
    """How much is in quarantine."""
    return int(desk.query("SELECT count(*) FROM quarantine")[0][0])


def ahead(days: int) -> list[dict[str, object]]:
    """A slot some days ahead."""
    return [{"t": T + 96 * days, "powered": 500}]


def test_a_row_ahead_of_us(desk: HandDesk) -> None:
    """A row that lay too far ahead is stored once its day is near, without an ack and without moving the mark."""
    desk.tell(rev=7, slots=ahead(4))
    judge(desk)
    assert (held(desk), desk.totals()["powered"]) == (1, 0)
    judge(desk)
    assert (held(desk), desk.totals()["powered"], desk.totals()["rev"]) == (0, 500, 7)


def test_every_kind_of_row(desk: HandDesk) -> None:
    """Rows of every kind come out of the quarantine as they would have been stored."""
    rows = {kind: [row] for kind, row in GOOD_ROWS.items()}
    desk.tell(rev=7, **rows)
    before = desk.totals()
    desk.empty()
    desk.tell(rev=7)
    for kind, row in GOOD_ROWS.items():
        desk.connection.execute(
            "INSERT INTO quarantine VALUES (%s, %s, %s, %s, NULL, 7, 'a rule of yesterday', %s, now(), now())",
            (kind.encode(), kind, DEVICE, INSTALL, json.dumps(row).encode()),
        )
    judge(desk)
    assert (held(desk), desk.totals()) == (0, before)


def test_an_act_of_another(desk: HandDesk) -> None:
    """An act whose id is another device's stays in quarantine."""
    desk.tell(acts=[{"id": ACT, "kind": "visit"}])
    desk.tell(OTHER, acts=[{"id": ACT, "kind": "visit"}])
    judge(desk)
    assert held(desk) == 1


def test_a_device_registered_later(desk: HandDesk) -> None:
    """What a device sent before it was registered is stored when it is; in its order, and unanswered."""
    rows = [(0, 5, {"slots": [{"t": T, "powered": 5}]}), (5, 9, {"slots": [{"t": T, "powered": 9}]})]
    for after, rev, told in rows:
        document = {"v": 1, "install": INSTALL, "run": RUN, "ask": "00000001", "after": after, "rev": rev, **told}
        assert desk.handle(desk.letter("ledger", json.dumps(document).encode(), STRANGER)) == []
        desk.clock.advance(1)
    judge(desk)
    assert held(desk) == 2
    desk.enrol(STRANGER)
    judge(desk)
    assert held(desk) == 0
    assert (desk.totals(STRANGER)["rev"], desk.totals(STRANGER)["powered"]) == (9, 9)


def test_an_old_hello_is_no_copy(desk: HandDesk) -> None:
    """A hello judged again tells nothing about copies, however late it is."""
    hello = b'{"v":1,"install":"9f3a11c2","run":"0000000a","boot":"5d21c0aa","ask":"01c2d3e4","head":3}'
    desk.handle(desk.letter("hello", hello, STRANGER))
    desk.enrol(STRANGER)
    desk.clock.advance(5)
    desk.say_hello(STRANGER, run="0000000a", head=4)
    desk.say_hello(STRANGER, run="0000000b", head=5)
    judge(desk)
    assert held(desk) == 0
    assert desk.query("SELECT id FROM devices WHERE cloned_at IS NOT NULL") == []
    assert desk.query("SELECT head FROM marks") == [(5,)], "a later hello tells more"


def test_what_stays_bad_stays(desk: HandDesk) -> None:
    """Messages that cannot be read, rows that are wrong, and rows of devices no longer known stay as they are."""
    desk.handle(desk.letter("hello", b"nonsense"))
    desk.tell(slots=[{"t": T, "powered": 901}])
    desk.tell(OTHER, slots=ahead(4))
    desk.connection.execute("DELETE FROM devices WHERE id = %s", (OTHER,))
    for _ in range(3):
        judge(desk)
    assert held(desk) == 3
    assert desk.query("SELECT DISTINCT times FROM quarantine") == [(1,)]


def test_the_same_is_kept_once(desk: HandDesk) -> None:
    """What comes again is counted; the same row of another device is another."""
    for _ in range(3):
        desk.tell(slots=[{"t": T, "powered": 901}])
    desk.tell(OTHER, slots=[{"t": T, "powered": 901}])
    assert desk.query("SELECT device, times FROM quarantine ORDER BY device") == [(DEVICE, 3), (OTHER, 1)]


def test_of_a_bad_day_the_latest_row_is_kept(desk: HandDesk) -> None:
    """A day's row that grows while it is refused leaves one row, its latest, whatever order they come in."""
    for rev, seconds in ((7, 60), (9, 180), (8, 120)):
        desk.tell(rev=rev, days=[{"d": D + 4, "profile": "pupil", "services": {"gcompris": [seconds, seconds]}}])
    ((payload, rev, times),) = desk.query("SELECT payload, rev, times FROM quarantine")
    assert (json.loads(payload)["services"]["gcompris"], rev, times) == ([180, 180], 9, 3)


@pytest.mark.parametrize("most", [0, 10])
def test_bounded(database: str, most: int) -> None:
    """There are never more than so many; the oldest go, and are counted by kind."""
    desk = HandDesk(database, quarantine_max_rows=most)
    for n in range(30):
        desk.handle(desk.letter("hello", f"nonsense {n}".encode()))
        desk.clock.advance(1)
    assert held(desk) == most
    assert desk.query("SELECT kind, n FROM quarantine_dropped") == [("hello", 30 - most)]
    kept = {payload for (payload,) in desk.query("SELECT payload FROM quarantine")}
    assert kept == {f"nonsense {n}".encode() for n in range(30 - most, 30)}
    desk.connection.close()


def test_a_chunk_at_a_time(desk: HandDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large quarantine is judged in chunks, each of which is stored by itself."""
    monkeypatch.setattr("socle_collector.ingest.again.CHUNK", 7)
    desk.tell(slots=[{"t": T + 96 * 4 + n, "powered": n} for n in range(50)])
    assert held(desk) == 50
    for _ in range(3):
        judge(desk)
    assert (held(desk), desk.totals()["powered"]) == (0, sum(range(50)))
