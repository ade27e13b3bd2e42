"""The ingest: from the broker into the database, and an ack back after each commit.

One thread, no queue but the broker's inbox, which is never longer than a batch. While the database is away the
collector is away too: it says `lost`, and comes back `online` when it can store again, so that the fleet says
hello and nothing has to be kept in between.
"""

from __future__ import annotations

import logging
import select
from collections.abc import Callable

import psycopg

from socle_collector.ingest.backoff import Backoff
from socle_collector.ingest.broker import Broker, BrokerError
from socle_collector.ingest.chores import Chores
from socle_collector.ingest.database import DatabaseError, connect
from socle_collector.ingest.desk import Desk
from socle_collector.ingest.meanwhile import Attentive
from socle_collector.ingest.poison import blames_database
from socle_collector.ingest.stop import Stop
from socle_core.clock import Clock
from socle_core.settings.collector import CollectorSettings

TICK_S = 1.0
log = logging.getLogger(__name__)


class Ingest:
    """The ingest of one realm. `run` returns when `stop` is set; `tick` is called every second meanwhile."""

    def __init__(
        self, settings: CollectorSettings, clock: Clock, stop: Stop, tick: Callable[[], None] = lambda: None
    ) -> None:
        self._settings, self._clock, self._stop, self._tick = settings, clock, stop, tick
        self._database_backoff, self._broker_backoff = Backoff(), Backoff()
        self._chores = Chores(settings, clock)

    def run(self) -> None:
        """Store what comes until asked to stop; then store what is in hand, say `lost` and return."""
        while not self._stop.is_set():
            try:
                connection = connect(self._settings.database_url)
            except DatabaseError as error:
                self._pause("database: %s; next try in %.0f s", error, self._database_backoff.next())
                continue
            log.info("database: ready")
            with connection:
                self._with_database(connection)

    def _with_database(self, connection: Attentive) -> None:
        """Work until the stop or the loss of the database."""
        try:
            while not self._stop.is_set():
                self._chores.run(connection)
                self._database_backoff.reset()
                self._with_broker(connection)
        except psycopg.Error as error:
            if not blames_database(error):
                raise
            told = " ".join(str(error).split())
            self._pause("database: lost, %s; next try in %.0f s", told, self._database_backoff.next())

    def _with_broker(self, connection: Attentive) -> None:
        """Connect to the broker and work until the stop or the loss of either; a lost broker is waited for."""
        broker = Broker(self._settings, self._wall, self._stop.fileno())
        try:
            try:
                broker.open()
                broker.announce("online")
                self._broker_backoff.reset()
                log.info("broker: connected, collector of realm %s is online", self._settings.realm)
                connection.attend = broker.attend
                self._serve(broker, connection)
            finally:
                connection.attend = None
                broker.close()
        except BrokerError as error:
            self._pause("broker: %s; next try in %.0f s", error, self._broker_backoff.next())

    def _serve(self, broker: Broker, connection: Attentive) -> None:
        desk = Desk(self._settings, connection, lambda refused: self._chores.noted(refused, connection))
        while not self._stop.is_set():
            self._gather(broker)
            if letters := broker.take():
                broker.publish(desk.handle(letters, self._wall))
            self._tick()
            self._chores.run(connection)

    def _gather(self, broker: Broker) -> None:
        """Gather a batch: until it is full, or its first letter has waited long enough, or it is time for chores."""
        settings, most = self._settings, self._settings.batch_max
        if not broker.inbox:
            broker.wait(self._clock.delay(min(TICK_S, self._chores.pause())))
            broker.receive(most)
        end = self._clock.read().mono + settings.batch_wait_ms / 1000
        while broker.inbox and not broker.full(most) and not self._stop.is_set():
            left = end - self._clock.read().mono
            if left <= 0:
                break
            broker.wait(self._clock.delay(left))
            broker.receive(most)

    def _wall(self) -> float:
        return self._clock.read().wall

    def _pause(self, message: str, why: object, seconds: float) -> None:
        """Say why, wait, and end the wait early at a stop."""
        if self._stop.is_set():
            return
        log.error(message, why, seconds)
        left = seconds
        while left > 0 and not self._stop.is_set():
            self._tick()
            select.select([self._stop], [], [], self._clock.delay(min(left, TICK_S)))
            left -= TICK_S
