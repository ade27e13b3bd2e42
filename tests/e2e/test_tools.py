"""What the other tests here rely on: the clock that tests move, and the proxy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from support.broker import Broker
from support.ear import Ear, listening

from e2e.fast import FastClock, Faults, MachineClock, TrueTime
from e2e.patience import until
from e2e.proxy import Mischief, Proxy


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
    """A proxy before a mosquitto."""
    made = Proxy(broker.port)
    yield made
    made.close()


def test_two_clocks_of_one_time_agree_and_follow_its_leaps(tmp_path: Path) -> None:
    """All processes see the same true time, also after it leapt and changed its rate."""
    truth = TrueTime.begin(tmp_path / "true", 1_795_440_000, 1000)
    clocks = [FastClock(tmp_path / "true") for _ in range(2)]
    truth.leap(86_400)
    truth.pace(1)
    first, second = (clock.read().wall for clock in clocks)
    assert abs(second - first) < 1
    assert 1_795_526_400 <= first < 1_795_526_500
    assert clocks[0].delay(5) == 5


def test_a_suspended_machine_ages_without_working(tmp_path: Path) -> None:
    """A suspend stops CLOCK_MONOTONIC alone, and an error of the wall clock touches only the wall."""
    truth = TrueTime.begin(tmp_path / "true", 1_795_440_000, 1)
    machine = MachineClock(tmp_path / "machine", truth, Faults(booted=truth.now() - 100, boot_id="0a0a0a0a"))
    clock = FastClock(tmp_path / "true", machine.path)
    with machine.suspended():
        truth.leap(600)
    machine.set(wrong=-3600.0, synchronised=False)
    reading = clock.read()
    assert (round(reading.boot), round(reading.mono)) == (700, 100)
    assert round(reading.wall - truth.now()) == -3600
    assert not clock.synchronised()


def say(ear: Ear, *words: str) -> None:
    """Publish words under a device's topic."""
    for word in words:
        ear.say("socle/1/test/aaaaaaaaaaaa/ledger", word.encode())


def test_the_proxy_doubles_and_shuffles_whole_messages(broker: Broker, proxy: Proxy) -> None:
    """What went up through mischief arrives at least twice, and nothing arrives torn."""
    proxy.rule = Mischief(Random(1), 0.1, up=True)
    words = [f"word {n}" for n in range(20)]
    with listening(broker.port) as ear, listening(proxy.port) as speaker:
        say(speaker, *words)
        until(lambda: len(ear.of("ledger")) >= 60, say=lambda: f"{len(ear.of('ledger'))} came")
        heard = [payload.decode() for payload in ear.of("ledger")]
    assert set(heard) == set(words)
    assert min(heard.count(word) for word in words) >= 2
    assert heard != sorted(heard, key=words.index)


def test_the_proxy_breaks_off_within_a_message(broker: Broker, proxy: Proxy) -> None:
    """Half of a message reaches nobody, and its connection ends."""
    with listening(broker.port) as ear, listening(proxy.port) as speaker:
        proxy.break_within(up=True, share=0.5)
        speaker._client.publish("socle/1/test/aaaaaaaaaaaa/ledger", b"x" * 5000, qos=0)
        until(lambda: proxy.broken, say=lambda: "nothing broke")
        say(ear, "after")
        until(lambda: ear.of("ledger"), say=lambda: "nothing came")
        assert ear.of("ledger") == [b"after"]


def test_a_cut_line_takes_no_connection_until_mended(broker: Broker, proxy: Proxy) -> None:
    """After `cut` all connections are gone; after `mend` a client can come back."""
    with listening(proxy.port):
        until(lambda: proxy.connections() == 1)
        proxy.cut()
        assert proxy.connections() == 0
        proxy.mend()
        until(lambda: proxy.connections() == 1, say=lambda: "paho did not come back")
