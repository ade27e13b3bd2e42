"""The embedded broker of the demo does what the contract asks of a broker."""

import queue
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import paho.mqtt.client as mqtt
import pytest

from socle_collector.demo.ports import answers, free_port

Message = tuple[str, bytes, bool]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running broker."""
    number = free_port(18830)
    broker = subprocess.Popen([sys.executable, "-m", "socle_collector.demo.broker", "127.0.0.1", str(number)])
    until = time.monotonic() + 20
    while not answers(number):
        assert time.monotonic() < until, "the broker does not answer"
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the broker ended with {broker.wait(timeout=0.05)}")
    yield number
    broker.send_signal(signal.SIGTERM)
    assert broker.wait(timeout=20) == 0


class Client:
    """A connected client with clean session; `got` holds what arrives."""

    def __init__(self, port: int, name: str, will: str | None = None) -> None:
        self.got: queue.Queue[Message] = queue.Queue()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name)
        if will:
            self.client.will_set(will, b"lost", 1, retain=True)
        ready = queue.Queue[Any]()
        self.client.on_connect = self.client.on_subscribe = lambda *_: ready.put(True)
        self.client.on_message = lambda _c, _d, m: self.got.put((m.topic, m.payload, m.retain))
        self.ready = ready
        self.client.connect("127.0.0.1", port, keepalive=300)
        self.client.loop_start()
        ready.get(timeout=5)

    def subscribe(self, topic: str) -> None:
        """Subscribe, and wait until the broker has."""
        self.client.subscribe(topic, 1)
        self.ready.get(timeout=5)

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """Publish with QoS 1 and wait for the broker's receipt."""
        self.client.publish(topic, payload, 1, retain).wait_for_publish(10)

    def cut(self) -> None:
        """Lose the network."""
        self.client.loop_stop()
        self.client.socket().shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def test_the_largest_message(port: int) -> None:
    """A message of 64 KiB passes whole."""
    collector, device = Client(port, "c1"), Client(port, "d1")
    collector.subscribe("big/+")
    device.publish("big/d1", b"x" * 65536)
    assert collector.got.get(timeout=5) == ("big/d1", b"x" * 65536, False)


def test_retained(port: int) -> None:
    """Who subscribes later gets what is retained, marked so."""
    device, late = Client(port, "d2"), Client(port, "c2")
    device.publish("retained/d2", b"online", retain=True)
    late.subscribe("retained/+")
    assert late.got.get(timeout=5) == ("retained/d2", b"online", True)


def test_will(port: int) -> None:
    """A device whose network is cut is announced by its will, which is retained."""
    collector, device = Client(port, "c3"), Client(port, "d3", will="will/d3")
    collector.subscribe("will/+")
    device.cut()
    assert collector.got.get(timeout=5) == ("will/d3", b"lost", False)
    late = Client(port, "c4")
    late.subscribe("will/+")
    assert late.got.get(timeout=5) == ("will/d3", b"lost", True)


def test_clean_session(port: int) -> None:
    """What was published while a client was away does not wait for it."""
    first, device = Client(port, "c5"), Client(port, "d5")
    first.subscribe("clean/+")
    first.cut()
    device.publish("clean/d5", b"1")
    again = Client(port, "c5")
    again.subscribe("clean/+")
    device.publish("clean/d5", b"2")
    assert again.got.get(timeout=5)[1] == b"2"


def test_others_subscriptions(port: int) -> None:
    """Who connects gets nothing that is retained for others."""
    device, collector = Client(port, "d6"), Client(port, "c6")
    device.publish("own/d6", b"online", retain=True)
    collector.subscribe("own/+")
    late = Client(port, "late")
    late.subscribe("late/+")
    device.publish("late/d6", b"1")
    assert late.got.get(timeout=5) == ("late/d6", b"1", False)


def test_a_crowd(port: int) -> None:
    """Forty clients that connect, subscribe and publish at the same moment are all served."""
    crowd = [mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"m{n}") for n in range(40)]
    served = queue.Queue[str]()
    for client in crowd:
        client.on_connect = lambda c, *_: c.subscribe(f"crowd/{c._client_id.decode()}", 1)
        client.on_subscribe = lambda c, *_: c.publish(f"crowd/{c._client_id.decode()}", b"x", 1, retain=True)
        client.on_message = lambda _c, _d, m: served.put(m.topic)
        client.connect("127.0.0.1", port)
    for client in crowd:
        client.loop_start()
    assert len({served.get(timeout=10) for _ in range(40)}) == 40
    for client in crowd:
        client.disconnect()
        client.loop_stop()
