"""How the machine is connected: by the interface that leads out, or the best that has a link. No address is read.

rtt_ms and retransmits are the agent's to add, from its own connection.

Sources: Linux, Documentation/ABI/testing/sysfs-class-net; proc(5) on net/route, net/ipv6_route, net/wireless;
RFC 2863 (operational states). Chips of Wi-Fi 7 no longer appear in net/wireless: their signal stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from socle_agent.health.reader import Reader

SOURCES = {
    "kind": "the interface of the default route (`/proc/net/route`, `ipv6_route`) in `/sys/class/net`; without one,"
    " any with a link",
    "signal_dbm": "`/proc/net/wireless`: level; absent with Wi-Fi 7 chips, which are not listed there",
    "rtt_ms": "the agent: `TCP_INFO` of its connection to the broker",
    "retransmits": "the agent: `TCP_INFO` of its connection to the broker",
}

_ARPHRD_PPP = "512"
_BEST_FIRST = ("wired", "wifi", "mobile")


def read(reader: Reader) -> dict[str, object]:
    """The group."""
    names = [path.name for path in reader.folders(reader.roots.sys / "class/net") if path.name != "lo"]
    kinds = {name: kind for name in names if (kind := _kind(reader, name)) and _has_link(reader, name)}
    out = [name for _metric, name in sorted([*_routes4(reader), *_routes6(reader)])]
    best = sorted(kinds, key=lambda name: _BEST_FIRST.index(kinds[name]))
    used = next((name for name in [*out, *best] if name in kinds), None)
    if used is None:
        return {"kind": "none"} if names and not out else {}
    return {"kind": kinds[used], "signal_dbm": _signal(reader, used)}


def _kind(reader: Reader, name: str) -> str | None:
    """None for what is no hardware: bridges, tunnels, virtual machines' ends."""
    path = reader.roots.sys / "class/net" / name
    if reader.text(path / "type") == _ARPHRD_PPP or "DEVTYPE=wwan" in (reader.text(path / "uevent") or ""):
        return "mobile"
    if not (path / "device").exists():
        return None
    return "wifi" if (path / "wireless").exists() or (path / "phy80211").exists() else "wired"


def _has_link(reader: Reader, name: str) -> bool:
    """Up, or unknown (as modems and some drivers say) with a carrier."""
    path = reader.roots.sys / "class/net" / name
    state = reader.text(path / "operstate")
    return state == "up" or (state == "unknown" and reader.text(path / "carrier") == "1")


def _routes4(reader: Reader) -> Iterator[tuple[int, str]]:
    """Metric and interface of each default route."""
    for row in _rows(reader, "route"):
        if len(row) > 7 and row[1] == row[7] == "00000000":
            yield int(row[6]), row[0]


def _routes6(reader: Reader) -> Iterator[tuple[int, str]]:
    for row in _rows(reader, "ipv6_route"):
        if len(row) > 9 and row[0] == "0" * 32 and row[1] == "00" and row[9] != "lo":
            yield int(row[5], 16), row[9]


def _signal(reader: Reader, name: str) -> float | None:
    """dBm; some old drivers tell a share of 100 instead, which is dropped."""
    for row in _rows(reader, "wireless"):
        if row and row[0] == f"{name}:" and len(row) > 3:
            return reader.parse("wireless/level", row[3].rstrip("."), -120, -1)
    return None


def _rows(reader: Reader, name: str) -> list[list[str]]:
    path: Path = reader.roots.proc / "net" / name
    return [line.split() for line in (reader.text(path) or "").splitlines()]
