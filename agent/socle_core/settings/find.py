"""Where the settings of a program are."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

ETC = Path("/etc/socle")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it is there, and belongs to someone else
    return True


def find(
    program: str,
    explicit: Path | None = None,
    *,
    prefix: Path | None = None,
    etc: Path = ETC,
    alive: Callable[[int], bool] = _alive,
) -> Path:
    """Return the path of `{program}.toml`, there or not.

    First the path given; else, for a program of a source checkout whose demonstration runs, the
    demonstration's file; else the system's.
    """
    if explicit is not None:
        return explicit
    return _of_demo(program, prefix or Path(sys.prefix), alive) or etc / f"{program}.toml"


def _of_demo(program: str, prefix: Path, alive: Callable[[int], bool]) -> Path | None:
    if prefix.name != ".venv":
        return None
    folder = prefix.parent / "var"
    try:
        demo = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        pids = demo["pids"]
        running = any(alive(pid) for pid in (pids.values() if isinstance(pids, dict) else pids))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no demonstration, or one that is just writing its file
    return folder / f"{program}.toml" if running else None
