"""The real collector with a test's clock: `python -m e2e.run_collector TRUTH CONFIG [--pages]`.

Without `--pages` only the ingest runs, which is what promises are about: the pages' process takes two seconds of CPU
at each start.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from e2e.fast import FastClock
from socle_collector import cli, logs, run
from socle_collector.ingest.service import Ingest
from socle_collector.ingest.stop import Stop
from socle_core.mistakes import MistakesError
from socle_core.settings.collector import CollectorSettings, load_collector


def main(truth: str, config: str, *pages: str) -> int:
    """Run until SIGTERM; returns the exit code."""
    logs.set_up()
    clock = FastClock(Path(truth))
    try:
        settings = load_collector(Path(config))
    except MistakesError as error:
        sys.stderr.write(f"{error}\n")
        return cli.EX_CONFIG
    return run.run(settings, Path(config), clock) if pages else ingest(settings, clock)


def ingest(settings: CollectorSettings, clock: FastClock) -> int:
    """Run the ingest alone."""
    stop = Stop()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Ingest(settings, clock, stop).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
