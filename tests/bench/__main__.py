"""`python -m tests.bench [--quick] [--only GROUP …]`: measure, print the table, write build/bench.json."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable

from . import health, ingest, ledger_year, residents, sense_programs, wire_day
from .figures import Figures
from .places import FULL, QUICK, RESULT, NotMeasuredError, Plan, make_room

Group = Callable[[Plan, Figures], None]

GROUPS: dict[str, tuple[Group, tuple[str, ...]]] = {
    "residents": (residents.measure, ("agent_", "bare_", "peers.")),
    "programs": (sense_programs.measure, ("sense_cpu_us_per_event.programs_",)),
    "health": (health.measure, ("health_",)),
    "wire": (wire_day.measure, ("wire_",)),
    "ledger": (ledger_year.measure, ("ledger_",)),
    "ingest": (ingest.measure, ("ingest_", "collector_")),
}
"""What to run, and how the names of its figures begin."""


def main() -> int:
    """Run the groups asked for; a group that cannot run leaves its reason beside its figures."""
    arguments = _arguments()
    plan = QUICK if arguments.quick else FULL
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    make_room()
    figures = Figures(facts=_machine(plan))
    for name in arguments.only or GROUPS:
        _run(name, plan, figures)
    print(figures.table(), flush=True)
    figures.write(RESULT)
    print(f"bench: {RESULT} written")
    return 0


def _run(name: str, plan: Plan, figures: Figures) -> None:
    group, prefix = GROUPS[name]
    print(f"bench: {name} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        group(plan, figures)
    except NotMeasuredError as reason:
        figures.missing(prefix, str(reason))
    print(f"bench: {name} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _machine(plan: Plan) -> dict[str, object]:
    release = platform.freedesktop_os_release()
    return {
        "quick": plan is QUICK,
        "os": f"{release.get('ID')} {release.get('VERSION_ID')}",
        "kernel": platform.release(),
        "cores": os.cpu_count(),
        "python_of_the_collector": platform.python_version(),
        "load_at_start": os.getloadavg()[0],
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute or two: to see whether it runs, not to compare")
    parser.add_argument("--only", nargs="+", choices=GROUPS, help="measure these groups alone")
    return parser.parse_args()


sys.exit(main())
