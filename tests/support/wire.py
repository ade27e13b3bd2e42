"""Payloads and messages of the wire contract for tests: the contract's examples, and any other that is valid."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from socle_core.wire import fields, limits
from socle_core.wire.messages import (
    Ack,
    Act,
    Audit,
    CollectorState,
    Config,
    Day,
    Health,
    Hello,
    Ledger,
    Presence,
    Rejected,
    Slot,
    Undated,
)

NOW = 1_795_447_830.2
KEEP_FROM = 1_986_912
T, D = 1_994_941, 20_780
IDS = {"install": "9f3a11c2", "run": "77aa01fe", "ask": "01c2d3e4"}
ACT = "0b6e7c1e-8f5f-4a51-9b1d-0d7f6a3e2c11"

GOOD_ROWS: dict[str, dict[str, object]] = {
    "slots": {"t": T, "powered": 900, "observed": 900, "charging": 0, "online": 871, "open": 880, "active": 612,
              "display": 0, "senses": 31},
    "days": {"d": D, "profile": "pupil", "open": 3100, "active": 2500,
             "services": {"gcompris": [420, 400], "lumni": [60, None]}},
    "undated": {"boot": "1b00c4e7", "profile": "pupil", "powered": 5400, "observed": 5400, "open": 5000,
                "active": 3000, "services": {}},
    "health": {"t": T, "battery": {"charge": 0.83, "wear": 0.12, "cycles": 312, "state": "discharging"}},
    "acts": {"id": ACT, "d": D, "kind": "training", "minutes": 90, "about": "gcompris"},
}  # fmt: skip


def payload(document: object) -> bytes:
    """The bytes of a document as another implementation might write them."""
    return json.dumps(document).encode()


def ledger(**keys: object) -> bytes:
    """A readable Ledger with these keys beside its identifiers and revisions."""
    return payload({"v": 1, **IDS, "after": 1180, "rev": 1234, **keys})


ids = st.from_regex(limits.ID, fullmatch=True)
service_ids = st.from_regex(limits.SERVICE, fullmatch=True)
uuids = st.uuids(version=4).map(str)
revisions = st.integers(0, limits.MAX_REV)
labels = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=("C", "Z")), min_size=1,
                 max_size=64)  # fmt: skip
WINDOW_T = st.integers(KEEP_FROM, int(NOW // 900) + 192)
WINDOW_D = st.integers(KEEP_FROM // 96, int(NOW // 86400) + 2)


def numbers(top: int) -> st.SearchStrategy[int | None]:
    """A number of a row, or none."""
    return st.none() | st.integers(0, top)


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    """Any good slot."""
    powered, opened = draw(numbers(900)), draw(numbers(900))
    return Slot(
        draw(WINDOW_T),
        powered,
        _below(draw, powered),
        draw(numbers(900)),
        draw(numbers(900)),
        opened,
        _below(draw, opened),
        _below(draw, opened),
        draw(numbers(31)),
    )


def _below(draw: st.DrawFn, bound: int | None) -> int | None:
    return None if bound is None else draw(numbers(bound))


@st.composite
def services(draw: st.DrawFn, top: int) -> dict[str, tuple[int, int | None]]:
    """Any good services."""
    uses: dict[str, tuple[int, int | None]] = {}
    for name in draw(st.lists(service_ids, max_size=4)):
        present = draw(st.integers(0, top))
        uses[name] = present, _below(draw, present)
    return uses


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Any good day."""
    opened = draw(numbers(90_000))
    return Day(
        draw(WINDOW_D), draw(st.sampled_from(limits.PROFILES)), opened, _below(draw, opened), draw(services(90_000))
    )


@st.composite
def undated(draw: st.DrawFn) -> Undated:
    """Any good undated row."""
    top = limits.UNDATED_MAX_S
    powered, opened = draw(numbers(top)), draw(numbers(top))
    return Undated(
        draw(ids),
        draw(st.sampled_from(limits.PROFILES)),
        powered,
        _below(draw, powered),
        opened,
        _below(draw, opened),
        draw(services(top)),
    )


def readings(field: fields.Field) -> st.SearchStrategy[object]:
    """Any good value of a key of a health group."""
    return {
        "share": st.floats(0, 1) | st.integers(0, 1),
        "count": st.integers(0, field.top),
        "seconds": st.integers(0, field.top),
        "number": st.floats(0, 1e9) | st.integers(0, field.top),
        "signed": st.integers(-120, 0) | st.floats(-120, 0),
        "word": st.sampled_from(field.words or ("",)),
    }[field.form]


groups = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.fixed_dictionaries({}, optional={field.name: readings(field) for field in known})
            for name, known in fields.HEALTH.items()
        },
        "peripherals": st.lists(st.sampled_from(fields.PERIPHERALS), max_size=3),
    },
)
health = st.builds(Health, WINDOW_T, groups)


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """Any good act."""
    kind = draw(st.sampled_from(limits.ACT_KINDS))
    return Act(
        draw(uuids),
        kind,
        draw(st.none() | WINDOW_D),
        draw(numbers(1440)),
        draw(st.none() | service_ids),
        draw(uuids if kind == "help-received" else st.none() | uuids),
    )


def _some(rows: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(rows, max_size=3).map(tuple)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Any Ledger that an agent may send."""
    after, more = draw(st.integers(0, 2**52)), draw(st.integers(0, 2**52))
    kinds = {"slots": slots(), "days": days(), "undated": undated(), "health": health, "acts": acts()}
    rows = {kind: draw(_some(strategy)) for kind, strategy in kinds.items()}
    return Ledger(draw(ids), draw(ids), draw(ids), after, after + more, **rows)  # type: ignore[arg-type]


presences = st.builds(Presence, ids, ids, st.sampled_from(limits.PRESENCE_STATES))
hellos = st.builds(
    Hello, ids, ids, ids, ids, st.none() | revisions, st.none() | labels, st.none() | labels,
    st.none() | st.sampled_from(limits.DEVICE_KINDS), st.none() | st.sampled_from(limits.CLOCK_STATES),
    st.none() | labels,
    st.fixed_dictionaries({}, optional={name: st.sampled_from(words) for name, words in limits.SENSES.items()}),
)  # fmt: skip
months = st.dictionaries(
    st.dates().map(lambda date: f"{date:%Y-%m}").filter(lambda month: len(month) == 7),
    st.dictionaries(st.sampled_from(limits.AUDIT_SUMS), revisions),
    max_size=4,
)
audits = st.builds(Audit, ids, ids, ids, revisions, months, st.none() | revisions, st.none() | revisions)
keys = st.none() | st.lists(st.integers() | st.text(max_size=64), min_size=1, max_size=2)
rejected = st.lists(st.builds(Rejected, st.sampled_from(limits.ROW_KINDS), keys, st.text(max_size=40)), max_size=4)
acks = st.builds(
    Ack, ids, ids, st.integers(1, limits.MAX_REV), st.floats(0, 1e11), revisions, ids, rejected.map(tuple),
    st.none() | revisions,
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
configs = st.dictionaries(st.text(max_size=20), st.booleans() | st.integers(0, 10**6) | labels).map(Config)
states = st.builds(CollectorState, st.sampled_from(limits.COLLECTOR_STATES), revisions)
