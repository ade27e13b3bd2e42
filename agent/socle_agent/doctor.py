"""Looks for what is wrong on this machine, and says how to put it right. Changes nothing, connects as nobody.

The broker is tried as far as TCP and TLS: to connect further would take the running agent's place, which therefore
is asked what it knows.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import ssl
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from socle_agent import tls, troubles
from socle_agent.ask import NotRunningError, RefusedError, ask
from socle_agent.texts import say
from socle_core import catalogue
from socle_core.clock import Clock
from socle_core.dataclass import dataclass
from socle_core.mistakes import MistakesError
from socle_core.settings.agent import AgentSettings, load_agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEAST_MIB = 48
"""Room for three ledgers of the largest size."""
RENEW_DAYS = 20
REACH_S = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `problem`: whether it is wrong; then `remedy` says what to do."""

    about: str
    problem: bool
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        """A line, or two where something is wrong."""
        return say("problem", text=self.text, remedy=self.remedy) if self.problem else say("good", text=self.text)


def examine(config: Path | None) -> list[Finding]:
    """All findings, in the order in which they are best put right."""
    try:
        settings = load_agent(config)
    except MistakesError as error:
        return [Finding("settings", True, str(error), say("settings.remedy"))]
    facts = _facts(settings)
    return [
        _good("settings"),
        _catalogue(settings),
        *_ledger(settings),
        _agent(settings, facts),
        _enrolled(settings, facts),
        *_certificate(settings),
        *_broker(settings, facts),
        _clock(facts),
        *(_senses(facts) if facts else ()),
    ]


def _good(about: str, **values: object) -> Finding:
    return Finding(about, False, say(f"{about}.good", **values))


def _bad(about: str, text: str = "bad", *, remedy: str = "", **values: object) -> Finding:
    return Finding(about, True, say(f"{about}.{text}", **values), remedy or say(f"{about}.remedy", **values))


def _facts(settings: AgentSettings) -> dict[str, Any] | None:
    try:
        return ask(settings.socket, "status")
    except (NotRunningError, RefusedError, OSError):
        return None


def _catalogue(settings: AgentSettings) -> Finding:
    try:
        known = catalogue.load(settings.catalogue)
    except MistakesError as error:
        return Finding("catalogue", True, str(error), say("catalogue.remedy"))
    return _good("catalogue", services=len(known.services))


def _ledger(settings: AgentSettings) -> Iterator[Finding]:
    """Whether its folder can be written, what it says of itself, and the room on its disk."""
    folder = settings.state
    while not folder.exists():
        folder = folder.parent
    why = _cannot_write(folder) or _cannot_read(settings.state / "ledger.db")
    yield _bad("ledger", path=settings.state, why=why) if why else _good("ledger")
    room = os.statvfs(folder)
    mib = room.f_bavail * room.f_frsize // 2**20
    yield _bad("room", mib=mib, least=LEAST_MIB) if mib < LEAST_MIB else _good("room", mib=mib)


def _cannot_write(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * 4096)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _cannot_read(path: Path) -> str:
    from socle_agent.ledger import Ledger, NewerLedgerError

    if not path.exists():
        return ""
    try:
        Ledger.read(path).close()
    except (sqlite3.Error, NewerLedgerError) as error:
        return str(error)
    return ""


def _agent(settings: AgentSettings, facts: dict[str, Any] | None) -> Finding:
    return _good("agent") if facts else _bad("agent", path=settings.socket)


def _enrolled(settings: AgentSettings, facts: dict[str, Any] | None) -> Finding:
    if facts and facts["copy"]:
        return _bad("enrolled", "copy")
    return _good("enrolled") if settings.enrolled else _bad("enrolled")


def _certificate(settings: AgentSettings) -> Iterator[Finding]:
    if not settings.tls:
        return
    try:
        tls.context(settings.ca, settings.cert, settings.key)
    except troubles.FilesError as error:
        yield _bad("certificate", "unreadable", why=error)
        return
    days = _days_left(settings.cert) if settings.cert else None
    if days is not None:
        yield _bad("certificate", days=days) if days < RENEW_DAYS else _good("certificate", days=days)


def _days_left(cert: Path) -> int | None:
    """Days until a certificate expires. Python reads certificates only in a function that it keeps for its tests."""
    read = getattr(getattr(ssl, "_ssl", None), "_test_decode_cert", None)
    if read is None:
        return None
    return int((ssl.cert_time_to_seconds(read(str(cert))["notAfter"]) - time.time()) // 86400)


def _broker(settings: AgentSettings, facts: dict[str, Any] | None) -> Iterator[Finding]:
    if not settings.enrolled:
        return
    reason = _reach(settings) or (facts and facts["connection"]["state"] == "waiting" and facts["connection"]["reason"])
    if reason:
        yield _bad("broker", why=say(f"why.{reason}"), remedy=say(_REMEDY.get(reason, "do.ask"), port=settings.port))
    else:
        yield _good("broker")


def _reach(settings: AgentSettings) -> str | None:
    """Why the broker cannot be reached by TCP and TLS; None when it can."""
    try:
        with socket.create_connection((settings.host, settings.port), timeout=REACH_S) as plain:
            if settings.tls:
                made = tls.context(settings.ca, settings.cert, settings.key)
                made.wrap_socket(plain, server_hostname=settings.host).close()
    except (OSError, troubles.FilesError) as error:
        return troubles.of_error(error)
    return None


def _clock(facts: dict[str, Any] | None) -> Finding:
    if Clock().synchronised():
        return _good("clock")
    if facts and facts["clock"]["trusted"]:
        return Finding("clock", False, say("clock.proved"))
    return _bad("clock")


def _senses(facts: dict[str, Any]) -> Iterator[Finding]:
    failed, means = facts["failed"], facts["senses"]
    yield _bad("sense", names=", ".join(failed)) if failed else _good("sense")
    session, programs = means["session"], means["programs"]
    yield _bad("session") if session == "none" else _good("session", means=session)
    yield _bad("programs") if programs != "fanotify" else _good("programs", means=programs)


_REMEDY = {
    troubles.NAME: "do.name",
    troubles.REFUSED: "do.refused",
    troubles.NETWORK: "do.network",
    troubles.TIMEOUT: "do.timeout",
    troubles.UNTRUSTED: "do.certificate",
    troubles.EXPIRED: "do.certificate",
    troubles.NOT_YET_VALID: "do.certificate",
    troubles.OTHER_NAME: "do.certificate",
    troubles.TLS: "do.certificate",
    troubles.FILES: "do.own",
    troubles.OWN_CERTIFICATE: "do.own",
    troubles.UNAUTHORISED: "do.own",
}
