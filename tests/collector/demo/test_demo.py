"""The whole demo, in a project folder of its own with a space in its name."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from support.waiting import until

from socle_collector.demo.folder import started_at

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue.toml"
PROGRAM = f"program-{os.getpid()}"
"""A name that no other program of the machine has, and no other run of these tests."""
ROW = """
[[service]]
id = "test"
label = {{ fr = "Essai" }}
strand = "resources"
category = "maths"
executables = ["{program}"]
verified = false
source = "this test"
"""
START = "import sys; from pathlib import Path; from socle_collector.demo.__main__ import main; "
START += "sys.exit(main(Path(sys.argv[1]), sys.argv[2]))"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what the demo needs of the project."""
    folder = tmp_path / "Mon Socle"
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "catalogue.toml").write_text(CATALOGUE.read_text() + ROW.format(program=PROGRAM))
    return folder


def command(project: Path, seconds: str = "") -> list[str]:
    """What starts the demo there."""
    return [sys.executable, "-c", START, str(project), seconds]


@contextmanager
def running(project: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A demo that is up, and its demo.json; afterwards none of its processes is left."""
    file = project / "var" / "demo.json"
    with subprocess.Popen(command(project), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        try:
            until(lambda: file.exists() or demo.poll() is not None, 60, "the demo is up")
            assert demo.poll() is None, demo.communicate()[0]
            told = json.loads(file.read_text())
            yield demo, told
        finally:
            demo.terminate()
            demo.wait(60)
    assert not [name for name, pid in told["pids"].items() if started_at(pid)]


def test_stops_by_itself(project: Path) -> None:
    """After its time it compares the totals of 37 devices, all equal; nothing is left running."""
    done = subprocess.run(command(project, "1"), capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines()[-1] == "demo: devices=37 reconciled=37 difference_s=0", done.stdout
    assert done.returncode == 0
    left = json.loads((project / "var" / "totals.json").read_text())["devices"]
    assert len(left) == 36 and sum(len(installs) for installs in left.values()) == 37
    assert not (project / "var" / "demo.json").exists()


def test_from_use_to_a_fault(project: Path, tmp_path: Path) -> None:
    """A catalogued program started here shows within a report; a second demo is refused; a fault is told.

    One demo for all of it, because each takes seconds to start.
    """
    program = tmp_path / PROGRAM
    shutil.copy("/usr/bin/sleep", program)
    with running(project) as (demo, told):
        with urlopen(told["page_url"]) as page:  # the address is our own
            assert page.status == 200
        subprocess.run([program, "12"], check=True)
        (seconds,) = until(lambda: [told for told in present(project) if told >= 10], 30, "the use has arrived")
        assert seconds <= 14
        refused = subprocess.run(command(project), capture_output=True, text=True, timeout=60, check=False)
        assert refused.returncode == 1 and told["page_url"] in refused.stderr
        os.kill(told["pids"]["broker"], signal.SIGKILL)
        said = demo.communicate(timeout=60)[0]
    assert demo.returncode == 1
    assert "« broker » s'est arrêté (code -9)" in said


def present(project: Path) -> list[int]:
    """Seconds of programs that the collector holds of this machine, by install."""
    config = ["--config", str(project / "var" / "collector.toml")]
    totals = [sys.executable, "-m", "socle_collector.cli", "totals", "--json", *config]
    devices = json.loads(subprocess.run(totals, capture_output=True, check=True).stdout)["devices"]
    simulated = json.loads((project / "var" / "totals.json").read_text())["devices"]
    ours = [installs for device, installs in devices.items() if device not in simulated]
    return [install["present"] for installs in ours for install in installs.values()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_person(project: Path, number: signal.Signals) -> None:
    """Ctrl-C, or a request to end, stops a demo that is still starting too: exit code 0, nothing left running."""
    processes = project / "var" / "processes.json"
    with subprocess.Popen(command(project), stdout=subprocess.PIPE, text=True) as demo:
        until(lambda: processes.exists() and "collector" in processes.read_text(), 60, "the collector was started")
        pids = [pid for pid, _start in json.loads(processes.read_text()).values()]
        demo.send_signal(number)
        said = demo.communicate(timeout=60)[0]
    assert demo.returncode == 0 and said.endswith("Arrêt …\n")
    assert len(pids) >= 3 and not [pid for pid in pids if started_at(pid)]


def test_a_wrong_time(project: Path) -> None:
    """A DEMO_FOR that is no number is refused before anything is started."""
    done = subprocess.run(command(project, "1h"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "DEMO_FOR=1h" in done.stderr
    assert not (project / "var").exists()
