"""The tables of docs/contract.md, from the tables of the code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from socle_core.settings.remote import LIVE
from socle_core.wire import limits
from socle_core.wire.document.keys import MESSAGES, MessageKind
from socle_core.wire.fields import HEALTH, PERIPHERALS, Field, RowKind


def topics() -> str:
    """All topics."""
    lines = [
        (
            f"`{kind.address}`",
            "agent → collector" if kind.up else "collector → agent",
            kind.title,
            str(kind.qos),
            "yes" if kind.retained else "no",
        )
        for kind in MESSAGES
    ]
    return _table(("topic", "direction", "payload", "QoS", "retained"), lines)


def keys(kind: MessageKind) -> str:
    """The keys of a message."""
    return _fields(kind.keys)


def row(kind: RowKind) -> str:
    """The keys of a row."""
    return _fields(kind.fields, kind.key)


def health() -> str:
    """The groups of a health row."""
    lines = [
        (f"`{group}`", f"`{field.name}`", _value(field), field.meaning)
        for group, fields in HEALTH.items()
        for field in fields
    ]
    lines.append(("`peripherals`", "", f"a list of {_words(PERIPHERALS)}", "what is plugged in"))
    return _table(("group", "key", "value", "meaning"), lines)


def senses() -> str:
    """The senses of a Hello, with the bits of a slot."""
    lines = [(f"`{name}`", _words(words), str(limits.SENSE_BITS[name])) for name, words in limits.SENSES.items()]
    return _table(("sense", "words", "bit in `senses` of a slot"), lines)


def settings() -> str:
    """The settings that a Config may carry."""
    lines = [
        (f"`{one.key}`", f"{one.kind.form} {one.unit}".strip(), f"`{json.dumps(one.kind.dump(one.default))}`", one.doc)
        for one in LIVE.values()
    ]
    return _table(("setting", "values", "default", "meaning"), lines)


def bounds(kinds: Iterable[RowKind]) -> str:
    """The inequalities between the numbers of rows."""
    told = [f"`{low}` ≤ `{high}` in `{kind.name}`" for kind in kinds for low, high in kind.bounds]
    return "; ".join([*told, "`focus` ≤ `present` of each service"])


def _fields(fields: Iterable[Field], key: tuple[str, ...] = ()) -> str:
    return _table(("key", "", "value", "meaning"), [_line(field, key) for field in fields])


def _line(field: Field, key: tuple[str, ...]) -> tuple[str, ...]:
    needed = "key" if field.name in key else "required" if field.required else ""
    return f"`{field.name}`", needed, _value(field), field.meaning


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    rows = [head, ("---",) * len(head), *lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _number(value: int) -> str:
    return "2^53" if value == limits.MAX_REV else f"{value:,}"


def _value(field: Field) -> str:
    return _FORMS[field.form](field)


_FORMS: dict[str, Callable[[Field], str]] = {
    "version": lambda _: f"`{limits.VERSION}`",
    "id": lambda _: "8 of `0-9a-f`",
    "uuid": lambda _: "UUID version 4",
    "service": lambda _: "service id",
    "t": lambda _: "quarter since 1970",
    "d": lambda _: "day since 1970",
    "count": lambda field: f"whole, 0–{_number(field.top)}",
    "revision": lambda field: f"whole, 0–{_number(field.top)}",
    "seconds": lambda field: f"whole seconds, 0–{_number(field.top)}",
    "share": lambda _: "number, 0–1",
    "number": lambda _: "number, 0 or more",
    "signed": lambda _: "number, may be negative",
    "moment": lambda _: "number, 0 or more",
    "word": lambda field: _words(field.words),
    "label": lambda _: f"1–{limits.MAX_KEY_TEXT} printable characters",
    "services": lambda _: "object, see *services*",
    "rows": lambda _: "list",
    "senses": lambda _: "object, see *senses*",
    "months": lambda _: "object",
    "rejected": lambda _: "list of `{kind, key, why}`",
    "settings": lambda _: "object",
}
