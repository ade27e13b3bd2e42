"""Payloads to messages, fast where all is well.

The contract's exact decoder (socle_core.wire) must be able to say what is wrong with each row, and takes 16 µs
for a report. Nearly all reports have nothing wrong. So a typed decoder made from the same table of fields looks
first, in 5 µs: what it accepts has exactly the known keys, every value in its range and every row good, and
is what the exact decoder would have returned. Whatever it does not like goes to the exact one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, cast

import msgspec

from socle_collector.ingest.post import Up
from socle_collector.ingest.terms import Terms
from socle_core.wire import decode, fields, limits
from socle_core.wire.judge import Window, judge
from socle_core.wire.messages import Ledger
from socle_core.wire.readable import too_deep
from socle_core.wire.rows import decode_ledger
from socle_core.wire.values import BadRowError

_Revision = Annotated[int, msgspec.Meta(ge=0, le=limits.MAX_REV)]


def _matching(pattern: str) -> Any:
    return Annotated[str, msgspec.Meta(pattern=rf"\A(?:{pattern})\Z")]


def _type_of(field: fields.Field) -> Any:
    if field.form in ("seconds", "count"):
        return Annotated[int, msgspec.Meta(ge=0, le=field.top)]
    if field.form == "word":
        return Literal[field.words]
    if field.form == "services":
        seconds = Annotated[int, msgspec.Meta(ge=0, le=field.top)]
        return dict[_matching(limits.SERVICE.pattern), tuple[seconds, seconds | None]]  # type: ignore[misc]
    return int


def _rows(kind: fields.RowKind) -> Any:
    """The type of a list of good rows of one kind; what is absent in one is None, or no service."""

    def default(field: fields.Field) -> tuple[Any, ...]:
        if field.required:
            return ()
        return (msgspec.field(default_factory=dict),) if field.form == "services" else (None,)

    keys = [(field.name, _type_of(field), *default(field)) for field in kind.fields]
    return tuple[msgspec.defstruct(kind.name, keys, forbid_unknown_fields=True, gc=False), ...]  # type: ignore[misc]


_RARE = ("undated", "health", "acts")
_ID = _matching(limits.ID.pattern)
_Ledger = msgspec.defstruct(
    "_Ledger",
    [
        ("v", Literal[limits.VERSION]),
        ("install", _ID),
        ("run", _ID),
        ("ask", _ID),
        ("after", _Revision),
        ("rev", _Revision),
        ("slots", _rows(fields.SLOTS), ()),
        ("days", _rows(fields.DAYS), ()),
        *((kind, tuple[Any, ...], ()) for kind in _RARE),
    ],
    forbid_unknown_fields=True,
    gc=False,
    namespace={"bad": ()},
)
_fast = msgspec.json.Decoder(_Ledger).decode


def read(kind: str, payload: bytes, terms: Terms) -> Up:
    """The message of a topic's kind; Unreadable says why there is none."""
    if kind != "ledger":
        return _EXACT[kind](payload)
    return read_fast(payload, terms.wanted) or decode_ledger(payload, now=terms.now, keep_from=terms.keep_from)


_EXACT: dict[str, Callable[[bytes], Up]] = {
    "hello": decode.decode_hello,
    "presence": decode.decode_presence,
    "audit": decode.decode_audit,
}


def read_fast(payload: bytes, wanted: Window) -> Ledger | None:
    """The Ledger if nothing at all is wrong with it; None if a closer look is needed."""
    if len(payload) > limits.MAX_BYTES:
        return None
    try:
        ledger: Any = _fast(payload)
        _judge_rare(ledger, payload, wanted)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, BadRowError):
        return None
    return cast(Ledger, ledger) if _sound(ledger, wanted) else None


def _judge_rare(ledger: Any, payload: bytes, wanted: Window) -> None:
    """Have rows that come seldom judged by the exact rules; BadRowError if one is bad or may be."""
    told = [kind for kind in _RARE if getattr(ledger, kind)]
    if told and too_deep(payload):
        raise BadRowError("may be nested too deeply")
    for kind in told:
        setattr(ledger, kind, tuple([judge(kind, row, wanted) for row in getattr(ledger, kind)]))


def _sound(ledger: Any, wanted: Window) -> bool:
    """Whether what types cannot say holds as well."""
    return (
        ledger.after <= ledger.rev
        and all(_sound_slot(slot, wanted) for slot in ledger.slots)
        and all(_sound_day(day, wanted) for day in ledger.days)
    )


def _sound_slot(slot: Any, wanted: Window) -> bool:
    return wanted.first_t <= slot.t <= wanted.last_t and _bounded(slot, fields.SLOTS.bounds)


def _sound_day(day: Any, wanted: Window) -> bool:
    return (
        wanted.first_d <= day.d <= wanted.last_d
        and _bounded(day, fields.DAYS.bounds)
        and all(focus is None or focus <= present for present, focus in day.services.values())
    )


def _bounded(row: Any, bounds: tuple[tuple[str, str], ...]) -> bool:
    """Whether no number is above the one that bounds it; an absent bound bounds everything out."""
    for low, high in bounds:
        value = getattr(row, low)
        if value is not None:
            bound = getattr(row, high)
            if bound is None or value > bound:
                return False
    return True
