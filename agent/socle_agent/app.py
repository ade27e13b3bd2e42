"""The daemon: the one place where real objects are built and joined.

senses ──► gauge (meter + ledger) ──► talk (sync + link) ══► broker
              ▲ checkpoint, once a minute        │ report, once a quarter of an hour
              └────────────── one loop ──────────┘

Who fails is isolated: a sense by the loop, the ledger by the gauge, the network by the link.
"""

from __future__ import annotations

import logging
import signal
import sqlite3
from collections.abc import Callable
from random import SystemRandom

from socle_agent import notify
from socle_agent.boots import Boots
from socle_agent.gauge import Gauge
from socle_agent.greeting import Greeter
from socle_agent.ledger import Ledger
from socle_agent.loop import Loop
from socle_agent.observe import Observer
from socle_agent.orders import Orders
from socle_agent.plan import Plan, plan
from socle_agent.roots import Roots
from socle_agent.talk import Talk
from socle_agent.vitals import Vitals
from socle_core.catalogue.model import Catalogue
from socle_core.clock import Clock
from socle_core.settings.agent import AgentSettings
from socle_core.wire.topics import new_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random

_log = logging.getLogger(__name__)

STOP_S, SLEEP_S = 5.0, 3.0
"""So long the collector's ack is waited for at a stop, and before a suspend (logind waits 5 s in all)."""
RELOAD = -1
"""What `run` returns when the agent is to be built anew from its files."""


class App:
    """One agent, from its start to its stop.

    `ledger`: open, and written by nobody else. `is_copy`: this disk is another machine's, so nothing is sent.
    `on_settings`: called when other settings are in force.
    `may_reload`: whether the files that SIGHUP asks to read anew can be used.
    Raises sqlite3.Error when the ledger cannot be begun, NotAllowedError when the settings want more than is allowed.
    """

    def __init__(
        self,
        settings: AgentSettings,
        catalogue: Catalogue,
        ledger: Ledger,
        *,
        is_copy: bool = False,
        clock: Clock | None = None,
        roots: Roots | None = None,
        rng: Random | None = None,
        may_reload: Callable[[], bool] = lambda: True,
    ) -> None:
        self.clock, self.roots, self.rng = clock or Clock(), roots or Roots(), rng or SystemRandom()
        self.settings, self.catalogue, self.is_copy = settings, catalogue, is_copy
        self.orders = Orders(settings)
        self.orders.recall()
        self.loop = Loop(self.clock)
        self.gauge = Gauge(self.clock, ledger, self.orders.in_force, lambda: new_id(self.rng))
        self.observer = Observer(self.loop, self.clock, self.roots, catalogue, self.gauge, on_sleep=self._sleep)
        self.boots = Boots(self.loop, self.gauge, self.roots)
        self.talk = self._new_talk() if settings.enrolled and not is_copy else None
        self.vitals = Vitals(self.gauge, lambda: self.talk.link.quality() if self.talk else {})
        self.on_settings: Callable[[], None] = lambda: None
        self._may_reload = may_reload
        self._exit, self._leaving = 0, False
        self._plan = self._new_plan()
        self._period = self._plan.period(self.clock.read().boot)

    def run(self) -> int:
        """Measure until a signal ends it; the exit code, or RELOAD."""
        self.observer.start(self.settings.programs)
        self.checkpoint()
        self.loop.on_signals({signal.SIGTERM: self.stop, signal.SIGINT: self.stop, signal.SIGHUP: self._reload})
        self._wait()
        if self.talk is not None:
            self.talk.start()
        self._live()
        notify.notify("READY=1")
        means = self.observer.means()
        _log.info("measuring: sessions by %s, programs by %s", means["session"], means["programs"])
        self.loop.run()
        return self._exit

    def stop(self, code: int = 0) -> None:
        """Write down, report, say goodbye and end; the second time, end at once."""
        if self._leaving:
            self.loop.stop()
            return
        self._leaving, self._exit = True, code
        notify.notify("STOPPING=1" if code != RELOAD else "RELOADING=1")
        try:
            self.gauge.checkpoint()
        except sqlite3.DatabaseError:
            _log.exception("the ledger cannot take the last minute")
        if self.talk is None:
            self.loop.stop()
        else:
            self.talk.leave(STOP_S, self.loop.stop)

    def _reload(self) -> None:
        if not self._leaving and self._may_reload():
            self.stop(RELOAD)

    def close(self) -> None:
        """Give everything back; the ledger stays open."""
        self.boots.close()
        self.observer.close()
        self.loop.close()

    def checkpoint(self) -> bool:
        """Write down what was measured until now; False when the ledger cannot take it."""
        written = self.gauge.checkpoint()
        self._replan()
        return written

    def report(self, *, whole: bool = True) -> None:
        """Send what the ledger holds; not `whole`: but for the quarter just begun."""
        if self.talk is not None:
            self.talk.report(whole=whole)

    def _tick(self) -> None:
        self._wait()
        if self.gauge.woke():
            _log.info("the machine was suspended")
            if self.talk is not None and not self._leaving:
                self.talk.restart()
        self.observer.tick()
        self.vitals.write()
        self.checkpoint()
        self.boots.tick()
        period = self._plan.period(self.clock.read().boot)
        if period is None or period != self._period:
            self.report(whole=period is None)
        self._period = period

    def _wait(self) -> None:
        self.loop.at("checkpoint", self._plan.next_checkpoint(self.clock.read().boot), self._tick, vital=True)

    def _replan(self) -> None:
        """After a first date, or with other settings, checkpoints and reports fall elsewhere."""
        new = self._new_plan()
        if new != self._plan:
            self._plan, self._period = new, new.period(self.clock.read().boot)
            self._wait()

    def _new_plan(self) -> Plan:
        settings = self.gauge.settings
        return plan(settings.device, self.gauge.anchor, settings.checkpoint_s, settings.report_every_quarters)

    def _live(self) -> None:
        """Show systemd that the loop turns."""
        every = notify.watchdog_s()
        if every is not None:
            notify.notify("WATCHDOG=1")
            self.loop.after("watchdog", every, self._live)

    def _sleep(self, asleep: bool) -> None:
        """Before a suspend: write down, report, say `sleeping`. After it: a new run, a new connection."""
        if asleep:
            self.checkpoint()
            if self.talk is None:
                self.observer.let_sleep()
            else:
                self.talk.leave(SLEEP_S, self.observer.let_sleep)
            return
        self.gauge.woke()
        if self.talk is not None and not self._leaving:
            self.talk.start()

    def _config(self, said: dict[str, object]) -> None:
        """Settings from the collector."""
        if self.orders.obey(said):
            self.gauge.obey(self.orders.in_force)
            self._replan()
            self.on_settings()
            _log.info("settings: the collector's are in force")

    def _new_talk(self) -> Talk:
        greet = Greeter(self.gauge, self.observer, self.catalogue.version, self.roots).hello
        return Talk(self.loop, self.clock, self.settings, self.gauge, self.rng, greet=greet, on_config=self._config)
