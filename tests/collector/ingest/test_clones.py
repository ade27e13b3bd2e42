"""Two copies of a disk give themselves away by their hellos."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.desk import DEVICE, OTHER, HandDesk

from socle_collector.ingest.clones import Runs


def test_worked_example() -> None:
    """The module's own example holds."""
    runs = Runs()
    for run, ask in (("a", "1"), ("b", "2"), ("a", "1")):
        runs.hello(1, "i", run, ask)
    assert (runs.cloned, runs.current[1]) == (set(), "b"), "delivered twice says nothing"
    runs.hello(1, "i", "a", "3")
    assert (runs.cloned, runs.current[1]) == ({1}, "a")


@given(st.lists(st.integers(0, 3), min_size=1, max_size=5, unique=True), st.data())
def test_one_machine_is_never_cloned(runs_in_order: list[int], data: st.DataObject) -> None:
    """Whatever of a single machine's hellos is delivered again, at any later time, it is no copy."""
    runs, said = Runs(), []
    for number in runs_in_order:
        for ask in range(data.draw(st.integers(1, 3))):
            said.append((str(number), f"{number}-{ask}"))
            runs.hello(1, "i", *said[-1])
            for old in data.draw(st.lists(st.sampled_from(said), max_size=3)):
                runs.hello(1, "i", *old)
    assert not runs.cloned


def cloned(desk: HandDesk) -> list[str]:
    """The devices marked."""
    return [device for (device,) in desk.query("SELECT id FROM devices WHERE cloned_at IS NOT NULL ORDER BY id")]


def test_across_batches(desk: HandDesk) -> None:
    """Runs are remembered in the database; the device that was copied is marked, and no other."""
    first = desk.letter("hello", b'{"v":1,"install":"9f3a11c2","run":"0000000a","boot":"00000001","ask":"0000000a"}')
    desk.handle(first)
    desk.say_hello(run="0000000b")
    desk.handle(first)
    desk.say_hello(OTHER, run="0000000b")
    assert cloned(desk) == []
    desk.say_hello(run="0000000a")
    assert cloned(desk) == [DEVICE]


def test_within_a_batch(desk: HandDesk) -> None:
    """All in one batch, it is seen as well, and everyone is answered."""
    hellos = [
        desk.letter("hello", f'{{"v":1,"install":"9f3a11c2","run":"{run}","boot":"00000001","ask":"{ask}"}}'.encode())
        for run, ask in (("0000000a", "00000001"), ("0000000b", "00000002"), ("0000000a", "00000003"))
    ]
    assert [ack.ask for ack in desk.handle(*hellos)] == ["00000001", "00000002", "00000003"]
    assert cloned(desk) == [DEVICE]


def test_old_runs_are_forgotten(desk: HandDesk) -> None:
    """A run of last month is forgotten, unless it is the one at work."""
    desk.say_hello(run="0000000a")
    desk.say_hello(run="0000000b")
    desk.clock.advance(31 * 86_400)
    desk.chores.run(desk.connection)
    assert desk.query("SELECT id_name(run) FROM runs") == [("0000000b",)]
