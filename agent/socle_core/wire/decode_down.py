"""From payloads that come down to messages, exactly or not at all: whatever is odd is Unreadable.

Apart from the rest of decoding, because a resident agent needs these three and no more.
"""

from __future__ import annotations

from math import isfinite

from socle_core.wire import limits
from socle_core.wire.messages import Ack, CollectorState, Config, Rejected
from socle_core.wire.readable import Unreadable, identifier, is_whole, open_payload, revision, word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeGuard


def decode_ack(payload: bytes) -> Ack:
    """Read an Ack. At `rev` 0 nothing was issued: a `run` beside it has no meaning and is left out."""
    document = open_payload(payload)
    rev, total = revision(document, "rev"), document.get("rejected_total")
    if total is not None and not is_whole(total):
        raise Unreadable("rejected_total is not a whole number")
    return Ack(
        identifier(document, "install"),
        identifier(document, "ask"),
        rev,
        _moment(document.get("now"), "now"),
        revision(document, "keep_from"),
        run=identifier(document, "run") if rev else None,
        rejected=_rejected(document.get("rejected", [])),
        rejected_total=total,
    )


def decode_config(payload: bytes) -> Config:
    """Read a Config; its settings are judged by socle_core.settings."""
    settings = open_payload(payload).get("settings")
    if not isinstance(settings, dict):
        raise Unreadable("settings is not an object")
    return Config(settings)


def decode_collector(payload: bytes) -> CollectorState:
    """Read the collector's own state."""
    document = open_payload(payload)
    state = word(document.get("state"), limits.COLLECTOR_STATES)
    if state is None:
        raise Unreadable("state is not a word of its list")
    return CollectorState(state, int(_moment(document.get("since"), "since")))


def _moment(value: object, name: str) -> float:
    """Seconds since 1970."""
    if type(value) not in (int, float) or not isfinite(value) or value < 0:  # type: ignore[arg-type,operator]
        raise Unreadable(f"{name} is not a number of seconds since 1970")
    return value  # type: ignore[return-value]


def _rejected(told: object) -> tuple[Rejected, ...]:
    if not isinstance(told, list):
        raise Unreadable("rejected is not a list")
    return tuple([_refused(one) for one in told])


def _refused(told: object) -> Rejected:
    if not isinstance(told, dict):
        raise Unreadable("rejected holds something else than objects")
    kind, key, why = told.get("kind"), told.get("key"), told.get("why", "")
    if kind not in limits.ROW_KINDS or type(why) is not str or not (key is None or is_key(key)):
        raise Unreadable("rejected does not name a row")
    return Rejected(kind, key, why)


def is_key(parts: object) -> TypeGuard[list[int | str]]:
    """Whether this names a row: a list of whole numbers and of strings of at most 64 characters."""
    return isinstance(parts, list) and all(
        type(part) is int or (type(part) is str and len(part) <= limits.MAX_KEY_TEXT) for part in parts
    )
