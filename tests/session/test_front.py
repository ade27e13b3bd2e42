"""Whose service a window is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from socle_session.front import Front, Known

KNOWN = Known({"org.example.dessin": "dessin", "tuxdessin": "dessin"}, {"tuxcalcul": "calcul", "sleep": "repos"})


@pytest.mark.parametrize(
    ("names", "service"),
    [
        (("org.example.Dessin",), "dessin"),
        (("org.example.Dessin.desktop",), "dessin"),
        (("Tuxdessin", "other"), "dessin"),
        (("other", "tuxdessin"), "dessin"),
        (("other",), ""),
        (("",), ""),
        ((), ""),
    ],
)
def test_names(names: tuple[str, ...], service: str) -> None:
    """The first name of a window that the catalogue knows tells, whatever its case."""
    assert KNOWN.service(Front(names)) == service


def test_no_window() -> None:
    """Where no window is in front, something else is: the desktop."""
    assert KNOWN.service(None) == ""


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[int]:
    """A process of ours."""
    process = subprocess.Popen(["sleep", "60"])
    yield process.pid
    process.kill()
    process.wait()


def test_the_process(sleeper: int) -> None:
    """A window whose names say nothing is its process's."""
    assert KNOWN.service(Front(("toolkit",), sleeper)) == "repos"
    assert KNOWN.service(Front(("toolkit",), os.getpid())) == ""


def test_a_script(tmp_path: Path) -> None:
    """Of an interpreter, the script tells; a file that any other program was given does not."""
    script = tmp_path / "tuxcalcul"
    script.write_text("import sys; print(flush=True); sys.stdin.read()\n")
    for command, service in (([sys.executable, str(script)], "calcul"), (["tail", "-f", str(script)], "")):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            assert KNOWN.service(Front(pid=process.pid)) == service
            process.kill()


def test_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: int) -> None:
    """A process of another account is not looked at."""
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    assert KNOWN.service(Front(pid=sleeper)) == ""


def test_a_process_that_is_gone(tmp_path: Path) -> None:
    """A process that has ended tells nothing."""
    assert KNOWN.service(Front(pid=1), proc=str(tmp_path)) == ""
