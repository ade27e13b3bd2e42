"""Merging is max(): in whatever order, however often and in whatever pieces rows arrive, the facts are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import wire
from support.desk import HandDesk

from socle_core.wire.messages import Day, Health, Ledger, Slot, Undated

NUMBERS = {
    "slots": ("powered", "observed", "charging", "online", "open", "active", "display"),
    "days": ("open", "active"),
    "undated": ("powered", "observed", "open", "active"),
}
SERVICES = ("gcompris", "lumni", "tuxpaint", "a")
Facts = dict[str, dict[Any, Any]]


@pytest.fixture(scope="module")
def table(postgres: Any, template: str) -> Iterator[HandDesk]:
    """One desk for all examples, emptied before each."""
    url = postgres.create(template)
    made = HandDesk(url)
    yield made
    made.connection.close()
    postgres.drop(url)


def _few(row: Any, place: int) -> Any:
    """The row under one of a few keys, with services out of a few."""
    if isinstance(row, Slot | Health):
        return replace(row, t=wire.T + place)
    names = dict(zip(SERVICES[place:] + SERVICES[:place], row.services.values(), strict=False))
    if isinstance(row, Day):
        return replace(row, d=wire.D, profile=("pupil", "teacher", "shared")[place], services=names)
    return replace(row, boot=f"0000000{place}", profile="shared", services=names)


def _rows(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.builds(_few, rows, st.integers(0, 2)), max_size=4).map(tuple)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Ledger]:
    """Ledgers of one or two installs whose rows often share a key."""
    count = draw(st.integers(1, 4))
    return [
        Ledger(
            draw(st.sampled_from(["00000001", "f0000002"])), "77aa01fe", f"{rev:08x}", 0, rev,
            draw(_rows(wire.slots())), draw(_rows(wire.days())), draw(_rows(wire.undated())),
            draw(st.builds(_few, wire.health, st.integers(0, 2)).map(lambda row: (row,)) | st.just(())),
        )
        for rev in range(1, count + 1)
    ]  # fmt: skip


def _most(*values: int | None) -> int | None:
    return max((value for value in values if value is not None), default=None)


def _merge(kind: str, held: dict[str, Any] | None, row: Any) -> dict[str, Any]:
    held = held or {}
    merged = {name: _most(held.get(name), getattr(row, name)) for name in NUMBERS[kind]}
    if isinstance(row, Slot):
        known = [bits for bits in (held.get("senses"), row.senses) if bits is not None]
        return {**merged, "senses": known[0] | known[-1] if known else None}
    services = dict(held.get("services", {}))
    for name, (present, focus) in row.services.items():
        before = services.get(name, (None, None))
        services[name] = (_most(before[0], present), _most(before[1], focus))
    return {**merged, "services": services}


def _key(row: Any) -> tuple[Any, ...]:
    if isinstance(row, Slot | Health):
        return (row.t,)
    return (row.d, row.profile) if isinstance(row, Day) else (row.boot, row.profile)


def expected(told: list[Ledger]) -> Facts:
    """The facts by plain arithmetic."""
    facts: Facts = {"slots": {}, "days": {}, "undated": {}, "health": {}}
    for ledger in told:
        for kind in NUMBERS:
            for row in getattr(ledger, kind):
                key = ledger.install, *_key(row)
                facts[kind][key] = _merge(kind, facts[kind].get(key), row)
        for row in ledger.health:
            key = ledger.install, row.t
            if ledger.rev > facts["health"].get(key, (0,))[0]:
                facts["health"][key] = ledger.rev, row.groups
    return facts


def stored(desk: HandDesk) -> Facts:
    """The facts in the database."""
    names = {code: name for name, code in desk.query("SELECT id, code FROM services")}

    def row(kind: str, numbers: tuple[Any, ...], triples: list[int]) -> dict[str, Any]:
        uses = [tuple(triples[at : at + 3]) for at in range(0, len(triples), 3)]
        assert [code for code, _, _ in uses] == sorted({code for code, _, _ in uses}), "sorted, each once"
        services = {names[code]: (present, None if focus < 0 else focus) for code, present, focus in uses}
        return {**dict(zip(NUMBERS[kind], numbers, strict=True)), "services": services}

    slots = desk.query(f"SELECT id_name(install), t, {', '.join(NUMBERS['slots'])}, senses FROM slots")
    days = desk.query("SELECT id_name(install), d, profile_name(profile), open, active, services FROM days")
    undated = desk.query(
        "SELECT id_name(install), id_name(boot), profile_name(profile), powered, observed, open, active, services"
        " FROM undated"
    )
    health = desk.query("SELECT id_name(install), t, rev, groups FROM health")
    return {
        "slots": {(i, t): dict(zip((*NUMBERS["slots"], "senses"), numbers, strict=True)) for i, t, *numbers in slots},
        "days": {(i, d, p): row("days", tuple(rest[:-1]), rest[-1]) for i, d, p, *rest in days},
        "undated": {(i, b, p): row("undated", tuple(rest[:-1]), rest[-1]) for i, b, p, *rest in undated},
        "health": {(i, t): (rev, groups) for i, t, rev, groups in health},
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledgers(), st.data())
def test_any_order(table: HandDesk, told: list[Ledger], data: st.DataObject) -> None:
    """Shuffled, doubled, in batches of any size: the facts are those of the plain arithmetic."""
    table.empty()
    again = data.draw(st.lists(st.sampled_from(told), max_size=3))
    order = data.draw(st.permutations([*told, *again]))
    while order:
        size = data.draw(st.integers(1, len(order)))
        table.handle(*(table.letter("ledger", one) for one in order[:size]))
        order = order[size:]
    assert stored(table) == expected(told)
    assert not table.refused


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledgers(), st.data())
def test_in_pieces(table: HandDesk, told: list[Ledger], data: st.DataObject) -> None:
    """A row that comes in pieces, one with some of its numbers and services each, is the same row in the end."""
    table.empty()
    for ledger in told:
        pieces = [ledger]
        for kind in ("days", "undated"):
            pieces += [replace(ledger, **{kind: rows}) for rows in _pieces(getattr(ledger, kind))]
        kept = [replace(one, slots=(), health=()) for one in pieces[1:]]
        whole = replace(ledger, days=(), undated=())
        table.handle(*(table.letter("ledger", one) for one in data.draw(st.permutations([whole, *kept]))))
    assert stored(table) == expected(told)


def _pieces(rows: tuple[Day | Undated, ...]) -> Iterator[tuple[Day | Undated, ...]]:
    for row in rows:
        yield (replace(row, services={}),)
        for name, use in row.services.items():
            bare = dict.fromkeys(("open", "active", "powered", "observed"))
            numbers = {key: None for key in bare if hasattr(row, key)}
            yield (replace(row, services={name: use}, **numbers),)
