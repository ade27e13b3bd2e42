"""What a machine tells of itself: by which means it measures, and how its hardware was when it last told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from socle_collector.dashboards.speaker import Speaker

SENSES = ("session", "idle", "focus", "programs", "web")
GROUPS = ("battery", "disk", "memory", "thermal", "network", "boot", "updates")
SHARES = ("charge", "wear", "used")
TOLD = {
    "battery": ("charge", "wear", "cycles"),
    "disk": ("used", "wear"),
    "memory": ("used",),
    "thermal": ("max_c",),
    "network": ("signal_dbm", "rtt_ms"),
    "boot": ("seconds",),
    "updates": ("pending", "security"),
}
"""What is always told of a group, if it is known."""
ONLY_IF_ANY = {"memory": ("oom",), "thermal": ("throttled_s",), "boot": ("failed_units",)}
"""What is told of it where it is not 0."""

Facts = list[tuple[str, str]]
"""Names and what is said of each."""


def senses(told: Mapping[str, str] | None, say: Speaker) -> Facts:
    """The senses of the last hello, by the means that they work with."""
    known = told or {}
    return [(say[f"sense_{name}"], _means(known.get(name), say)) for name in SENSES]


def _means(means: str | None, say: Speaker) -> str:
    return say["unknown_value"] if means is None else say["sense_none"] if means == "none" else means


def seconds(charging: int | None, display: int | None, say: Speaker) -> Facts:
    """Time on mains and with a second display, in seconds; None where no sense told."""
    return [
        (say[word], say["unknown_value"] if value is None else say.hours(value))
        for word, value in (("mains", charging), ("projected", display))
    ]


def health(groups: Mapping[str, Any] | None, say: Speaker) -> Facts:
    """The latest health row; a group that it lacks the machine does not have or cannot read."""
    known = groups or {}
    told = [(say[f"health_{name}"], _group(name, known.get(name) or {}, say)) for name in GROUPS]
    return [*told, (say["health_peripherals"], _attached(known.get("peripherals"), say))]


def _group(name: str, group: Mapping[str, Any], say: Speaker) -> str:
    parts = [_value(name, key, group[key], say) for key in TOLD[name] if key in group]
    parts += [_value(name, key, group[key], say) for key in ONLY_IF_ANY.get(name, ()) if group.get(key)]
    if name == "network" and "kind" in group:
        parts.insert(0, say[f"network.{group['kind']}"])
    if group.get("smart") == "failing":
        parts.insert(0, say["disk.failing"])
    return ", ".join(parts) or say["no_group"]


def _value(group: str, key: str, value: float, say: Speaker) -> str:
    if key in SHARES:
        return say.say(f"{group}.{key}", v=round(value * 100))
    if key == "throttled_s":
        return say.say(f"{group}.{key}", h=say.hours(round(value)))
    return say.say(f"{group}.{key}", n=round(value))


def _attached(peripherals: Sequence[str] | None, say: Speaker) -> str:
    if peripherals is None:
        return say["unknown_value"]
    return ", ".join(say[word] for word in peripherals) or say["nothing_attached"]
