"""Write docs/health.md, where each value of health comes from: `python -m socle_agent.health.document [--check]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from socle_agent.health.groups import PARTS
from socle_agent.health.peripherals.known import USB
from socle_core.wire.fields import HEALTH

PAGE = Path(__file__).parents[3] / "docs/health.md"

_HEAD = """\
# Health: where each value comes from

<!-- Written by `python -m socle_agent.health.document` from agent/socle_agent/health: change it there. -->

`socle-agent health` reads the machine once, hands the agent what it found, and ends. A timer starts it each hour, and
a udev rule a minute after a dock, a screen or a battery came or went. What only root may ask the disks is a process of
its own, `socle-agent health --smart`, once a day. `--json` shows what would be handed over, agent or not. The agent
makes values coarser, and decides when a row is due ([contract](contract.md)).

A value that the machine does not have, or does not let be read, is absent; so is one that cannot be true, which is
counted in the group's report (`absent`, and `dropped` with the names of the attributes). Never 0 for unknown. No name,
address or serial number is read, but where a device tells what it is by its product name, which goes no further.
"""
_KNOWN = """
### Known USB ids

An id without product stands for all that its maker makes. What shows no id of its own stays unseen: Bee-Bot charges
only, Blue-Bot speaks Bluetooth, mBot has the serial chip of countless others. A camera of which no firmware says
whether it is built in is left out on a portable machine.
"""


def page() -> str:
    """The whole document."""
    return "".join(f"{line}\n" for line in [*_HEAD.splitlines(), *_groups(), *_KNOWN.splitlines(), "", *_known()])


def _groups() -> Iterator[str]:
    for name, module in PARTS["hourly"].items():
        group = import_module(module)
        yield from ("", f"## {name}", "", *(group.__doc__ or "").strip().splitlines(), "")
        yield from _table(group.SOURCES, {field.name: field.meaning for field in HEALTH.get(name, ())})


def _table(sources: Mapping[str, str], means: Mapping[str, str]) -> Iterator[str]:
    yield from ("| key | what | from |", "|---|---|---|") if means else ("| word | from |", "|---|---|")
    for key, source in sources.items():
        yield f"| {key} | {means[key]} | {source} |" if means else f"| {key} | {source} |"


def _known() -> Iterator[str]:
    yield from ("| id | word | what | source |", "|---|---|---|---|")
    for row in USB:
        yield f"| `{row.ids}` | {row.kind} | {row.name} | {row.source} |"


def main(words: list[str], path: Path = PAGE) -> int:
    """Write the page; with `--check` only tell by 1 that it differs."""
    if path.is_file() and path.read_text("utf-8") == page():
        return 0
    if "--check" in words:
        return 1
    path.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
