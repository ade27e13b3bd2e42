"""One transaction per batch: what is known is read, the messages are taken, everything is written."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection, Cursor
from psycopg.types.json import Jsonb

from socle_collector.ingest import audits, quarantine, sql
from socle_collector.ingest.batch import Batch
from socle_collector.ingest.clones import Runs
from socle_collector.ingest.marks import Mark
from socle_collector.ingest.names import id_name, id_number
from socle_collector.ingest.post import Read, Refused
from socle_collector.ingest.rows import Rows
from socle_collector.ingest.terms import Terms
from socle_core.wire.messages import Hello, Ledger, Presence

Cursors = Cursor[Any]
log = logging.getLogger(__name__)


def commit(connection: Connection[Any], reads: Sequence[Read], refused: Iterable[Refused], terms: Terms) -> Batch:
    """Store a batch and commit it; the answers in what is returned may then be sent.

    `refused`: letters that could not be read, for the quarantine. Raises what psycopg raises; nothing is stored then.
    """
    with connection.transaction(), connection.cursor() as cursor:
        batch = prepare(cursor, reads)
        batch.refused += refused
        for read in reads:
            batch.take(read)
        write(cursor, batch, terms)
    return batch


def prepare(cursor: Cursors, reads: Sequence[Read]) -> Batch:
    """Read what the database knows of the devices and installs of some messages, and lock their marks."""
    devices = _array({read.device for read in reads})
    batch = Batch({number for (number,) in cursor.execute(sql.KNOWN, (devices,)).fetchall()})
    _load_marks(cursor, batch, reads)
    _load_owners(cursor, batch, reads)
    _load_runs(cursor, batch, reads)
    return batch


def write(cursor: Cursors, batch: Batch, terms: Terms) -> None:
    """Write all that a batch changes, within the transaction of the cursor."""
    write_rows(cursor, batch.rows, terms.zone)
    _write_marks(cursor, batch)
    audits.settle(cursor, batch, terms)
    if batch.hellos:
        cursor.executemany(sql.HELLO, [_hello(*key, *told) for key, told in batch.hellos.items()])
        _write_runs(cursor, batch.runs, terms.now)
    if batch.presences:
        cursor.executemany(sql.PRESENCE, [_presence(*told) for told in batch.presences])
    if batch.refused:
        quarantine.keep(cursor, batch.refused)


def write_rows(cursor: Cursors, rows: Rows, zone: str) -> None:
    """Merge rows into the facts, and queue the days that they change for the roll-up."""
    lines = rows.lines(_service_codes(cursor, rows.service_ids()))
    for table, text in lines.items():
        _copy(cursor, table, text)
        cursor.execute(sql.MERGE[table])
    if "slots" in lines:
        cursor.execute(sql.CHANGED_SLOTS, (zone,))
    if "days" in lines:
        cursor.execute(sql.CHANGED_DAYS)
    for device, install, act in rows.acts.values():
        cursor.execute(sql.ACT, (act.id, device, install, act.d, act.kind, act.minutes, act.about, act.re))


def _copy(cursor: Cursors, table: str, text: str) -> None:
    with cursor.copy(sql.COPY.format(table)) as copy:
        copy.write(text)


def _service_codes(cursor: Cursors, ids: set[str]) -> dict[str, int]:
    """The code of each service, given now to those that have none. Asked anew each time: tables may be emptied."""
    if not ids:
        return {}
    codes = dict(cursor.execute(sql.SERVICE_CODES, (list(ids),)).fetchall())
    if missing := sorted(ids - codes.keys()):
        codes |= dict(cursor.execute(sql.NEW_SERVICES, (missing,)).fetchall())
    return codes


def _load_marks(cursor: Cursors, batch: Batch, reads: Sequence[Read]) -> None:
    keys = {(read.device, read.install) for read in reads if read.device in batch.known}
    if keys:
        devices, installs = zip(*keys, strict=True)
        for device, install, rev, run in cursor.execute(sql.MARKS, (_array(devices), _array(installs))).fetchall():
            batch.marks[device, install] = Mark(rev, run)


def _array(numbers: Iterable[int]) -> str:
    """An array as PostgreSQL writes it; psycopg would look at each number's type."""
    return f"{{{','.join(map(str, numbers))}}}"


def _load_owners(cursor: Cursors, batch: Batch, reads: Sequence[Read]) -> None:
    ids = [act.id for read in reads if isinstance(read.message, Ledger) for act in read.message.acts]
    if ids:
        batch.owners.update(cursor.execute(sql.ACT_OWNERS, (ids,)).fetchall())


def _load_runs(cursor: Cursors, batch: Batch, reads: Sequence[Read]) -> None:
    said = {(read.device, read.message.run) for read in reads if isinstance(read.message, Hello)}
    if said:
        devices, runs = zip(*[(device, id_number(run)) for device, run in said], strict=True)
        for device, run, current, asks in cursor.execute(sql.RUNS, (list(devices), list(runs))):
            batch.runs.asks[device, id_name(run)] = {id_name(ask) for ask in asks}
            if current:
                batch.runs.current[device] = id_name(run)


def _write_marks(cursor: Cursors, batch: Batch) -> None:
    lines = [
        f"{device}\t{install}\t{mark.rev}\t{mark.run}\t{mark.heard_at}\n"
        for (device, install), mark in batch.marks.items()
        if mark.heard_at  # a presence alone does not count
    ]
    if lines:
        _copy(cursor, "marks", "".join(lines))
        cursor.execute(sql.MERGE["marks"])


def _write_runs(cursor: Cursors, runs: Runs, now: float) -> None:
    noted = [
        (device, id_number(run), id_number(runs.installs[device, run]), [id_number(ask) for ask in asks], now)
        for (device, run), asks in runs.new.items()
    ]
    cursor.executemany(sql.RUN, noted)
    current = [(id_number(runs.current[device]), device) for device in {device for device, _ in runs.new}]
    cursor.executemany(sql.CURRENT_RUN, [(run, device, run) for run, device in current])
    if runs.cloned:
        for (name,) in cursor.execute(sql.CLONED, (now, list(runs.cloned))).fetchall():
            log.warning("device %s: a run that was replaced came back; two copies of it are at work", name)


def _hello(device: int, install: int, at: float, hello: Hello) -> tuple[Any, ...]:
    facts = (hello.head, hello.agent, hello.os, hello.kind, hello.clock, hello.catalogue, Jsonb(hello.senses))
    return (at, id_number(hello.boot), *facts, device, install, at)


def _presence(read: Read, told: Presence) -> tuple[Any, ...]:
    keys = (read.device, read.install, id_number(told.run))
    return (*keys, told.state, read.letter.at, read.letter.retained)
