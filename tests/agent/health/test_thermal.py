"""Heat: sensors that are known by what they are, and slow-downs."""

from __future__ import annotations

import pytest
from support.laptops import Laptop, on

from socle_agent.health.reader import Reader
from socle_agent.health.thermal import _sensors

ZONE = "sys/class/thermal/thermal_zone"


def identities(laptop: Laptop) -> set[str]:
    """Its sensors, by what stays the same."""
    return {str(sensor) for sensor, _path in _sensors(Reader(laptop.world))}


@on("old-two-core")
def test_identity_without_an_index(laptop: Laptop) -> None:
    """Numbers that the kernel gave out in another order at the next boot change no sensor's identity."""
    before = identities(laptop)
    assert before == {
        "acpitz",
        "x86_pkg_temp",
        "coretemp Package id 0 platform/coretemp.0",
        "coretemp Core 0 platform/coretemp.0",
        "coretemp Core 1 platform/coretemp.0",
    }
    for folder in ("sys/class/thermal/thermal_zone", "sys/class/hwmon/hwmon"):
        for path in sorted((laptop.root / folder).parent.glob(f"{folder.rsplit('/', 1)[1]}*")):
            path.rename(path.with_name(f"{path.name}7"))
    chip = laptop.root / "sys/devices/platform/coretemp.0/hwmon/hwmon0"
    for path in chip.glob("temp[12]_*"):
        path.rename(path.with_name(path.name.replace("temp", "temp1")))
    assert identities(laptop) == before


@on("desktop")
def test_a_board_that_tells_fantasies(laptop: Laptop) -> None:
    """An input of the board's chip that nothing is soldered to is not the machine's heat."""
    assert laptop.read("thermal") == {"max_c": 42.375}


@on("virtual-machine")
@pytest.mark.parametrize("told", ["255000", "-273200", "0", "128000", "n/a", "-1"])
def test_temperatures_that_cannot_be(laptop: Laptop, told: str) -> None:
    """They are absent and counted, under the sensor's identity."""
    laptop.write(f"{ZONE}0/type", "acpitz")
    laptop.write(f"{ZONE}0/temp", told)
    assert laptop.read("thermal") == {}
    assert laptop.dropped == ["acpitz"]


@on("board-pc")
def test_slowed_down(laptop: Laptop) -> None:
    """The greatest of the processors' counters, in seconds; none can exceed the time since boot."""
    assert laptop.read("thermal")["throttled_s"] == 1204
    laptop.write("proc/uptime", "1000.00 900.00")
    assert laptop.read("thermal")["throttled_s"] == 930
    assert "thermal_throttle/package_throttle_total_time_ms" in laptop.dropped


@on("old-two-core")
def test_counts_are_not_time(laptop: Laptop) -> None:
    """An older kernel counts slow-downs without their time: absent, not 0."""
    assert "throttled_s" not in laptop.read("thermal")
