"""How the daemon, who may not make a fanotify group, gets one; and what it can do with it."""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from socle_agent import fanotify_group
from socle_agent.senses.programs import marks

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="a fanotify group needs CAP_SYS_ADMIN: run the tests as root")
NOBODY = "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)"
LEND = "import os; from socle_agent.fanotify_group import main; {}; main()"
WATCH = f"""
import os, subprocess, sys
from socle_agent.senses.programs import marks
{NOBODY}
group, program = int(sys.argv[1]), sys.argv[2]
marks.add(group, program)
known = marks.file_id(program)
running = subprocess.Popen([program, "5"])
for mask, file, pid, pidfd in marks.events(os.read(group, 8192)):
    print(file == known, pid == running.pid, pidfd is None or pidfd >= 0)
running.kill()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in which everybody may read, unlike pytest's."""
    folder = Path(f"/tmp/socle-fanotify-{os.getpid()}")
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def _serve(listening: socket.socket, before: str) -> None:
    """Do for one connection what systemd does: run the lender with it as standard input."""
    connection, _address = listening.accept()
    with connection:
        subprocess.run([sys.executable, "-c", LEND.format(before)], stdin=connection.fileno(), check=True)


def _borrow(place: Path, before: str = "pass") -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(place / "lender"))
        listening.listen()
        serving = Thread(target=_serve, args=(listening, before))
        serving.start()
        try:
            return fanotify_group.borrow(place / "lender")
        finally:
            serving.join()


@ROOT
def test_who_may_not_make_a_group_has_it_lent_and_sees_programs_start(place: Path) -> None:
    """Marks and events work for an account without any privilege."""
    program = place / "tuxpaint"
    shutil.copy("/bin/sleep", program)
    group = _borrow(place)
    try:
        assert not os.get_inheritable(group)
        words = [sys.executable, "-c", WATCH, str(group), str(program)]
        assert subprocess.check_output(words, pass_fds=[group], text=True) == "True True True\n"
    finally:
        os.close(group)


@ROOT
def test_a_lent_group_opens_no_file(place: Path) -> None:
    """Whoever takes over the daemon cannot have others' files handed out by marking their folder."""
    group = _borrow(place)
    secret = place / "secret"
    secret.write_text("word")
    try:
        in_folder = 0x20 | 0x08000000  # FAN_OPEN, FAN_EVENT_ON_CHILD
        assert marks._libc.fanotify_mark(group, 1, in_folder, -100, os.fsencode(place)) == 0
        secret.read_text()
        assert select.select([group], [], [], 5)[0]
        before = _open_files()
        assert list(marks.events(os.read(group, 8192)))
        assert _open_files() == before
    finally:
        os.close(group)


def _open_files() -> list[str]:
    paths = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    return sorted(file for file in (os.readlink(path) for path in paths if os.path.lexists(path)) if file[0] == "/")


@ROOT
def test_the_lender_says_why_it_cannot(place: Path) -> None:
    """Without the privilege it hands over the kernel's answer, which becomes the borrower's."""
    with pytest.raises(PermissionError):
        _borrow(place, before=NOBODY)


def test_where_nobody_lends_the_privilege_is_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The reason told is that of the kernel, not that a socket is absent."""

    def refuse() -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(fanotify_group, "make", refuse)
    with pytest.raises(PermissionError, match="not permitted"):
        fanotify_group.obtain(tmp_path / "lender")


def test_a_lender_that_goes_away_is_an_error(tmp_path: Path) -> None:
    """A connection that ends without an answer gives no group."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(tmp_path / "lender"))
        listening.listen()
        going = Thread(target=_hang_up, args=(listening,))
        going.start()
        with pytest.raises(ConnectionResetError):
            fanotify_group.borrow(tmp_path / "lender")
        going.join()


def _hang_up(listening: socket.socket) -> None:
    listening.accept()[0].close()
