"""The generated files, and whether those on the disk still are what the code says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from socle_core.wire import fields, limits
from socle_core.wire.document import tables
from socle_core.wire.document.asyncapi import asyncapi
from socle_core.wire.document.examples import ALL, shown
from socle_core.wire.document.keys import MESSAGES
from socle_core.wire.document.schemas import schemas
from socle_core.wire.document.yaml import dumped

ROOT = Path(__file__).parents[4]
TEMPLATE = Path(__file__).with_name("contract.md.in")
GENERATED = "Written by `python -m socle_core.wire.document` from agent/socle_core/wire: change it there."

_PLACE = re.compile(r"\{\{(\w+)(?:\.(\w+))?\}\}")


def documents() -> dict[str, str]:
    """All of them: path from the project's root to text."""
    return {
        "docs/contract.md": contract(),
        "docs/asyncapi.yaml": f"# {GENERATED}\n{dumped(asyncapi())}",
        **{f"docs/schemas/{name}.json": _json(schema) for name, schema in schemas().items()},
    }


def drifted(root: Path = ROOT) -> list[str]:
    """The paths of files under `root` that are not what the code says."""
    return [path for path, text in documents().items() if not _is(root / path, text)]


def contract() -> str:
    """The contract as a page: the template's prose with the code's tables and examples in their places."""
    return _PLACE.sub(lambda place: _PARTS[place[1]](place[2]), TEMPLATE.read_text(encoding="utf-8"))


def _is(file: Path, text: str) -> bool:
    return file.exists() and file.read_text(encoding="utf-8") == text


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


_PARTS: dict[str, Callable[[str], str]] = {
    "generated": lambda _: GENERATED,
    "topics": lambda _: tables.topics(),
    "keys": lambda name: tables.keys(next(kind for kind in MESSAGES if kind.name == name)),
    "row": lambda name: tables.row(fields.ROWS[name]),
    "example": lambda name: f"```json\n{shown(ALL[name])}\n```",
    "health": lambda _: tables.health(),
    "senses": lambda _: tables.senses(),
    "bounds": lambda _: tables.bounds(fields.ROWS.values()),
    "settings": lambda _: tables.settings(),
    "limit": lambda name: f"{getattr(limits, name):,}",
    "pattern": lambda name: f"`^{getattr(limits, name).pattern}$`",
}
