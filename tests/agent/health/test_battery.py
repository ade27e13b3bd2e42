"""Batteries: two as one, µAh and µWh, and what cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.laptops import Laptop, on

BAT0, BAT1 = "sys/class/power_supply/BAT0", "sys/class/power_supply/BAT1"
SAYS = ("energy_full", "energy_full_design", "energy_now", "capacity", "cycle_count")
VALUES = st.one_of(st.integers(-(2**63), 2**64).map(str), st.sampled_from(["", "n/a", "nan", "inf", "1e400", "\0"]))


@on("convertible-two-batteries")
def test_two_batteries_weigh_what_they_hold(laptop: Laptop) -> None:
    """Charge is energy held of energy that fits, wear energy that no longer fits, cycles those of the whole."""
    assert laptop.read("battery") == {
        "charge": round((20.03 + 11.66) / (20.87 + 53.01), 4),
        "wear": round(1 - (20.87 + 53.01) / (23.2 + 72.0), 4),
        "cycles": round((214 * 23.2 + 391 * 72.0) / (23.2 + 72.0)),
        "state": "charging",
    }


@on("convertible-two-batteries")
@pytest.mark.parametrize(
    ("states", "state"),
    [
        (("Full", "Discharging"), "discharging"),
        (("Full", "Full"), "full"),
        (("Full", "Not charging"), None),
        (("Unknown", "Unknown"), None),
        (("Discharging", "Charging"), "charging"),
    ],
)
def test_state_of_two(laptop: Laptop, states: tuple[str, str], state: str | None) -> None:
    """One that charges or discharges speaks for both; full are both or none."""
    laptop.write(f"{BAT0}/status", states[0])
    laptop.write(f"{BAT1}/status", states[1])
    assert laptop.read("battery").get("state") == state


@on("convertible-two-batteries")
def test_one_of_two_that_lies(laptop: Laptop) -> None:
    """A battery whose full cannot be is known by its percentage, and left out of the wear."""
    laptop.write(f"{BAT1}/energy_full", str(47 * 72_000_000))
    told = laptop.read("battery")
    assert told["wear"] == round(1 - 20.87 / 23.2, 4)
    assert told["charge"] == round((20.03 / 20.87 * 20.87 + 0.21 * 72.0) / (20.87 + 72.0), 4)
    assert laptop.dropped == ["BAT1/energy_full"]


@on("arm-tablet")
def test_charge_instead_of_energy(laptop: Laptop) -> None:
    """µAh do as well as µWh for one battery, with whatever voltage or none."""
    told = laptop.read("battery")
    assert (told["charge"], told["wear"]) == (round(5098 / 5120, 4), round(1 - 5120 / 6000, 4))
    laptop.remove("sys/class/power_supply/bq27541-0/voltage_now")
    assert laptop.read("battery") == told


@on("old-two-core")
def test_an_unreadable_attribute_loses_itself(laptop: Laptop) -> None:
    """Without any one of its attributes the battery still tells the rest; a mouse's battery is none of ours."""
    whole = laptop.read("battery")
    assert whole["charge"] == round(9.81 / 21.34, 4)
    laptop.remove(f"{BAT0}/energy_full_design")
    assert laptop.read("battery") == {"charge": whole["charge"], "state": "discharging"}
    laptop.remove(f"{BAT0}/energy_now")
    assert laptop.read("battery") == {"charge": 0.45, "state": "discharging"}
    laptop.remove(f"{BAT0}/status")
    assert laptop.read("battery") == {"charge": 0.45}


@on("nvme-and-sata")
@pytest.mark.parametrize(
    ("full", "wear"), [(50_950_000, 0.0), (57_500_000, 0.0), (58_000_000, None), (500_000, 0.99), (1, None), (0, None)]
)
def test_wear(laptop: Laptop, full: int, wear: float | None) -> None:
    """A new battery holds a little more than it was made for: wear 0; far more, or next to nothing, cannot be."""
    laptop.write(f"{BAT0}/energy_full", str(full))
    assert laptop.read("battery").get("wear") == wear
    assert bool(laptop.dropped) == (wear is None or full == 500_000)  # which holds less than it is charged


@on("old-two-core")
def test_no_cycles_are_unknown(laptop: Laptop) -> None:
    """The 0 of a driver that does not know is absent, and counted."""
    assert "cycles" not in laptop.read("battery")
    assert laptop.dropped == ["BAT0/cycle_count"]


@pytest.fixture(scope="module")
def lying(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A laptop whose battery says anything."""
    return Laptop("nvme-and-sata", tmp_path_factory.mktemp("lying"))


@given(st.fixed_dictionaries(dict.fromkeys(SAYS, VALUES)))
def test_whatever_the_driver_says(lying: Laptop, values: dict[str, str]) -> None:
    """Any values at all: shares lie within 0 and 1, cycles are whole and above 0, or they are absent."""
    for name, value in values.items():
        lying.write(f"{BAT0}/{name}", value)
    told = lying.read("battery")
    assert all(0 <= told[key] <= 1 for key in ("charge", "wear") if key in told)
    assert told.get("cycles", 1) >= 1
