"""Acks, written fast where no row was refused: one goes back for each report that comes."""

from __future__ import annotations

import msgspec

from socle_collector.ingest.names import id_name
from socle_collector.ingest.post import Answer
from socle_core.wire import encode, limits
from socle_core.wire.messages import Ack
from socle_core.wire.rejection import name_rejected


class _Plain(msgspec.Struct, gc=False):
    """An Ack without rejected rows, in the contract's order; socle_core.wire writes the same bytes."""

    v: int
    install: str
    ask: str
    rev: int
    run: str | msgspec.UnsetType
    now: float
    keep_from: int


_encode = msgspec.json.Encoder().encode


def ack(answer: Answer, keep_from: int, now: float) -> tuple[str, bytes]:
    """The topic and payload of an ack; `now` in seconds since 1970, `keep_from` a quarter."""
    topic = f"{answer.to.topic.rpartition('/')[0]}/ack"
    now = round(now, 3)
    run = None if answer.run is None or not answer.rev else id_name(answer.run)
    if answer.bad:
        return topic, _with_rejected(answer, run, keep_from, now)
    told = run or msgspec.UNSET
    return topic, _encode(_Plain(limits.VERSION, answer.install, answer.ask, answer.rev, told, now, keep_from))


def _with_rejected(answer: Answer, run: str | None, keep_from: int, now: float) -> bytes:
    rejected, total = name_rejected(answer.bad)
    return encode.encode(Ack(answer.install, answer.ask, answer.rev, now, keep_from, run, rejected, total))
