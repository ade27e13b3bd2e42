"""The ingest beside the model of tests/model: the same messages, and the same facts, marks, acks and audits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model.collector import KEYS, Collector
from support.desk import DEVICE, OTHER, HandDesk
from support.wire import ACT, NOW

from socle_collector.ingest.post import Letter
from socle_collector.ingest.terms import terms
from socle_core.wire.decode_down import decode_ack
from socle_core.wire.messages import Ack

STRANGER = "aaaaaaaaaaaa"
INSTALLS, RUNS = ("00000001", "f0000002"), ("0000000a", "f000000b")
OCTOBER_T, OCTOBER_D = 1_992_863, 20_757
"""The last quarter of October 2026, UTC, and its last day."""
EXAMPLES = 120

seconds = st.sampled_from([None, 0, 1, 300, 600, 900])
pairs = st.tuples(st.sampled_from([60, 90]), st.sampled_from([None, 0, 60]))
services = st.dictionaries(st.sampled_from(["gcompris", "lumni", "autre"]), pairs, max_size=2)
boots = st.sampled_from(["00000003", "f0000004"])
profiles = st.sampled_from(["pupil", "pupil", "teacher", "nobody"])
ROWS = {
    "slots": {
        "t": st.sampled_from([OCTOBER_T, OCTOBER_T + 1, OCTOBER_T + 1, 1]),
        **dict.fromkeys(("powered", "observed", "charging", "online", "open", "active", "display"), seconds),
        "senses": st.sampled_from([None, 0, 5, 18, 31]),
    },
    "days": {
        "d": st.integers(OCTOBER_D, OCTOBER_D + 2), "profile": profiles,
        "open": seconds, "active": seconds, "services": services,
    },
    "undated": {
        "boot": boots, "profile": profiles, "powered": seconds, "observed": seconds, "open": seconds,
        "active": seconds, "services": services,
    },
    "health": {
        "t": st.sampled_from([OCTOBER_T, OCTOBER_T, OCTOBER_T + 1]),
        "memory": st.fixed_dictionaries({"used": st.sampled_from([0.1, 0.2, 0.3, 0.4, 2])}),
    },
    "acts": {
        "id": st.sampled_from([ACT, ACT.replace("0b6e", "1c7f"), "me"]), "kind": st.just("visit"),
        "minutes": st.sampled_from([30, 60]),
    },
}  # fmt: skip


def told(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A message; what is None in it or in its rows is left out."""
    ids = {"v": st.just(1), "install": st.sampled_from(INSTALLS), "run": st.sampled_from(RUNS)}
    return st.fixed_dictionaries({**ids, **keys}).map(_without_none)


def _rows(kind: str) -> st.SearchStrategy[Any]:
    """Some rows; most of them keep to the four inequalities."""
    row = st.fixed_dictionaries(ROWS[kind])
    return st.lists(st.one_of(row.map(_bounded), row.map(_bounded), row), max_size=3)


def _bounded(row: dict[str, Any]) -> dict[str, Any]:
    for low, high in (("observed", "powered"), ("active", "open"), ("display", "open")):
        if row.get(low) is not None:
            row = {**row, high: max(row[low], row[high] or 0)}
    return row


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


hellos = told(boot=boots, head=st.integers(0, 6))
ledgers = told(after=st.sampled_from([0, 0, 0, 1, 2]), rev=st.integers(0, 3), **{kind: _rows(kind) for kind in ROWS})
audits = st.tuples(st.sampled_from(INSTALLS), st.sampled_from([-1, 0, 1]))
"""Of an install, and by how much it tells more than is held."""
garbage = st.sampled_from([b"", b"{}", b'{"v":1,"install":"9f3a11c2","ask":"x"}', b"\xff"])
steps = st.lists(
    st.tuples(
        st.sampled_from([DEVICE, DEVICE, DEVICE, OTHER, STRANGER]),
        st.tuples(st.just("hello"), hellos)
        | st.tuples(st.just("ledger"), ledgers)
        | st.tuples(st.just("ledger"), ledgers)
        | st.tuples(st.just("ledger"), ledgers)
        | st.tuples(st.just("audit"), audits)
        | st.tuples(st.just("audit"), audits)
        | st.tuples(st.just("ledger"), garbage)
        | st.tuples(st.just("again"), st.integers(0, 20)),
    ),
    min_size=1,
    max_size=5,
)
batches = st.lists(st.tuples(steps, st.sampled_from([0, 90_000, 200_000])), min_size=3, max_size=8)
"""Steps that come together, and how many seconds then pass."""


class Both:
    """The ingest and the model, which hears each message when it is written: so audits can be drawn from it."""

    def __init__(self, desk: HandDesk) -> None:
        desk.empty()
        desk.clock.wall = NOW
        self.desk = desk
        self.model = Collector({DEVICE, OTHER}, terms(NOW, desk.settings).keep_from)
        self.sent: list[tuple[str, str, bytes]] = []

    def live(self, steps: list[Any], pause: float) -> None:
        """A batch comes to both; their acks are the same."""
        written = [self.write(device, *step) for device, step in steps]
        now = self.desk.clock.wall
        acks = [self.model.receive(*message, now) for message in written]
        letters = [Letter(f"socle/1/test/{device}/{kind}", payload, False, now) for device, kind, payload in written]
        answers = self.desk.desk.handle(letters, lambda: now)
        mine = sorted((topic.split("/")[3], *plain(decode_ack(payload))) for topic, payload in answers)
        assert mine == sorted((message[0], *plain(ack)) for message, ack in zip(written, acks, strict=True) if ack)
        self.desk.clock.wall += pause

    def write(self, device: str, kind: str, what: Any) -> tuple[str, str, bytes]:
        """The device, kind and bytes of a step's message."""
        if kind == "again" and self.sent:
            return self.sent[-1 - what % len(self.sent)]
        if kind == "again":
            return device, "hello", b""
        if kind == "audit":
            what = self.audit((device, what[0]), what[1])
        payload = what if isinstance(what, bytes) else json.dumps({"ask": f"{len(self.sent):08x}", **what}).encode()
        self.sent.append((device, kind, payload))
        return self.sent[-1]

    def audit(self, install: tuple[str, str], more: int) -> dict[str, Any]:
        """An audit at the mark that the model holds before the batch; it tells so much more than is held."""
        rev, run = self.model.marks.get(install, (1, RUNS[0]))
        months: dict[str, dict[str, int]] = {}
        totals = {}
        for (month, name), number in self.model.sums(install).items():
            (months.setdefault(month, {}) if month else totals)[name] = max(0, number + more)
        return {"v": 1, "install": install[1], "run": run or RUNS[0], "rev": rev, "months": months, **totals}

    def compare(self) -> None:
        """What both hold is the same."""
        for kind in KEYS:
            assert HELD[kind](self.desk) == {key: plain_row(kind, row) for key, row in self.model.rows[kind].items()}
        for device in (DEVICE, OTHER):
            for install in INSTALLS:
                self.compare_totals(device, install)

    def compare_totals(self, device: str, install: str) -> None:
        """The totals, the mark and the last audit of an install."""
        key = device, install
        rev, _ = self.model.marks.get(key, (0, None))
        mine = self.model.totals(key) | {"rev": rev, "reconciled": self.model.reconciled.get(key)}
        try:
            held = self.desk.totals(device, install)
        except KeyError:
            held = dict.fromkeys(mine, 0) | {"reconciled": None}
        assert held == mine


def plain(ack: Ack) -> tuple[Any, ...]:
    """What is compared of an ack: all but its clock, and the words in which a row is refused."""
    refused = sorted((one.kind, json.dumps(one.key)) for one in ack.rejected)
    return ack.install, ack.ask, ack.rev, ack.run or "", ack.keep_from, refused, ack.rejected_total or 0


def plain_row(kind: str, row: Any) -> Any:
    """A row of the model as `HELD` gives it: health as (revision, groups), acts as (device, install, minutes)."""
    if kind == "health":
        return row[0], row[1].groups
    return (*row[0], row[1].minutes) if kind == "acts" else row


def _grown(table: str, keys: str, names: tuple[str, ...]) -> Any:
    """Reads a table whose numbers grow."""

    def read(desk: HandDesk) -> dict[Any, Any]:
        columns = f"device_name(device), id_name(install), {keys}, {', '.join(names)}"
        width = 3 + keys.count(",") * ("profile" in keys)
        held = {}
        for row in desk.query(f"SELECT {columns} FROM {table}"):
            told = dict(zip(names, row[width:], strict=True))
            uses = told.pop("services", [])
            held[row[:width]] = {name: number for name, number in told.items() if number is not None} | _uses(
                desk, uses
            )
        return held

    return read


def _uses(desk: HandDesk, triples: list[int]) -> dict[Any, int]:
    names = {code: name for name, code in desk.query("SELECT id, code FROM services")} if triples else {}
    told = {}
    for at in range(0, len(triples), 3):
        name = names[triples[at]]
        told[name, 0] = triples[at + 1]
        if triples[at + 2] >= 0:
            told[name, 1] = triples[at + 2]
    return told


def _health(desk: HandDesk) -> dict[Any, Any]:
    rows = desk.query("SELECT device_name(device), id_name(install), t, rev, groups FROM health")
    return {row[:3]: (row[3], row[4]) for row in rows}


def _acts(desk: HandDesk) -> dict[Any, Any]:
    rows = desk.query("SELECT id::text, device_name(device), id_name(install), minutes FROM acts")
    return {row[:1]: row[1:] for row in rows}


HELD = {
    "slots": _grown("slots", "t", tuple(name for name in ROWS["slots"] if name != "t")),
    "days": _grown("days", "d, profile_name(profile)", ("open", "active", "services")),
    "undated": _grown(
        "undated", "id_name(boot), profile_name(profile)", ("powered", "observed", "open", "active", "services")
    ),
    "health": _health,
    "acts": _acts,
}


@pytest.fixture(scope="module")
def table(postgres: Any, template: str) -> Iterator[HandDesk]:
    """One desk for all examples, emptied before each."""
    url = postgres.create(template)
    made = HandDesk(url)
    yield made
    made.connection.close()
    postgres.drop(url)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=batches)
def test_the_ingest_does_what_the_model_does(table: HandDesk, batches: list[Any]) -> None:
    """Whatever comes, in whatever batches, both hold the same and answer the same."""
    both = Both(table)
    for steps, pause in batches:
        both.live(steps, pause)
    both.compare()
