"""Ledgers, and the judgement of each of their rows.

A row is good or bad on its own: nothing that stands in one makes a payload unreadable or costs another row
its place. Reasons quote nothing of the row.
"""

from __future__ import annotations

from collections.abc import Iterable

from socle_core.wire import limits
from socle_core.wire.decode_down import is_key
from socle_core.wire.fields import ROWS
from socle_core.wire.judge import Window, judge, window
from socle_core.wire.messages import BadRow, Ledger, Row
from socle_core.wire.readable import Unreadable, identifier, open_payload, revision
from socle_core.wire.values import BadRowError

__all__ = ["BadRowError", "decode_ledger", "judge_row", "key_of"]


def decode_ledger(payload: bytes, *, now: float, keep_from: int) -> Ledger:
    """Read a Ledger; Unreadable if it cannot be. Rows that break a rule at `now` stand in its `bad`."""
    document = open_payload(payload)
    install, run, ask = (identifier(document, name) for name in ("install", "run", "ask"))
    after, rev = revision(document, "after"), revision(document, "rev")
    if after > rev:
        raise Unreadable("after is above rev")
    lists = {kind: document.get(kind, []) for kind in limits.ROW_KINDS}
    for kind, rows in lists.items():
        if not isinstance(rows, list):
            raise Unreadable(f"{kind} is not a list")
    bad: list[BadRow] = []
    wanted = window(now, keep_from)
    good = {kind: tuple(_judged(kind, rows, wanted, bad)) for kind, rows in lists.items()}  # type: ignore[arg-type]
    return Ledger(install, run, ask, after, rev, **good, bad=tuple(bad))  # type: ignore[arg-type]


def judge_row(kind: str, row: object, *, now: float, keep_from: int) -> Row:
    """The row as a value, or BadRowError, for instance when a row in quarantine is judged again."""
    return judge(kind, row, window(now, keep_from))


def key_of(kind: str, row: object) -> list[int | str] | None:
    """The key by which a bad row is named; None where it has none that a number or short text could be."""
    if not isinstance(row, dict):
        return None
    parts = [row.get(name) for name in ROWS[kind].key]
    return parts if is_key(parts) else None


def _judged(kind: str, rows: list[object], wanted: Window, bad: list[BadRow]) -> Iterable[Row]:
    for row in rows:
        judged = _judged_one(kind, row, wanted)
        if isinstance(judged, BadRow):
            bad.append(judged)
        else:
            yield judged


def _judged_one(kind: str, row: object, wanted: Window) -> Row | BadRow:
    try:
        return judge(kind, row, wanted)
    except BadRowError as error:
        return BadRow(kind, key_of(kind, row), error.why, row)
