"""socle-collector as people and programs call it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import psycopg
import pytest
from support.broker import Broker, free_port
from support.waiting import until

ROOT = Path(__file__).parents[2]
CONFIG = """\
[realm]
name = "test"
[broker]
host = "127.0.0.1"
port = {port}
tls = false
[database]
url = "{url}"
[page]
port = {page}
[catalogue]
paths = ["{root}/config/catalogue.toml"]
"""


def write(folder: Path, url: str, port: int = 1, page: int = 1, more: str = "") -> Path:
    """Write settings."""
    path = folder / "collector.toml"
    path.write_text(CONFIG.format(url=url, port=port, page=page, root=ROOT) + more)
    return path


def call(*words: object) -> subprocess.CompletedProcess[str]:
    """Call the program and wait for its end."""
    command = [sys.executable, "-m", "socle_collector.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_help() -> None:
    """Every command tells what it does."""
    said = call("--help")
    assert said.returncode == 0
    for word in ("run", "migrate", "device", "totals", "simulate"):
        assert re.search(rf"^ +{word} ", said.stdout, re.MULTILINE)
    assert call("simulate", "--help").returncode == 0
    assert call().returncode == 2


def test_wrong_settings(tmp_path: Path) -> None:
    """All mistakes are told at once, with the file, and the exit code is 78."""
    config = tmp_path / "collector.toml"
    config.write_text('[realm]\nname = "A B"\n[broker]\nprot = 5\n[page]\nport = 0\n')
    for command in (["run"], ["migrate"], ["totals", "--json"], ["device", "add", "--realm", "x"]):
        said = call(*command, "--config", config)
        assert said.returncode == 78
        assert f"3 mistakes in the settings:\n  {config}:2: realm.name" in said.stderr
        assert "did you mean 'port'?" in said.stderr
    said = call("run", "--config", tmp_path / "nothing.toml")
    assert said.returncode == 78
    assert "Traceback" not in said.stderr


def test_wrong_catalogue(tmp_path: Path) -> None:
    """A catalogue that contradicts itself stops `run` with 78; one that is not there does not."""
    row = '[[service]]\nid = "{}"\nlabel = {{ fr = "x" }}\nstrand = "resources"\ncategory = "tbi"\ndomains = ["a.fr"]\n'
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text('version = "2026.11"\n' + row.format("one") + row.format("two"))
    config = write(tmp_path, "postgresql:///x")
    config.write_text(config.read_text().replace(f"{ROOT}/config", str(tmp_path)))
    said = call("run", "--config", config)
    assert said.returncode == 78
    assert "in the catalogue" in said.stderr and "a.fr" in said.stderr


def test_database_away(tmp_path: Path, bare_database: str) -> None:
    """Without a database, or without its tables, commands end with 69 and say what to do; no password is shown."""
    away = write(tmp_path, f"postgresql://postgres:sesame@/x?host={tmp_path}")
    for command in (["migrate"], ["totals", "--json"], ["device", "add", "--realm", "test"]):
        said = call(*command, "--config", away)
        assert (said.returncode, said.stdout) == (69, "")
        assert said.stderr.startswith("socle-collector: database: connection") or "migrate" in command
        assert "sesame" not in said.stderr and "Traceback" not in said.stderr
    bare = write(tmp_path, bare_database)
    said = call("totals", "--json", "--config", bare)
    assert (said.returncode, "socle-collector migrate" in said.stderr) == (69, True)


def test_migrate_twice(tmp_path: Path, bare_database: str) -> None:
    """Tables are made once; a second time changes nothing."""
    config = write(tmp_path, bare_database)
    assert call("migrate", "--config", config).returncode == 0
    assert call("migrate", "--config", config).returncode == 0
    assert json.loads(call("totals", "--json", "--config", config).stdout) == {"devices": {}}


def test_models_and_migrations_agree() -> None:
    """No change of a model waits for its migration."""
    program = (
        "from socle_collector.project import configure\n"
        "from socle_core.settings.collector import CollectorSettings\n"
        "configure(CollectorSettings(realm='test', database_url='postgresql:///x?host=/nowhere'))\n"
        "from django.core.management import call_command\n"
        "call_command('makemigrations', check=True, dry_run=True)\n"
    )
    said = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "No changes detected\n"), said.stderr


def test_device_add(tmp_path: Path, database: str) -> None:
    """A device gets a random id; its kind, school and label are kept; totals know it at once."""
    config = write(tmp_path, database)
    added = call(
        "device",
        "add",
        "--realm",
        "test",
        "--kind",
        "cart",
        "--school",
        "0951099D",
        "--label",
        "CM1",
        "--json",
        "--config",
        config,
    )
    assert added.returncode == 0
    device = json.loads(added.stdout)["device"]
    assert re.fullmatch("[a-z2-7]{12}", device)
    plain = call("device", "add", "--config", config, "--realm", "test").stdout.strip()
    assert re.fullmatch("[a-z2-7]{12}", plain) and plain != device
    with psycopg.connect(database) as connection:
        query = "SELECT realm, kind, school, label FROM devices ORDER BY id = %s DESC"
        rows = connection.execute(query, (device,)).fetchall()
    assert rows == [("test", "cart", "0951099D", "CM1"), ("test", "other", "", "")]
    told = json.loads(call("totals", "--json", "--config", config).stdout)
    assert told == {"devices": {device: {}, plain: {}}}
    alone = json.loads(call("totals", "--json", "--device", device, "--config", config).stdout)
    assert alone == {"devices": {device: {}}}


@pytest.mark.parametrize(
    "words",
    [
        ["--realm", "other"],
        ["--realm", "test", "--school", "0951099E"],
        ["--realm", "test", "--kind", "x"],
        ["--realm", "test", "--label", "a\nb"],
        [],
    ],
)
def test_device_add_refuses(tmp_path: Path, database: str, words: list[str]) -> None:
    """Another realm, a school with a wrong letter, an unknown kind, a label of two lines: nothing is registered."""
    said = call("device", "add", *words, "--config", write(tmp_path, database))
    assert said.returncode == 2
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM devices").fetchone() == (0,)


def test_totals_of_a_stranger(tmp_path: Path, database: str) -> None:
    """A device that nobody registered has no totals, which is said."""
    said = call("totals", "--json", "--device", "aaaaaaaaaaaa", "--config", write(tmp_path, database))
    assert (said.returncode, json.loads(said.stdout)) == (0, {"devices": {}})
    assert "the registry does not know aaaaaaaaaaaa" in said.stderr
    assert call("totals", "--json", "--device", "PC-07", "--config", write(tmp_path, database)).returncode == 2


class Run:
    """`socle-collector run` as a process."""

    def __init__(self, folder: Path, url: str, broker: Broker) -> None:
        self.page = free_port()
        self.log = folder / "log"
        config = write(folder, url, broker.port, self.page)
        command = [sys.executable, "-m", "socle_collector.cli", "run", "--config", str(config)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def children(self) -> list[psutil.Process]:
        """All processes that it started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def get(self) -> Any:
        """The page, or nothing while nobody serves it."""
        try:
            with urlopen(f"http://127.0.0.1:{self.page}/?lang=en", timeout=10) as answer:
                return answer.read().decode()
        except (URLError, ConnectionError):
            return None


@pytest.fixture
def run(tmp_path: Path, database: str, broker: Broker) -> Iterator[Run]:
    """A collector that is online and whose page is served."""
    made = Run(tmp_path, database, broker)
    until(lambda: "is online" in made.log.read_text() and made.get(), timeout=30, what="the collector and its page")
    yield made
    made.process.kill()
    made.process.wait()


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all have ended."""
    return all(not one.is_running() or one.status() == psutil.STATUS_ZOMBIE for one in processes)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_end(run: Run, how: signal.Signals) -> None:
    """SIGTERM and SIGINT end it with 0, and no process is left."""
    children = run.children()
    assert len(children) == 2
    run.process.send_signal(how)
    assert run.process.wait(15) == 0
    until(lambda: gone(children), what="no child is left")
    assert run.log.read_text().rstrip().endswith("INFO stopped")


def test_killed(run: Run) -> None:
    """Killed without a word, it takes its children along."""
    children = run.children()
    run.process.kill()
    until(lambda: gone(children), what="no child is left")


def test_the_page_falls(run: Run) -> None:
    """Pages that fell are served again; the ingest does not notice."""
    for child in run.children():
        os.kill(child.pid, signal.SIGKILL)
    until(lambda: "pages: ended with exit code -9; next try in 1 s" in run.log.read_text())
    until(run.get, what="the page is back")
    assert run.log.read_text().count("is online") == 1


def test_what_ends_up_in_the_log(run: Run) -> None:
    """A line for each event, without a password or a traceback."""
    lines = run.log.read_text().splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == [
        f"INFO pages: http://127.0.0.1:{run.page}/",
        "INFO database: ready",
        "INFO broker: connected, collector of realm test is online",
    ]
