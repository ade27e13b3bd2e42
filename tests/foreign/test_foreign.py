"""Anyone can write the other end: two small programs made from docs/contract.md alone, each against the real one."""

from __future__ import annotations

import ast
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.broker import Broker, free_port
from support.waiting import until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REALM = "ac-test"


def run_agent(broker: Broker, device: str) -> subprocess.CompletedProcess[str]:
    """Run the foreign agent until all it has is stored."""
    command = [sys.executable, HERE / "agent.py", broker.host, str(broker.port), REALM, device, "7"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["agent.py", "collector.py"])
def test_they_are_small_and_know_nothing_of_socle(name: str) -> None:
    """Each is under 150 lines and imports neither core, agent nor collector."""
    source = (HERE / name).read_text()
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert len(source.splitlines()) < 150
    assert not [module for module in imported if module.startswith("socle")]


def test_the_foreign_agent_and_the_foreign_collector_agree(broker: Broker) -> None:
    """Two programs that share only the contract's page hold the same totals, and the audit is reconciled."""
    command = [sys.executable, HERE / "collector.py", broker.host, str(broker.port), REALM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as collector:
        assert collector.stdout and json.loads(collector.stdout.readline()) == {"devices": {}}
        ran = run_agent(broker, "aaaaaaaaaaaa")
        collector.terminate()
        held: Any = json.loads(collector.stdout.read().splitlines()[-1])
    assert ran.returncode == 0, ran.stderr
    (install, sums), *_ = json.loads(ran.stdout).items()
    assert held["devices"]["aaaaaaaaaaaa"][install] == {**sums, "reconciled": True}


def socle(program: str, *arguments: object) -> list[str]:
    """Command line of `socle-agent` or `socle-collector`, as installed beside this Python."""
    return [str(Path(sys.executable).with_name(program)), *map(str, arguments)]


def told(command: list[str]) -> Any:
    """What a command prints as JSON."""
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout)


@contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs until the block ends, and then ends cleanly."""
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0, log.read_text()


def test_the_foreign_agent_is_served_by_our_collector(broker: Broker, database: str, tmp_path: Path) -> None:
    """An agent written from the page alone has all its rows stored, and its audit reconciled."""
    config = tmp_path / "collector.toml"
    config.write_text(
        f'[realm]\nname = "{REALM}"\n[broker]\nhost = "{broker.host}"\nport = {broker.port}\ntls = false\n'
        f'[database]\nurl = "{database}"\n[page]\nport = {free_port()}\n'
        f'[catalogue]\npaths = ["{ROOT / "config" / "catalogue.toml"}"]\n'
    )
    device = told(socle("socle-collector", "device", "add", "--realm", REALM, "--json", "--config", config))["device"]
    with running(socle("socle-collector", "run", "--config", config), tmp_path / "log"):
        until(lambda: "online" in (tmp_path / "log").read_text(), what="the collector is online")
        ran = run_agent(broker, device)
    assert ran.returncode == 0, ran.stderr
    (install, sums), *_ = json.loads(ran.stdout).items()
    held = told(socle("socle-collector", "totals", "--json", "--device", device, "--config", config))
    assert held == {"devices": {device: {install: {**sums, "reconciled": True}}}}


def test_our_agent_is_served_by_the_foreign_collector(broker: Broker, tmp_path: Path) -> None:
    """A collector written from the page alone holds what the agent measured, to the second."""
    config = tmp_path / "agent.toml"
    config.write_text(
        f'[identity]\ndevice = "aaaaaaaaaaaa"\nrealm = "{REALM}"\n'
        f'[server]\nhost = "{broker.host}"\nport = {broker.port}\ntls = false\n'
        "[measure]\nreport_every_quarters = 0\ncheckpoint_s = 10\n"
        f'catalogue = ["{ROOT / "config" / "catalogue.toml"}"]\n'
        f'[paths]\nstate = "{tmp_path / "state"}"\nsocket = "{tmp_path / "socket"}"\n'
    )
    command = [sys.executable, str(HERE / "collector.py"), broker.host, str(broker.port), REALM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as collector:
        assert collector.stdout and json.loads(collector.stdout.readline()) == {"devices": {}}
        with running(socle("socle-agent", "run", "--config", config), tmp_path / "log"):
            until(lambda: "connected" in (tmp_path / "log").read_text(), what="the agent is connected")
            threading.Event().wait(2)  # something to measure
        collector.terminate()
        held = json.loads(collector.stdout.read().splitlines()[-1])
    sums = told(socle("socle-agent", "totals", "--json", "--config", config))
    assert _numbers(held) == _numbers(sums)
    assert next(iter(sums["devices"]["aaaaaaaaaaaa"].values()))["powered"] >= 1


def _numbers(totals: Any) -> Any:
    """Totals without what only a collector knows."""
    return {
        device: {install: {**sums, "reconciled": None} for install, sums in installs.items()}
        for device, installs in totals["devices"].items()
    }
