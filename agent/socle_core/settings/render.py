"""Settings as the commented TOML that is shipped, and as the page docs/settings.md."""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from textwrap import wrap
from typing import Any

from socle_core.settings.base import Settings
from socle_core.settings.declare import Setting


def toml(settings: Settings) -> str:
    """Return the TOML that gives these settings, without comments, secrets hidden."""

    def line(one: Setting[Any]) -> list[str]:
        if one.secret:
            return [f"# {one.key} is a secret"]
        return [_line(one, getattr(settings, one.name))]

    return "\n".join(_sections(type(settings), line))


def commented(of: type[Settings], heading: str) -> str:
    """Return the file to ship: every setting at its default, with what there is to know about it."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    return "\n".join([*lines, "", *_sections(of, _explained), ""])


def markdown(of: type[Settings]) -> str:
    """Return the tables of a program's settings for docs/settings.md."""
    return "\n".join(_tables(of))


def _sections(of: type[Settings], lines: Callable[[Setting[Any]], list[str]]) -> Iterator[str]:
    for number, (section, settings) in enumerate(groupby(of.declared(), key=lambda one: one.section)):
        if number:
            yield ""
        yield f"[{section}]"
        for one in settings:
            yield from lines(one)


def _explained(one: Setting[Any]) -> list[str]:
    comment = [*_wrapped(one.doc), *_wrapped(f"Values: {_facts(one)}.")]
    return ["", *comment, _line(one, one.default)]


def _wrapped(text: str) -> list[str]:
    return wrap(text, 100, initial_indent="# ", subsequent_indent="# ")


def _facts(one: Setting[Any]) -> str:
    facts = [one.kind.form]
    if one.unit:
        facts[0] += f" {one.unit}"
    if one.required:
        facts.append("required")
    if one.live:
        facts.append("the collector may change it")
    return "; ".join(facts)


def _tables(of: type[Settings]) -> Iterator[str]:
    for section, settings in groupby(of.declared(), key=lambda one: one.section):
        yield f"### [{section}]\n"
        yield "| setting | default | values | meaning |"
        yield "|---|---|---|---|"
        for one in settings:
            values = _facts(one) + ("; never shown" if one.secret else "")
            cells = (f"`{one.key}`", f"`{_value(one, one.default)}`", values, one.doc)
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        yield ""


def _line(one: Setting[Any], value: Any) -> str:
    return f"{one.key} = {_value(one, value)}"


def _value(one: Setting[Any], value: Any) -> str:
    """Write a value in TOML: strings, numbers, booleans and lists of them are written as in JSON."""
    return json.dumps(one.kind.dump(value), ensure_ascii=False)
