"""The embedded PostgreSQL of the demo."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from socle_collector.demo.ports import free_port
from socle_collector.demo.postgres import Cluster, PostgresError, programs


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A running cluster in a folder with a space that is closed to all others."""
    folder = tmp_path_factory.mktemp("a closed folder")
    folder.chmod(0o700)
    cluster = Cluster(folder / "postgres", free_port(15432))
    cluster.create()
    server = subprocess.Popen(cluster.command(), stderr=subprocess.PIPE, text=True)
    for line in server.stderr or ():
        if "ready to accept connections" in line:
            break
    yield cluster
    assert cluster.ready(server.pid), "the server did not stay ready during the test"
    server.send_signal(signal.SIGINT)
    assert server.communicate(timeout=20) and server.returncode == 0


def test_role(cluster: Cluster) -> None:
    """Its role owns the database, may create more, and is no superuser."""
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute(
            "select rolsuper, rolcreatedb, pg_get_userbyid(datdba) from pg_roles, pg_database"
            " where rolname = current_user and datname = current_database()"
        ).fetchone()
    assert row == (False, True, "socle")


def test_durable(cluster: Cluster) -> None:
    """What it says is committed is on the disk."""
    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("show fsync").fetchone() == ("on",)


@pytest.mark.parametrize("user", ["socle:wrong", "postgres"])
def test_refuses(cluster: Cluster, user: str) -> None:
    """A wrong password is refused, and the superuser altogether."""
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://{user}@127.0.0.1:{cluster.port}/socle", connect_timeout=5)


def test_folders_stay_closed(cluster: Cluster) -> None:
    """No folder on the way to the data is opened to others."""
    assert cluster.root.parent.stat().st_mode & 0o077 == 0
    assert cluster.root.stat().st_mode & 0o077 == 0


def test_not_root(cluster: Cluster) -> None:
    """The server never runs as root."""
    pid = (cluster.data / "postmaster.pid").read_text().split()[0]
    assert Path(f"/proc/{pid}").stat().st_uid != 0 or os.geteuid() != 0


def test_a_pid_file_left_behind(cluster: Cluster) -> None:
    """The pid file of a server that was killed does not make another look ready."""
    assert not cluster.ready(os.getpid())


def test_not_ready_yet(tmp_path: Path) -> None:
    """Without a pid file, or with one that is just being written, the server is not ready."""
    starting = Cluster(tmp_path, 1)
    assert not starting.ready(1)
    starting.data.mkdir()
    (starting.data / "postmaster.pid").touch()
    assert not starting.ready(1)


def test_says_what_failed(tmp_path: Path) -> None:
    """Where the data cannot be made, the error holds what initdb said."""
    cluster = Cluster(tmp_path, 1)
    cluster.data.write_text("in the way")
    with pytest.raises(PostgresError, match="data"):
        cluster.create()


def test_programs() -> None:
    """The wheel brings server and dump."""
    assert {"initdb", "postgres", "pg_dump"} <= {program.name for program in programs().iterdir()}
