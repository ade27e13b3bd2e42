"""What the documents are made of: texts in a language, and the commands by their words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from socle_agent.cli import COMMANDS

GLOBAL = ("--config", "--help", "--version")
"""Options that every command knows, or that stand alone."""


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have `say` speak fr or en."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before


def first_words() -> dict[str, list[str]]:
    """The first word of each command, and what may follow where it has two."""
    words: dict[str, list[str]] = {}
    for name in COMMANDS:
        first, _, second = name.partition(" ")
        words.setdefault(first, []).extend([second] if second else [])
    return words


def takes_files(name: str) -> bool:
    """Whether the words of a command are files."""
    return COMMANDS[name].word == "file"
