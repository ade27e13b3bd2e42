"""A recorded machine in the place of the real one.

A folder holds `sys`, `proc` and `var` as plain files and links, and machine.json: `about` it; `now`, the time of the
recording; `used`, how full each file system was; `commands`, what each printed (those missing are not installed);
`ages_d`, how many days ago files were written. A link to itself is a file that cannot be read.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from socle_agent.health.groups import PARTS, examine
from socle_agent.health.world import World
from socle_agent.roots import Roots

HERE = Path(__file__).parent
NAMES = sorted(path.parent.name for path in HERE.glob("*/machine.json"))


def world(folder: Path, room: Path) -> World:
    """The machine recorded in a folder, copied to an empty one, where its files have their age."""
    told = json.loads((folder / "machine.json").read_text("utf-8"))
    shutil.copytree(folder, room, symlinks=True, dirs_exist_ok=True)
    for name, days in told["ages_d"].items():
        when = told["now"] - days * 86_400
        os.utime(room / name, (when, when))
    (room / "memory").mkdir()
    return World(
        Roots(proc=room / "proc", sys=room / "sys", var=room / "var"),
        lambda *words: _answer(told["commands"], words),
        lambda mount: _used(told["used"], mount),
        lambda: float(told["now"]),
        room / "memory",
    )


def health(of: World) -> dict[str, Any]:
    """What both parts say, without the time they took."""
    found = {}
    for part, modules in PARTS.items():
        groups, report = examine(of, modules)
        kept = {name: {key: of[key] for key in sorted(of) if key != "ms"} for name, of in report.items()}
        found[part] = {"groups": groups, "report": kept}
    return found


def _answer(commands: dict[str, Any], words: tuple[str, ...]) -> tuple[int, str]:
    told = commands.get(" ".join(words))
    if told is None:
        raise FileNotFoundError(words[0])
    if isinstance(told, str):
        return 0, told
    return told["smartctl"]["exit_status"], json.dumps(told)


def _used(used: dict[str, float], mount: str) -> float:
    if mount not in used:
        raise PermissionError(mount)
    return used[mount]
