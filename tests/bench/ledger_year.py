"""ledger_bytes_per_school_year: the real ledger, written a minute at a time through a whole school year."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from socle_agent.growth import Growth, Use
from socle_agent.ledger import Ledger
from socle_core.wire.topics import new_id

from . import school
from .figures import Figures
from .places import Plan

FIRST_T = 1_893_402_000 // 900
"""A morning at 09:00 UTC."""
FIELDS = ("powered", "observed", "charging", "online", "open", "active", "display")


def measure(plan: Plan, figures: Figures) -> None:
    """Bytes of the file after its last checkpoint."""
    # Durable commits take milliseconds each and there are 50,000: in memory they end at the same bytes in seconds.
    folder = tempfile.mkdtemp(prefix="socle-bench-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
    try:
        path = Path(folder) / "ledger.db"
        _write(path, commit_every_s=60 if plan.window >= 60 else 300)
        figures.put({"ledger_bytes_per_school_year": [path.stat().st_size]})
    finally:
        shutil.rmtree(folder)


def _write(path: Path, commit_every_s: int) -> None:
    rng = random.Random(1)
    ledger = Ledger.open(path, lambda: new_id(rng))
    for day in range(school.SCHOOL_DAYS):
        ledger.begin(new_id(rng), new_id(rng))
        first = FIRST_T + day * 96
        for quarter in range(school.QUARTERS):
            for step in range(0, school.QUARTER_S, commit_every_s):
                t = first + quarter
                ledger.commit(_growth(t, quarter, rng, step, commit_every_s), t, t // 96)
            if quarter % school.HOUR == 0:
                ledger.add_health(first + quarter, school.health(day * 6 + quarter))
        ledger.acknowledged = ledger.head
        ledger.commit(Growth(), first + school.QUARTERS, first // 96)
    ledger.close()


def _growth(t: int, quarter: int, rng: random.Random, step: int, seconds: int) -> Growth:
    growth = Growth()
    for name in FIELDS:
        growth.slot(t, name, seconds if step or name in {"powered", "observed"} else rng.randrange(seconds))
    growth.work(t, 31, seconds)
    profile, services = (("teacher", school.TEACHER), ("pupil", school.PUPIL))[quarter % 2]
    used = {service: [seconds, rng.randrange(seconds)] for service in services}
    growth.day(t // 96, profile, Use(seconds, seconds - rng.randrange(2), used))
    return growth
