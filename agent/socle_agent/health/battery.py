"""Batteries of the machine itself, several taken as one: each weighs what it can hold.

Source: Linux, Documentation/ABI/testing/sysfs-class-power. µWh where the driver has them (`energy_*`), else µAh
(`charge_*`) times the volts it was made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from socle_agent.health.reader import Reader

SOURCES = {
    "charge": "`/sys/class/power_supply/*`: `energy_now` of `energy_full` (or `charge_*`), else `capacity`",
    "wear": "1 − `energy_full` / `energy_full_design` (or `charge_*`); a full above the design by up to 15 % is 0",
    "cycles": "`cycle_count`; 0 is what drivers say that do not know",
    "state": "`status`: charging if one charges, else discharging if one discharges, full if all are",
}

_STATES = {"Charging": "charging", "Discharging": "discharging", "Full": "full"}


@dataclass(frozen=True)
class Battery:
    """One battery: what it holds when full and what it was made for (Wh), charge (0–1), cycles, state."""

    full: float | None
    design: float | None
    charge: float | None
    cycles: float | None
    state: str | None


def read(reader: Reader) -> dict[str, object]:
    """The group; empty where there is no battery."""
    supplies = reader.folders(reader.roots.sys / "class/power_supply")
    batteries = [_battery(reader, path) for path in supplies if _is_ours(reader, path)]
    worn = [(1 - b.full / b.design, b.design) for b in batteries if b.full and b.design]
    wear, charge = _mean(worn), _mean([(b.charge, b.full or b.design) for b in batteries])
    cycles = _mean([(b.cycles, b.design) for b in batteries])
    return {
        "charge": None if charge is None else round(charge, 4),
        "wear": None if wear is None else round(max(0.0, wear), 4),
        "cycles": None if cycles is None else round(cycles),
        "state": _state({b.state for b in batteries}),
    }


def _is_ours(reader: Reader, path: Path) -> bool:
    """Not a mouse's, a pen's, or a bay without a battery."""
    told = [reader.text(path / name) for name in ("type", "scope", "present")]
    return told[0] == "Battery" and told[1] != "Device" and told[2] != "0"


def _battery(reader: Reader, path: Path) -> Battery:
    kind = "energy" if (path / "energy_full").exists() else "charge"
    unit = 1e-6 * (_volts(reader, path) if kind == "charge" else 1)
    full, design, now = (
        reader.number(path / f"{kind}_{what}", 0 if what == "now" else 0.1, 500, unit)
        for what in ("full", "full_design", "now")
    )
    if full and design and reader.sane(f"{path.name}/{kind}_full", full / design, 0.01, 1.15) is None:
        full = None
    charge = reader.sane(f"{path.name}/{kind}_now", now / full, 0, 1.1) if full and now is not None else None
    if charge is None:
        charge = reader.number(path / "capacity", 0, 1, 0.01)
    return Battery(
        full,
        design,
        None if charge is None else min(charge, 1.0),
        reader.number(path / "cycle_count", 1, 10_000),
        _STATES.get(reader.text(path / "status") or ""),
    )


def _volts(reader: Reader, path: Path) -> float:
    """Of one battery alone they cancel out: any will do where the driver tells none."""
    told = (reader.number(path / name, 2, 60, 1e-6) for name in ("voltage_min_design", "voltage_now"))
    return next((volts for volts in told if volts), 10.0)


def _mean(weighed: list[tuple[float | None, float | None]] | list[tuple[float, float]]) -> float | None:
    """The mean of the values that are known, by weight; None where there is none, or several without weights."""
    known = [(value, weight) for value, weight in weighed if value is not None]
    if len(known) == 1:
        return known[0][0]
    whole = [(value, weight) for value, weight in known if weight]
    if not known or len(whole) < len(known):
        return None
    return sum(value * weight for value, weight in whole) / sum(weight for _, weight in whole)


def _state(states: set[str | None]) -> str | None:
    for state in ("charging", "discharging"):
        if state in states:
            return state
    return "full" if states == {"full"} else None
