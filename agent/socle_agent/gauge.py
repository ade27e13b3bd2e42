"""Meter and ledger together: what the senses say goes in, what was measured is written down once a checkpoint.

A ledger that cannot be written (no room, a disk gone read-only) stops nothing: what was measured stays in memory, is
written at a later checkpoint, and `trouble` says so meanwhile.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Callable

from socle_agent.ledger import Ledger, is_damage
from socle_agent.meter import Meter
from socle_agent.quarters import local
from socle_core.clock import Clock, Dating, Reading
from socle_core.settings.agent import AgentSettings
from socle_core.zones import zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_log = logging.getLogger(__name__)

PROOF_S = 60
"""An answer from the network proves the time only within this many seconds of its question."""
MOMENTS, MOST_MOMENTS = 64, 4096
"""So many moments are kept untold between two checkpoints, and at most while the ledger fails."""
ASLEEP_S = 2.0
"""From so many seconds of difference between the clocks on, the machine was suspended."""


class Gauge:
    """Measures this run of the agent. Raises sqlite3.Error when the ledger cannot even begin.

    `trouble`: why the last commit failed, empty when it did not. `settings`: those in force.
    """

    def __init__(self, clock: Clock, ledger: Ledger, settings: AgentSettings, new_id: Callable[[], str]) -> None:
        self.ledger, self.settings = ledger, settings
        self.boot = clock.boot_id()
        self.trouble = ""
        self._clock, self._new_id = clock, new_id
        self._untold: deque[tuple[Reading, dict[str, Any]]] = deque()
        reading = clock.read()
        self._asleep = reading.boot - reading.mono
        dating = Dating(reading.wall - reading.boot)
        self.meter = Meter(reading, dating, settings.hours, zone(settings.timezone), ledger.powered)
        ledger.begin(new_id(), self.boot)
        self._continue(reading)

    @property
    def trusted(self) -> bool:
        """Whether what is measured now can be dated."""
        return self.meter.dating.trusted

    @property
    def anchor(self) -> int | None:
        """Unix second of boot second 0, as far as it is known."""
        return self.meter.dating.anchor if self.trusted else None

    def tell(self, **changes: Any) -> None:
        """Take what a sense says of this moment: fields of `State`.

        The meter is told of many moments at once, which costs a tenth of telling it of each as it comes; and what it
        cannot take while the ledger fails waits, with its time.
        """
        self._untold.append((self._clock.read(), changes))
        if len(self._untold) >= MOMENTS:
            with self._excused():
                self._hear()
        if len(self._untold) > MOST_MOMENTS:  # a ledger that fails for days: what was said stays, a moment is lost
            (_reading, before), (reading, after) = self._untold.popleft(), self._untold.popleft()
            self._untold.appendleft((reading, {**before, **after}))

    def ran(self, service: str, profile: str, seconds: float) -> None:
        """Count what a program had run before a scan found it (see Meter.ran)."""
        with self._excused():
            self._hear()
            self.meter.ran(service, profile, seconds)

    def visited(self, profile: str, seconds: dict[str, int]) -> None:
        """Count time on pages, told now (see Meter.visited)."""
        with self._excused():
            self._hear()
            self.meter.advance(self._clock.read())
            self.meter.visited(profile, seconds)

    def remember(self, senses: dict[str, Any]) -> None:
        """Keep what was found out about the senses, if it is news."""
        with self._excused():
            if senses != self.ledger.senses():
                self.ledger.keep_senses(senses)

    def prove(self, unix_now: float, late: float) -> None:
        """Take the collector's time for now; `late`: seconds since it was asked."""
        if late <= PROOF_S and not self._clock.synchronised():
            with self._excused():
                self._hear()
                self.meter.prove(self._clock.read(), unix_now, self.ledger.held, late)

    def day(self) -> int | None:
        """The local day, since 1970; None without a date."""
        unix = self.unix()
        return None if unix is None else local(int(unix), self.meter.timezone)[0]

    def unix(self) -> float | None:
        """The time now where it is proved, in Unix seconds."""
        return self.meter.dating.unix(self._clock.read().boot)

    def obey(self, settings: AgentSettings) -> None:
        """Measure by other settings from now on."""
        with self._excused():
            self._hear()
            self.meter.advance(self._clock.read())
        self.settings = settings
        self.meter.hours, self.meter.timezone = settings.hours, zone(settings.timezone)

    def checkpoint(self) -> bool:
        """Write down what was measured; False when it could not be written, and is kept.

        Raises sqlite3.DatabaseError for a ledger found damaged: it is opened anew, and set aside, at the next start.
        """
        with self._excused():
            self._hear()
            reading = self._clock.read()
            self._look_at_the_clocks(reading)
            self._commit(reading)
            if self.trouble:
                _log.info("ledger: written again")
            self.trouble = ""
            return True
        return False

    def woke(self) -> bool:
        """Whether the machine was suspended since this was last asked; then a new run has begun."""
        reading = self._clock.read()
        slept = reading.boot - reading.mono - self._asleep
        self._asleep = reading.boot - reading.mono
        if slept < ASLEEP_S:
            return False
        with self._excused():
            self.ledger.begin(self._new_id(), self.boot)
        return True

    def excuse(self, error: sqlite3.Error) -> None:
        """Live with a ledger that fails, and say so; raises the error when the file is damaged."""
        if is_damage(error):
            raise error
        if not self.trouble:
            _log.error("ledger: cannot be written (%s); what is measured is kept in memory meanwhile", error)
        self.trouble = str(error)

    def _excused(self) -> _Excused:
        return _Excused(self)

    def _hear(self) -> None:
        while self._untold:
            reading, changes = self._untold[0]
            self.meter.change(reading, **changes)
            self._untold.popleft()

    def _continue(self, reading: Reading) -> None:
        """Count what passed unobserved since the last commit of this boot, or since its start, and take over its date.

        A ledger without a last commit is new: what was before it is not its business. Seconds are counted in the
        meter's whole ones: rounded anew at each start, a second of each would be lost.
        """
        last = self.ledger.position()
        if not last:
            return
        start, asleep = 0, 0.0
        if last.get("boot") == self.boot:
            start, asleep = last["at"], last["asleep"]
            self.meter.dating.resume(reading, last["anchor"], last["offset"])
        else:
            self.ledger.leave_boot()
        self.meter.unobserved(start, self.meter.at - start - round(self._asleep - asleep))

    def _look_at_the_clocks(self, reading: Reading) -> None:
        if self.meter.distrust(reading):
            _log.warning("clock: it was set; dates wait for a proof")
        if self._clock.synchronised():
            self.meter.prove(reading, reading.wall, self.ledger.held)

    def _commit(self, reading: Reading) -> None:
        dating = self.meter.dating
        where = {
            "at": self.meter.at,
            "asleep": reading.boot - reading.mono,
            "offset": dating.offset,
            "anchor": self.anchor,
        }
        growth = self.meter.take()
        try:
            self.ledger.commit(growth, self.meter.quarter(), self.meter.today(), boot=self.boot, **where)
        except BaseException:
            self.meter.give_back(growth)
            raise


class _Excused:
    """Lets errors of the ledger pass as trouble of the gauge."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> bool:
        if isinstance(error, sqlite3.Error):
            self._gauge.excuse(error)
            return True
        return False
