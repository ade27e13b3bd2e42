"""The ledger's file among kills, full disks, damage and readers."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from support.ledgers import ASK, D, T, act, day, everything, slot

from socle_agent.growth import Growth
from socle_agent.ledger import Ledger, NewerLedgerError, is_damage
from socle_core.wire.topics import new_id

NOBODY = 65534


def opened(path: Path, run: str = "aaaaaaaa") -> Ledger:
    """The ledger in a file, begun."""
    rng = Random(path.stat().st_ino if path.exists() else 1)
    ledger = Ledger.open(path, lambda: new_id(rng))
    ledger.begin(run, "bbbbbbbb")
    return ledger


def filled(path: Path, quarters: int = 400) -> Ledger:
    """A ledger of some size, all of it in the main file but the last commits."""
    ledger = opened(path)
    for t in range(T, T + quarters, 20):
        growth = Growth()
        for quarter in range(t, t + 20):
            growth.slot(quarter, "powered", 900)
        ledger.commit(growth, t)
    ledger.commit(day(D, lumni=5), T)
    ledger.add_act(act(1))
    return ledger


def script(path: Path, body: str, *, setup: str = "") -> subprocess.Popen[str]:
    """A process that runs `body` after `setup`, and prints what it prints or the sqlite3.Error that ended it."""
    text = f"""
import os, random, resource, signal, sqlite3
from pathlib import Path
from socle_agent.ledger import Ledger
from support.ledgers import T, slot
from socle_core.wire.topics import new_id
{setup}
path = Path({str(path)!r})
def opened():
    rng = random.Random(5)
    ledger = Ledger.open(path, lambda: new_id(rng))
    ledger.begin("cccccccc", "bbbbbbbb")
    return ledger
try:
{body}
except sqlite3.Error as error:
    print(type(error).__name__)
"""
    environment = {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part), "PATH": os.environ["PATH"]}
    return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, env=environment, cwd="/")


def answer(process: subprocess.Popen[str]) -> list[str]:
    """The lines that it printed."""
    out, _ = process.communicate(timeout=30)
    return out.splitlines()


def test_what_was_committed_outlives_kill_9(tmp_path: Path) -> None:
    """A writer killed at any moment leaves whole commits: the last one it told of, or the one after it."""
    path = tmp_path / "ledger.db"
    install = None
    seen = 0
    for kill in range(4):
        body = """
    ledger = opened()
    while True:
        growth = slot(T + ledger.head, powered=1)
        growth.slot(T + ledger.head + 1, "powered", 1)
        ledger.commit(growth, T)
        print(ledger.head, flush=True)
"""
        writer = script(path, body)
        assert writer.stdout is not None
        for _ in range(20 + 13 * kill):
            seen = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        seen = int(([str(seen), *writer.stdout.read().splitlines()])[-1])
        writer.wait()
        ledger = opened(path)
        install = install or ledger.install
        assert (ledger.install, ledger.notes()) == (install, {})
        assert ledger.head in (seen, seen + 2)
        slots = [row for message in everything(ledger) for row in message.slots]
        assert sum(row.powered or 0 for row in slots) == ledger.head
        ledger.close()


def test_only_committed_rows_are_sent(tmp_path: Path) -> None:
    """What is in a message can be read from the file by another process, or from a copy of file and log."""
    path = tmp_path / "ledger.db"
    ledger = opened(path)
    for t in range(T, T + 5):
        ledger.commit(slot(t), t)
        message = ledger.message(0, ASK)
        crash = tmp_path / f"crash{t}"
        crash.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", crash / f"ledger.db{suffix}")
        assert opened(crash / "ledger.db").message(0, ASK) == message
        assert Ledger.read(path).message(0, ASK) == message


def test_a_commit_is_durable(tmp_path: Path) -> None:
    """The log is synced at each commit (synchronous FULL), and no process holds back what it wrote."""
    ledger = opened(tmp_path / "ledger.db")
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_full_disk_is_an_operational_error_and_nothing_is_half_written(tmp_path: Path) -> None:
    """Without room a commit raises OperationalError and changes nothing; with room again the same growth commits."""
    path = tmp_path / "ledger.db"
    filled(path).close()
    body = """
    ledger = opened()
    before = ledger.head, ledger.totals()
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, resource.RLIM_INFINITY))
    growth = slot(T + 100000)
    for t in range(T, T + 3000):
        growth.slot(t, "observed", 1)
    for _ in range(3):
        try:
            ledger.commit(growth, T)
        except sqlite3.OperationalError:
            print("no room", (ledger.head, ledger.totals()) == before)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ledger.commit(growth, T)
    print(ledger.totals()["observed"], ledger.notes())
"""
    assert answer(script(path, body, setup="signal.signal(signal.SIGXFSZ, signal.SIG_IGN)")) == ["no room True"] * 3 + [
        "3000 {}"
    ]


def as_other_user(path: Path, body: str) -> list[str]:
    """Run as a user who may not write here; the folder is opened for reading up to there."""
    if os.getuid() != 0:
        path.chmod(0o400)
        path.parent.chmod(0o500)
        return answer(script(path, body))
    for folder in (path.parent, *path.parent.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    for file in path.parent.iterdir():
        file.chmod(0o644)
    return answer(script(path, body, setup=f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"))


def test_a_read_only_file_is_an_error_that_passes(tmp_path: Path) -> None:
    """A ledger that may not be written is refused with an error, and neither set aside nor changed."""
    path = tmp_path / "ledger.db"
    filled(path).close()
    before = path.read_bytes()
    body = """
    try:
        opened()
    except OSError as error:
        print("OSError")
"""
    assert as_other_user(path, body)[0] in ("OSError", "OperationalError")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]


READ = """
    ledger = Ledger.read(path)
    print(ledger.totals()["slots"], ledger.install)
"""


def test_a_reader_beside_a_writer_reads_what_is_committed(tmp_path: Path) -> None:
    """The command line reads the last commit while the daemon writes, and keeps it from nothing."""
    path = tmp_path / "ledger.db"
    ledger = filled(path)
    reader = Ledger.read(path)
    assert reader.totals() == ledger.totals()
    ledger.commit(slot(T + 1000), T)
    assert reader.totals() == ledger.totals()
    assert answer(script(path, READ)) == ["401 " + ledger.install]
    for t in range(200):
        ledger.commit(slot(T + t), T)
    assert Path(f"{path}-wal").stat().st_size < 1024 * 1024
    with pytest.raises(sqlite3.OperationalError):
        reader.commit(slot(T), T)


def test_a_reader_needs_no_writer_and_no_rights_to_the_folder(tmp_path: Path) -> None:
    """A ledger at rest is read by whoever may read the file, also where no log can be made beside it."""
    path = tmp_path / "ledger.db"
    ledger = filled(path)
    ledger.close()
    assert not Path(f"{path}-wal").exists()
    assert as_other_user(path, READ) == ["400 " + ledger.install]
    assert answer(script(path, READ)) == ["400 " + ledger.install]


def test_a_reader_after_a_kill_reads_the_log_too(tmp_path: Path) -> None:
    """What a killed writer left in its log is read, with and without the index that lay beside it."""
    path = tmp_path / "ledger.db"
    ledger = filled(path)
    for index in (True, False):
        crash = tmp_path / f"crash{index}"
        crash.mkdir()
        for suffix in ("", "-wal", "-shm") if index else ("", "-wal"):
            shutil.copy(f"{path}{suffix}", crash / f"ledger.db{suffix}")
        assert answer(script(crash / "ledger.db", READ)) == ["400 " + ledger.install]
        assert as_other_user(crash / "ledger.db", READ) == ["400 " + ledger.install]


def test_a_reader_makes_no_file_and_finds_none(tmp_path: Path) -> None:
    """Reading a ledger that is not there, or is none, is an error and creates nothing."""
    for content in (None, b"", b"no ledger"):
        path = tmp_path / f"{content!r}.db"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(sqlite3.Error):
            Ledger.read(path)
        assert path.exists() is (content is not None)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_newer_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A file of a newer agent is neither read nor written nor set aside, and the remedy is named."""
    path = tmp_path / "ledger.db"
    filled(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 2")
    db.close()
    for open_it in (opened, Ledger.read):
        with pytest.raises(NewerLedgerError, match="install the newer socle-agent"):
            open_it(path)
    assert [file.name for file in tmp_path.glob("*damaged*")] == []
    db = sqlite3.connect(path)
    assert db.execute("SELECT COUNT(*) FROM slots").fetchone() == (400,)
    db.close()


def middle(content: bytes) -> bytes:
    """Noise over pages in the middle."""
    return content[:8192] + Random(1).randbytes(8192) + content[16384:]


def text_flipped(content: bytes) -> bytes:
    """One bit of a row's JSON."""
    return content.replace(b'{"lumni":[5,null]}', b'{"lumni":[5,nunl]}')


def number_flipped(content: bytes) -> bytes:
    """The install is no longer one."""
    at = content.rindex(b"install") + len("install") + 1
    return content[:at] + b"ZZ" + content[at + 2 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda content: Random(1).randbytes(len(content)),
    "text": lambda _: b"This was a ledger.\n" * 300,
    "cut": lambda content: content[: len(content) // 2],
    "cut within a page": lambda content: content[: len(content) - 1000],
    "a few bytes": lambda content: content[:50],
    "nothing": lambda _: b"",
    "zeros": lambda content: bytes(len(content)),
    "zeros after the header": lambda content: content[:4096] + bytes(len(content) - 4096),
    "noise": middle,
    "a table's name": lambda content: content.replace(b"TABLE slots", b"TABLE slotz"),
    "a column's name": lambda content: content.replace(b"groups TEXT", b"grouqs TEXT"),
    "a row's text": text_flipped,
    "the install": number_flipped,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_ledger_is_set_aside_and_said(tmp_path: Path, name: str) -> None:
    """A damaged file is kept under another name and said; a new install begins, and goes on after the next start."""
    path = tmp_path / "ledger.db"
    old = filled(path)
    old.close()
    damaged = DAMAGE[name](path.read_bytes())
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    ledger = opened(path)
    assert ledger.install != old.install
    assert (ledger.head, ledger.notes()) == (0, {"damaged": "ledger.db.damaged"})
    assert (tmp_path / "ledger.db.damaged").read_bytes() == damaged
    ledger.commit(slot(T), T)
    ledger.close()
    again = opened(path)
    assert (again.install, again.head, again.notes()) == (ledger.install, 1, {"damaged": "ledger.db.damaged"})


def test_a_second_damage_keeps_the_last_set_only(tmp_path: Path) -> None:
    """Of damaged files and their logs the last set is kept, so that they cannot fill the disk nor be mixed up."""
    path = tmp_path / "ledger.db"
    opened(path).close()
    path.write_bytes(b"first" * 1000)
    opened(path).close()
    (tmp_path / "ledger.db.damaged-wal").write_bytes(b"log of the first")
    path.write_bytes(b"second" * 1000)
    opened(path).close()
    assert (tmp_path / "ledger.db.damaged").read_bytes() == b"second" * 1000
    assert not (tmp_path / "ledger.db.damaged-wal").exists()


def test_a_damaged_log_loses_only_what_was_in_it(tmp_path: Path) -> None:
    """A log that a power cut left in pieces is read as far as it is whole; the ledger stays the same install."""
    path = tmp_path / "ledger.db"
    ledger = filled(path)
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT value FROM meta").fetchone()  # keeps the log from being emptied
    ledger.commit(slot(T + 1000), T)
    log = Path(f"{path}-wal").read_bytes()
    ledger.commit(slot(T + 2000), T)
    reader.close()
    crash = tmp_path / "crash"
    crash.mkdir()
    shutil.copy(path, crash / "ledger.db")
    for whole, tail in ((True, Random(1).randbytes(6000)), (False, b"")):
        (crash / "ledger.db-wal").write_bytes(log + tail if whole else log[:-2000])
        other = opened(crash / "ledger.db")
        assert (other.install, other.notes()) == (ledger.install, {})
        assert other.totals()["slots"] == 401 - (not whole)
        other.close()
        shutil.copy(path, crash / "ledger.db")


def test_damage_while_running_is_told_from_what_passes(tmp_path: Path) -> None:
    """Pages that are spoilt under a running agent raise what `is_damage` knows; opened anew, the file is set aside."""
    path = tmp_path / "ledger.db"
    ledger = filled(path, quarters=3000)
    ledger._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger._db.execute("PRAGMA shrink_memory")
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(Random(1).randbytes(path.stat().st_size - 8192))
    with pytest.raises(sqlite3.DatabaseError) as caught:
        for t in range(T, T + 3000, 50):
            ledger.commit(slot(t), T)
            ledger.message(0, ASK)
    assert is_damage(caught.value)
    ledger.close()
    assert opened(path).notes() == {"damaged": "ledger.db.damaged"}
    assert not is_damage(sqlite3.OperationalError("database or disk is full"))
    assert not is_damage(OSError())


def test_an_agent_killed_while_it_made_the_file_starts_anew(tmp_path: Path) -> None:
    """A file that holds tables and no install yet becomes a ledger at the next start."""
    path = tmp_path / "ledger.db"
    opened(path).close()
    db = sqlite3.connect(path)
    db.execute("DELETE FROM meta")
    db.commit()
    db.close()
    ledger = opened(path)
    assert len(ledger.install) == 8
    assert ledger.notes() == {}
