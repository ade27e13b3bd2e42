"""`socle-agent run`: from the files on the disk to a running agent, and from each thing that fails to an exit code."""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path
from random import SystemRandom

from socle_agent import journal
from socle_agent.answers import Answers
from socle_agent.app import RELOAD, App
from socle_agent.ledger import Ledger, NewerLedgerError
from socle_agent.local import Local, OccupiedError
from socle_agent.loop import VitalFailure
from socle_agent.opening import InUseError, State
from socle_agent.roots import PROGRAM_DIRS, Roots
from socle_agent.senses.programs.refused import NotAllowedError
from socle_core import catalogue
from socle_core.clock import Clock
from socle_core.mistakes import MistakesError
from socle_core.settings.agent import AgentSettings, load_agent
from socle_core.tomlfile import Parse, parse, parse_apart
from socle_core.wire.topics import new_id

_log = logging.getLogger(__name__)

OK, PROBLEM, SOFTWARE, IO_ERROR, CONFIG = 0, 1, 70, 74, 78
"""Exit codes, the last three from sysexits.h."""


def serve(config: Path | None, clock: Clock | None = None, roots: Roots | None = None) -> int:
    """Run an agent until a signal ends it; return the exit code. For the main thread."""
    journal.log_to_stderr()
    try:
        return Service(config, clock or Clock(), roots or _roots()).run()
    except MistakesError as error:
        _tell(error)
        return CONFIG
    except NotAllowedError as error:
        _log.error("%s; the setting 'programs' demands it, 'auto' takes what is allowed", error)
        return CONFIG
    except (InUseError, OccupiedError) as error:
        _log.error("%s", error)
        return PROBLEM
    except (OSError, sqlite3.Error, NewerLedgerError) as error:
        _log.error("cannot start: %s", error)
        return IO_ERROR
    except VitalFailure as error:
        _log.critical("%s", error)
        return SOFTWARE


class Service:
    """An agent, built from its files, and built anew when they are to be read again."""

    def __init__(self, config: Path | None, clock: Clock, roots: Roots) -> None:
        self._config, self._clock, self._roots = config, clock, roots
        self._rng = SystemRandom()

    def run(self) -> int:
        """Serve; raises what `serve` makes exit codes of."""
        files = self._read(parse_apart)
        while (code := self._once(*files)) == RELOAD:
            _log.info("reading the configuration anew")
            files = self._read(parse)  # a thread may be ending: nothing is to be forked now
        return code

    def _read(self, parse: Parse) -> tuple[AgentSettings, catalogue.Catalogue]:
        settings = load_agent(self._config, parse=parse)
        return settings, catalogue.load(settings.catalogue, parse=parse)

    def _can_read(self) -> bool:
        try:
            self._read(parse)
        except MistakesError as error:
            _tell(error)
            _log.error("the configuration in force is kept")
            return False
        return True

    def _once(self, settings: AgentSettings, known: catalogue.Catalogue) -> int:
        state = State(settings.state)
        try:
            ledger, is_copy = state.open_ledger(lambda: new_id(self._rng), self._roots, settings.device)
            try:
                return self._with_ledger(settings, known, ledger, is_copy)
            finally:
                ledger.close()
        finally:
            state.close()

    def _with_ledger(self, settings: AgentSettings, known: catalogue.Catalogue, ledger: Ledger, is_copy: bool) -> int:
        app = App(
            settings,
            known,
            ledger,
            is_copy=is_copy,
            clock=self._clock,
            roots=self._roots,
            rng=self._rng,
            may_reload=self._can_read,
        )
        local = Local(app.loop, settings.socket)
        Answers(app, local)
        try:
            _open(local)
            return app.run()
        finally:
            local.close()
            app.close()


def _tell(error: MistakesError) -> None:
    """Each mistake is an event of its own."""
    for mistake in error.mistakes:
        _log.error("%s: %s", error.what, mistake)


def _open(local: Local) -> None:
    try:
        local.open()
    except OSError as error:
        _log.warning("nobody can ask this agent anything: its socket cannot be made (%s)", error)


def _roots() -> Roots:
    """The real machine; programs are looked for in PATH too."""
    path = [folder for folder in os.environ.get("PATH", "").split(":") if folder.startswith("/")]
    return Roots(programs=tuple(dict.fromkeys([*path, *PROGRAM_DIRS])))
