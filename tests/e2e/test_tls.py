"""TLS: verified or nothing. No fallback to an unverified or a clear connection, in agent and collector."""

from __future__ import annotations

import signal
from pathlib import Path

from support.authority import Authority

from e2e.conftest import Worlds
from e2e.machine import Machine
from e2e.patience import until
from e2e.proxy import Proxy
from e2e.world import Wire, World

HANDSHAKE = 0x16
CLEAR = (b"MQTT", b"socle/1", b"install")


def settings(authority: Authority, name: str | None = None) -> str:
    """Settings of a client that trusts this authority, with a certificate of its own or without."""
    lines = f'tls = true\nca = "{authority.ca}"\n'
    if name is None:
        return lines
    cert, key = authority.issue(name)
    return lines + f'cert = "{cert}"\nkey = "{key}"\n'


def wire(authority: Authority, *, address: str = "127.0.0.1") -> Wire:
    """A broker with a certificate for `address` that wants one of each client."""
    listener = authority.listener(*authority.issue("broker", address=address), require_certificate=True)
    return Wire(listener, settings(authority, "client"), framed=False)


def sent(proxy: Proxy) -> bytes:
    """All that a client sent."""
    return b"".join(packet.raw for packet in list(proxy.seen) if packet.up)


def only_tls(machine: Machine, proxy: Proxy) -> bool:
    """Whether something was sent, it began with a handshake, and nothing of it can be read."""
    data = sent(proxy)
    return bool(data) and data[0] == HANDSHAKE and not any(word in data for word in (*CLEAR, machine.device.encode()))


def heard_nothing(world: World, machine: Machine) -> bool:
    """Whether the collector never heard of a device."""
    query = "SELECT 1 FROM marks WHERE device = device_number(%s) UNION SELECT 1 FROM presence"
    return world.ask(query + " WHERE device = device_number(%s)", machine.device, machine.device) == []


def refuses(world: World, machine: Machine, why: str) -> None:
    """Wait until an agent has named the reason, let it try some more, and see that it measured and said nothing."""
    until(lambda: f"({why})" in machine.agent.said(), say=machine.agent.tail)
    tries = len(machine.proxy.seen)
    until(lambda: len(machine.proxy.seen) >= tries + 4, say=machine.agent.tail)
    assert only_tls(machine, machine.proxy)
    assert heard_nothing(world, machine)
    assert machine.head() > 0


def mend(machine: Machine, server: str) -> None:
    """Give an agent other settings, and have it read them."""
    machine.server = server
    machine.configure()
    machine.agent.signal(signal.SIGHUP)


def test_certificates_of_both_sides_are_verified(worlds: Worlds, tmp_path: Path) -> None:
    """With the wrong authority, or none of its own, an agent sends nothing; put right and told so, it catches up."""
    authority, other = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs", "Another test")
    world = worlds(seed=45, rate=100.0, machines=3, wire=wire(authority))
    good, deceived, nameless = world.machines
    mend(deceived, settings(other, "deceived"))
    mend(nameless, settings(authority))
    world.start()
    world.use(60)
    refuses(world, deceived, "untrusted")
    refuses(world, nameless, "own-certificate")
    world.caught_up(good)
    assert only_tls(good, good.proxy)
    assert only_tls(good, world.line)
    for machine in (deceived, nameless):
        mend(machine, world.wire.client)
    world.caught_up()


def test_a_broker_under_another_name_is_refused(worlds: Worlds, tmp_path: Path) -> None:
    """A certificate of the right authority for another machine is as good as none, for agent and collector."""
    world = worlds(seed=46, rate=100.0, wire=wire(Authority(tmp_path), address="192.0.2.7"))
    (machine,) = world.machines
    world.start()
    refuses(world, machine, "other-name")
    until(lambda: "certificate" in world.collector.said(), say=world.say)
    assert "is online" not in world.collector.said()
    assert only_tls(machine, world.line)


def test_a_broker_without_tls_hears_no_word(worlds: Worlds, tmp_path: Path) -> None:
    """Where TLS is set and the broker speaks none, agent and collector do not fall back to a clear connection."""
    world = worlds(seed=47, rate=100.0, wire=Wire("", settings(Authority(tmp_path), "client"), framed=False))
    (machine,) = world.machines
    world.start()
    until(lambda: "no connection" in machine.agent.said(), say=world.say)
    until(lambda: "broker: " in world.collector.said(), say=world.say)
    until(lambda: len(machine.proxy.seen) >= 4 and len(world.line.seen) >= 4, say=world.say)
    assert only_tls(machine, machine.proxy)
    assert only_tls(machine, world.line)
    assert heard_nothing(world, machine)
