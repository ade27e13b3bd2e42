"""The connection to the broker: refusals, TLS, and no more read than can be stored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.publish as publish
import pytest
from support.authority import Authority
from support.broker import Broker as Mosquitto
from support.broker import free_port
from support.waiting import until

from socle_collector.ingest.broker import Broker, BrokerError
from socle_collector.ingest.stop import Stop
from socle_core.settings.collector import CollectorSettings

TOPIC = "socle/1/test/abcdefgh2345/hello"


@pytest.fixture
def stop() -> Iterator[Stop]:
    """Nobody sets it."""
    made = Stop()
    yield made
    made.close()


def connection(port: int, stop: Stop, **settings: Any) -> Broker:
    """A connection, not yet open."""
    told = {"realm": "test", "host": "127.0.0.1", "port": port, "tls": False, **settings}
    return Broker(CollectorSettings(**told), time.time, stop.fileno())


def test_nobody_listens(stop: Stop) -> None:
    """That nobody listens is said."""
    with pytest.raises(BrokerError, match="Connection refused"):
        connection(free_port(), stop).open()


def test_refused(tmp_path: Path, stop: Stop) -> None:
    """A broker that does not want us says so."""
    (tmp_path / "broker").mkdir()
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    broker = Mosquitto(tmp_path / "broker", extra=f"user root\npassword_file {passwords}\nallow_anonymous false\n")
    broker.start()
    try:
        with pytest.raises(BrokerError, match="it refuses us: Not authorized"):
            connection(broker.port, stop).open()
    finally:
        broker.stop()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Whom everyone trusts."""
    return Authority(tmp_path / "tls")


@pytest.fixture
def encrypted(tmp_path: Path, authority: Authority) -> Iterator[Mosquitto]:
    """A broker that asks for certificates and shows its own, for the host name localhost and 127.0.0.1."""
    (tmp_path / "tls-broker").mkdir()
    listener = authority.listener(*authority.issue("localhost"), require_certificate=True)
    broker = Mosquitto(tmp_path / "tls-broker", extra=listener)
    broker.start()
    yield broker
    broker.stop()


def test_tls(encrypted: Mosquitto, authority: Authority, stop: Stop) -> None:
    """With the right certificates on both sides all goes as without."""
    cert, key = authority.issue("collector")
    ours = connection(encrypted.port, stop, tls=True, ca=authority.ca, cert=cert, key=key)
    ours.open()
    ours.announce("online")
    told = {"ca_certs": str(authority.ca), "certfile": str(cert), "keyfile": str(key)}
    messages = [(TOPIC, f"{n}", 1, False) for n in range(50)]
    publish.multiple(messages, hostname="127.0.0.1", port=encrypted.port, tls=told)  # type: ignore[arg-type]

    def all_read() -> bool:
        ours.wait(0.1)
        ours.receive(100)
        return len(ours.inbox) == 50

    until(all_read, what="all 50, also those that were decrypted but not yet read")
    ours.close()


def test_another_authority(encrypted: Mosquitto, authority: Authority, tmp_path: Path, stop: Stop) -> None:
    """A broker whose certificate we cannot verify is no broker: nothing is tried without verification."""
    cert, key = authority.issue("collector")
    other = Authority(tmp_path / "other").ca
    with pytest.raises(BrokerError, match="certificate verify failed"):
        connection(encrypted.port, stop, tls=True, ca=other, cert=cert, key=key).open()


def test_another_name(tmp_path: Path, authority: Authority, stop: Stop) -> None:
    """Nor is one whose certificate is for another machine."""
    elsewhere = authority.issue("elsewhere", address="127.0.0.9")
    broker = Mosquitto(tmp_path, extra=authority.listener(*elsewhere))
    broker.start()
    try:
        with pytest.raises(BrokerError, match="certificate verify failed"):
            connection(broker.port, stop, tls=True, ca=authority.ca).open()
    finally:
        broker.stop()


def test_no_certificate_of_ours(encrypted: Mosquitto, authority: Authority, tmp_path: Path, stop: Stop) -> None:
    """A broker that wants our certificate does not take us without; a file that is missing is said."""
    with pytest.raises(BrokerError):
        connection(encrypted.port, stop, tls=True, ca=authority.ca).open()
    with pytest.raises(BrokerError, match="No such file"):
        connection(encrypted.port, stop, tls=True, ca=tmp_path / "nothing").open()


def test_batches_are_bounded(broker: Mosquitto, stop: Stop) -> None:
    """No more is read than asked for; the rest waits at the broker and is read next."""
    ours = connection(broker.port, stop)
    ours.open()
    publish.multiple([(TOPIC, f"{n}", 1, False) for n in range(50)], hostname=broker.host, port=broker.port)
    taken: list[bytes] = []

    def seven() -> bool:
        ours.wait(0.1)
        ours.receive(7)
        letters = ours.take()
        assert len(letters) <= 7
        taken.extend(letter.payload for letter in letters)
        return len(taken) == 50

    until(seven, what="all 50")
    assert taken == [f"{n}".encode() for n in range(50)]
    ours.close()


def test_a_stop_ends_the_wait(broker: Mosquitto, stop: Stop) -> None:
    """Whoever waits for messages is woken by a stop."""
    ours = connection(broker.port, stop)
    ours.open()
    ours.wait(0.5)
    stop.set()
    stop.set()
    began = time.monotonic()
    ours.wait(60)
    assert time.monotonic() - began < 30
    ours.close()


def test_the_will(broker: Mosquitto, stop: Stop) -> None:
    """A collector that dies without a word is lost for the fleet, by its will."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    ours = connection(broker.port, stop)
    ours.open()
    ours.announce("online")
    heard: list[bytes] = []
    listener = Client(CallbackAPIVersion.VERSION2)
    listener.on_message = lambda _, __, message: heard.append(bytes(message.payload))
    listener.connect(broker.host, broker.port)
    listener.subscribe("socle/1/test/collector")
    listener.loop_start()
    until(lambda: heard)
    ours._client.socket().close()  # type: ignore[union-attr]
    until(lambda: len(heard) == 2)
    listener.disconnect()
    listener.loop_stop()
    assert b'"state":"online"' in heard[0] and b'"state":"lost"' in heard[1]


def test_attending_tells_nothing(broker: Mosquitto, stop: Stop) -> None:
    """A connection that is lost while the database works is told by the next wait, not in the middle of a query."""
    ours = connection(broker.port, stop)
    ours.open()
    broker.kill()
    until(lambda: ours.attend() or ours._client.socket() is None)
    with pytest.raises(BrokerError, match="connection is gone"):
        ours.wait(0)
    ours.close()
