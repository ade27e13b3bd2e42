"""From messages to the bytes of the wire: compact JSON, `v` first, what is absent left out."""

from __future__ import annotations

from json import JSONEncoder

from socle_core.wire.limits import ROW_KINDS, VERSION
from socle_core.wire.messages import Ack, Act, Health, Ledger, Message, Rejected, Row

_ACK_ORDER = ("install", "ask", "rev", "run", "now", "keep_from", "rejected", "rejected_total")
_ACT_ORDER = ("id", "d", "kind", "minutes", "about", "re")
_dump = JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def encode(message: Message) -> bytes:
    """The payload of a message, ASCII. ValueError if a number in it is infinite or not a number."""
    return _dump({"v": VERSION, **plain(message)}).encode("ascii")


def plain(message: Message) -> dict[str, object]:
    """The keys of a message as JSON knows them, without `v`, in the contract's order."""
    if isinstance(message, Ledger):
        return _ledger(message)
    if isinstance(message, Ack):
        return _ack(message)
    return _present(message)


def plain_row(row: Row) -> dict[str, object]:
    """The keys of a row as JSON knows them."""
    if isinstance(row, Health):
        return {"t": row.t, **row.groups}
    keys = _present(row, _ACT_ORDER if isinstance(row, Act) else ())
    if not keys.get("services", True):
        del keys["services"]
    return keys


def _ledger(message: Ledger) -> dict[str, object]:
    keys: dict[str, object] = {name: getattr(message, name) for name in ("install", "run", "ask", "after", "rev")}
    for kind in ROW_KINDS:
        if rows := getattr(message, kind):
            keys[kind] = [plain_row(row) for row in rows]
    return keys


def _ack(message: Ack) -> dict[str, object]:
    keys = _present(message, _ACK_ORDER)
    keys["rejected"] = [_rejected(refused) for refused in message.rejected]
    if not message.rejected:
        del keys["rejected"]
    return keys


def _rejected(refused: Rejected) -> dict[str, object]:
    return {"kind": refused.kind, "key": refused.key, "why": refused.why}


def _present(value: Message | Row, names: tuple[str, ...] = ()) -> dict[str, object]:
    return {name: held for name in names or value.__slots__ if (held := getattr(value, name)) is not None}
