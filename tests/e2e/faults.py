"""As many schedules of promise 1 as wanted: `python -m tests.e2e.faults --schedules 1000 --seed 7`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run them, a line for each; the exit code is 1 where one failed."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from e2e.schedule import Schedule
    from e2e.suffer import suffer_all

    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--schedules", type=int, default=30, metavar="N")
    parser.add_argument(
        "--seed", type=int, default=random.randrange(10**6), metavar="S", help="of the first; the next is S + 1"
    )
    options = parser.parse_args()

    def tell(seed: int, schedule: Schedule) -> None:
        print(f"schedule {seed}: equal to the second after {len(schedule.happened)} events", flush=True)

    print(f"{options.schedules} schedules from seed {options.seed} on", flush=True)
    seeds = range(options.seed, options.seed + options.schedules)
    with tempfile.TemporaryDirectory() as folder:
        try:
            suffer_all(seeds, Path(folder), tell)
        except AssertionError as error:
            print(error, file=sys.stderr)
            return 1
    print(f"faults: schedules={options.schedules} difference_s=0")
    return 0


if __name__ == "__main__":
    sys.exit(main())
