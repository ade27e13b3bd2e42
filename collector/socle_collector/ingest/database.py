"""The connection to the database, and whether the database is ready to take facts."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import Connection

from socle_collector.ingest import sql
from socle_collector.ingest.meanwhile import Attentive

LATEST = "0001_facts"
"""The migration of the ingest without which it does not run."""

LOCK = 0x50C1E
"""Number of the advisory lock that the one ingest of a database holds."""

_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "tcp_user_timeout": "20000",
    "application_name": "socle-collector",
}


class DatabaseError(Exception):
    """The database cannot be used now; the text says why and what to do, and holds no password."""


def connect(url: str) -> Attentive:
    """Connect for the ingest; DatabaseError if the database is away, has no tables, or is in use by another ingest.

    Outside of `transaction()` each statement commits by itself.
    """
    try:
        connection = Attentive.connect(url, autocommit=True, **_missing_in(url))
    except psycopg.Error as error:
        raise DatabaseError(_one_line(error)) from None
    try:
        _check(connection)
        connection.execute("SET lock_timeout = '10s'")
        connection.execute("SET idle_in_transaction_session_timeout = '60s'")
        for statement in filter(str.strip, sql.TEMPORARY.split(";")):
            connection.execute(statement)
    except psycopg.Error as error:
        connection.close()
        raise DatabaseError(_one_line(error)) from None
    except DatabaseError:
        connection.close()
        raise
    return connection


def _missing_in(url: str) -> dict[str, Any]:
    given = psycopg.conninfo.conninfo_to_dict(url)
    return {name: value for name, value in _PATIENCE.items() if name not in given}


def _check(connection: Connection[Any]) -> None:
    try:
        query = "SELECT 1 FROM django_migrations WHERE app = 'ingest' AND name = %s"
        found = connection.execute(query, (LATEST,)).fetchone()
    except psycopg.errors.UndefinedTable:
        found = None
    if not found:
        raise DatabaseError("it lacks tables: run `socle-collector migrate`")
    locked = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
    if locked != (True,):
        raise DatabaseError("another collector is storing into it: stop that one first")


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__
