"""packaging/environment.sh says what is missing and what to do, in French first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the environment is made from, in a folder with a space in its name."""
    folder = tmp_path / "Mon Socle"
    (folder / "packaging").mkdir(parents=True)
    shutil.copy(ROOT / "packaging" / "environment.sh", folder / "packaging")
    for name in ("pyproject.toml", "requirements.lock", "README.md"):
        shutil.copy(ROOT / name, folder)
    return folder


def make(project: Path, python: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script as `make demo` does."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "LC_", "PIP_"))}
    return subprocess.run(
        ["sh", "packaging/environment.sh", python, "demo"],
        cwd=project,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def stub(project: Path, refuses: str) -> str:
    """A Python that fails at any code with this word in it, and else does nothing."""
    script = project / "python"
    script.write_text(f'#!/bin/sh\ncase "$*" in *{refuses}*) exit 1 ;; *version_info*) echo python3.11-venv ;; esac\n')
    script.chmod(0o755)
    return str(script)


def test_no_python(project: Path) -> None:
    """A Python that is not there is named, with how to name another."""
    told = make(project, "python3.99")
    assert told.returncode == 1
    assert "« python3.99 » est introuvable" in told.stderr and "make PYTHON=" in told.stderr


def test_an_old_python(project: Path) -> None:
    """A Python before 3.10 is refused."""
    told = make(project, stub(project, "version_info"))
    assert told.returncode == 1 and "il faut Python 3.10" in told.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root installs what is missing")
def test_no_venv(project: Path) -> None:
    """Without Debian's python3-venv, the package to install is named."""
    told = make(project, stub(project, "ensurepip"))
    assert told.returncode == 1 and "sudo apt install python3.11-venv" in told.stderr


def test_no_network(project: Path) -> None:
    """Where no package can be had, the end of pip's log is shown; the next try begins where this one failed."""
    nowhere = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    told = make(project, sys.executable, **nowhere)
    assert told.returncode == 1
    assert "vérifiez le réseau" in told.stderr and "  | ERROR" in told.stderr and "build/environment.log" in told.stderr
    assert not (project / ".venv" / ".with-demo").exists()
    again = make(project, sys.executable, **nowhere, LANG="en_GB.UTF-8")
    assert again.stdout == "Installing the libraries …\n" and "check the network" in again.stderr


def test_every_library_is_pinned() -> None:
    """What pyproject.toml asks for is in the lock, at one version each."""
    lines = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")]
    pins = dict(line.split("==") for line in lines)
    assert len(pins) == len(lines)
    asked = {"amqtt", "django", "hatchling", "hypothesis", "msgspec", "mypy", "paho-mqtt", "psycopg", "pytest", "ruff"}
    assert asked <= pins.keys()
