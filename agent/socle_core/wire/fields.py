"""What stands in a row, as a table: the judge of rows and all documents are made from it.

Not imported by the agent: it knows what it writes.
"""

from __future__ import annotations

from socle_core.dataclass import dataclass
from socle_core.wire import limits


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its form, what it means, and the words or the upper limit that its form leaves open.

    Forms of values in rows: t (a quarter), d (a day), count and seconds (whole numbers), share (0-1), number,
    signed (a number that may be negative), word, id, uuid, service, services. Messages have some more.
    """

    name: str
    form: str
    meaning: str
    top: int = limits.MAX_REV
    words: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class RowKind:
    """The keys of one kind of row, which of them identify it, and pairs of which the first is never above."""

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    bounds: tuple[tuple[str, str], ...] = ()


_T = Field("t", "t", "the quarter: `floor(unix_time / 900)`", required=True)
_PROFILE = Field("profile", "word", "whose use this is", words=limits.PROFILES, required=True)


def _seconds(top: int, *named: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(name, "seconds", meaning, top=top) for name, meaning in named)


_SERVICES = "catalogue id → `[present, focus]`"

SLOTS = RowKind(
    "slots",
    ("t",),
    (
        _T,
        *_seconds(
            limits.SLOT_MAX_S,
            ("powered", "the machine was awake"),
            ("observed", "the agent was measuring"),
            ("charging", "on external power"),
            ("online", "the collector was reachable"),
            ("open", "a session was open and unlocked; only inside *hours*"),
            ("active", "not idle; absent if the machine cannot tell; only inside *hours*"),
            ("display", "a second display or projector was attached while open; only inside *hours*"),
        ),
        Field("senses", "count", "bits of the senses that worked, see below", top=limits.SENSES_MAX),
    ),
    (("observed", "powered"), ("active", "open"), ("display", "open")),
)
DAYS = RowKind(
    "days",
    ("d", "profile"),
    (
        Field("d", "d", "the local date, as days since 1970-01-01", required=True),
        _PROFILE,
        *_seconds(
            limits.DAY_MAX_S,
            ("open", "a session was open and unlocked"),
            ("active", "not idle; absent if the machine cannot tell"),
        ),
        Field("services", "services", _SERVICES, top=limits.DAY_MAX_S),
    ),
    (("active", "open"),),
)
UNDATED = RowKind(
    "undated",
    ("boot", "profile"),
    (
        Field("boot", "id", "the boot in which it was measured", required=True),
        _PROFILE,
        *_seconds(
            limits.UNDATED_MAX_S,
            ("powered", "the machine was awake"),
            ("observed", "the agent was measuring"),
            ("open", "a session was open and unlocked"),
            ("active", "not idle; absent if the machine cannot tell"),
        ),
        Field("services", "services", _SERVICES, top=limits.UNDATED_MAX_S),
    ),
    (("observed", "powered"), ("active", "open")),
)
ACTS = RowKind(
    "acts",
    ("id",),
    (
        Field("id", "uuid", "drawn when the act was told", required=True),
        Field("d", "d", "the local date; absent if the clock was not trusted"),
        Field("kind", "word", "what happened", words=limits.ACT_KINDS, required=True),
        Field("minutes", "count", "how long it took", top=limits.MINUTES_MAX),
        Field("about", "service", "the service that it was about"),
        Field("re", "uuid", "the `id` of the request that was answered; required with `help-received`"),
    ),
)
HEALTH_KEY = (_T,)
HEALTH: dict[str, tuple[Field, ...]] = {
    "battery": (
        Field("charge", "share", "charge, of full"),
        Field("wear", "share", "1 − full/design"),
        Field("cycles", "count", "charge cycles; absent if the driver says 0"),
        Field("state", "word", "absent if neither", words=("charging", "discharging", "full")),
    ),
    "disk": (
        Field("used", "share", "of the fullest fixed file system"),
        Field("smart", "word", "the disk's own verdict", words=("ok", "failing")),
        Field("wear", "share", "of the life that its maker promises"),
        Field("read_errors", "count", "read errors"),
        Field("hours", "number", "hours powered on"),
    ),
    "memory": (
        Field("used", "share", "of all memory"),
        Field("pressure", "share", "PSI, `some avg300`"),
        Field("oom", "count", "programs killed for want of memory since boot"),
    ),
    "thermal": (
        Field("max_c", "number", "°C, the highest zone"),
        Field("throttled_s", "seconds", "time slowed down by heat"),
    ),
    "network": (
        Field("kind", "word", "how it is connected", words=("wifi", "wired", "mobile", "none")),
        Field("signal_dbm", "signed", "dBm"),
        Field("rtt_ms", "number", "milliseconds to the broker and back"),
        Field("retransmits", "number", "per 1000 segments"),
    ),
    "boot": (
        Field("seconds", "seconds", "to a usable desktop"),
        Field("failed_units", "count", "units of systemd that failed"),
        Field("unclean", "count", "boots not preceded by a clean stop"),
    ),
    "updates": (
        Field("pending", "count", "updates waiting"),
        Field("security", "count", "of these, for security"),
        Field("oldest_security_days", "number", "days that the oldest of these has waited"),
    ),
}
PERIPHERALS = (
    "display",
    "projector",
    "interactive-board",
    "camera",
    "visualiser",
    "headset",
    "printer",
    "dock",
    "robot",
)
"""The health group `peripherals` is a list of these words, not an object."""

ROWS = {kind.name: kind for kind in (SLOTS, DAYS, UNDATED, RowKind("health", ("t",), HEALTH_KEY), ACTS)}
