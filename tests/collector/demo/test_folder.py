"""The demo's folder."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from socle_collector.demo.folder import STATE, Folder, FolderError, started_at


def sleeper() -> subprocess.Popen[bytes]:
    """A process that does nothing."""
    return subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])


def test_taken_and_emptied(tmp_path: Path) -> None:
    """What an earlier demo left is removed; what is not the demo's stays."""
    for name in STATE:
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / "mine").touch()
    assert Folder(tmp_path).take() == []
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "lock"}


def test_one_demo_at_a_time(tmp_path: Path) -> None:
    """A second demo is refused with the first one's page and process id."""
    first = Folder(tmp_path)
    first.take()
    first.write("demo.json", {"page_url": "http://127.0.0.1:8000/"})
    with pytest.raises(FolderError, match=rf"http://127.0.0.1:8000/.*{os.getpid()}$"):
        Folder(tmp_path).take()
    assert (tmp_path / "demo.json").exists()


def test_refused_while_the_first_is_starting(tmp_path: Path) -> None:
    """Before the first demo is up, its process id is told alone."""
    first = Folder(tmp_path)
    first.take()
    with pytest.raises(FolderError, match=f"kill {os.getpid()}$"):
        Folder(tmp_path).take()


@pytest.mark.parametrize("stubborn", [False, True])
def test_leftovers_are_ended(tmp_path: Path, stubborn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of a killed demo are ended, by force if they do not listen."""
    monkeypatch.setattr("socle_collector.demo.folder.PATIENCE_S", 0.2)
    ignoring = "import signal; signal.signal(15, signal.SIG_IGN); print(flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", ignoring], stdout=subprocess.PIPE) as deaf, sleeper() as other:
        assert deaf.stdout and deaf.stdout.readline()
        ours, spared = (deaf, other) if stubborn else (other, deaf)
        Folder(tmp_path).keep_processes({"broker": ours.pid})
        assert Folder(tmp_path).take() == ["broker"]
        assert ours.wait(5) == (-signal.SIGKILL if stubborn else -signal.SIGTERM)
        assert spared.poll() is None
        spared.kill()


def test_a_pid_used_again(tmp_path: Path) -> None:
    """A process that took the id of one of ours later is left alone."""
    with sleeper() as other:
        start = started_at(other.pid)
        assert start is not None
        (tmp_path / "processes.json").write_text(json.dumps({"broker": [other.pid, start - 1]}))
        assert Folder(tmp_path).take() == []
        assert other.poll() is None
        other.kill()


def test_secrets(tmp_path: Path) -> None:
    """Files with the database's password are readable by their owner only."""
    folder = Folder(tmp_path)
    folder.write("demo.json", {"database_url": "secret"})
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0


def test_someone_elses(tmp_path: Path) -> None:
    """Where the folder cannot be written, the error says which to remove."""
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match=r"sudo rm -r '.*file/var'"):
        Folder(tmp_path / "file" / "var").take()


def test_gone() -> None:
    """A process that is gone, or a zombie, has not started."""
    with sleeper() as child:
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert started_at(child.pid) is None
    assert started_at(child.pid) is None
