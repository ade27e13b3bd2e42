"""Programs inside flatpaks of the system: flatpak-run(1), flatpak-metadata(5).

A flatpak runs in a mount namespace of its own, where its `files` are /app. It is the same inode, so the kernel tells
of it as of any other file.
"""

from __future__ import annotations

import os
import re

from socle_agent.roots import Roots
from socle_agent.senses.programs.files.program import program, text

_COMMAND = re.compile(r"^command=(.+)$", re.MULTILINE)


def command(words: list[str], roots: Roots) -> str | None:
    """The program behind `flatpak run [--command=NAME] … APP …`; None where there is none."""
    app = next((word for word in words[2:] if not word.startswith("-")), "")
    if words[1:2] != ["run"] or not app or "/" in app:
        return None
    deployed = os.path.join(roots.var, "lib/flatpak/app", app, "current/active")
    told = [word.partition("=")[2] for word in words if word.startswith("--command=")]
    told += _COMMAND.findall(text(os.path.join(deployed, "metadata")))
    return program(_inside(told[0].strip(), deployed)) if told else None


def files(path: str, roots: Roots) -> str | None:
    """The folder that this file of a flatpak sees as /app; None where it is not of a flatpak."""
    inside, found, _ = path.partition("/files/")
    return f"{inside}/files" if found and path.startswith(f"{os.path.realpath(roots.var)}/lib/flatpak/app/") else None


def _inside(name: str, deployed: str) -> str:
    return os.path.join(deployed, "files", name.removeprefix("/app/") if "/" in name else f"bin/{name}")
