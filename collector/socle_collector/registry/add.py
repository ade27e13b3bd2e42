"""Registering a device, for technicians and programs; no Django, so that it answers at once."""

from __future__ import annotations

from random import SystemRandom
from typing import Any

from psycopg import Connection

from socle_core.wire.topics import new_device

INSERT = """
    INSERT INTO devices (id, realm, kind, school, label) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (id) DO NOTHING RETURNING id"""


def add_device(connection: Connection[Any], realm: str, kind: str, school: str = "", label: str = "") -> str:
    """Give a new device a random id, register and return it. `school`: a UAI code; `label`: its place; or empty."""
    rng = SystemRandom()
    while True:  # two draws of 60 random bits that agree are drawn again
        added = connection.execute(INSERT, (new_device(rng), realm, kind, school, label)).fetchone()
        if added:
            return str(added[0])
