"""Payloads to messages, fast where all is well.

The contract's exact decoder (socle_core.wire) must be able to say what is wrong with each row, and takes 16 µs
for a report. Nearly all reports have nothing wrong. So a typed decoder made from the same table of fields looks
first, in 5 µs: what it accepts has exactly the known keys, every value in its range and every row good, and
is what the exact decoder would have returned. Whatever it does not like goes to the exact one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from socle_collector.ingest.post import Up
from socle_collector.ingest.terms import Terms
from socle_core.wire import decode, fields, limits
from socle_core.wire.judge import Window, judge
from socle_core.wire.messages import Health, Ledger
from socle_core.wire.readable import too_deep
from socle_core.wire.rows import decode_ledger
from socle_core.wire.values import BadRowError

_Revision = Annotated[int, msgspec.Meta(ge=0, le=limits.MAX_REV)]


def _matching(pattern: str) -> Any:
    return Annotated[str, msgspec.Meta(pattern=rf"\A(?:{pattern})\Z")]


def _number(low: int, top: int) -> Any:
    between = msgspec.Meta(ge=low, le=top)
    return Annotated[int, between] | Annotated[float, between]


def _type_of(field: fields.Field) -> Any:
    whole = Annotated[int, msgspec.Meta(ge=0, le=field.top)]
    types = {
        "seconds": whole,
        "count": whole,
        "share": _number(0, 1),
        "number": _number(0, field.top),
        "signed": _number(-limits.MAX_REV, field.top),
        "word": Literal[field.words],
        "services": dict[_matching(limits.SERVICE.pattern), tuple[whole, whole | None]],  # type: ignore[misc]
    }
    return types.get(field.form, int)


def _rows(kind: fields.RowKind) -> Any:
    """The type of a list of good rows of one kind; what is absent in one is None, or no service."""

    def default(field: fields.Field) -> tuple[Any, ...]:
        if field.required:
            return ()
        return (msgspec.field(default_factory=dict),) if field.form == "services" else (None,)

    keys = [(field.name, _type_of(field), *default(field)) for field in kind.fields]
    return tuple[msgspec.defstruct(kind.name, keys, forbid_unknown_fields=True, gc=False), ...]  # type: ignore[misc]


def _health() -> Any:
    """The type of a list of good health rows; a group or key that is absent is UNSET and leaves no trace."""

    def group(name: str, keys: list[tuple[str, Any]]) -> Any:
        optional = [(key, kind | msgspec.UnsetType, msgspec.UNSET) for key, kind in keys]
        return msgspec.defstruct(name, optional, forbid_unknown_fields=True, gc=False)

    groups = [(name, group(name, [(key.name, _type_of(key)) for key in keys])) for name, keys in fields.HEALTH.items()]
    told = [(name, kind | msgspec.UnsetType, msgspec.UNSET) for name, kind in groups]
    words = list[Literal[fields.PERIPHERALS]] | msgspec.UnsetType  # type: ignore[valid-type]
    keys: list[Any] = [("t", int), *told, ("peripherals", words, msgspec.UNSET)]
    return tuple[msgspec.defstruct("health", keys, forbid_unknown_fields=True, gc=False), ...]  # type: ignore[misc]


_GROUPS = (*fields.HEALTH, "peripherals")
_RARE = ("undated", "acts")
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
        ("health", _health(), ()),
        *((kind, tuple[Any, ...], ()) for kind in _RARE),
    ],
    forbid_unknown_fields=True,
    gc=False,
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
        found: Any = _fast(payload)
        return _as_message(found, payload, wanted) if _sound(found, wanted) else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, BadRowError):
        return None


def _as_message(found: Any, payload: bytes, wanted: Window) -> Ledger:
    """Return the Ledger; its slots, days and groups are of our own types, with the fields of the contract's."""
    health = tuple([_as_health(row) for row in found.health])
    rare = {kind: rows for kind in _RARE if (rows := getattr(found, kind))}
    if rare and too_deep(payload):
        raise BadRowError("may be nested too deeply")
    judged: dict[str, Any] = {kind: tuple([judge(kind, row, wanted) for row in rows]) for kind, rows in rare.items()}
    known = {"slots": found.slots, "days": found.days, "health": health}
    return Ledger(found.install, found.run, found.ask, found.after, found.rev, **known, **judged)


def _as_health(row: Any) -> Health:
    told = {name: getattr(row, name) for name in _GROUPS}
    return Health(row.t, {name: group for name, group in told.items() if group is not msgspec.UNSET})


def _sound(ledger: Any, wanted: Window) -> bool:
    """Whether what types cannot say holds as well."""
    return (
        ledger.after <= ledger.rev
        and all(_sound_slot(slot, wanted) for slot in ledger.slots)
        and all(_sound_day(day, wanted) for day in ledger.days)
        and all(wanted.first_t <= row.t <= wanted.last_t for row in ledger.health)
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
