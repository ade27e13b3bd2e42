"""The collector as in production, with a PostgreSQL of its own (fsync on) and the devices of the load registered."""

from __future__ import annotations

import datetime
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from socle_collector.demo.ports import free_port
from socle_collector.demo.postgres import Cluster, PostgresError

from .broker import PLAIN_PORT, Broker
from .children import Children, log_of, wait_until
from .places import BUILD, REALM, ROOT, NotMeasuredError
from .reports import Fleet

_SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")

_CONFIGURATION = """\
[realm]
name = "{realm}"
[broker]
host = "{address}"
port = {port}
tls = false
[database]
url = "{url}"
[ingest]
keep_from = "{keep_from}"
[page]
port = {page}
secret_key_file = "{folder}/secret-key"
[catalogue]
paths = ["{root}/config/catalogue.toml"]
"""


@dataclass(frozen=True, slots=True)
class Database:
    """Its postmaster and where it is."""

    pid: int
    url: str

    def facts(self) -> dict[str, Any]:
        """The settings that decide how fast and how safe it is."""
        with psycopg.connect(self.url) as connection:
            return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in _SETTINGS}  # type: ignore[index]


def start_database(children: Children) -> Database:
    """A fresh one from the wheel, with its settings as they are: fsync and synchronous_commit are on."""
    cluster = Cluster(BUILD / "postgres", free_port(25432))
    try:
        cluster.create()
    except PostgresError as error:
        raise NotMeasuredError(str(error)) from error
    process = children.start("postgres", cluster.command())
    wait_until("PostgreSQL", lambda: cluster.ready(process.pid), process)
    return Database(process.pid, cluster.url)


def start(children: Children, server: Broker, database: Database, fleet: Fleet) -> subprocess.Popen[bytes]:
    """Make the tables, register the devices, run the collector until it listens."""
    configuration = _configure(server, database)
    _run("migrate", configuration)
    with psycopg.connect(database.url) as connection, connection.cursor() as cursor:
        rows = [(device, REALM) for device in fleet.devices]
        cursor.executemany("INSERT INTO devices (id, realm, kind) VALUES (%s, %s, 'cart')", rows)
    command = [Path(sys.executable).with_name("socle-collector"), "run", "--config", configuration]
    process = children.start("collector", command)
    wait_until("the collector", lambda: "connected" in log_of("collector").read_text(), process)
    return process


def _configure(server: Broker, database: Database) -> Path:
    path = BUILD / "collector.toml"
    path.write_text(
        _CONFIGURATION.format(
            realm=REALM,
            address=server.address,
            port=PLAIN_PORT,
            url=database.url,
            keep_from=_half_a_year_ago(),
            page=free_port(28000),
            folder=BUILD,
            root=ROOT,
        )
    )
    return path


def _half_a_year_ago() -> str:
    """A school year that began long ago, whatever the date of the run: no row of the load is refused."""
    return (datetime.date.today() - datetime.timedelta(days=180)).strftime("%m-%d")


def _run(command: str, configuration: Path) -> None:
    program = Path(sys.executable).with_name("socle-collector")
    done = subprocess.run([program, command, "--config", configuration], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotMeasuredError(f"socle-collector {command} failed: {done.stderr.strip()[-300:]}")
