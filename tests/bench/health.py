"""What one run of the health process costs: the whole process with its children, on a recorded laptop."""

from __future__ import annotations

import os
import subprocess

from . import debian
from .figures import Figures
from .places import BUILD, DEBIAN_PYTHON, ROOT, NotMeasuredError, Plan

LAPTOP = "convertible-two-batteries"
"""The recorded machine with the most to read: two batteries, a dock, sensors of four kinds."""
_RUN = """
import sys
from pathlib import Path
from socle_agent.health.command import run
from socle_agent.health.world import World
from socle_agent.roots import Roots
root = Path(sys.argv[1])
world = World(Roots(proc=root / "proc", sys=root / "sys", var=root / "var"), memory=Path(sys.argv[2]))
sys.exit(run(None, {"--json"}, world))
"""


def measure(plan: Plan, figures: Figures) -> None:
    """`health_run_cpu_ms`: milliseconds of user and system time, those of `systemctl` and `apt` included.

    `health_first_run_cpu_ms`: the run after apt's lists or the packages have changed, a few times a day at most.
    """
    debian.ensure("python3-psutil")
    memory = BUILD / "health"
    memory.mkdir()
    first = _cpu_ms(memory)
    figures.put({"health_run_cpu_ms": [_cpu_ms(memory) for _ in range(4 * plan.idle_windows + 1)]})
    figures.put({"health_first_run_cpu_ms": [first]})
    figures.facts["health"] = {"laptop": LAPTOP, "apt_kept": (memory / "updates.json").exists()}


def _cpu_ms(memory: object) -> float:
    words = [DEBIAN_PYTHON, "-c", _RUN, str(ROOT / "tests/laptops" / LAPTOP), str(memory)]
    with (BUILD / "health.log").open("ab") as log:
        child = subprocess.Popen(
            words, stdout=log, stderr=log, env={"PYTHONPATH": str(ROOT / "agent"), "PATH": "/usr/bin"}
        )
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise NotMeasuredError(f"the health process ended with code {child.returncode}, see {BUILD / 'health.log'}")
    return (used.ru_utime + used.ru_stime) * 1000
