"""The quarantine judged again: what has become good is stored and released."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from itertools import islice
from typing import Any

from psycopg import Connection, Cursor

from socle_collector.ingest import door, quarantine, sql, store
from socle_collector.ingest.batch import Batch
from socle_collector.ingest.names import device_number, id_number
from socle_collector.ingest.poison import isolate, where
from socle_collector.ingest.post import Letter, Read
from socle_collector.ingest.quarantine import Held
from socle_collector.ingest.terms import Terms
from socle_core.wire.judge import Window, judge
from socle_core.wire.limits import ROW_KINDS
from socle_core.wire.messages import Act, Row
from socle_core.wire.readable import Unreadable
from socle_core.wire.topics import UP, topic, valid_device
from socle_core.wire.values import BadRowError

CHUNK = 500
log = logging.getLogger(__name__)


def judge_again(connection: Connection[Any], realm: str, terms: Terms) -> int:
    """Judge all that is in quarantine by today's rules; return how much was stored and released.

    In chunks of a transaction each, oldest first. What is still bad stays as it is.
    """
    released = 0

    def attempt(digests: Sequence[bytes]) -> None:
        nonlocal released
        with connection.transaction(), connection.cursor() as cursor:
            released += _judge_some(cursor, digests, realm, terms)

    def leave(_: bytes, error: Exception) -> None:
        log.error("a row in quarantine cannot be stored: %s", where(error))

    digests = iter([digest for (digest,) in connection.execute(quarantine.ALL)])
    while chunk := list(islice(digests, CHUNK)):
        isolate(chunk, attempt, leave)
    return released


def _judge_some(cursor: Cursor[Any], digests: Sequence[bytes], realm: str, terms: Terms) -> int:
    held = [Held(*row) for row in cursor.execute(quarantine.SOME, (list(digests),)).fetchall()]
    held = _of_known_devices(cursor, held)
    rows = [(one, row) for one in held if (row := _row(one, terms.wanted))]
    reads = [(one, read) for one in held if (read := _read(one, realm, terms))]
    batch = store.prepare(cursor, [read for _, read in reads])
    acts = [row.id for _, row in rows if isinstance(row, Act)]
    batch.owners.update(cursor.execute(sql.ACT_OWNERS, (acts,)).fetchall())
    good = [one.digest for one, _ in reads] + [one.digest for one, row in rows if _take(batch, one, row)]
    for _, read in reads:
        batch.take(read)
    cursor.execute(quarantine.RELEASE, (good,))
    store.write(cursor, batch, terms)
    return len(good)


def _of_known_devices(cursor: Cursor[Any], held: list[Held]) -> list[Held]:
    numbers = {device_number(one.device): one for one in held if one.device and valid_device(one.device)}
    known = {number for (number,) in cursor.execute(sql.KNOWN, (list(numbers),)).fetchall()}
    return [one for one in held if one.device and valid_device(one.device) and device_number(one.device) in known]


def _row(one: Held, wanted: Window) -> Row | None:
    """The row that is held, if it is one and has become good."""
    if one.kind not in ROW_KINDS:
        return None
    try:
        return judge(one.kind, json.loads(one.payload), wanted)
    except BadRowError:
        return None


def _read(one: Held, realm: str, terms: Terms) -> Read | None:
    """The message that is held, if it is one and can be read."""
    if one.kind not in UP or not one.device:
        return None
    letter = Letter(topic(realm, one.device, one.kind), one.payload, False, one.at, again=True)
    try:
        message = door.read(one.kind, one.payload, terms)
    except Unreadable:
        return None
    return Read(letter, device_number(one.device), id_number(message.install), message)


def _take(batch: Batch, one: Held, row: Row) -> bool:
    """Add a row to the batch; False if it is an act whose id is another device's."""
    device, install = device_number(one.device or ""), id_number(one.install or "")
    if isinstance(row, Act):
        return batch.take_act(device, install, row)
    batch.rows.add(device, install, one.rev or 0, row)
    return True
