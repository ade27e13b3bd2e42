"""What the ingest does between batches: roll-ups, the quarantine, forgetting old runs."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import Connection

from socle_collector.ingest import rollup
from socle_collector.ingest.again import judge_again
from socle_collector.ingest.poison import blames_database
from socle_collector.ingest.post import Refused
from socle_collector.ingest.quarantine import Bound
from socle_collector.ingest.terms import terms
from socle_core.clock import Clock
from socle_core.settings.collector import CollectorSettings

DAY_S = 86_400.0
MINUTE_S = 60.0
ROLLUP_S = 1.0
ROLLUP_MOST = 500

FORGET_RUNS = "DELETE FROM runs WHERE NOT current AND seen_at < to_timestamp(%s) - interval '30 days'"
"""Two copies at work take turns within hours; and a run lasts until its machine sleeps."""

log = logging.getLogger(__name__)


class Chores:
    """Chores, each with its interval; all are due at start. One that fails is tried again when next due."""

    def __init__(self, settings: CollectorSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._bound = Bound(settings.quarantine_max_rows)
        self._refused: Counter[str] = Counter()
        self._due = dict.fromkeys(self._chores(), 0.0)

    def _chores(self) -> dict[Callable[[Connection[Any]], None], float]:
        return {
            self._judge: DAY_S,
            self._forget_runs: DAY_S,
            self._roll_up: ROLLUP_S,
            self._tell: MINUTE_S,
        }

    def run(self, connection: Connection[Any]) -> None:
        """Do what is due; psycopg.Error where the database is away."""
        for chore, interval in self._chores().items():
            now = self._clock.read().mono
            if now >= self._due[chore]:
                self._due[chore] = now + interval
                self._attempt(chore, connection)

    def pause(self) -> float:
        """Return for how many seconds no chore is due."""
        return max(0.0, min(self._due.values()) - self._clock.read().mono)

    def _attempt(self, chore: Callable[[Connection[Any]], None], connection: Connection[Any]) -> None:
        try:
            chore(connection)
        except psycopg.Error as error:
            if blames_database(error):
                raise
            log.exception("a chore failed and will be tried again")

    def noted(self, refused: Sequence[Refused], connection: Connection[Any]) -> None:
        """Take note of what was just put in quarantine, and keep the quarantine within its bound."""
        self._refused.update(one.kind for one in refused)
        if gone := self._bound.trim(connection, len(refused)):
            log.warning("quarantine: full, the oldest %d were thrown out", gone)

    def _tell(self, _: Connection[Any]) -> None:
        if self._refused:
            log.warning("quarantine: put in %s", ", ".join(f"{n} {kind}" for kind, n in self._refused.items()))
            self._refused.clear()

    def _judge(self, connection: Connection[Any]) -> None:
        on = terms(self._clock.read().wall, self._settings)
        if released := judge_again(connection, self._settings.realm, on):
            log.info("quarantine: %d judged again, good now, and stored", released)

    def _forget_runs(self, connection: Connection[Any]) -> None:
        connection.execute(FORGET_RUNS, (self._clock.read().wall,))

    def _roll_up(self, connection: Connection[Any]) -> None:
        began = self._clock.read().mono
        if rollup.recompute(connection, self._settings.timezone, ROLLUP_MOST) == ROLLUP_MOST:
            now = self._clock.read().mono
            self._due[self._roll_up] = now + 4 * (now - began)  # more is waiting, but so are devices
