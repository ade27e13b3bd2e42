"""Use as three columns of a row: `open`, `active` and `services`, the last as JSON."""

from __future__ import annotations

import sqlite3

from socle_agent.growth import Use
from socle_agent.ledger.text import dump, load

Columns = tuple[int | None, int | None, str]


def read_use(columns: Columns) -> Use:
    """The use that the columns hold."""
    return Use(columns[0], columns[1], read_services(columns[2]))


def read_services(text: str) -> dict[str, list[int | None]]:
    """Read id → [present, focus or None]; what is none is damage."""
    try:
        return {service: _pair(*pair) for service, pair in load(text).items()}
    except (AttributeError, TypeError) as error:
        raise sqlite3.DatabaseError("a row holds no services") from error


def added(old: Columns | None, use: Use, limit: int) -> Columns:
    """The columns after `use` was added; no number above `limit`."""
    total = Use() if old is None else read_use(old)
    total.add(use)
    services = {service: [_cut(n, limit) for n in pair] for service, pair in total.services.items()}
    return _cut(total.open, limit), _cut(total.active, limit), dump(services)


def _cut(number: int | None, limit: int) -> int | None:
    return None if number is None else min(number, limit)


def _pair(present: int, focus: int | None) -> list[int | None]:
    if type(present) is not int or type(focus) not in (int, type(None)):
        raise TypeError
    return [present, focus]
