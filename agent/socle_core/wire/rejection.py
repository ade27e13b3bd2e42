"""Which refused rows an ack names: the first 100, and fewer where they would not fit into a payload."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from json import dumps

from socle_core.wire.limits import MAX_BYTES, MAX_NAMED_REJECTED
from socle_core.wire.messages import BadRow, Rejected

ROOM = MAX_BYTES - 1024
"""What the other keys of an ack leave."""
PER_ROW = 40
"""The names of the three keys and the marks around them."""


def name_rejected(bad: Sequence[BadRow]) -> tuple[tuple[Rejected, ...], int | None]:
    """The `rejected` and `rejected_total` of an Ack; nothing and None when no row was bad."""
    if not bad:
        return (), None
    named = [Rejected(row.kind, row.key, row.why) for row in bad[:MAX_NAMED_REJECTED]]
    return tuple(_fitting(named)), len(bad)


def _fitting(named: list[Rejected]) -> Iterable[Rejected]:
    sizes = accumulate(PER_ROW + len(one.kind) + len(dumps(one.key)) + len(one.why) for one in named)
    return (one for one, size in zip(named, sizes, strict=True) if size <= ROOM)
