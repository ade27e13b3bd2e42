"""Why there is no connection, as one word for the log, `status` and `doctor`; never a host's name or address."""

from __future__ import annotations

import socket
import ssl

NAME, REFUSED, NETWORK, TIMEOUT = "name", "refused", "network", "timeout"
UNTRUSTED, EXPIRED, NOT_YET_VALID, OTHER_NAME = "untrusted", "expired", "not-yet-valid", "other-name"
FILES, OWN_CERTIFICATE, TLS = "files", "own-certificate", "tls"
UNAUTHORISED, BROKER, SILENT, CLOSED = "unauthorised", "broker", "silent", "closed"

_VERIFY = {9: NOT_YET_VALID, 10: EXPIRED, 62: OTHER_NAME, 64: OTHER_NAME}  # X509_V_ERR_… of OpenSSL
_ABOUT_US = ("CERTIFICATE", "UNKNOWN_CA", "DECRYPT_ERROR")  # the last: an authority of the same name, another key
_NOT_AUTHORISED = {4, 5, 134, 135}  # CONNACK of MQTT 3.1.1, and the words of version 5 that paho 2 makes of them


class FilesError(Exception):
    """A certificate or key that the settings name cannot be used."""


def of_error(error: BaseException) -> str:
    """The word for an exception of the socket, of TLS or of paho."""
    if isinstance(error, ssl.SSLError):
        return _of_tls(error)
    for kind, word in _KINDS:
        if isinstance(error, kind):
            return word
    return NETWORK if isinstance(error, OSError) else BROKER


def of_connack(code: int) -> str:
    """The word for a CONNACK or SUBACK that says no."""
    return UNAUTHORISED if code in _NOT_AUTHORISED or code == 128 else BROKER


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY.get(error.verify_code, UNTRUSTED)
    words = (error.reason or "").upper()
    if "ALERT" in words and any(about in words for about in _ABOUT_US):
        return OWN_CERTIFICATE
    return CLOSED if isinstance(error, ssl.SSLEOFError) else TLS


_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (FilesError, FILES),
    (socket.gaierror, NAME),
    (TimeoutError, TIMEOUT),
    (ConnectionRefusedError, REFUSED),
    (ConnectionError, CLOSED),
)
