"""The hardware of a virtual machine, as the agent's health process would find it: pure, the same for the same moment.

Values are as coarse as the agent makes them, so that a row differs when the machine's state does.
"""

from __future__ import annotations

from random import Random
from typing import Any

from socle_agent.state import State
from socle_collector.simulate.commune import Machine

DAY_S = 86_400
LASTS_S = (2.5 * 3600, 6 * 3600)
"""How long a full battery lasts, at least and at most."""

Groups = dict[str, Any]


def groups(machine: Machine, unix: int, since_boot_s: int, state: State) -> Groups:
    """The groups of a health row at a Unix second, so many seconds awake after the boot."""
    body, now = Random(f"{machine.device}/hardware"), Random(f"{machine.device}/{unix}")
    told = {
        "battery": _battery(body, machine, since_boot_s, charging=bool(state.charging)),
        "disk": _disk(body, unix, since_boot_s),
        "memory": {"used": _step(now.uniform(0.35, 0.85), 0.1)},
        "thermal": {"max_c": 5 * now.randint(9, 15)},
        "network": _network(body, now, machine),
        "boot": {"seconds": 5 * body.randint(4, 24), "failed_units": 0},
        "updates": _updates(body, unix),
        "peripherals": _attached(body, state),
    }
    return {name: group for name, group in told.items() if group is not None}


def _battery(body: Random, machine: Machine, since_boot_s: int, *, charging: bool) -> Groups | None:
    """None for a desktop machine. Charge falls while it runs without mains."""
    wear, cycles, lasts = _step(body.uniform(0.02, 0.5), 0.01), body.randint(40, 900), body.uniform(*LASTS_S)
    if machine.kind == "head" or (machine.kind == "front" and body.random() < 0.4):
        return None
    left = 1.0 if charging else max(0.1, 1 - since_boot_s / lasts / (1 - wear))
    return {"charge": _step(left, 0.05), "wear": wear, "cycles": cycles, "state": "full" if charging else "discharging"}


def _disk(body: Random, unix: int, since_boot_s: int) -> Groups:
    used, hours, wear = body.uniform(0.25, 0.9), body.randint(200, 9000), body.uniform(0.01, 0.4)
    failing = body.random() < 0.03
    days = (unix - since_boot_s) // DAY_S
    return {
        "used": _step(min(0.99, used + days % 365 / 5000), 0.01),
        "smart": "failing" if failing else "ok",
        "wear": _step(wear, 0.01),
        "read_errors": body.randint(3, 80) if failing else 0,
        "hours": hours // 24 * 24,
    }


def _network(body: Random, now: Random, machine: Machine) -> Groups:
    if machine.kind == "front" and body.random() < 0.5:
        return {"kind": "wired", "rtt_ms": 10 * now.randint(1, 3)}
    return {"kind": "wifi", "signal_dbm": -5 * now.randint(9, 16), "rtt_ms": 10 * now.randint(1, 9)}


def _updates(body: Random, unix: int) -> Groups:
    """They gather for a time of the machine's own, then someone installs them."""
    waited = unix // DAY_S % body.choice([7, 14, 90])
    security = waited // 4
    return {"pending": waited, "security": security, **({"oldest_security_days": waited} if security else {})}


def _attached(body: Random, state: State) -> list[str]:
    """What a class of its own has, and a projector while it is in use."""
    own = [word for word in ("camera", "interactive-board", "visualiser") if body.random() < 0.3]
    return sorted([*own, "projector"] if state.display else own)


def _step(value: float, step: float) -> float:
    return round(round(value / step) * step, 2)
