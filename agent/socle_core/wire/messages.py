"""The messages of the wire contract and the rows of a Ledger, as frozen values.

An absent key is None. Times of rows are counts: `t` of quarters of an hour, `d` of days, both since
1970-01-01. Durations are whole seconds. docs/contract.md says what each key means.
"""

from __future__ import annotations

from socle_core.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a device is reachable; its time is the time of receipt. An unknown `state` is None."""

    install: str
    run: str
    state: str | None


@dataclass(frozen=True, slots=True)
class Hello:
    """An agent presents itself and asks for the mark. Decoded: an unknown word is None or left out."""

    install: str
    run: str
    boot: str
    ask: str
    head: int | None = None
    agent: str | None = None
    os: str | None = None
    kind: str | None = None
    clock: str | None = None
    catalogue: str | None = None
    senses: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """One quarter of an hour of one machine, in seconds (0-900); `senses` is a set of bits (0-31)."""

    t: int
    powered: int | None = None
    observed: int | None = None
    charging: int | None = None
    online: int | None = None
    open: int | None = None
    active: int | None = None
    display: int | None = None
    senses: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of one profile, in seconds (0-90,000); services: id -> (present, focus or None)."""

    d: int
    profile: str
    open: int | None = None
    active: int | None = None
    services: dict[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undated:
    """The use of one profile during one boot that could not be dated, in seconds (0-2,147,483,647)."""

    boot: str
    profile: str
    powered: int | None = None
    observed: int | None = None
    open: int | None = None
    active: int | None = None
    services: dict[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the hardware in one quarter; on the wire the groups are keys beside `t`."""

    t: int
    groups: dict[str, dict[str, object] | list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did for the use of the machines: a training of 90 minutes, a call for help."""

    id: str
    kind: str
    d: int | None = None
    minutes: int | None = None
    about: str | None = None
    re: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that breaks a rule: its key (None where it cannot be named), the rule, the row as it came."""

    kind: str
    key: list[int | str] | None
    why: str
    row: object


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every row whose revision is in (after, rev]. `bad` is filled by decoding only and never sent."""

    install: str
    run: str
    ask: str
    after: int
    rev: int
    slots: tuple[Slot, ...] = ()
    days: tuple[Day, ...] = ()
    undated: tuple[Undated, ...] = ()
    health: tuple[Health, ...] = ()
    acts: tuple[Act, ...] = ()
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """Sums of a ledger at revision `rev`, to be compared: months "2026-11" -> sums by name, and totals."""

    install: str
    run: str
    ask: str
    rev: int
    months: dict[str, dict[str, int]] = field(default_factory=dict)
    undated: int | None = None
    acts: int | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that the collector refused, named by its kind ("slots") and key; key None: it has none."""

    kind: str
    key: list[int | str] | None
    why: str


@dataclass(frozen=True, slots=True)
class Ack:
    """The mark of one install: `rev`, issued in `run`; `now` is the collector's clock (s since 1970)."""

    install: str
    ask: str
    rev: int
    now: float
    keep_from: int
    run: str | None = None
    rejected: tuple[Rejected, ...] = ()
    rejected_total: int | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Settings from the collector, not yet validated: socle_core.settings judges names and values."""

    settings: dict[str, object]


@dataclass(frozen=True, slots=True)
class CollectorState:
    """Whether the collector of a realm is there, and since when (seconds since 1970)."""

    state: str
    since: int


Message = Presence | Hello | Ledger | Audit | Ack | Config | CollectorState
Row = Slot | Day | Undated | Health | Act
