"""Anyone can write the other end: two small programs made from docs/contract.md alone, each against the real one."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.broker import Broker

HERE = Path(__file__).parent
REALM = "ac-test"


def agent(broker: Broker, device: str) -> subprocess.CompletedProcess[str]:
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
        ran = agent(broker, "aaaaaaaaaaaa")
        collector.terminate()
        held: Any = json.loads(collector.stdout.read().splitlines()[-1])
    assert ran.returncode == 0, ran.stderr
    (install, sums), *_ = json.loads(ran.stdout).items()
    assert held["devices"]["aaaaaaaaaaaa"][install] == {**sums, "reconciled": True}
