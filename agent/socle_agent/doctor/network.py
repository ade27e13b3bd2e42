"""The way to the broker: this machine's certificate, and what answers."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

from socle_agent import tls, troubles
from socle_agent.doctor.finding import Finding, bad, good
from socle_agent.texts import say
from socle_core.settings.agent import AgentSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RENEW_DAYS = 20
REACH_S = 10.0

REMEDY = {
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
"""What to do, by the reason why there is no connection; else `do.ask`."""


def look_at_certificate(settings: AgentSettings) -> Iterator[Finding]:
    """Whether the certificates can be used, and for how long this machine's is."""
    if not settings.tls:
        return
    try:
        tls.context(settings.ca, settings.cert, settings.key)
    except troubles.FilesError as error:
        yield bad("certificate", "unreadable", why=error)
        return
    days = _days_left(settings.cert) if settings.cert else None
    if days is not None:
        yield bad("certificate", days=days) if days < RENEW_DAYS else good("certificate", days=days)


def _days_left(cert: Path) -> int | None:
    """Days until a certificate expires. Python reads certificates only in a function that it keeps for its tests."""
    read = getattr(getattr(ssl, "_ssl", None), "_test_decode_cert", None)
    if read is None:
        return None
    return int((ssl.cert_time_to_seconds(read(str(cert))["notAfter"]) - time.time()) // 86400)


def look_at_broker(settings: AgentSettings, facts: dict[str, Any] | None) -> Iterator[Finding]:
    """Whether the broker answers; `facts`: what the running agent says of its connection."""
    if not settings.enrolled:
        return
    reason = _reach(settings) or (facts and facts["connection"]["state"] == "waiting" and facts["connection"]["reason"])
    if reason:
        yield bad("broker", why=say(f"why.{reason}"), remedy=say(REMEDY.get(reason, "do.ask"), port=settings.port))
    else:
        yield good("broker")


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
