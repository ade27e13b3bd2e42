"""Starts what is measured side by side, each until it has shown on the broker that it works."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from socle_core.wire.topics import topic

from . import agent, broker, bus, certificates, debian, processes
from .answering import StandIn
from .children import Children, wait_until
from .figures import Figures
from .peers import collectd, lnxlink, psmqtt
from .places import DEBIAN_PYTHON, DEVICE, REALM, NotMeasuredError

PEERS = (collectd, lnxlink, psmqtt)
CLIENTS = ("bare", DEVICE, *(peer.NAME for peer in PEERS))
BARE, AGENT = "bare_python_paho_tls_", "agent_"


@dataclass
class Resident:
    """One process measured: its figures begin with `prefix`; `readings` grow with each window."""

    prefix: str
    process: subprocess.Popen[bytes]
    readings: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wakeups: int = 0
    """Looks at which it had been active since the look before."""
    _switches: int = 0

    def look(self) -> None:
        """See whether it did anything since the last look."""
        before, self._switches = self._switches, processes.switches(self.process.pid)
        self.wakeups += self._switches != before

    def take(self, first: processes.Sample, *, busy: bool) -> None:
        """Add the readings of a window that ends now."""
        last, held = processes.sample(self.process.pid), processes.memory(self.process.pid)
        for name, value in (("uss_mib", held.uss), ("pss_mib", held.pss), ("rss_mib", held.rss)):
            self.readings[self.prefix + name].append(value)
        if busy:
            self.readings[self.prefix + "cpu_s_per_day"].append(processes.cpu_per_day(first, last))
        else:
            self.readings[self.prefix + "idle_cpu_s_per_day"].append(processes.cpu_per_day(first, last))
            self.readings[self.prefix + "switches_per_min"].append(processes.switches_per_minute(first, last))
            self.readings[self.prefix + "wakeups_per_min"].append(self.wakeups / (last.at - first.at) * 60)


def start(children: Children, server: broker.Broker, stand_in: StandIn, figures: Figures) -> list[Resident]:
    """Start all of them; one that cannot run is noted with its reason, the others go on."""
    debian.ensure("python3-paho-mqtt")
    system = _system_bus(children, figures)
    residents: list[Resident] = []

    def attempt(prefix: str, make: Callable[[], subprocess.Popen[bytes]], ready: Callable[[], bool]) -> None:
        try:
            process = make()
            wait_until(prefix, ready, process, 60)
            residents.append(Resident(prefix, process))
        except NotMeasuredError as reason:
            figures.missing(prefix, str(reason))

    attempt(BARE, lambda: _bare(children, server), lambda: stand_in.heard["bench/bare"] > 0)
    attempt(AGENT, lambda: _agent(children, server, system), lambda: stand_in.heard[topic(REALM, DEVICE, "hello")] > 0)
    for peer in PEERS:
        attempt(
            f"peers.{peer.NAME}.",
            lambda peer=peer: _peer(children, server, peer, system),
            lambda peer=peer: stand_in.count(peer.TOPIC) > 1,
        )
    return residents


def _bare(children: Children, server: broker.Broker) -> subprocess.Popen[bytes]:
    certificate, key = certificates.pair("bare")
    script = Path(__file__).with_name("bare.py")
    arguments = [server.address, str(broker.CERTIFIED_PORT), certificates.CA, certificate, key, "bench/nothing"]
    return children.start("bare", [DEBIAN_PYTHON, "-I", script, *arguments])


def _system_bus(children: Children, figures: Figures) -> dict[str, str]:
    try:
        return bus.start(children)
    except NotMeasuredError as reason:
        figures.facts["without_logind"] = str(reason)
        return {}


def _agent(children: Children, server: broker.Broker, system: dict[str, str]) -> subprocess.Popen[bytes]:
    agent.install()
    return children.start("agent", agent.command(server), agent.environment() | system)


def _peer(
    children: Children, server: broker.Broker, peer: ModuleType, system: dict[str, str]
) -> subprocess.Popen[bytes]:
    peer.install()
    return children.start(peer.NAME, peer.command(server), peer.environment() | system)
