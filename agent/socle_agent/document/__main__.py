"""Write manual pages and completions again, or say which have drifted: `python -m socle_agent.document [--check]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from socle_agent.document import bash, fish, man, zsh

ROOT = Path(__file__).parents[3]


def documents() -> dict[str, str]:
    """The generated files: path from the project's root to text."""
    return {
        "docs/man/socle-agent.1": man.page("en"),
        "docs/man/fr/socle-agent.1": man.page("fr"),
        "packaging/completion/socle-agent.bash": bash.script(),
        "packaging/completion/_socle-agent": zsh.script(),
        "packaging/completion/socle-agent.fish": fish.script(),
    }


def drifted(root: Path = ROOT) -> list[str]:
    """The paths of generated files that are not what table and texts say."""
    return [path for path, text in documents().items() if not _is(root / path, text)]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write the files; with `--check` only say which differ, and return 1 when one does."""
    parser = argparse.ArgumentParser(prog="python -m socle_agent.document", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a file differs")
    stale = drifted(root)
    if parser.parse_args(arguments).check:
        sys.stderr.writelines(f"{path} differs: run python -m socle_agent.document\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(documents()[path], encoding="utf-8")
    return 0


def _is(file: Path, text: str) -> bool:
    return file.exists() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
