"""The loop: descriptors, deadlines, signals, and callbacks that fail."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from support.clocks import HandClock

from socle_agent.loop import Loop, VitalFailure
from socle_core.clock import Clock


@pytest.fixture
def clock() -> HandClock:
    """A clock that jumps over every wait."""
    return HandClock()


@pytest.fixture
def loop(clock: HandClock) -> Iterator[Loop]:
    """A loop by that clock."""
    made = Loop(clock)
    yield made
    made.close()


def test_deadlines_run_in_order_of_time(loop: Loop, clock: HandClock) -> None:
    """Deadlines run once each, the earliest first, and time is that of the boot clock."""
    seen: list[tuple[str, float]] = []
    loop.after("late", 20, lambda: (seen.append(("late", clock.boot)), loop.stop())[0])
    loop.after("early", 5, lambda: seen.append(("early", clock.boot)))
    loop.run()
    assert seen == [("early", 1005.0), ("late", 1020.0)]


def test_deadlines_passed_while_suspended_run_at_once(loop: Loop, clock: HandClock) -> None:
    """After a suspend everything that is late runs before anything else is waited for."""
    seen: list[str] = []
    loop.after("an hour", 3600, lambda: seen.append("an hour"))
    loop.after("half an hour", 1800, lambda: seen.append("half an hour"))
    loop.after("sleep", 1, lambda: clock.suspend(7200))
    loop.after("end", 7300, loop.stop)
    loop.run()
    assert seen == ["half an hour", "an hour"]
    assert clock.boot == pytest.approx(8300)


def test_a_deadline_of_the_same_name_moves(loop: Loop) -> None:
    """Setting a deadline again replaces it; cancelling one forgets it."""
    seen: list[int] = []
    loop.after("tick", 1, lambda: seen.append(1))
    loop.after("tick", 2, lambda: seen.append(2))
    loop.after("never", 1, lambda: seen.append(3))
    loop.cancel("never")
    loop.cancel("unknown")
    loop.after("end", 3, loop.stop)
    loop.run()
    assert seen == [2]


def test_a_deadline_moved_by_another_due_now_waits(loop: Loop, clock: HandClock) -> None:
    """A callback may move or cancel a deadline that was due at the same moment."""
    seen: list[float] = []
    loop.after("a", 1, lambda: (loop.after("b", 10, lambda: seen.append(clock.boot)), loop.cancel("c"))[0])
    loop.after("b", 1, lambda: seen.append(clock.boot))
    loop.after("c", 1, lambda: seen.append(-1))
    loop.after("end", 30, loop.stop)
    loop.run()
    assert seen == [1011.0]


def test_a_real_wait_takes_real_time() -> None:
    """With the real clock a deadline comes when its time has come, not before."""
    clock = Clock()
    loop = Loop(clock)
    started = clock.read().boot
    loop.after("end", 0.05, loop.stop)
    loop.run()
    assert 0.05 <= clock.read().boot - started < 2
    loop.close()


def test_readable_descriptors_are_served(loop: Loop) -> None:
    """A descriptor is served while it has something to read, and no more once it is unwatched."""
    reader, writer = os.pipe2(os.O_NONBLOCK)
    seen: list[bytes] = []

    def read() -> None:
        seen.append(os.read(reader, 1))
        if len(seen) == 2:
            loop.unwatch(reader)
            loop.stop()

    loop.watch(reader, "pipe", read)
    os.write(writer, b"abc")
    loop.run()
    assert seen == [b"a", b"b"]
    loop.unwatch(reader)
    os.close(reader)
    os.close(writer)


def test_writing_can_be_asked_for_and_given_up(loop: Loop) -> None:
    """A descriptor watched again with `writing` is served as soon as it takes bytes."""
    reader, writer = os.pipe2(os.O_NONBLOCK)
    seen: list[str] = []
    loop.watch(writer, "pipe", lambda: seen.append("wrong"))
    loop.watch(writer, "pipe", lambda: (seen.append("can write"), loop.stop())[0], writing=True)
    loop.run()
    assert seen == ["can write"]
    os.close(reader)
    os.close(writer)


def test_a_descriptor_given_up_by_its_neighbour_is_not_served(loop: Loop) -> None:
    """When two descriptors are ready and the first to be served closes the other, the other is not called."""
    pipes = [os.pipe2(os.O_NONBLOCK) for _ in range(2)]
    seen: list[int] = []

    def serve(mine: int, other: int) -> None:
        seen.append(mine)
        loop.unwatch(other)
        loop.unwatch(mine)
        loop.after("end", 1, loop.stop)

    for (reader, writer), (other, _) in zip(pipes, reversed(pipes), strict=True):
        loop.watch(reader, f"pipe {reader}", lambda r=reader, o=other: serve(r, o))
        os.write(writer, b"x")
    loop.run()
    assert len(seen) == 1


def test_a_failing_callback_is_logged_and_then_given_up(loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    """Three failures in a row: logged by name each time, then the descriptor is left alone and named in `failed`."""
    reader, writer = os.pipe2(os.O_NONBLOCK)
    os.write(writer, b"x")

    def fail() -> None:
        if len(caplog.records) == 2:
            loop.after("end", 5, loop.stop)
        raise OSError("broken sense")

    loop.watch(reader, "some sense", fail)
    loop.run()
    assert [record.getMessage() for record in caplog.records] == ["some sense failed"] * 3
    assert loop.failed == {"some sense": "OSError"}


def test_success_between_failures_forgives(loop: Loop) -> None:
    """Only failures in a row count."""
    reader, writer = os.pipe2(os.O_NONBLOCK)
    os.write(writer, b"0010010011")

    def read() -> None:
        if os.read(reader, 1) == b"0":
            raise ValueError
        loop.after("end", 1, loop.stop)

    loop.watch(reader, "moody", read)
    loop.run()
    assert not loop.failed


def test_a_vital_callback_that_keeps_failing_ends_the_loop(loop: Loop) -> None:
    """The daemon does not limp on without its checkpoint: it ends and is started anew."""

    def tick() -> None:
        loop.after("checkpoint", 60, tick, vital=True)
        raise RuntimeError("no")

    loop.after("checkpoint", 60, tick, vital=True)
    with pytest.raises(VitalFailure, match="checkpoint failed 3 times"):
        loop.run()


def test_signals_run_their_handlers_in_the_loop() -> None:
    """SIGHUP and SIGTERM wake the loop, and the former handlers are back afterwards."""
    before = signal.getsignal(signal.SIGHUP)
    loop = Loop(Clock())
    seen: list[str] = []
    loop.on_signals({signal.SIGHUP: lambda: seen.append("hup"), signal.SIGTERM: loop.stop})
    loop.after("hup", 0, lambda: os.kill(os.getpid(), signal.SIGHUP))
    loop.after("term", 0.05, lambda: os.kill(os.getpid(), signal.SIGTERM))
    loop.run()
    loop.close()
    assert seen == ["hup"]
    assert signal.getsignal(signal.SIGHUP) is before
