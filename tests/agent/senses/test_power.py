"""External power and the lid, read from trees like those of real machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from socle_agent.senses.power import charging, shut

MAINS_ON, MAINS_OFF = {"type": "Mains", "online": "1"}, {"type": "Mains", "online": "0"}
MOUSE = {"type": "Battery", "scope": "Device", "status": "Discharging"}


def battery(status: str, **more: str) -> dict[str, str]:
    """The files of a battery."""
    return {"type": "Battery", "status": status, **more}


def plant(sys: Path, kind: str, devices: dict[str, dict[str, str]]) -> Path:
    """Write the files of devices of a class."""
    for name, files in devices.items():
        (sys / "class" / kind / name).mkdir(parents=True)
        for file, text in files.items():
            (sys / "class" / kind / name / file).write_text(f"{text}\n")
    return sys


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ({}, True),
        ({"AC": MAINS_ON, "BAT0": battery("Charging")}, True),
        ({"AC": MAINS_ON, "BAT0": battery("Discharging")}, True),
        ({"AC": MAINS_OFF, "BAT0": battery("Discharging")}, False),
        ({"AC": MAINS_OFF, "BAT0": battery("Not charging")}, False),
        ({"AC": MAINS_OFF, "BAT0": battery("Unknown")}, False),
        ({"AC": MAINS_OFF, "ucsi-source-psy-1": {"type": "USB", "online": "1"}}, True),
        ({"BAT0": battery("Charging")}, True),
        ({"BAT0": battery("Full"), "BAT1": battery("Discharging")}, False),
        ({"BAT0": battery("Not charging")}, True),
        ({"BAT0": battery("Unknown")}, None),
        ({"BAT0": battery("Discharging", present="0")}, True),
        ({"hidpp_battery_0": MOUSE}, True),
        ({"hidpp_battery_0": MOUSE, "AC": MAINS_OFF, "BAT0": battery("Discharging")}, False),
        ({"hid-tablet": {"type": "USB", "online": "1", "scope": "Device"}, "BAT0": battery("Discharging")}, False),
    ],
)
def test_external_power(supplies: dict[str, dict[str, str]], expected: bool | None, tmp_path: Path) -> None:
    """Supplies tell, else batteries; a machine without either runs on the mains; what is not its own counts not."""
    assert charging(plant(tmp_path, "power_supply", supplies)) is expected


@pytest.mark.parametrize(
    ("state", "expected"), [("state:      closed\n", True), ("state:      open\n", False), (None, False)]
)
def test_a_closed_lid(state: str | None, expected: bool, tmp_path: Path) -> None:
    """The lid's switch tells; a machine without one is never shut."""
    if state is not None:
        (tmp_path / "acpi/button/lid/LID0").mkdir(parents=True)
        (tmp_path / "acpi/button/lid/LID0/state").write_text(state)
    assert shut(tmp_path) is expected
