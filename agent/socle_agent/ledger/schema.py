"""The ledger's tables. `user_version` is the schema's version; each step from one to the next is one script."""

from __future__ import annotations

import sqlite3

VERSION = 1

_USE = "open INTEGER, active INTEGER, services TEXT NOT NULL DEFAULT '{}'"
_SENT = "rev INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0"
"""`rev` 0: not to be sent yet. `rejected`: 1 refused by the collector, 2 perhaps (it named only the first 100)."""

STEPS = (
    f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
-- which run issued which revisions
CREATE TABLE runs (run TEXT NOT NULL, first INTEGER PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE slots (t INTEGER PRIMARY KEY, {_SENT},
  powered INTEGER, observed INTEGER, charging INTEGER, online INTEGER, open INTEGER, active INTEGER,
  display INTEGER, senses INTEGER);
CREATE TABLE days (d INTEGER NOT NULL, profile TEXT NOT NULL, {_SENT}, {_USE}, PRIMARY KEY (d, profile)) WITHOUT ROWID;
CREATE TABLE undated (boot TEXT NOT NULL, profile TEXT NOT NULL, {_SENT}, powered INTEGER, observed INTEGER, {_USE},
  PRIMARY KEY (boot, profile)) WITHOUT ROWID;
CREATE TABLE health (t INTEGER PRIMARY KEY, {_SENT}, groups TEXT NOT NULL);
CREATE TABLE acts (id TEXT PRIMARY KEY, {_SENT}, d INTEGER, kind TEXT NOT NULL, minutes INTEGER, about TEXT, re TEXT)
  WITHOUT ROWID;
-- seconds each sense worked, until its quarter has ended
CREATE TABLE worked (t INTEGER NOT NULL, sense INTEGER NOT NULL, seconds INTEGER NOT NULL, PRIMARY KEY (t, sense))
  WITHOUT ROWID;
-- use of a boot that no proof has dated yet: stretches without programs, programs without moments
CREATE TABLE spans (boot TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, profile TEXT NOT NULL,
  senses INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (boot, start)) WITHOUT ROWID;
CREATE TABLE held (boot TEXT NOT NULL, profile TEXT NOT NULL, {_USE}, PRIMARY KEY (boot, profile)) WITHOUT ROWID;
""",
)


class NewerLedgerError(Exception):
    """The file was written by a newer agent, whose tables this one does not know."""


def prepare(db: sqlite3.Connection) -> None:
    """Bring the tables to this version. Raises NewerLedger, sqlite3.DatabaseError."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise NewerLedgerError(
            f"ledger version {version}, this agent knows {VERSION}: install the newer socle-agent again"
        )
    for number, script in enumerate(STEPS[version:], version + 1):
        db.executescript(f"BEGIN;{script}PRAGMA user_version={number};COMMIT;")
