"""The sense of programs alone in the agent's loop: `sense_worker.py MEANS PERIOD FOLDER`, until its input ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.programs import Programs, connector, proc
from socle_core.catalogue.model import Catalogue, Service
from socle_core.clock import Clock


def main(means: str, period: float, folder: Path) -> None:
    """Watch the programs of `folder`; say `ready`, and at the end how many changes were told.

    `period`: seconds from one look, or from one reading of what the kernel told, to the next.
    """
    connector.DRAIN_S = proc.SCAN_S = period
    names = tuple(name for name in os.listdir(folder) if name != "other")
    catalogue = Catalogue("2026.11", [Service("bench", {"fr": "Bench"}, "resources", "outils", executables=names)])
    roots = Roots(programs=(str(folder),), applications=(), var=folder, snap=folder)
    told: list[object] = []
    loop = Loop(Clock())
    sense = Programs(loop, Clock(), roots, catalogue, on_change=told.append, on_late=lambda *_: None)
    sense.start(means)
    loop.watch(sys.stdin.fileno(), "end", loop.stop)
    print("ready", flush=True)
    loop.run()
    print(len(told), flush=True)
    sense.close()


main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))
