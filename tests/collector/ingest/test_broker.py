"""The connection to the broker: refusals, TLS, and no more read than can be stored."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.publish as publish
import pytest
from support.authority import Authority
from support.broker import Broker as Mosquitto
from support.broker import free_port
from support.puppet import Puppet, puppet
from support.waiting import until

from socle_collector.ingest import broker as module
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


def packet(payload: bytes) -> bytes:
    """A PUBLISH of QoS 0 as it stands on the wire, of at most 127 bytes."""
    rest = len(TOPIC).to_bytes(2, "big") + TOPIC.encode() + payload
    return bytes([0x30, len(rest)]) + rest


@pytest.fixture
def other() -> Iterator[Puppet]:
    """A broker that greets, and else does what the test says."""
    with puppet(greets=True) as made:
        yield made


def clog(ours: Broker, other: Puppet) -> None:
    """Have the broker read nothing more, and say more than all buffers on the way take."""
    other.turn_deaf()

    def nothing_is_taken() -> bool:
        ours.publish([(TOPIC, bytes(1 << 20))])
        writable = select.select([], [ours._flush()], [], 0.2)[1]
        return not writable and ours._flush().unwritten()  # the kernel may take a little all the same

    until(nothing_is_taken)


@pytest.mark.parametrize("before", [True, False], ids=["read ahead", "not yet read"])
def test_waiting_for_a_broker_that_takes_nothing(other: Puppet, stop: Stop, before: bool) -> None:
    """While nothing is read because nothing is taken, what there is to read does not end the wait; all comes later."""
    ours = connection(other.port, stop)
    ours.open()
    other.say(packet(b"1") + packet(b"2") * before)
    until(lambda: ours.receive(1) or ours.inbox)
    clog(ours, other)
    other.say(packet(b"2") * (not before))
    began = time.monotonic()
    ours.wait(0.3)
    ours.receive(9)
    assert time.monotonic() - began >= 0.29
    assert len(ours.inbox) == 1
    other.listen_again()
    until(lambda: ours.wait(0.1) or ours.receive(9) or len(ours.inbox) == 2)
    ours._client.socket().close()  # type: ignore[union-attr]


def test_leaving_a_silent_broker(other: Puppet, stop: Stop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that no longer answers is left all the same, so that it tells the will."""
    monkeypatch.setattr(module, "ANSWER_S", 0.1)
    ours = connection(other.port, stop)
    ours.open()
    ours.close()
    until(lambda: other.left)


def test_not_opened(stop: Stop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that could not be opened can be closed, and nothing is left of it."""
    monkeypatch.setattr(module, "ANSWER_S", 0.1)
    with puppet(greets=True, greeting=b"") as mute:
        ours = connection(mute.port, stop)
        with pytest.raises(BrokerError, match="does not answer CONNECT"):
            ours.open()
        ours.close()
        until(lambda: mute.left)


def test_a_flood_while_we_wait_for_an_answer(other: Puppet, stop: Stop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what comes before the broker's answer no more is kept than there is room for; its senders ask again."""
    monkeypatch.setattr(module, "MOST_BYTES", 200)
    ours = connection(other.port, stop)
    ours.open()
    puback = b"\x40\x02\x00\x02"
    other.say(packet(bytes(60)) * 50 + puback)
    ours.announce("online")
    assert 200 <= sum(len(letter.payload) for letter in ours.inbox) < 300
    ours.take()
    other.say(packet(b"1"))
    until(lambda: ours.receive(9) or ours.inbox)


def test_room(other: Puppet, stop: Stop, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is room for a number of letters and of bytes, whichever is reached first."""
    ours = connection(other.port, stop)
    ours.open()
    other.say(packet(bytes(60)) * 3)
    until(lambda: ours.receive(2) or len(ours.inbox) == 2)
    assert ours.full(2) and not ours.full(3)
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    assert ours.full(3)
    ours.take()
    assert not ours.full(1)


def test_attending_keeps_the_connection(other: Puppet, stop: Stop) -> None:
    """While the database works for long, the broker hears that we are there."""
    ours = connection(other.port, stop, keepalive_s=1)
    ours.open()
    until(lambda: ours.attend() or other.pings)


def test_much_to_say_over_tls(encrypted: Mosquitto, authority: Authority, stop: Stop) -> None:
    """More than an encrypted connection takes at once arrives whole and in order."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    heard: list[int] = []
    listener = Client(CallbackAPIVersion.VERSION2)
    listener.tls_set(*map(str, (authority.ca, *authority.issue("listener"))))
    listener.on_message = lambda _, __, message: heard.append(message.payload[0])
    subscribed: list[bool] = []
    listener.on_subscribe = lambda *_: subscribed.append(True)
    listener.connect("127.0.0.1", encrypted.port)
    listener.subscribe(TOPIC)
    listener.loop_start()
    until(lambda: subscribed)
    cert, key = authority.issue("collector")
    ours = connection(encrypted.port, stop, tls=True, ca=authority.ca, cert=cert, key=key)
    ours.open()
    ours.publish([(TOPIC, bytes([n]) * 50_000) for n in range(200)])
    until(lambda: ours.wait(0.1) or ours.receive(9) or len(heard) == 200)
    assert heard == list(range(200))
    ours.close()
    listener.disconnect()
    listener.loop_stop()
