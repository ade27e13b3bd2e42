"""Programs inside snaps: what /snap/bin/NAME starts is told by the snap's meta/snap.yaml (snapcraft.io, "snap format").

A snap is a squashfs mounted at /snap/NAME/REVISION, in its own namespace as well: the same inodes.
"""

from __future__ import annotations

import os
import re

from socle_agent.roots import Roots
from socle_agent.senses.programs.files.program import program, text


def command(path: str, roots: Roots) -> str | None:
    """The program behind a command in /snap/bin; None for all else."""
    folder, name = os.path.split(path)
    if folder != f"{roots.snap}/bin" or not os.path.islink(path):
        return None
    target = os.path.basename(os.readlink(path))
    snap, _, app = (name if target == "snap" else target).partition(".")  # an alias is a link to the snap's own name
    current = os.path.join(roots.snap, snap, "current")
    words = _command(text(os.path.join(current, "meta/snap.yaml")), app or snap).split()
    return program(os.path.join(current, words[0].removeprefix("$SNAP/"))) if words else None


def root(path: str, roots: Roots) -> str | None:
    """The folder that this file of a snap sees as $SNAP; None where it is not of a snap."""
    parts = path.removeprefix(f"{os.path.realpath(roots.snap)}/").split("/", 2)
    inside = len(parts) == 3 and not parts[0].startswith("/") and bool(parts[0])
    return path[: len(path) - len(parts[2]) - 1] if inside else None


def _command(yaml: str, app: str) -> str:
    """The `command` of an app, from YAML as snapcraft writes it: each level is indented by two blanks."""
    apps = re.search(r"^apps:\n((?:[ \n].*\n?)*)", yaml, re.MULTILINE)
    one = re.search(rf"^  {re.escape(app)}:\n((?:    .*\n?)*)", apps[1], re.MULTILINE) if apps else None
    told = re.search(r"^    command: *['\"]?([^'\"\n]+)", one[1], re.MULTILINE) if one else None
    return told[1] if told else ""
