"""A PostgreSQL of its own for the test session, from a wheel; it can be killed and started again."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from socle_collector.demo.postgres import Cluster, programs
from support.waiting import until

TEMPLATE = "socle_template"


class Postgres:
    """One server in a folder of its own, reached through a Unix socket; works as root and as any user."""

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        self.folder = folder
        self._cluster = Cluster(folder, port=5432)  # the name of the socket, no more
        self._cluster.create()
        (self._cluster.data / "pg_hba.conf").write_text("local all socle trust\n")
        self._fsync = "on" if fsync else "off"
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._process is not None, "PostgreSQL does not run"
        return self._process.pid

    @property
    def programs(self) -> Path:
        """The folder of pg_dump and its like."""
        return programs()

    def url(self, database: str = "socle") -> str:
        """Connection URL of a database; it names a socket, so it is the same after a restart."""
        return f"postgresql://socle@/{database}?host={self.folder}"

    def admin(self) -> psycopg.Connection:
        """A connection outside of any transaction, for CREATE DATABASE and the like."""
        return psycopg.connect(self.url(), autocommit=True)

    def create(self, template: str | None = None) -> str:
        """Make a new database, empty or a copy of `template`; return its URL."""
        name = f"test_{next(self._names)}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database made by `create`, whoever is still connected to it."""
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        with self.admin() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def start(self) -> None:
        """Start, also after `kill` or `stop`; tries again while a killed server's memory is still in use."""
        until(self._started, what="PostgreSQL starts")

    def _started(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            own = ("--listen_addresses=", f"--unix_socket_directories={self.folder}", f"--fsync={self._fsync}")
            command = [*self._cluster.command(), *own]
            self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        with contextlib.suppress(psycopg.OperationalError), self.admin():
            return True
        return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop in order, without waiting for clients to leave."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    def kill(self) -> None:
        """`kill -9` the postmaster; its backends end when they notice."""
        self.stop(signal.SIGKILL)

    def remove(self) -> None:
        """Stop and delete everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def own_postgres(*, fsync: bool = False) -> Iterator[Postgres]:
    """A server for one test alone, for those that kill it."""
    server = Postgres(Path(tempfile.mkdtemp(prefix="socle-pg-")), fsync=fsync)
    try:
        yield server
    finally:
        server.remove()


def migrate(url: str, folder: Path) -> None:
    """Give a database the collector's tables, by the command that an administrator uses."""
    config = folder / "migrate.toml"
    config.write_text(f'[realm]\nname = "test"\n[database]\nurl = "{url}"\n')
    command = [sys.executable, "-m", "socle_collector.cli", "migrate", "--config", str(config)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the whole session (fsync off: no test cuts the power)."""
    with own_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database that holds the collector's tables and no row."""
    with postgres.admin() as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(postgres.url(TEMPLATE), tmp_path_factory.mktemp("migrate"))
    return TEMPLATE


@pytest.fixture
def database(postgres: Postgres, template: str) -> Iterator[str]:
    """URL of a fresh database with the collector's tables, dropped after the test."""
    url = postgres.create(template)
    yield url
    postgres.drop(url)


@pytest.fixture
def bare_database(postgres: Postgres) -> Iterator[str]:
    """URL of a fresh database without any table."""
    url = postgres.create()
    yield url
    postgres.drop(url)
