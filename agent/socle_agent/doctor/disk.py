"""What lies on the disk: the catalogue, the ledger, and the room for it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from socle_agent.doctor.finding import Finding, bad, good
from socle_agent.ledger import Ledger, NewerLedgerError
from socle_agent.opening import LEDGER
from socle_agent.texts import say
from socle_core import catalogue
from socle_core.mistakes import MistakesError
from socle_core.settings.agent import AgentSettings

LEAST_MIB = 48
"""Room for three ledgers of the largest size."""


def look_at_catalogue(settings: AgentSettings) -> Finding:
    """Whether it can be read."""
    try:
        known = catalogue.load(settings.catalogue)
    except MistakesError as error:
        return Finding("catalogue", True, str(error), say("catalogue.remedy"))
    return good("catalogue", services=len(known.services))


def look_at_ledger(settings: AgentSettings) -> Iterator[Finding]:
    """Whether its folder can be written, what it says of itself, and the room on its disk."""
    folder = settings.state
    while not folder.exists():
        folder = folder.parent
    why = _cannot_write(folder) or _cannot_read(settings.state / LEDGER)
    yield bad("ledger", path=settings.state, why=why) if why else good("ledger")
    room = os.statvfs(folder)
    mib = room.f_bavail * room.f_frsize // 2**20
    yield bad("room", mib=mib, least=LEAST_MIB) if mib < LEAST_MIB else good("room", mib=mib)


def _cannot_write(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * 4096)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _cannot_read(path: Path) -> str:
    if not path.exists():
        return ""
    try:
        Ledger.read(path).close()
    except (sqlite3.Error, NewerLedgerError) as error:
        return str(error)
    return ""
