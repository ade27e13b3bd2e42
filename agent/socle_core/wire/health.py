"""The groups of a health row, judged by their table. Groups and keys that are not in it are dropped."""

from __future__ import annotations

from collections.abc import Callable

from socle_core.wire.fields import HEALTH, PERIPHERALS, Field
from socle_core.wire.limits import MAX_REV
from socle_core.wire.values import BadRowError, count, number, word


def judge_groups(row: dict[str, object]) -> dict[str, dict[str, object] | list[str]]:
    """The groups that the table knows; BadRowError when one is not of its shape, null included."""
    groups: dict[str, dict[str, object] | list[str]] = {
        name: _group(name, row[name], fields) for name, fields in HEALTH.items() if name in row
    }
    if "peripherals" in row:
        groups["peripherals"] = _peripherals(row["peripherals"])
    return groups


def _group(name: str, group: object, fields: tuple[Field, ...]) -> dict[str, object]:
    if not isinstance(group, dict):
        raise BadRowError(f"{name} is not an object")
    return {
        field.name: _FORMS[field.form](f"{name}.{field.name}", group[field.name], field)
        for field in fields
        if field.name in group
    }


def _peripherals(told: object) -> list[str]:
    if not isinstance(told, list):
        raise BadRowError("peripherals is not a list")
    return [word("peripherals", each, PERIPHERALS) for each in told]


_FORMS: dict[str, Callable[[str, object, Field], object]] = {
    "count": lambda name, value, field: count(name, value, field.top),
    "seconds": lambda name, value, field: count(name, value, field.top),
    "share": lambda name, value, _: number(name, value, top=1),
    "number": lambda name, value, field: number(name, value, top=field.top),
    "signed": lambda name, value, field: number(name, value, low=-MAX_REV, top=field.top),
    "word": lambda name, value, field: word(name, value, field.words),
}
