"""A simulated fleet against a real mosquitto and the collector written from the contract alone."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.broker import Broker
from support.ear import listening
from support.waiting import until

from socle_collector.simulate import command, commune, fleet
from socle_collector.simulate.calendar import WEEK, Calendar
from socle_collector.simulate.device import VirtualDevice
from socle_collector.simulate.fleet import Fleet, NoAnswerError
from socle_core.settings.collector import CollectorSettings, load_collector

FOREIGN = Path(__file__).parents[2] / "foreign" / "collector.py"
CALENDAR = Calendar.of_past_weeks(date(2026, 11, 23), 6, ZoneInfo("Europe/Paris"))
NOW = CALENDAR.unix(date(2026, 11, 23), time(10, 0))


@pytest.fixture
def settings(broker: Broker, tmp_path: Path) -> CollectorSettings:
    """Settings of a collector on the test's broker."""
    file = tmp_path / "collector.toml"
    file.write_text(f'[realm]\nname = "ac-test"\n[broker]\nhost = "{broker.host}"\nport = {broker.port}\ntls = false\n')
    return load_collector(file)


class Foreign:
    """The foreign collector, running; it tells its totals to a file."""

    def __init__(self, broker: Broker, told: Path) -> None:
        self._told = told
        command = [sys.executable, FOREIGN, broker.host, str(broker.port), "ac-test"]
        with listening(broker.port) as ear, told.open("w") as out:
            self._process = subprocess.Popen(command, stdout=out)
            until(lambda: ear.of("collector"), what="the collector is there")

    def totals(self) -> dict[str, Any]:
        """End it; what it held, by device and install."""
        self._process.terminate()
        self._process.wait(20)
        last: dict[str, dict[str, Any]] = json.loads(self._told.read_text().splitlines()[-1])
        return last["devices"]


@pytest.fixture
def collector(broker: Broker, tmp_path: Path) -> Iterator[Foreign]:
    """A running foreign collector."""
    one = Foreign(broker, tmp_path / "told")
    yield one
    one.totals()


def virtual(seed: str, devices: int) -> list[VirtualDevice]:
    """A small commune."""
    machines = commune.draw(seed, devices, 2, CALENDAR.first, 6)
    return [VirtualDevice(seed, machine, CALENDAR) for machine in machines]


def assert_equal(told: dict[str, Any], held: dict[str, Any]) -> None:
    """Every total that both tell is the same, and every audit was reconciled."""
    for device, installs in told.items():
        for install, totals in installs.items():
            theirs = held[device][install]
            assert theirs["reconciled"] is True
            shared = (totals.keys() & theirs.keys()) - {"reconciled"}
            assert {name: totals[name] for name in shared} == {name: theirs[name] for name in shared}


def test_a_commune_arrives_whole(settings: CollectorSettings, collector: Foreign) -> None:
    """Six weeks of 36 machines arrive to the second: silent, late, installed anew and undated ones with the others."""
    one = Fleet(virtual("a", 36), settings, lambda: NOW)
    for week in range(1, 7):
        night = CALENDAR.first + week * WEEK
        one.live_to(CALENDAR.unix(night, time(0)))
        command.befall(one.devices, night)
    one.leave()
    told = one.totals()["devices"]
    assert len(told) == 36 and sum(map(len, told.values())) == 37
    assert_equal(told, collector.totals())


def test_copies_are_left_out(settings: CollectorSettings, collector: Foreign) -> None:
    """Machines that a copy runs beside arrive as well, but are not among those whose totals must be equal."""
    one = Fleet(virtual("b", 6), settings, lambda: NOW)
    one.live_to(NOW - 21 * 86_400)
    one.copy(2, "twins")
    one.leave()
    told, held = one.totals()["devices"], collector.totals()
    assert (len(told), len(held)) == (4, 6)
    assert_equal(told, held)


def test_nobody_answers(settings: CollectorSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a collector the fleet gives up, and says what is missing."""
    monkeypatch.setattr(fleet, "PATIENCE_S", 1.0)
    with pytest.raises(NoAnswerError, match="collector of realm ac-test leaves 3 devices unanswered"):
        Fleet(virtual("c", 3), settings).live_to(NOW)


def test_no_broker(settings: CollectorSettings, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a broker it says so."""
    broker.stop()
    monkeypatch.setattr(fleet, "PATIENCE_S", 1.0)
    with pytest.raises(NoAnswerError, match=f"no broker answers at {broker.host}:{broker.port}"):
        Fleet(virtual("d", 2), settings).live_to(NOW)


@pytest.mark.usefixtures("collector")
def test_in_the_present(settings: CollectorSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the present, machines that are on are connected, and those shut down disconnect once all is sent."""
    monkeypatch.setattr(fleet, "TURN_S", 0.02)
    clock = iter([NOW, *(NOW + 60 * minute for minute in range(1, 600)), *[NOW + 36_000] * 99])
    one = Fleet(virtual("e", 6), settings, lambda: next(clock))
    one.live_to_now()
    awake = [device for device in one.devices if device.awake]
    assert awake and all(device.sync.reachable for device in awake)
    while any(device.awake for device in one.devices):
        one.go_on()
    for _ in range(20):
        one.go_on()
    assert not any(device.sync.reachable for device in one.devices)
    assert all(device.sync.mark is None for device in one.devices)
    one.leave()


@pytest.mark.usefixtures("collector")
def test_command(settings: CollectorSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command enters the machines in the registry, lives their weeks and writes their totals."""
    entered: list[commune.Machine] = []
    monkeypatch.setattr(command, "register", lambda _realm, machines: entered.extend(machines))
    parser, totals = ArgumentParser(), tmp_path / "totals.json"
    command.add_arguments(parser)
    options = parser.parse_args(["--devices", "5", "--schools", "2", "--weeks", "2", "--totals", str(totals)])
    assert command.run(settings, options) == 0
    devices = json.loads(totals.read_text())["devices"]
    assert devices.keys() == {machine.device for machine in entered}
