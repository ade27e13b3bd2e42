"""What could not be stored: kept up to a number of rows, and judged again at start and daily.

A row that was refused because it lay ahead of our clock is good some days later; a message of a device that
the registry did not know is stored once it does. What is kept is never answered: no ack, no mark is owed to it.

Of a day's row only the latest is kept: several of one day, each with its time, would tell at what hour it grew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg import Connection, Cursor

from socle_collector.ingest.post import Refused

KEEP = """
    INSERT INTO quarantine (digest, kind, device, install, key, rev, why, payload, first_at, last_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, to_timestamp(%s), to_timestamp(%s))
    ON CONFLICT (digest) DO UPDATE SET why = excluded.why, last_at = excluded.last_at, times = quarantine.times + 1,
        payload = CASE WHEN excluded.rev > quarantine.rev THEN excluded.payload ELSE quarantine.payload END,
        rev = greatest(excluded.rev, quarantine.rev)"""

TRIM = """
    WITH dropped AS (
        DELETE FROM quarantine WHERE digest IN (
            SELECT digest FROM quarantine ORDER BY last_at DESC, digest OFFSET %s)
        RETURNING kind),
    counted AS (
        INSERT INTO quarantine_dropped AS counted SELECT kind, count(*) FROM dropped GROUP BY kind
        ON CONFLICT (kind) DO UPDATE SET n = counted.n + excluded.n)
    SELECT count(*) FROM dropped"""

ALL = "SELECT digest FROM quarantine ORDER BY first_at, digest"

SOME = """
    SELECT digest, kind, device, install, rev, payload, extract(epoch FROM first_at)::float8
    FROM quarantine WHERE digest = ANY(%s) ORDER BY first_at, digest"""

RELEASE = "DELETE FROM quarantine WHERE digest = ANY(%s)"

COUNT = "SELECT count(*) FROM quarantine"


class Held(NamedTuple):
    """One row of the quarantine; `at` in seconds since 1970."""

    digest: bytes
    kind: str
    device: str | None
    install: str | None
    rev: int | None
    payload: bytes
    at: float


def keep(cursor: Cursor[Any], refused: Iterable[Refused]) -> None:
    """Keep what was refused; what is here already is counted, not kept twice."""
    cursor.executemany(KEEP, [_kept(one) for one in refused])


def _kept(one: Refused) -> tuple[Any, ...]:
    identity = json.dumps([one.kind, one.device, one.install, one.key])
    latest_only = one.kind == "days" and one.key is not None
    digest = hashlib.blake2b(identity.encode() + (b"" if latest_only else one.payload), digest_size=16)
    return (
        *(digest.digest(), one.kind, one.device, one.install, one.key, one.rev, one.why, one.payload),
        *(one.at, one.at),
    )


@dataclass
class Bound:
    """Holds the quarantine below `most` rows. It counts only when enough has come in to make that worth while."""

    most: int
    room: int = 0

    def trim(self, connection: Connection[Any], added: int) -> int:
        """Throw the oldest out if `added` rows may have passed the bound; return how many went."""
        self.room -= added
        if self.room >= 0 or not added:
            return 0
        with connection.transaction():
            held, gone = _number(connection, COUNT), 0
            if held > self.most:
                gone = _number(connection, TRIM, self.most - self.most // 20)
        self.room = self.most - (held - gone)
        return gone


def _number(connection: Connection[Any], query: str, *values: int) -> int:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])
