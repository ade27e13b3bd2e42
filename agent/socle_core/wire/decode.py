"""From payloads to messages, except Ledgers (socle_core.wire.rows). Each raises Unreadable and nothing else.

What comes up is taken as far as it goes: a word outside its list is unknown, never a reason to leave a
device without an answer. What comes down is taken exactly or not at all (decode_down, all that an agent needs).
"""

from __future__ import annotations

from socle_core.wire import limits
from socle_core.wire.decode_down import decode_ack, decode_collector, decode_config
from socle_core.wire.messages import Audit, Hello, Presence
from socle_core.wire.readable import Unreadable, identifier, is_whole, open_payload, revision, word

__all__ = [
    "Unreadable",
    "decode_ack",
    "decode_audit",
    "decode_collector",
    "decode_config",
    "decode_hello",
    "decode_presence",
]


def decode_presence(payload: bytes) -> Presence:
    """Read a Presence."""
    document = open_payload(payload)
    return Presence(
        identifier(document, "install"),
        identifier(document, "run"),
        word(document.get("state"), limits.PRESENCE_STATES),
    )


def decode_hello(payload: bytes) -> Hello:
    """Read a Hello."""
    document = open_payload(payload)
    head, senses = document.get("head"), document.get("senses")
    return Hello(
        install=identifier(document, "install"),
        run=identifier(document, "run"),
        boot=identifier(document, "boot"),
        ask=identifier(document, "ask"),
        head=head if is_whole(head) else None,
        agent=_label(document.get("agent")),
        os=_label(document.get("os")),
        kind=word(document.get("kind"), limits.DEVICE_KINDS),
        clock=word(document.get("clock"), limits.CLOCK_STATES),
        catalogue=_label(document.get("catalogue")),
        senses=_senses(senses) if isinstance(senses, dict) else {},
    )


def decode_audit(payload: bytes) -> Audit:
    """Read an Audit. A month or sum that is none is left out, and so not compared."""
    document = open_payload(payload)
    months, undated, acts = (document.get(name) for name in ("months", "undated", "acts"))
    return Audit(
        identifier(document, "install"),
        identifier(document, "run"),
        identifier(document, "ask"),
        revision(document, "rev"),
        months=_months(months) if isinstance(months, dict) else {},
        undated=undated if is_whole(undated) else None,
        acts=acts if is_whole(acts) else None,
    )


def _label(value: object) -> str | None:
    """A text that may be shown: 1 to 64 printable characters."""
    if type(value) is str and 0 < len(value) <= limits.MAX_KEY_TEXT and value.isprintable():
        return value
    return None


def _senses(told: dict[str, object]) -> dict[str, str]:
    known = {name: word(told.get(name), words) for name, words in limits.SENSES.items()}
    return {name: means for name, means in known.items() if means is not None}


def _months(told: dict[str, object]) -> dict[str, dict[str, int]]:
    return {
        month: {name: sums[name] for name in limits.AUDIT_SUMS if is_whole(sums.get(name))}
        for month, sums in told.items()
        if limits.MONTH.fullmatch(month) and isinstance(sums, dict)
    }
