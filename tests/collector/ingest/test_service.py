"""The ingest as a whole, with a real broker and a real PostgreSQL, in a thread of the test."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import psycopg
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from support.broker import Broker
from support.clocks import FastClock, HandClock
from support.postgres import Postgres, own_postgres
from support.puppet import puppet
from support.waiting import until

from socle_collector.ingest import broker as broker_module
from socle_collector.ingest import meanwhile
from socle_collector.ingest.post import Letter
from socle_collector.ingest.service import Ingest
from socle_collector.ingest.stop import Stop
from socle_core.settings.collector import CollectorSettings
from socle_core.wire.decode_down import decode_ack, decode_collector

DEVICE, INSTALL, RUN = "abcdefgh2345", "9f3a11c2", "77aa01fe"
SPEED = 20.0
"""Seconds of the collector's clock in a real one: its back-offs are short."""


class Running:
    """An ingest in a thread."""

    def __init__(self, url: str, broker: Broker, **settings: Any) -> None:
        self.url = url
        where = {"host": broker.host, "port": broker.port, "tls": False, "batch_wait_ms": 10}
        self.settings = CollectorSettings(realm="test", database_url=url, **{**where, **settings})
        self.stop, self.ticks = Stop(), 0
        self._ingest = Ingest(self.settings, FastClock(SPEED), self.stop, self._tick)
        self._thread = threading.Thread(target=self._run)
        self.error: BaseException | None = None
        self._thread.start()

    def _run(self) -> None:
        try:
            self._ingest.run()
        except BaseException as error:
            self.error = error

    def _tick(self) -> None:
        self.ticks += 1

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._thread.is_alive()

    def end(self) -> None:
        """Stop it and wait."""
        self.stop.set()
        self._thread.join(20)
        assert not self.alive, "it did not stop"
        if self.error:
            raise self.error


class Device:
    """A device's side of the broker: what it heard, and a voice."""

    def __init__(self, broker: Broker) -> None:
        self.acks: list[Any] = []
        self.states: list[tuple[str, bool]] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=DEVICE)
        self._client.on_message = self._heard
        self._client.on_connect = lambda client, *_: client.subscribe(
            [(f"socle/1/test/{DEVICE}/ack", 0), ("socle/1/test/collector", 1)]
        )
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def _heard(self, _: Any, __: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic.endswith("/ack"):
            self.acks.append(decode_ack(message.payload))
        else:
            self.states.append((decode_collector(message.payload).state, message.retain))

    def send(self, kind: str, **keys: object) -> None:
        """Publish a message with QoS 1."""
        document = {"v": 1, "install": INSTALL, "run": RUN, "boot": "5d21c0aa", **keys}
        self._client.publish(f"socle/1/test/{DEVICE}/{kind}", json.dumps(document), qos=1)

    def asked(self, kind: str, ask: str, **keys: object) -> Any:
        """Send a message and wait for the ack that answers it."""
        self.send(kind, ask=ask, **keys)
        (ack,) = until(lambda: [one for one in self.acks if one.ask == ask], what=f"the ack of {ask}")
        return ack

    def hears(self, state: str) -> None:
        """Wait until the last state heard of the collector is this one."""
        until(lambda: self.states and self.states[-1][0] == state, what=f"collector {state}")

    def leave(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def device(broker: Broker) -> Iterator[Device]:
    """A device connected to the broker."""
    made = Device(broker)
    yield made
    made.leave()


def enrol(url: str) -> None:
    """Register the device."""
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO devices (id, realm) VALUES (%s, 'test')", (DEVICE,))


@pytest.fixture
def running(database: str, broker: Broker, device: Device) -> Iterator[Running]:
    """An ingest that is online, and the device registered."""
    enrol(database)
    made = Running(database, broker)
    device.hears("online")
    yield made
    made.end()


def count(url: str, table: str) -> int:
    """Rows of a table."""
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])


def test_from_start_to_stop(running: Running, device: Device) -> None:
    """It is online, answers a hello, stores a ledger, rolls up within seconds, and says lost when it stops."""
    assert device.asked("hello", "00000001", head=3).rev == 0
    t = int(running._ingest._wall() // 900)
    ack = device.asked("ledger", "00000002", after=0, rev=3, slots=[{"t": t, "powered": 100}])
    assert (ack.rev, ack.run) == (3, RUN)
    assert count(running.url, "slots") == 1
    until(lambda: count(running.url, "device_days") == 1, timeout=5, what="the roll-up")
    running.end()
    device.hears("lost")
    with psycopg.connect(running.url) as connection:
        assert connection.execute("SELECT rev FROM marks").fetchone() == (3,)
    assert running.ticks > 0


def test_what_is_in_hand_is_stored_at_a_stop(running: Running, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that is received just before the stop is stored and answered."""

    def stop_first(*values: Any) -> Letter:
        running.stop.set()
        return Letter(*values)

    monkeypatch.setattr(broker_module, "Letter", stop_first)
    device.asked("hello", "00000001")
    running.end()
    assert count(running.url, "marks") == 1


def test_many_in_a_batch(running: Running, device: Device) -> None:
    """Hundreds at once are all answered, each under its own ask."""
    asks = [f"{n:08x}" for n in range(1, 501)]
    for ask in asks:
        device.send("hello", ask=ask)
    until(lambda: len(device.acks) == len(asks), what="500 acks")
    assert sorted(ack.ask for ack in device.acks) == asks


def test_own_acks_do_not_come_back(running: Running, device: Device) -> None:
    """What the collector publishes is nothing that it reads."""
    device.asked("hello", "00000001")
    device.asked("hello", "00000002")
    assert count(running.url, "quarantine") == 0


def test_a_message_too_long(running: Running, device: Device) -> None:
    """A message of megabytes is quarantined, of which a little is kept; the next is answered."""
    device._client.publish(f"socle/1/test/{DEVICE}/ledger", b"x" * 5_000_000, qos=1)
    assert device.asked("hello", "00000001").rev == 0
    with psycopg.connect(running.url) as connection:
        kept = connection.execute("SELECT why, length(payload) FROM quarantine").fetchone()
    assert kept == ("longer than 65536 bytes", 65_537)


def test_the_broker_is_killed(running: Running, device: Device, broker: Broker) -> None:
    """It comes back online by itself when the broker does, and goes on."""
    device.asked("hello", "00000001")
    broker.kill()
    device.states.clear()
    broker.start()
    device.hears("online")
    assert device.asked("hello", "00000002").rev == 0


def test_no_broker_at_start(database: str, broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    """It waits for the broker, says so, and stops at once when asked to."""
    broker.stop()
    with caplog.at_level(logging.INFO):
        running = Running(database, broker)
        until(lambda: "broker: [Errno 111] Connection refused; next try in 2 s" in caplog.text)
        running.end()


def test_no_database_at_start(tmp_path: Path, template: str, broker: Broker, device: Device,
                              caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    """It waits for the database, says so, is not online meanwhile, and shows no password."""
    url = f"postgresql://postgres:sesame@/nothing?host={tmp_path}"
    with caplog.at_level(logging.INFO):
        running = Running(url, broker)
        until(lambda: "next try in 4 s" in caplog.text)
        running.end()
    assert "database: connection" in caplog.text
    assert "sesame" not in caplog.text
    assert device.states == []


def test_no_tables(bare_database: str, broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    """A database without tables is waited for as well, and the remedy is told."""
    with caplog.at_level(logging.INFO):
        running = Running(bare_database, broker)
        until(lambda: "it lacks tables: run `socle-collector migrate`; next try in 1 s" in caplog.text)
        running.end()


def test_two_collectors(running: Running, broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    """A second one on the same database waits until the first has gone."""
    with caplog.at_level(logging.INFO):
        second = Running(running.url, broker)
        until(lambda: "another collector is storing into it" in caplog.text)
        running.end()
        until(lambda: "is online" in caplog.text)
        second.end()


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory, template: str, postgres: Postgres) -> Iterator[Postgres]:
    """A PostgreSQL that may be killed."""
    del template, postgres
    with own_postgres() as server:
        yield server


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_the_database_goes_and_comes(
    fragile: Postgres, tmp_path: Path, broker: Broker, device: Device, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It says lost when the database goes, and online when it is back; what was acked is there."""
    from support.postgres import migrate

    url = fragile.create()
    migrate(url, tmp_path)
    enrol(url)
    running = Running(url, broker)
    device.hears("online")
    t = int(running._ingest._wall() // 900)
    device.asked("ledger", "00000001", after=0, rev=3, slots=[{"t": t, "powered": 100}])
    with caplog.at_level(logging.INFO):
        getattr(fragile, how)()
        device.hears("lost")
        assert "database: lost" in caplog.text
        until(lambda: caplog.text.count("next try") > 1)
        fragile.start()
        device.hears("online")
    assert device.asked("hello", "00000002").rev == 3
    assert device.asked("ledger", "00000003", after=3, rev=4, slots=[{"t": t, "powered": 200}]).rev == 4
    assert count(url, "slots") == 1
    running.end()


def test_the_connection_is_cut(running: Running, device: Device) -> None:
    """A connection that the database ends is made anew."""
    device.asked("hello", "00000001")
    device.states.clear()
    with psycopg.connect(running.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'socle-collector'"
        )
    device.hears("online")
    assert [state for state, _ in device.states] == ["lost", "online"]
    assert device.asked("hello", "00000002").rev == 0


BACKEND = """
    SELECT pid FROM pg_stat_activity WHERE application_name = 'socle-collector' AND datname = current_database()"""


def backend(url: str) -> int:
    """The process of PostgreSQL that serves the ingest."""
    with psycopg.connect(url) as connection:
        ((pid,),) = connection.execute(BACKEND).fetchall()
    return int(pid)


def test_the_database_hangs(
    running: Running, device: Device, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that no longer answers counts as lost; when it answers again all goes on."""
    monkeypatch.setattr(meanwhile, "PATIENCE_S", 1.0)
    device.asked("hello", "00000001")
    pid = backend(running.url)
    os.kill(pid, signal.SIGSTOP)
    try:
        device.send("hello", ask="00000002")
        device.hears("lost")
    finally:
        os.kill(pid, signal.SIGCONT)
    device.hears("online")
    assert "database: lost, it does not answer" in caplog.text
    assert device.asked("hello", "00000003").rev == 0


def test_stop_while_the_database_hangs(running: Running, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even then does a stop take for ever."""
    monkeypatch.setattr(meanwhile, "PATIENCE_S", 1.0)
    pid = backend(running.url)
    os.kill(pid, signal.SIGSTOP)
    try:
        device.send("hello", ask="00000002")
        running.end()
    finally:
        os.kill(pid, signal.SIGCONT)
    device.hears("lost")


def test_a_broker_that_says_nothing(database: str, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again, and no connection is left behind."""
    monkeypatch.setattr(broker_module, "ANSWER_S", 0.1)
    with puppet(greets=True, greeting=b"") as mute:
        running = Running(database, broker, port=mute.port)
        until(lambda: mute.connections >= 3)
        running.end()
        until(lambda: mute.left == mute.connections)


def test_a_batch_full_of_bytes(broker: Broker, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch is not waited for any longer when there is no room for more."""
    monkeypatch.setattr(broker_module, "MOST_BYTES", 10)
    clock, stop = HandClock(), Stop()
    settings = CollectorSettings(realm="test", host=broker.host, port=broker.port, tls=False, batch_wait_ms=5000)
    ours = broker_module.Broker(settings, lambda: clock.wall, stop.fileno())
    ours.open()
    device.send("hello", ask="00000001")
    until(lambda: ours.receive(9) or ours.inbox)
    before = clock.mono
    Ingest(settings, clock, stop)._gather(ours)
    assert clock.mono == before
    ours.close()
    stop.close()
