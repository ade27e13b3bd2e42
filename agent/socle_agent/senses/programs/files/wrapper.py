"""What a shell script starts, as far as it can be read off its text. The script is never executed.

LIBDIR=/usr/lib/chromium             an assignment of what is known
HERE=$(dirname "$(readlink -f "$0")")  the script's own folder, however it is found
exec "$LIBDIR/chromium" "$@"         what `exec` starts, or what is given the script's own arguments
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from socle_agent.roots import Roots
from socle_agent.senses.programs.files import flatpak, snap
from socle_agent.senses.programs.files.program import is_private, program, text
from socle_core.catalogue.model import Catalogue

_DEPTH = 3
"""A wrapper's wrapper's wrapper: deeper than any that was seen."""
_LINE = 1000
"""Longer lines are no shell: a program appended to its installer."""
_SHELL = re.compile(r"#! *(?:\S*/env +)?(?:\S*/)?(?:ba|da|a|k|z|)sh\b")
_ASSIGNMENT = re.compile(r"""^[ \t]*(?:export |local |readonly )?(\w+)=("[^"]*"|'[^']*'|\S*)""")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?[-=]([^{}]*))?\})")
_HERE = re.compile(r"\$\(.*(?:dirname|pwd).*\)|`.*(?:dirname|pwd).*`|\$\{0%/\*\}")
_STARTS = re.compile(r"""^[ \t]*exec\s|"\$@"|\$\*""")
_WORD = re.compile(r"""(?:[^\s"';&|()]|"[^"]*"|'[^']*')+""")


def inner(known: dict[str, str], catalogue: Catalogue, roots: Roots) -> Iterator[tuple[str, str]]:
    """Path and service of what lies behind and beside `known` programs (path → service).

    Behind: what a wrapper starts. Beside: other programs of the service, by name, in a folder of its own.
    """
    for path, service in known.items():
        behind = [path]
        for _ in range(_DEPTH):
            behind = [
                file for script in behind for file in started_by(script, roots) if _fits(file, service, catalogue)
            ]
            yield from ((file, service) for file in behind)
        folder = os.path.dirname(path)
        if is_private(folder):
            for name in catalogue.services[service].executables:
                if file := program(os.path.join(folder, name)):
                    yield file, service


def started_by(path: str, roots: Roots) -> Iterator[str]:
    """The programs that a script may start; none where it is no shell script."""
    script = text(path, b"#!")
    if not _SHELL.match(script):
        return
    script = _seen_from_outside(script.replace("\\\n", " "), path, roots)
    variables: dict[str, str] = {}
    here = os.path.dirname(path)
    for line in (_HERE.sub(lambda _: here, line) for line in script.splitlines() if len(line) < _LINE):
        if (assigned := _ASSIGNMENT.match(line)) and (value := _expanded(assigned[2], variables)):
            variables.setdefault(assigned[1], value)
        if _STARTS.search(line):
            words = (_expanded(word, variables) for word in _WORD.findall(line))
            yield from (file for word in words if word.startswith("/") and (file := program(word)))


def _fits(path: str, service: str, catalogue: Catalogue) -> bool:
    """Whether a started program is the service's: by its name, or alone in its folder under a name of nobody's."""
    owner = catalogue.by_executable(os.path.basename(path))
    return owner == service if owner else is_private(os.path.dirname(path))


def _seen_from_outside(script: str, path: str, roots: Roots) -> str:
    """With the places as they are outside the namespace of a flatpak or a snap."""
    if app := flatpak.files(path, roots):
        script = re.sub(r"(?<![\w/.-])/app/", lambda _: f"{app}/", script)
    if mounted := snap.root(path, roots):
        script = re.sub(r"\$(?:SNAP|\{SNAP\})(?=/)", lambda _: mounted, script)
    return script


def _expanded(word: str, variables: dict[str, str]) -> str:
    """Without quotes, known variables filled in; what is unknown is left as it stands, and no path begins so."""
    plain = word.replace('"', "").replace("'", "")
    return _VARIABLE.sub(lambda told: variables.get(told[1] or told[2], told[3] or told[0]), plain)
