"""The link to a real mosquitto, and to servers that misbehave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from paho.mqtt import client as paho
from support.authority import Authority
from support.broker import Broker, free_port
from support.clocks import FastClock
from support.ear import listening
from support.looping import run_until
from support.puppet import CONNACK, puppet
from support.waiting import until

from socle_agent import tls
from socle_agent.link import FIRST_RETRY_S, LONGEST_RETRY_S, Link
from socle_agent.loop import Loop
from socle_core.settings.agent import AgentSettings

DEVICE = "abcdefgh2345"
BASE = f"socle/1/test/{DEVICE}"
SPEED = 20.0


class Notes:
    """A listener that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.outgoing: list[tuple[str, str, bytes]] = []

    def will(self) -> bytes:
        """The will."""
        return b"the will"

    def connected(self) -> None:
        """Note it."""
        self.told.append("connected")

    def message(self, kind: str, payload: bytes, retained: bool) -> None:
        """Note it."""
        self.told.append((kind, payload, retained))

    def lost(self) -> None:
        """Note it."""
        self.told.append("lost")

    def sent(self, kind: str, topic: str, payload: bytes) -> None:
        """Note it."""
        self.outgoing.append((kind, topic, payload))


class Machine:
    """A link with its loop on a fast clock."""

    def __init__(self, port: int, host: str = "127.0.0.1", speed: float = SPEED, **settings: Any) -> None:
        settings.setdefault("tls", False)
        self.clock = FastClock(speed)
        self.loop = Loop(self.clock)
        self.notes = Notes()
        self.link = Link(
            self.loop,
            AgentSettings(device=DEVICE, realm="test", host=host, port=port, **settings),
            self.notes,
            Random(7),
        )

    def until(self, condition: Callable[[], object]) -> None:
        """Serve the loop until then."""
        run_until(self.loop, condition)

    def connect(self) -> Machine:
        """Start, and wait for the connection."""
        self.link.start()
        self.until(lambda: self.link.state == "connected")
        return self

    def fails(self) -> str | None:
        """Start, and tell why it does not connect."""
        self.link.start()
        self.until(lambda: self.link.state == "waiting")
        return self.link.reason

    def close(self) -> None:
        """Stop."""
        self.link.stop()
        self.loop.close()


@pytest.fixture
def machine() -> Iterator[Callable[..., Machine]]:
    """Makes machines that are stopped after the test."""
    made: list[Machine] = []

    def make(*args: Any, **settings: Any) -> Machine:
        made.append(Machine(*args, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that the broker's certificates come from."""
    return Authority(tmp_path / "tls")


@pytest.fixture
def servers(tmp_path: Path, authority: Authority) -> Iterator[Callable[..., Broker]]:
    """Makes brokers with a certificate of that authority, started, and stopped after the test."""
    made: list[Broker] = []

    def make(*, require: bool = False, extra: str = "", **issue: Any) -> Broker:
        if not extra:
            cert, key = authority.issue("localhost", **issue)
            extra = authority.listener(cert, key, require_certificate=require)
        made.append(Broker(tmp_path, extra=extra))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_messages_go_both_ways(broker: Broker, machine: Callable[..., Machine]) -> None:
    """What is published arrives, and acks, settings and the collector's word arrive with their kind."""
    with listening(broker.port) as ear:
        ear.say("socle/1/test/collector", b"here", retain=True)
        one = machine(broker.port).connect()
        one.link.publish("hello", b"hello there")
        one.link.publish("presence", b"online", retain=True)
        until(lambda: len(ear.of("hello")) == len(ear.of("presence")) == 1)
        ear.say(f"{BASE}/ack", b"an ack")
        ear.say(f"{BASE}/config", b"settings", retain=True)
        one.until(lambda: len(one.notes.told) == 4)
    assert one.notes.told[0] == "connected"
    assert set(one.notes.told[1:]) == {
        ("collector", b"here", True),
        ("ack", b"an ack", False),
        ("config", b"settings", False),
    }
    assert one.notes.outgoing[0] == ("hello", f"{BASE}/hello", b"hello there")


def test_a_stop_is_not_announced_as_a_loss(broker: Broker, machine: Callable[..., Machine]) -> None:
    """After a stop in order the broker does not publish the will, and the link can be started again."""
    with listening(broker.port) as ear:
        one = machine(broker.port).connect()
        one.link.publish("presence", b"sleeping", retain=True)
        one.link.stop()
        one.connect().link.publish("hello", b"again")
        until(lambda: ear.of("hello"))
        assert ear.of("presence") == [b"sleeping"]


def test_a_broken_connection_leaves_the_will_and_comes_back(broker: Broker, machine: Callable[..., Machine]) -> None:
    """When the connection breaks the broker publishes the will, the listener is told once, and it connects anew."""
    with listening(broker.port) as ear:
        one = machine(broker.port).connect()
        one.link._session._client.socket().shutdown(2)
        one.until(lambda: "lost" in one.notes.told)
        assert (one.link.state, one.link.reason) == ("waiting", "closed")
        until(lambda: ear.of("presence") == [b"the will"])
        one.until(lambda: one.notes.told == ["connected", "lost", "connected"])


def test_nothing_of_an_old_connection_is_sent_again(broker: Broker, machine: Callable[..., Machine]) -> None:
    """What a killed broker had not taken stays unsent: only the ledger decides what is sent anew."""
    one = machine(broker.port).connect()
    broker.kill()
    one.link.publish("ledger", b"stale")
    one.until(lambda: one.link.state == "waiting")
    one.link.publish("ledger", b"into the void")
    assert [payload for _kind, _topic, payload in one.notes.outgoing] == [b"stale"]
    broker.start()
    with listening(broker.port) as ear:
        one.until(lambda: one.link.state == "connected")
        one.link.publish("hello", b"fresh")
        until(lambda: ear.of("hello"))
        assert not ear.of("ledger")


def test_a_broker_that_is_not_there_yet(tmp_path: Path, machine: Callable[..., Machine]) -> None:
    """Refused connections are tried again, after a random wait, until the broker is there."""
    port = free_port()
    one = machine(port)
    assert one.fails() == "refused"
    assert 1 <= one.link.retry_s <= FIRST_RETRY_S
    server = Broker(tmp_path, port)
    server.start()
    one.until(lambda: one.link.state == "connected")
    assert one.link.reason is None
    server.stop()


def test_waits_grow_and_praise_shortens_them(machine: Callable[..., Machine]) -> None:
    """Waits are drawn from ever wider spans up to 900 s; a collector's ack makes the next failure the first again."""
    one = machine(1)

    def waits(count: int) -> list[float]:
        seen = []
        for _ in range(count):
            one.link.ended("closed")
            seen.append(one.link.retry_s)
        return seen

    for times, wait in enumerate(waits(40)):
        assert 1 <= wait <= min(LONGEST_RETRY_S, FIRST_RETRY_S * 2**times)
    assert max(waits(40)) > 600
    one.link.praise()
    assert waits(1)[0] <= FIRST_RETRY_S
    one.loop.cancel("mqtt retry")


def test_the_same_failure_is_logged_once(machine: Callable[..., Machine], caplog: pytest.LogCaptureFixture) -> None:
    """A laptop at home does not fill its journal: a reason is a line when it is news."""
    one = machine(1)
    for reason in ("refused", "refused", "refused", "name", "refused"):
        one.link.ended(reason)
    one.loop.cancel("mqtt retry")
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 3


def test_a_name_that_does_not_exist(machine: Callable[..., Machine]) -> None:
    """An unknown host name is told as such."""
    assert machine(1883, "no-such-host.invalid").fails() == "name"


def test_a_broker_that_never_answers(machine: Callable[..., Machine]) -> None:
    """A server that takes the connection and says nothing is given up after half a minute."""
    with puppet() as silent:
        assert machine(silent.port).fails() == "timeout"


def test_a_stop_does_not_wait_for_a_connection_under_way(machine: Callable[..., Machine], authority: Authority) -> None:
    """Stopping while a handshake hangs returns at once, and leaves neither connection nor descriptor."""
    with puppet() as silent:
        one = machine(silent.port, tls=True, ca=authority.ca)
        before = len(os.listdir("/proc/self/fd"))
        one.link.start()
        one.until(lambda: silent.connections == 1)
        one.link.stop()
        assert one.link.state == "stopped"
    until(lambda: len(os.listdir("/proc/self/fd")) <= before)


def test_a_broker_that_does_not_know_this_device(
    servers: Callable[..., Broker], machine: Callable[..., Machine]
) -> None:
    """A CONNACK that refuses is told as not authorised."""
    server = servers(extra="allow_anonymous false\n")
    assert machine(server.port).fails() == "unauthorised"


def test_a_broker_that_is_not_ready(machine: Callable[..., Machine]) -> None:
    """A CONNACK that says "unavailable" is told as the broker's trouble."""
    with puppet(greets=True, greeting=CONNACK[:3] + b"\x03") as busy:
        assert machine(busy.port).fails() == "broker"


def test_something_else_than_a_broker(machine: Callable[..., Machine]) -> None:
    """Bytes that are no MQTT end the connection, not the daemon."""
    with puppet(greets=True, greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20) as web:
        assert machine(web.port).fails() is not None


def test_pings_keep_a_quiet_connection(monkeypatch: pytest.MonkeyPatch, machine: Callable[..., Machine]) -> None:
    """A ping follows each keep-alive of silence; a broker that answers none is given up as silent."""
    with puppet(greets=True, answers_pings=True) as quiet:
        one = machine(quiet.port, speed=80, keepalive_s=30)
        monkeypatch.setattr(paho, "time_func", lambda: one.clock.read().mono)
        one.connect()
        start = one.clock.read().boot
        one.until(lambda: quiet.pings == 2)
        assert 55 < one.clock.read().boot - start < 75
        quiet.answers_pings = False
        one.until(lambda: one.link.state == "waiting")
        assert one.link.reason == "silent"


def test_more_than_the_socket_takes(broker: Broker, machine: Callable[..., Machine]) -> None:
    """While the broker stands still the rest waits in the process and is written when the socket takes it."""
    with listening(broker.port) as ear:
        one = machine(broker.port, keepalive_s=1200).connect()
        broker._process.send_signal(signal.SIGSTOP)
        for number in range(15):
            one.link.publish("ledger", bytes([number]) * 1_000_000)
        stuck = one.link._session._client.want_write()
        broker._process.send_signal(signal.SIGCONT)
        one.until(lambda: len(ear.of("ledger")) == 15)
        assert stuck
        assert [payload[0] for payload in ear.of("ledger")] == list(range(15))


def test_tls_with_the_right_authority(
    servers: Callable[..., Broker], machine: Callable[..., Machine], authority: Authority
) -> None:
    """A verified broker is connected to, and shown the device's own certificate when it asks for one."""
    server = servers(require=True)
    cert, key = authority.issue(DEVICE)
    one = machine(server.port, tls=True, ca=authority.ca, cert=cert, key=key)
    assert one.connect().link._session._client.socket().version() in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(
    ("issue", "reason"),
    [
        ({"end": -1, "start": -20}, "expired"),
        ({"start": 5}, "not-yet-valid"),
        ({"address": "127.0.0.9"}, "other-name"),
    ],
)
def test_tls_with_a_certificate_that_does_not_hold(
    servers: Callable[..., Broker],
    machine: Callable[..., Machine],
    authority: Authority,
    issue: dict[str, Any],
    reason: str,
) -> None:
    """A broker's certificate that is past, not yet valid or another's is refused, each by its name."""
    server = servers(**issue)
    assert machine(server.port, tls=True, ca=authority.ca).fails() == reason


def test_tls_never_falls_back(
    tmp_path: Path, servers: Callable[..., Broker], machine: Callable[..., Machine], authority: Authority
) -> None:
    """A broker that cannot be verified hears no word from the device, at any try."""
    server = servers()
    one = machine(server.port, tls=True, ca=Authority(tmp_path / "other").ca)
    assert one.fails() == "untrusted"
    one.link.start()
    one.until(lambda: one.link.state == "waiting" and one.link._failures == 2)
    assert (one.link.reason, one.notes.told, one.notes.outgoing) == ("untrusted", [], [])


def test_tls_without_a_certificate_of_ones_own(
    tmp_path: Path, servers: Callable[..., Broker], machine: Callable[..., Machine], authority: Authority
) -> None:
    """A broker that wants a certificate and gets none, or a stranger's, is told as such."""
    server = servers(require=True)
    assert machine(server.port, tls=True, ca=authority.ca).fails() == "own-certificate"
    cert, key = Authority(tmp_path / "other").issue(DEVICE)
    assert machine(server.port, tls=True, ca=authority.ca, cert=cert, key=key).fails() == "own-certificate"


def test_tls_against_a_broker_without(broker: Broker, machine: Callable[..., Machine], authority: Authority) -> None:
    """TLS asked of a plain broker fails; it is not tried without."""
    assert machine(broker.port, tls=True, ca=authority.ca).fails() in ("tls", "closed")


def test_tls_with_files_that_are_not_there(
    tmp_path: Path, broker: Broker, machine: Callable[..., Machine], authority: Authority
) -> None:
    """A missing authority, and a key that needs a password, are told as trouble with the files."""
    assert machine(broker.port, tls=True, ca=tmp_path / "none.pem").fails() == "files"
    cert, key = authority.issue(DEVICE)
    command = ["openssl", "ec", "-in", key, "-aes128", "-passout", "pass:secret", "-out", tmp_path / "locked.key"]
    subprocess.run(command, check=True, capture_output=True)
    one = machine(broker.port, tls=True, ca=authority.ca, cert=cert, key=tmp_path / "locked.key")
    assert one.fails() == "files"


def test_the_system_authorities_are_the_default() -> None:
    """Without a file of its own the system's authorities are trusted, and verification stays on."""
    made = tls.context(None, None, None)
    assert made.check_hostname
    assert made.verify_mode.name == "CERT_REQUIRED"


def test_with_debians_paho(broker: Broker) -> None:
    """The link works with the paho of this machine's own Python, 1.6 in Debian 12."""
    python = "/usr/bin/python3"
    probe = "import paho.mqtt, sys; print(paho.mqtt.__version__)"
    found = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(f"{python} has no paho: apt install python3-paho-mqtt")
    agent = Path(tls.__file__).parents[1]
    tests = Path(__file__).parents[1]
    script = f"""
import sys
sys.path[:0] = [{str(agent)!r}, {str(tests)!r}]
from random import Random
from socle_agent.link import Link
from socle_agent.loop import Loop
from socle_core.settings.agent import AgentSettings
from support.clocks import FastClock
from support.looping import run_until
class Notes:
    told = []
    def will(self): return b"the will"
    def connected(self): link.publish("hello", b"from debian")
    def message(self, kind, payload, retained): self.told.append((kind, payload))
    def lost(self): self.told.append("lost")
    def sent(self, kind, topic, payload): pass
loop = Loop(FastClock({SPEED}))
settings = AgentSettings(device={DEVICE!r}, realm="test", host="127.0.0.1", port={broker.port}, tls=False)
link = Link(loop, settings, Notes(), Random(1))
link.start()
run_until(loop, lambda: Notes.told)
assert Notes.told == [("ack", b"an ack")], Notes.told
link._session._client.socket().shutdown(2)
run_until(loop, lambda: "lost" in Notes.told)
run_until(loop, lambda: link.state == "connected")
link.stop()
"""
    with listening(broker.port) as ear:
        run = subprocess.Popen([python, "-c", script], stderr=subprocess.PIPE, text=True)
        until(lambda: ear.of("hello") == [b"from debian"] or run.poll() is not None)
        ear.say(f"{BASE}/ack", b"an ack")
        _out, errors = run.communicate(timeout=30)
    assert run.returncode == 0, errors
    assert found.stdout.strip() != "" and sys.executable != python
