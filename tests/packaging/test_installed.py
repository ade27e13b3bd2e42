"""The packages on a booted machine: what their service does, may do and leaves behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.booted import Booted
from support.waiting import until

LEDGER = "file:/var/lib/socle-agent/ledger.db?mode=ro"
QUERY = f'import sqlite3, sys; print(*sqlite3.connect("{LEDGER}", uri=True).execute(sys.argv[1]).fetchone() or [""])'
CONNECT = 'import socket; socket.socket(socket.AF_UNIX).connect("/run/socle-fanotify.socket")'
MOST = {
    "socle-agent.service": 1.8,
    "socle-fanotify@x.service": 1.2,
    "socle-agent-health.service": 2.5,
    "socle-agent-smart.service": 2.5,
}
"""Exposure that each unit may have at most, of 10 (systemd-analyze(1), security)."""
OF_THE_SYSTEM = ("/var/lib/dpkg/", "/var/log/", "/var/cache/", "/var/lib/systemd/", "/run/", "/tmp/", "/etc/passwd-",
                 "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/var/lib/python/")  # fmt: skip
"""Where packaging itself, or what runs anyway, leaves traces."""


class Machine(Booted):
    """A machine on which the packages can be installed, and a program of the catalogue that does nothing."""

    def __init__(self, debian: Path, packages: list[Path]) -> None:
        # What a container's systemd may not ask of the kernel unless it is said.
        calls = "--system-call-filter=fanotify_init fanotify_mark"
        super().__init__(debian, calls, f"--bind-ro={packages[0].parent}:/packages")
        self._packages = [f"/packages/{package.name}" for package in packages]
        self.run("useradd", "--create-home", "eleve")
        self.run("cp", "/usr/bin/sleep", "/usr/bin/tuxpaint")

    def install(self) -> None:
        """Install them, or upgrade to them."""
        self.run("sh", "-c", 'dpkg --install "$@" 2>&1', "-", *self._packages)

    def files(self) -> set[str]:
        """Every file and folder, but for the system's own traces."""
        found = self.run("find", "/", "-xdev", "-not", "-name", "__pycache__").splitlines()
        return {name for name in found if not name.startswith(OF_THE_SYSTEM)}

    def ask(self, query: str) -> str:
        """A row of the ledger."""
        return self.run("python3", "-c", QUERY, query).strip()

    def property(self, name: str, unit: str = "socle-agent.service") -> str:
        """What systemd tells of a unit."""
        return self.run("systemctl", "show", f"--property={name}", "--value", unit).strip()

    def fails(self, *command: str) -> bool:
        """Whether a command fails."""
        return self.run("sh", "-c", '"$@" >/dev/null 2>&1 && echo went well; true', "-", *command) == ""


@pytest.fixture(scope="module")
def machine(debian: Path, packages: list[Path]) -> Iterator[Machine]:
    """A machine with the packages."""
    made = Machine(debian, packages)
    made.install()
    yield made
    made.close()


def test_it_measures_as_soon_as_it_is_installed(machine: Machine) -> None:
    """The service runs, will run after the next start, and answers anybody on the machine."""
    assert machine.property("ActiveState") == "active"
    assert machine.property("UnitFileState") == "enabled"
    told = json.loads(machine.run("runuser", "-u", "eleve", "--", "socle-agent", "status", "--json"))
    assert (told["enrolled"], told["senses"]["session"], told["failed"]) == (False, "logind", {})
    assert machine.run("systemctl", "--failed", "--no-legend") == ""


def test_the_kernel_tells_it_of_programs_though_it_holds_no_privilege(machine: Machine) -> None:
    """A catalogued program counts to the second; every set of capabilities is empty."""
    assert json.loads(machine.run("socle-agent", "status", "--json"))["senses"]["programs"] == "fanotify"
    machine.run("runuser", "-u", "eleve", "tuxpaint", "2")

    def seconds() -> list[int]:
        machine.run("socle-agent", "totals")  # writes down what was counted
        held = machine.ask("select services from held where services like '%tuxpaint%'") or "{}"
        return [count for count in json.loads(held).get("tuxpaint", []) if count]

    assert until(seconds)[0] in (2, 3)
    status = machine.run("cat", f"/proc/{machine.property('MainPID')}/status")
    capabilities = [line.split()[1] for line in status.splitlines() if line.startswith("Cap")]
    assert capabilities == ["0" * 16] * 5


def test_nobody_else_has_a_group_lent(machine: Machine) -> None:
    """The socket is the agent's alone."""
    assert machine.fails("runuser", "-u", "eleve", "--", "python3", "-c", CONNECT)
    assert not machine.fails("runuser", "-u", "socle-agent", "--", "python3", "-c", CONNECT)


def test_systemd_finds_no_fault_with_the_units(machine: Machine) -> None:
    """`systemd-analyze verify` says nothing, and little is exposed."""
    units = machine.run("sh", "-c", "ls /lib/systemd/system/socle-*").split()
    assert machine.run("sh", "-c", 'systemd-analyze verify --man=no "$@" 2>&1', "-", *units) == ""
    for unit, most in MOST.items():
        told = machine.run("systemd-analyze", "security", "--no-pager", unit).splitlines()[-1]
        print(told)
        assert float(told.split(":")[1].split()[0]) <= most


def test_the_service_reads_the_journal_within_what_is_forbidden(machine: Machine) -> None:
    """As it does for boots without the agent."""
    machine.run("sh", "-c", "systemd-cat -t canary echo one-word; journalctl --sync")
    _drop_in(machine, "ExecStartPre=/bin/sh -c 'journalctl --quiet -t canary >/var/lib/socle-agent/read'")
    assert "one-word" in machine.run("cat", "/var/lib/socle-agent/read")
    _drop_in(machine, "")


def test_the_service_knows_the_mainboard(machine: Machine) -> None:
    """Root's files reach it as credentials, and are hashed."""
    machine.run("sh", "-c", "umask 077; echo 4c4c4544-0042 >/etc/board")
    _drop_in(machine, "LoadCredential=product_uuid:/etc/board")
    hashes = machine.ask("select value from meta where key = 'hashes'")
    assert "board" in json.loads(hashes)
    assert "4c4c" not in hashes
    _drop_in(machine, "")


def test_a_mistake_in_the_settings_is_told_once(machine: Machine) -> None:
    """The service ends and is not started again and again; once mended it starts."""
    machine.run("sh", "-c", "echo 'kind = 1' >/etc/socle/agent.d/10-mistake.toml")
    assert machine.fails("systemctl", "restart", "socle-agent")
    assert machine.property("ExecMainStatus") == "78"
    assert machine.property("ActiveState") == "failed"
    machine.run("rm", "/etc/socle/agent.d/10-mistake.toml")
    machine.run("systemctl", "restart", "socle-agent")


def test_an_upgrade_keeps_what_was_measured(machine: Machine) -> None:
    """The ledger stays, and the new version runs."""
    install, pid = machine.ask("select value from meta where key = 'install'"), machine.property("MainPID")
    machine.install()
    assert machine.property("ActiveState") == "active"
    assert machine.property("MainPID") != pid
    assert machine.ask("select value from meta where key = 'install'") == install


def test_from_installation_to_purge(debian: Path, packages: list[Path]) -> None:
    """An upgrade does not start what the administrator disabled; after a purge nothing is left but the account."""
    machine = Machine(debian, packages)
    before = machine.files()
    machine.install()
    machine.run("systemctl", "start", "socle-agent-health.service")
    machine.run("sh", "-c", "systemctl disable --now socle-agent socle-agent-smart.timer 2>&1")
    machine.install()
    assert machine.property("ActiveState") == "inactive"
    assert machine.property("UnitFileState") == "disabled"
    assert machine.property("ActiveState", "socle-agent-smart.timer") == "inactive"
    machine.run("sh", "-c", "dpkg --remove socle-agent socle-core 2>&1")
    assert {"/var/lib/socle-agent/ledger.db", "/etc/socle/agent.toml"} <= machine.files()
    machine.run("sh", "-c", "dpkg --purge socle-agent socle-core 2>&1")
    assert machine.files() - before == set()
    assert machine.run("getent", "passwd", "socle-agent").strip().endswith("/usr/sbin/nologin")
    machine.close()


def _drop_in(machine: Machine, line: str) -> None:
    """Add a line to the service for now; without one, take it away."""
    folder = "/run/systemd/system/socle-agent.service.d"
    machine.run("sh", "-c", f'mkdir -p {folder}; printf "[Service]\\n%s\\n" "$1" >{folder}/test.conf', "-", line)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "socle-agent")
