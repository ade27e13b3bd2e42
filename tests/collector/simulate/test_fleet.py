"""A simulated fleet against a real mosquitto and the collector written from the contract alone."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.broker import Broker

from socle_collector.simulate import command, commune, fleet
from socle_collector.simulate.calendar import WEEK, Calendar
from socle_collector.simulate.device import VirtualDevice
from socle_collector.simulate.fleet import Fleet, NoAnswerError
from socle_core.settings.collector import CollectorSettings, load_collector

CALENDAR = Calendar.of_past_weeks(date(2026, 11, 23), 6, ZoneInfo("Europe/Paris"))
NOW = CALENDAR.unix(date(2026, 11, 23), time(10, 0))


@pytest.fixture
def settings(broker: Broker, tmp_path: Path) -> CollectorSettings:
    """Settings of a collector on the test's broker."""
    file = tmp_path / "collector.toml"
    file.write_text(f'[realm]\nname = "ac-test"\n[broker]\nhost = "{broker.host}"\nport = {broker.port}\ntls = false\n')
    return load_collector(file)


def virtual(seed: str, devices: int) -> list[VirtualDevice]:
    """A small commune."""
    machines = commune.draw(seed, devices, 2, CALENDAR.first, 6)
    return [VirtualDevice(seed, machine, CALENDAR) for machine in machines]


def test_a_commune_arrives_whole(settings: CollectorSettings, collector: Any, equal: Any) -> None:
    """Six weeks of 36 machines arrive to the second: silent, late, installed anew and undated ones with the others."""
    one = Fleet(virtual("a", 36), settings, lambda: NOW)
    for week in range(1, 7):
        night = CALENDAR.first + week * WEEK
        one.live_to(CALENDAR.unix(night, time(0)))
        command.befall(one.devices, night)
    one.leave()
    told = one.totals()["devices"]
    assert len(told) == 36 and sum(map(len, told.values())) == 37
    equal(told, collector.totals())


def test_copies_are_left_out(settings: CollectorSettings, collector: Any, equal: Any) -> None:
    """Machines that a copy runs beside arrive as well, but are not among those whose totals must be equal."""
    one = Fleet(virtual("b", 6), settings, lambda: NOW)
    one.live_to(NOW - 21 * 86_400)
    one.copy(2, "twins")
    one.leave()
    told, held = one.totals()["devices"], collector.totals()
    assert (len(told), len(held)) == (4, 6)
    equal(told, held)


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
