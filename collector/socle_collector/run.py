"""`socle-collector run`: the ingest in this process, the pages in a child of it."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from pathlib import Path

from socle_collector.child import Child
from socle_collector.ingest.service import Ingest
from socle_collector.ingest.stop import Stop
from socle_core.clock import Clock
from socle_core.settings.collector import CollectorSettings

log = logging.getLogger(__name__)


def run(settings: CollectorSettings, config: Path | None, clock: Clock) -> int:
    """Collect until SIGTERM or SIGINT; return the exit code. `config`: the file that the settings came from."""
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _collect_garbage_seldom()
    pages = Child("pages", page_command(config), clock)
    log.info("pages: http://%s:%d/", settings.page_host, settings.page_port)
    try:
        Ingest(settings, clock, stop, pages.tick).run()
    finally:
        pages.end()
    log.info("stopped")
    return 0


def page_command(config: Path | None) -> list[str]:
    """Return the command line of the process that serves the pages."""
    given = [str(config)] if config else []
    return [sys.executable, "-m", "socle_collector.page", str(os.getpid()), *given]


def _collect_garbage_seldom() -> None:
    """A batch makes some 20,000 objects, none of them in a circle, and Python would look at all of them again
    and again: a quarter of the ingest's CPU time went there.
    """  # noqa: D205
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
