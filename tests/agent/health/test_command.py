"""The command `socle-agent health`: on this machine, with and without an agent to hand over to."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agents import Agent
from support.broker import Broker
from support.laptops import Laptop, on

from socle_agent.ask import ask
from socle_agent.cli import CONFIG, NOT_RUNNING, OK
from socle_agent.health import command
from socle_core.wire.fields import HEALTH
from socle_core.wire.health import judge_groups


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Apt is asked once for all tests: what is kept from run to run lies in one folder."""
    folder = tmp_path_factory.getbasetemp() / "socle-agent-health"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("STATE_DIRECTORY", str(folder))


@pytest.fixture
def agent(broker: Broker, tmp_path: Path) -> Iterator[Agent]:
    """An agent that is not started yet."""
    made = Agent(tmp_path, broker.port)
    yield made
    made.close()


def test_handed_over(agent: Agent) -> None:
    """It says nothing, and the agent knows what each group of the machine said, in how many milliseconds."""
    agent.start()
    done = agent.command("health")
    assert (done.returncode, done.stdout) == (OK, ""), done.stderr
    told = ask(agent.socket, "status")["senses_detail"]["health"]
    assert (told["works"], told["groups"].keys()) == (True, {*HEALTH, "peripherals"})
    assert told["groups"]["memory"]["ok"] is True
    assert told["groups"]["memory"]["ms"] > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="disks answer root alone")
def test_the_disks_own_part(agent: Agent) -> None:
    """The disks' part is another, by a real smartctl: what it could not read, it says."""
    agent.start()
    done = agent.command("health", "--smart")
    assert (done.returncode, done.stdout) == (OK, ""), done.stderr
    assert agent.status()["senses_detail"]["smart"]["groups"].keys() == {"disk"}


def test_no_agent(agent: Agent) -> None:
    """Without an agent it ends with 3 and says what to do; with settings that are none, with 78."""
    done = agent.command("health")
    assert (done.returncode, done.stdout) == (NOT_RUNNING, "")
    assert "systemctl start socle-agent" in done.stderr
    agent.configure(kind="spaceship")
    assert agent.command("health").returncode == CONFIG


def test_shown_without_agent_or_settings(agent: Agent) -> None:
    """`--json` shows this machine's own health, by the contract, and names neither it nor its addresses."""
    agent.configure(kind="spaceship")
    done = agent.command("health", "--json")
    assert done.returncode == OK, done.stderr
    told = json.loads(done.stdout)
    assert (told["part"], judge_groups(told["groups"])) == ("hourly", told["groups"])
    assert 0 < told["groups"]["memory"]["used"] < 1
    addresses = [path.read_text().strip() for path in Path("/sys/class/net").glob("*/address")]
    for secret in [socket.gethostname(), *(each for each in addresses if each.strip("0:"))]:
        assert secret not in done.stdout + done.stderr


@on("broken")
def test_a_broken_machine(agent: Agent, laptop: Laptop) -> None:
    """A machine that talks nonsense is taken for what it is: the agent knows what was dropped and what failed."""
    agent.start()
    assert command.run(agent.config, set(), laptop.world) == OK
    told = ask(agent.socket, "status")["senses_detail"]["health"]["groups"]
    assert told["battery"]["absent"] == 5
    assert (told["updates"]["ok"], told["updates"]["why"]) == (False, "apt's lists are 47 days old")


BATTERY_AND_MORE = """\
P: /devices/LNXSYSTM:00/PNP0C0A:00/power_supply/BAT0
E: POWER_SUPPLY_NAME=BAT0
E: SUBSYSTEM=power_supply
A: type=Battery
A: present=1
A: status=Discharging
A: energy_full_design=50000000
A: energy_full=40000000
A: energy_now=10000000
A: cycle_count=0

P: /devices/platform/coretemp.0/hwmon/hwmon3
E: SUBSYSTEM=hwmon
A: name=coretemp
A: temp1_input=61000
A: temp1_label=Package id 0
A: temp2_input=255000
A: temp2_label=Core 0
L: device=../..

P: /devices/virtual/thermal/thermal_zone0
E: SUBSYSTEM=thermal
A: type=acpitz
A: temp=58000

P: /devices/pci0000:00/0000:00:14.0/usb1/1-3
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
A: idVendor=0617
A: idProduct=000a
A: product=Thymio-II Robot
A: serial=SECRET-SERIAL
"""


def test_under_umockdev(tmp_path: Path) -> None:
    """The whole process on mocked hardware: battery, sensors and a robot are read, the robot's serial is not told."""
    dump = tmp_path / "laptop.umockdev"
    dump.write_text(BATTERY_AND_MORE)
    words = ["umockdev-run", "--device", str(dump), "--", sys.executable, "-m", "socle_agent.cli", "health", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    groups = json.loads(done.stdout)["groups"]
    assert groups["battery"] == {"charge": 0.25, "wear": 0.2, "state": "discharging"}
    assert groups["thermal"]["max_c"] == 61
    assert groups["peripherals"] == ["robot"]
    assert json.loads(done.stdout)["report"]["thermal"]["dropped"] == ["coretemp Core 0 platform/coretemp.0"]
    assert "SECRET" not in done.stdout + done.stderr
