"""Plain values as YAML: blocks of keys and lists, every text quoted as in JSON, which YAML reads the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_TAKEN = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def dumped(value: dict[str, object]) -> str:
    """The text of a document."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _entry(f"{_key(key)}:", inner, indent="  ")
    elif isinstance(value, list) and value:
        for inner in value:
            first, *rest = _lines(inner)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _quoted(value)


def _entry(head: str, value: object, indent: str) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield head
        yield from (indent + line for line in _lines(value))
    else:
        yield f"{head} {_quoted(value)}"


def _key(text: str) -> str:
    return text if _PLAIN_KEY.fullmatch(text) and text.lower() not in _TAKEN else _quoted(text)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
