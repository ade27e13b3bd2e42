"""`socle-collector simulate`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from support.broker import Broker


@pytest.fixture
def config(broker: Broker, database: str, tmp_path: Path) -> Path:
    """Settings of a collector on the test's broker and database."""
    file = tmp_path / "collector.toml"
    file.write_text(
        f'[realm]\nname = "ac-test"\n[broker]\nhost = "{broker.host}"\nport = {broker.port}\ntls = false\n'
        f'[database]\nurl = "{database}"\n'
    )
    return file


def simulate(config: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [sys.executable, "-m", "socle_collector.cli", "simulate", "--config", str(config), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.usefixtures("collector")
def test_simulate(config: Path, database: str, tmp_path: Path) -> None:
    """The machines are entered in the registry, live their weeks, and what they hold is written to a file."""
    totals = tmp_path / "totals.json"
    done = simulate(config, "--devices", "5", "--schools", "2", "--weeks", "2", "--totals", str(totals))
    assert (done.returncode, done.stderr) == (0, "simulate 1/2\nsimulate 2/2\n")
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT id, realm, school != '', label != '' FROM devices").fetchall()
    assert {row[1:] for row in rows} == {("ac-test", True, True)}
    told: dict[str, Any] = json.loads(totals.read_text())["devices"]
    assert told.keys() == {row[0] for row in rows}
    assert all(install["powered"] + install["undated"] for device in told.values() for install in device.values())


def test_again(config: Path, collector: Any, tmp_path: Path) -> None:
    """The same seed a second time brings the same installs, whose use the collector counts once."""
    file = tmp_path / "totals.json"
    for _ in range(2):
        assert simulate(config, "--devices", "4", "--weeks", "2", "--totals", str(file)).returncode == 0
    told, held = json.loads(file.read_text())["devices"], collector.totals()
    assert {device: list(installs) for device, installs in told.items()} == {d: list(i) for d, i in held.items()}
    for device, installs in told.items():
        for install, totals in installs.items():
            assert totals["powered"] == held[device][install]["powered"]
            assert totals["present"] == held[device][install]["present"]


def test_wrong_settings(tmp_path: Path) -> None:
    """Wrong settings are told, with exit code 78."""
    file = tmp_path / "collector.toml"
    file.write_text("[realm]\nnome = 1\n")
    done = simulate(file)
    assert done.returncode == 78 and "nome" in done.stderr


def test_no_database(config: Path, database: str) -> None:
    """Without a database it says so, with exit code 69."""
    config.write_text(config.read_text().replace(database, "postgresql://nobody@127.0.0.1:9/nothing"))
    done = simulate(config)
    assert done.returncode == 69 and done.stderr.count("\n") == 1
