"""The units of health on a booted machine: a real systemd starts them, with all that it forbids them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.booted import Booted
from support.waiting import until

UNITS = Path(__file__).parents[3] / "systemd"
COMMAND = '#!/bin/sh\nPYTHONPATH=/project/agent PYTHONDONTWRITEBYTECODE=1 exec python3 -m socle_agent.cli "$@"\n'
TOLD, SOON = "/run/told-health", "socle-agent-health-soon.timer"


class Health:
    """The units, installed; what their processes tell is heard."""

    def __init__(self, machine: Booted) -> None:
        self.machine = machine
        machine.run("useradd", "--system", "socle-agent")
        self._put("/usr/bin/socle-agent", COMMAND)
        machine.run("chmod", "755", "/usr/bin/socle-agent")
        for unit in [*UNITS.glob("socle-agent-health*"), *UNITS.glob("socle-agent-smart*")]:
            self._put(f"/etc/systemd/system/{unit.name}", unit.read_text())
        self._put(f"/etc/systemd/system/{SOON}.d/fast.conf", "[Timer]\nOnActiveSec=\nOnActiveSec=1s\nAccuracySec=1ms\n")
        self._put("/etc/systemd/system/socle-agent-smart.service.d/here.conf", "[Unit]\nConditionVirtualization=\n")
        self._put("/etc/socle/agent.toml", "")
        self._put("/var/lib/apt/lists/an_old_Packages", "")
        machine.run("systemctl", "daemon-reload")

    def listen(self) -> None:
        """Have somebody hear them."""
        self.machine.start("ear", "support.health_ear", TOLD)
        until(lambda: self.machine.run("sh", "-c", "ls /run/socle-agent 2>&1 || true").strip() == "socket")

    def told(self) -> list[dict[str, Any]]:
        """All that was heard."""
        return [json.loads(line) for line in self.machine.run("cat", TOLD).splitlines()]

    def failed(self) -> str:
        """The units that failed, by systemd's own list."""
        return self.machine.run("systemctl", "list-units", "--failed", "--no-legend", "--plain", "socle*")

    def _put(self, path: str, text: str) -> None:
        folder = shlex.quote(str(Path(path).parent))
        self.machine.run("sh", "-c", f"mkdir -p {folder} && printf %s {shlex.quote(text)} >{path}")


@pytest.fixture(scope="module")
def health(booted: Booted) -> Iterator[Health]:
    """The units on the booted machine, taken away again."""
    made = Health(booted)
    yield made
    booted.run("sh", "-c", "systemctl stop ear; userdel socle-agent; rm -rf /etc/systemd/system/socle-agent-*")


def test_without_an_agent(health: Health) -> None:
    """Where no agent runs they do nothing, and are no failed unit."""
    health.machine.run("systemctl", "start", "socle-agent-health", "socle-agent-smart")
    assert health.failed() == ""


def test_within_what_is_forbidden(health: Health) -> None:
    """Each group is read within the unit's limits, as the agent's own user; the disks' part as root."""
    health.listen()
    health.machine.run("systemctl", "start", "socle-agent-health", "socle-agent-smart")
    hourly, smart = sorted(health.told(), key=lambda told: str(told["part"]))
    journal = health.machine.run("journalctl", "--no-pager", "--output=cat", "--unit=socle-agent-health")
    assert [name for name, of in hourly["report"].items() if not of["ok"]] == [], journal
    assert hourly["groups"]["memory"]["used"] > 0
    assert hourly["groups"]["boot"]["failed_units"] >= 0
    assert hourly["groups"]["updates"] == {"pending": 0, "security": 0}
    kept = health.machine.run("stat", "--format=%U %a", "/var/lib/socle-agent-health/updates.json")
    assert kept == "socle-agent 644\n"
    assert (hourly["uid"] != 0, smart["uid"], smart["report"].keys()) == (True, 0, {"disk"})
    assert health.failed() == ""


def test_soon(health: Health) -> None:
    """However often something is plugged in, health is read once a little later; and once more the next time."""
    before = len(health.told())
    for times in (1, 2):
        for _ in range(3):
            health.machine.run("systemctl", "--no-block", "start", SOON)
        until(lambda times=times: len(health.told()) >= before + times, what="health is told")  # type: ignore[misc]
        until(lambda: health.machine.run("sh", "-c", f"systemctl is-active {SOON} || true").strip() == "inactive")
    assert len(health.told()) == before + 2
