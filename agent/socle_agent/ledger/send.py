"""What the ledger sends: its rows, in order of revision."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterator

from socle_agent.ledger.text import dump, load
from socle_agent.ledger.use import read_services
from socle_core.wire.encode import plain_row
from socle_core.wire.messages import Act, Day, Health, Row, Slot, Undated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROOM_BYTES = 60_000
"""Bytes of rows in one message: below the 64 KiB that a payload may have, with room for what goes around them."""

Batch = tuple[int, dict[str, list[Row]]]
"""The revision up to which a message has everything, and its rows by kind."""


def batch_after(db: sqlite3.Connection, after: int, head: int, room: int = ROOM_BYTES) -> Batch:
    """The rows above `after` up to `head`, in order of revision, as many as `room` bytes hold (one at least)."""
    rows: dict[str, list[Row]] = {}
    last = after
    above = (_between(db, kind, after, head) for kind in _READ)
    for revision, kind, row in heapq.merge(*above, key=lambda item: item[0]):
        room -= len(dump(plain_row(row))) + 1
        if room < 0 and rows:
            return last, rows
        rows.setdefault(kind, []).append(row)
        last = revision
    return head, rows


def _between(db: sqlite3.Connection, kind: str, after: int, head: int) -> Iterator[tuple[int, str, Row]]:
    columns, build = _READ[kind]
    query = f"SELECT rev, {columns} FROM {kind} WHERE rev > ? AND rev <= ? ORDER BY rev"
    for revision, *row in db.execute(query, (after, head)):
        yield revision, kind, build(row)


def _services(text: str) -> dict[str, tuple[int, int | None]]:
    return {service: (present or 0, focus) for service, (present, focus) in read_services(text).items()}


def _undated(row: list[Any]) -> Undated:
    boot, profile, powered, observed, opened, active, services = row
    return Undated(boot, profile, powered, observed, opened, active, _services(services))


def _day(row: list[Any]) -> Day:
    day, profile, opened, active, services = row
    return Day(day, profile, opened, active, _services(services))


_READ: dict[str, tuple[str, Callable[[list[Any]], Row]]] = {
    "slots": ("t, powered, observed, charging, online, open, active, display, senses", lambda row: Slot(*row)),
    "days": ("d, profile, open, active, services", _day),
    "undated": ("boot, profile, powered, observed, open, active, services", _undated),
    "health": ("t, groups", lambda row: Health(row[0], load(row[1]))),
    "acts": ("id, kind, d, minutes, about, re", lambda row: Act(*row)),
}
"""The columns of each kind of row, and what makes the row of them."""
