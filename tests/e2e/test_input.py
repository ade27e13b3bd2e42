"""Bad input: settings that cannot be read, a broker that refuses, and an orderly end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.broker import Broker, free_port

from e2e.children import ROOT, Child, group_members, python
from e2e.conftest import Worlds
from e2e.patience import until

EX_CONFIG = 78
CLOSED = "listener {port} 127.0.0.1\nallow_anonymous false\n"
"""A broker that knows nobody."""

AGENT_MISTAKES = """\
[identity]
device = "Nicht-erlaubt"
[server]
prot = 8883
port = 99999
[measure]
hours = "mo-xx 08:00-17:00"
timezone = "Europe/Parys"
[paths]
state = 7
"""
COLLECTOR_MISTAKES = """\
[broker]
port = "eight"
[databse]
url = "postgresql:///x"
[ingest]
batch_max = 0
keep_from = "31-31"
"""


def refused(module: str, config: Path, *command: str) -> str:
    """Run a program with a configuration that it must refuse; return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", module, *command, "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=20,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == EX_CONFIG, done.stderr
    return done.stderr + done.stdout


@pytest.mark.parametrize(
    ("module", "text", "named"),
    [
        (
            "socle_agent.cli",
            AGENT_MISTAKES,
            [
                "identity.device",
                "server.prot",
                "port",
                "server.port",
                "measure.hours",
                "measure.timezone",
                "paths.state",
            ],
        ),
        (
            "socle_collector.cli",
            COLLECTOR_MISTAKES,
            ["broker.port", "databse", "database", "ingest.batch_max", "ingest.keep_from", "realm.name"],
        ),
    ],
)
def test_settings_that_cannot_be_used_are_told_all_at_once(
    tmp_path: Path, module: str, text: str, named: list[str]
) -> None:
    """Both programs name every mistake, say what was probably meant, and exit with 78 without having done anything."""
    config = tmp_path / "settings.toml"
    config.write_text(text)
    told = refused(module, config, "run")
    assert [name for name in named if name not in told] == [], told
    assert sorted(tmp_path.iterdir()) == [config]


def test_a_file_that_is_no_toml_or_not_there_is_told(tmp_path: Path) -> None:
    """A syntax error is named with its line; a missing file with what to do."""
    broken = tmp_path / "broken.toml"
    broken.write_text("[identity]\ndevice = \n")
    for module in ("socle_agent.cli", "socle_collector.cli"):
        assert "broken.toml" in refused(module, broken, "run")
        assert "--config" in refused(module, tmp_path / "absent.toml", "run")


def test_a_broker_that_refuses_is_told_and_asked_again(worlds: Worlds) -> None:
    """Agent and collector name the refusal and live on; once they are let in, all that was measured arrives."""
    world = worlds(seed=40)
    (machine,) = world.machines
    (world.folder / "closed").mkdir()
    closed = Broker(world.folder / "closed", world.broker.port)
    (world.folder / "closed/mosquitto.conf").write_text(CLOSED.format(port=closed.port))
    world.broker.stop()
    closed.start()
    try:
        world.collector.start()
        machine.switch_on()
        until(lambda: "unauthorised" in machine.agent.said(), say=world.say)
        until(lambda: "refuses us" in world.collector.said(), say=world.say)
        world.use(300)
    finally:
        closed.stop()
    world.start()
    world.caught_up()
    assert (machine.agent.lives, world.collector.lives) == (1, 1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_orderly_end_leaves_no_process(worlds: Worlds, how: signal.Signals) -> None:
    """SIGTERM or Ctrl-C ends the agent and the collector with its pages, exit code 0, and nothing stays behind."""
    world = worlds(seed=41)
    (machine,) = world.machines
    config = world.folder / "collector.toml"
    config.write_text(config.read_text().replace("[page]", f"[page]\nport = {free_port()}"))
    whole = Child("whole-collector", python("e2e.run_collector", world.truth.path, config, "--pages"), world.folder)
    try:
        whole.start()
        machine.switch_on()
        until(lambda: len(group_members(whole.pid)) >= 3, say=whole.tail)  # ingest, gunicorn, its worker
        world.use(100)
        for child in (machine.agent, whole):
            child.signal(how)
            assert child.wait() == 0, child.tail()
            until(lambda child=child: not group_members(child.pid), say=lambda child=child: group_members(child.pid))
    finally:
        whole.kill()
