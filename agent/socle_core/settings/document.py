"""Write the files that follow from the declarations: `python -m socle_core.settings.document [--check]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from socle_core.settings.agent import AgentSettings
from socle_core.settings.collector import CollectorSettings
from socle_core.settings.render import commented, markdown

ROOT = Path(__file__).parents[3]

_GENERATED = "Written by `python -m socle_core.settings.document` from agent/socle_core/settings: change it there."

_HEADING = """Settings of the Socle {program}, as shipped: /etc/socle/{program}.toml.
Files in {program}.d/ beside this one, in order of name, override it key by key.
`socle-{program}` tells every mistake at once and exits 78 when there is one.

{generated}
"""

_PAGE = """# Settings

<!-- {generated} -->

Both programs read TOML. `socle-agent` reads `/etc/socle/agent.toml`, `socle-collector` reads
`/etc/socle/collector.toml`, or the file named with `--config`. Files in `agent.d/` (`collector.d/`) beside it,
in order of name, override it key by key. In a source checkout, while `make demo` runs, both find the
demonstration's files in `var/` by themselves.

Nothing is guessed: an unknown section or key, a value of the wrong type or out of its range is a mistake. All
mistakes of all files are told together, each with its file and line, and the program exits with status 78.

A setting that *the collector may change* is one of those that a `Config` message can carry
([contract](contract.md)). One bad setting refuses the whole message. A setting that the message leaves out has
the value of the files; the latest message alone counts, not the ones before it.

## Agent

{agent}
## Collector

{collector}"""


def documents() -> dict[str, str]:
    """Return the generated files: path from the project's root to text."""
    return {
        "config/agent.toml": commented(AgentSettings, _heading("agent")),
        "config/collector.toml": commented(CollectorSettings, _heading("collector")),
        "docs/settings.md": _PAGE.format(
            generated=_GENERATED, agent=markdown(AgentSettings), collector=markdown(CollectorSettings)
        ),
    }


def drifted(root: Path = ROOT) -> list[str]:
    """Return the paths of generated files that are not what the declarations say."""
    return [path for path, text in documents().items() if not _is(root / path, text)]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write the files; with `--check` only say which differ, and return 1 when one does."""
    parser = argparse.ArgumentParser(prog="socle_core.settings.document", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a file differs")
    stale = drifted(root)
    if parser.parse_args(arguments).check:
        sys.stderr.writelines(f"{path} differs: run python -m socle_core.settings.document\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        (root / path).write_text(documents()[path], encoding="utf-8")
    return 0


def _heading(program: str) -> str:
    return _HEADING.format(program=program, generated=_GENERATED)


def _is(file: Path, text: str) -> bool:
    return file.exists() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
