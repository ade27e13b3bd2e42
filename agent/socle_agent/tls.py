"""TLS towards the broker: verified, or not at all."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path

from socle_agent.troubles import FilesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HANDSHAKE_S = 20.0
"""So long may a handshake take; paho 1.6 would wait for a whole keep-alive."""


class PatientSocket(ssl.SSLSocket):
    """A TLS socket that bounds its handshake and remembers why reading failed, which paho 2 does not tell."""

    failure: ssl.SSLError | None = None

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands within HANDSHAKE_S; raises TimeoutError."""
        self.settimeout(HANDSHAKE_S)
        super().do_handshake(block)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive as always; an alert of the broker is kept in `failure`."""
        try:
            return super().recv(buflen, flags)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            self.failure = error
            raise


def context(ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    """A context that verifies the broker by `ca` (None: the system's) and may show a certificate of one's own.

    Read anew for each connection, so that renewed files are taken up. Raises FilesError.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies the chain and the name
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.sslsocket_class = PatientSocket
    try:
        if ca is None:
            made.load_default_certs()
        else:
            made.load_verify_locations(ca)
        if cert is not None:
            made.load_cert_chain(cert, key, password=_no_password)
    except (OSError, ValueError) as error:
        raise FilesError(f"{type(error).__name__}: {error.args[-1] if error.args else ''}") from error
    return made


def last_words(sock: Any) -> ssl.SSLError | None:
    """The alert with which the other side ended a TLS connection, read or still to be read; None without one."""
    if isinstance(sock, PatientSocket) and sock.failure is None:
        with suppress(OSError, ValueError):
            sock.recv(1)
    return getattr(sock, "failure", None)


def _no_password() -> str:
    raise ValueError("the private key is encrypted: a device's key must not need a password")
