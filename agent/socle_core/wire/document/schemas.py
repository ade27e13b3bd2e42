"""JSON Schemas (2020-12) of the messages, from the tables of rows and keys."""

from __future__ import annotations

from collections.abc import Callable

from socle_core.wire import limits
from socle_core.wire.document.keys import MESSAGES, MessageKind
from socle_core.wire.fields import HEALTH, HEALTH_KEY, PERIPHERALS, ROWS, Field, RowKind

Schema = dict[str, object]

_MAY_BE_NULL = ("slots", "days", "undated")
"""Kinds of rows in which a number that is null counts as absent."""


def schema(kind: MessageKind) -> Schema:
    """The schema of one kind of message."""
    document: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:socle:{limits.VERSION}:{kind.name}",
        "title": kind.title,
        "description": kind.summary,
        **_object(kind.keys),
    }
    if kind.name == "ledger":
        document["$defs"] = {name: _row(row) for name, row in ROWS.items()}
    if kind.name == "ack":
        document["if"] = {"properties": {"rev": {"minimum": 1}}}
        document["then"] = {"required": ["run"]}
    return document


def schemas() -> dict[str, Schema]:
    """All of them, by the name of the message."""
    return {kind.name: schema(kind) for kind in MESSAGES}


def _object(fields: tuple[Field, ...]) -> Schema:
    made: Schema = {"type": "object", "properties": {field.name: _value(field) for field in fields}}
    if required := [field.name for field in fields if field.required]:
        made["required"] = required
    return made


def _value(field: Field) -> Schema:
    return {"description": field.meaning, **_FORMS[field.form](field)}


def _row(kind: RowKind) -> Schema:
    made = {**_object(kind.fields), **_EXTRA.get(kind.name, dict)()}
    if kind.bounds:
        made["allOf"] = [_with(low, high) for low, high in kind.bounds]
        made["$comment"] = "Bounds: " + ", ".join(f"{low} <= {high}" for low, high in kind.bounds)
    if kind.name in _MAY_BE_NULL:
        made["properties"] = {field.name: _nullable(field) for field in kind.fields}
    return made


def _with(low: str, high: str) -> Schema:
    """Where a number is told, its bound is told too; null is not told."""
    told = {name: {"properties": {name: {"type": "integer"}}, "required": [name]} for name in (low, high)}
    return {"if": told[low], "then": told[high]}


def _health() -> Schema:
    groups: Schema = {name: _object(fields) for name, fields in HEALTH.items()}
    peripherals = {"type": "array", "items": {"enum": list(PERIPHERALS)}}
    return {"properties": {**{field.name: _value(field) for field in HEALTH_KEY}, **groups, "peripherals": peripherals}}


def _help_received() -> Schema:
    condition = {"properties": {"kind": {"const": "help-received"}}, "required": ["kind"]}
    return {"if": condition, "then": {"required": ["re"]}}


_EXTRA: dict[str, Callable[[], Schema]] = {"health": _health, "acts": _help_received}


def _nullable(field: Field) -> Schema:
    value = _value(field)
    return {**value, "type": ["integer", "null"]} if field.form in ("seconds", "count") else value


def _whole(field: Field) -> Schema:
    return {"type": "integer", "minimum": 0, "maximum": field.top}


def _services(field: Field) -> Schema:
    seconds = {"minimum": 0, "maximum": field.top}
    return {
        "type": "object",
        "propertyNames": {"pattern": _anchored(limits.SERVICE.pattern)},
        "additionalProperties": {
            "type": "array",
            "prefixItems": [{"type": "integer", **seconds}, {"type": ["integer", "null"], **seconds}],
            "minItems": 2,
            "maxItems": 2,
        },
    }


def _senses(_: Field) -> Schema:
    return {"type": "object", "properties": {name: {"enum": list(words)} for name, words in limits.SENSES.items()}}


def _months(_: Field) -> Schema:
    sums = {name: {"type": "integer", "minimum": 0, "maximum": limits.MAX_REV} for name in limits.AUDIT_SUMS}
    return {
        "type": "object",
        "propertyNames": {"pattern": _anchored(limits.MONTH.pattern)},
        "additionalProperties": {"type": "object", "properties": sums},
    }


def _rejected(_: Field) -> Schema:
    part = {"type": ["integer", "string"], "maxLength": limits.MAX_KEY_TEXT}
    row = {
        "type": "object",
        "properties": {
            "kind": {"enum": list(limits.ROW_KINDS)},
            "key": {"type": ["array", "null"], "items": part},
            "why": {"type": "string"},
        },
        "required": ["kind", "key", "why"],
    }
    return {"type": "array", "maxItems": limits.MAX_NAMED_REJECTED, "items": row}


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _text(pattern: str) -> Callable[[Field], Schema]:
    return lambda _: {"type": "string", "pattern": _anchored(pattern)}


_FORMS: dict[str, Callable[[Field], Schema]] = {
    "version": lambda _: {"type": "integer", "const": limits.VERSION},
    "id": _text(limits.ID.pattern),
    "uuid": _text(limits.UUID4.pattern.replace("a-f", "a-fA-F").replace("[89ab]", "[89abAB]")),
    "service": _text(limits.SERVICE.pattern),
    "t": lambda _: {"type": "integer", "minimum": limits.FIRST_T},
    "d": lambda _: {"type": "integer", "minimum": limits.FIRST_D},
    "count": _whole,
    "seconds": _whole,
    "revision": _whole,
    "share": lambda _: {"type": "number", "minimum": 0, "maximum": 1},
    "number": lambda field: {"type": "number", "minimum": 0, "maximum": field.top},
    "signed": lambda field: {"type": "number", "minimum": -field.top, "maximum": field.top},
    "moment": lambda _: {"type": "number", "minimum": 0},
    "word": lambda field: {"enum": list(field.words)},
    "label": lambda _: {"type": "string", "minLength": 1, "maxLength": limits.MAX_KEY_TEXT},
    "services": _services,
    "rows": lambda field: {"type": "array", "items": {"$ref": f"#/$defs/{field.name}"}},
    "senses": _senses,
    "months": _months,
    "rejected": _rejected,
    "settings": lambda _: {"type": "object"},
}
