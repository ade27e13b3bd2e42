"""What is held of the months and totals that an audit tells, and what is noted of the comparison."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from psycopg import Cursor
from psycopg.types.json import Jsonb

from socle_collector.ingest.batch import Batch
from socle_collector.ingest.marks import Difference, Sums, compare
from socle_collector.ingest.sql import RESETS
from socle_collector.ingest.terms import Terms
from socle_core.wire.limits import QUARTERS_PER_DAY
from socle_core.wire.messages import Audit

EPOCH = date(1970, 1, 1)
SLOT_SUMS = ("slots", "powered", "observed", "open", "active")
DAY_SUMS = ("days", "present", "focus")

HELD_SLOTS = """
    SELECT count(*), coalesce(sum(powered), 0), coalesce(sum(observed), 0), coalesce(sum(open), 0),
        coalesce(sum(active), 0)
    FROM slots WHERE device = %s AND install = %s AND t >= %s AND t < %s"""
HELD_DAYS = """
    SELECT count(*), coalesce(sum(present), 0), coalesce(sum(focus), 0)
    FROM days CROSS JOIN LATERAL (
        SELECT sum(services[i + 1]) AS present, sum(greatest(services[i + 2], 0)) AS focus
        FROM generate_series(1, cardinality(services), 3) AS i) AS uses
    WHERE device = %s AND install = %s AND d >= %s AND d < %s"""
HELD_UNDATED = "SELECT coalesce(sum(powered), 0) FROM undated WHERE device = %s AND install = %s"
HELD_ACTS = "SELECT count(*) FROM acts WHERE device = %s AND install = %s"

NOTE = """
    UPDATE marks SET reconciled = %s, difference = %s, audited_at = to_timestamp(%s), rev = %s, run = %s,
        resets = %s, reset_at = to_timestamp(%s::float8)
    WHERE device = %s AND install = %s"""


def settle(cursor: Cursor[Any], batch: Batch, terms: Terms) -> None:
    """Compare the audits of a batch, whose rows are merged already; change marks and add answers in the batch."""
    for read, audit in batch.audits:
        key = read.device, read.install
        mark = batch.marks[key]
        mark.resets, mark.reset_at = cursor.execute(RESETS, key).fetchone() or (0, None)
        months = {name: sums for name, sums in audit.months.items() if _whole(name, terms.keep_from)}
        found = compare(_told(audit, months), _held(cursor, key, list(months)))
        mark.settle(bool(found.missing), terms.now)
        noted = (not found.missing, _noted(found), terms.now, mark.rev, mark.run, mark.resets, mark.reset_at)
        cursor.execute(NOTE, (*noted, *key))
        batch.answer(read, audit, mark)


def _whole(month: str, keep_from: int) -> bool:
    """Whether all of a month is still wanted."""
    return month >= "1970" and begins(month) * QUARTERS_PER_DAY >= keep_from


def begins(month: str) -> int:
    """The first day of a month written 2026-11, in days since 1970."""
    return (date(int(month[:4]), int(month[5:]), 1) - EPOCH).days


def _days_in(month: str) -> int:
    return monthrange(int(month[:4]), int(month[5:]))[1]


def _told(audit: Audit, months: Mapping[str, Sums]) -> Sums:
    told = {f"{month} {name}": value for month, sums in months.items() for name, value in sums.items()}
    if audit.undated is not None:
        told["undated"] = audit.undated
    if audit.acts is not None:
        told["acts"] = audit.acts
    return told


def _held(cursor: Cursor[Any], key: tuple[int, int], months: Iterable[str]) -> Sums:
    """Every sum that an audit could tell of these months and of the totals."""
    held = {"undated": _row(cursor, HELD_UNDATED, key)[0], "acts": _row(cursor, HELD_ACTS, key)[0]}
    for month in months:
        first, last = begins(month), begins(month) + _days_in(month)
        quarters = _row(cursor, HELD_SLOTS, (*key, first * QUARTERS_PER_DAY, last * QUARTERS_PER_DAY))
        days = _row(cursor, HELD_DAYS, (*key, first, last))
        for name, value in zip(SLOT_SUMS + DAY_SUMS, quarters + days, strict=True):
            held[f"{month} {name}"] = value
    return held


def _row(cursor: Cursor[Any], query: str, values: tuple[int, ...]) -> tuple[int, ...]:
    row = cursor.execute(query, values).fetchone()
    assert row is not None
    return tuple(int(value) for value in row)


def _noted(found: Difference) -> Jsonb | None:
    return Jsonb(asdict(found)) if found.missing or found.surplus else None
