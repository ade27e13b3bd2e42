"""What wtmp and its successor tell of earlier boots."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from support.utmp import record

from socle_agent.boots.wtmp import stretches

BOOT, RUN_LEVEL, USER, DEAD = 2, 1, 7, 8


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """An empty /var/log."""
    folder = tmp_path / "log"
    folder.mkdir()
    return folder


def test_boots_that_were_shut_down(log: Path) -> None:
    """A boot lasts from its record to that of the shutdown; a change of run level ends none; the last one runs."""
    (log / "wtmp").write_bytes(
        record(BOOT, 1000) + record(RUN_LEVEL, 1010, pid=53) + record(RUN_LEVEL, 4000)
        + record(BOOT, 5000) + record(USER, 5100, pid=9) + record(RUN_LEVEL, 6000)
        + record(BOOT, 9000) + record(USER, 9100, pid=9)
    )  # fmt: skip
    assert stretches(log.parent) == [(1000, 4000), (5000, 6000)]


def test_a_crash_lasted_up_to_the_last_sign_of_life(log: Path) -> None:
    """A boot without a shutdown is known up to its last login or logout, and not at all without one."""
    (log / "wtmp").write_bytes(
        record(BOOT, 1000) + record(USER, 1200, pid=9) + record(DEAD, 1900, pid=9)
        + record(BOOT, 5000) + record(BOOT, 6000)
    )  # fmt: skip
    assert stretches(log.parent) == [(1000, 1900)]


def test_the_file_before_is_read_too(log: Path) -> None:
    """A boot that began in the file before the last rotation ends in the one after it."""
    (log / "wtmp.1").write_bytes(record(BOOT, 1000))
    (log / "wtmp").write_bytes(record(RUN_LEVEL, 4000) + record(BOOT, 5000) + b"half a record")
    assert stretches(log.parent) == [(1000, 4000)]


def test_an_end_before_its_start_is_no_boot(log: Path) -> None:
    """Records whose dates contradict each other tell nothing."""
    (log / "wtmp").write_bytes(record(BOOT, 5000) + record(RUN_LEVEL, 4000) + record(BOOT, 6000))
    assert stretches(log.parent) == []


def test_the_database_of_newer_systems(tmp_path: Path) -> None:
    """The database of wtmpdb tells the same in another form, in microseconds; the file may be a link."""
    (tmp_path / "lib/wtmpdb").mkdir(parents=True)
    (tmp_path / "log").mkdir()
    (tmp_path / "lib/wtmpdb/wtmp.db").symlink_to("../../log/wtmp.db")
    db = sqlite3.connect(tmp_path / "log/wtmp.db")
    db.execute(
        "CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, Logout INTEGER,"
        " TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT"
    )
    boot, user = 1, 3
    for kind, login, logout in (
        (boot, 1000, 4000), (user, 1100, 1200), (boot, 5000, None), (user, 5100, 5900), (boot, 9000, None)
    ):  # fmt: skip
        times = (login * 1_000_000, None if logout is None else logout * 1_000_000)
        db.execute("INSERT INTO wtmp (Type, User, Login, Logout, TTY) VALUES (?, 'x', ?, ?, '~')", (kind, *times))
    db.commit()
    db.close()
    assert stretches(tmp_path) == [(1000, 4000), (5000, 5900)]


def test_without_anything_nothing_is_told(tmp_path: Path) -> None:
    """No file, and a file that is none, are no error."""
    assert stretches(tmp_path) == []
    (tmp_path / "lib/wtmpdb").mkdir(parents=True)
    (tmp_path / "lib/wtmpdb/wtmp.db").write_bytes(b"no database")
    assert stretches(tmp_path) == []
