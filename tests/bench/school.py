"""What a school's machine has to tell: the services and hardware that every replay here uses."""

from __future__ import annotations

from typing import Any

QUARTER_S = 900
QUARTERS = 24
"""Of a school day: 08:30 to 14:30 without a break."""
SCHOOL_DAYS = 138
HOUR = 4
"""Quarters: each hour a health row, and on the wire's day one more of its six services."""

PUPIL = ("gcompris", "tuxpaint", "lumni.fr", "libreoffice", "scratch", "calcul-ment-al")
TEACHER = ("libreoffice", "eduscol", "ent", "openboard", "vlc", "lumni.fr")


def health(hour: int) -> dict[str, Any]:
    """A row of a laptop whose every group tells something, different from hour to hour."""
    return {
        "battery": {"charge": round(0.9 - 0.07 * (hour % 12), 2), "wear": 0.12, "cycles": 312, "state": "discharging"},
        "disk": {"used": 0.41, "smart": "ok", "wear": 0.03, "hours": 5120 + hour},
        "memory": {"used": round(0.45 + 0.01 * (hour % 9), 2), "pressure": 0.0, "oom": 0},
        "thermal": {"max_c": 51 + hour % 7, "throttled_s": 0},
        "network": {"kind": "wifi", "signal_dbm": -58 - hour % 9, "rtt_ms": 14, "retransmits": 2},
        "boot": {"seconds": 31, "failed_units": 0, "unclean": 0},
        "updates": {"pending": 12, "security": 2, "oldest_security_days": 5},
        "peripherals": ["display", "projector"],
    }
