"""From the catalogue's desktop ids to programs: Desktop Entry Specification 1.5, "Exec" and "TryExec"."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from socle_agent.roots import Roots
from socle_agent.senses.programs.files import flatpak, snap
from socle_agent.senses.programs.files.program import entries, located, program, text
from socle_core.catalogue.model import Catalogue

_KEY = re.compile(r"^(?:Try)?Exec[ \t]*=[ \t]*(.+)$", re.MULTILINE)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def launchers(catalogue: Catalogue, roots: Roots, folders: list[str]) -> Iterator[tuple[str | None, str]]:
    """For each command of the catalogue's .desktop files the program that it starts, and the service.

    None where it starts no program of its own: an interpreter, or a page in a browser. As in a menu, the first file
    of an id counts. `folders`: where a command without a folder is looked for.
    """
    seen: set[str] = set()
    for folder in roots.applications:
        for name in entries(folder):
            service = catalogue.by_desktop_id(name)
            if service and name not in seen:
                seen.add(name)
                for words in commands(text(os.path.join(folder, name))):
                    yield _program(words, roots, folders), service


def commands(entry: str) -> list[list[str]]:
    """The words of each command of a .desktop file's main group, `env` and the variables that it sets left out."""
    start = entry.find("[Desktop Entry]")
    end = entry.find("\n[", start + 1)
    found = (_words(line) for line in _KEY.findall(entry[start : end if end > 0 else None]) if start >= 0)
    return [words for words in found if words]


def _words(line: str) -> list[str]:
    words = [re.sub(r"\\(.)", r"\1", quoted) if quoted else plain for quoted, plain in _WORD.findall(line)]
    if words and os.path.basename(words[0]) == "env":
        del words[0]
        while words and (words[0].startswith("-") or "=" in words[0]):
            del words[0]
    return words


def _program(words: list[str], roots: Roots, folders: list[str]) -> str | None:
    if any("://" in word for word in words[1:]):
        return None  # a page: the program is a browser, and belongs to itself
    if os.path.basename(words[0]) == "flatpak":
        return flatpak.command(words, roots)
    path = located(words[0], folders)
    return snap.command(path, roots) or program(path)
