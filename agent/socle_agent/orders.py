"""The settings that the collector sent last and that were good, kept over restarts."""

from __future__ import annotations

import json
import logging

from socle_core.settings import remote
from socle_core.settings.agent import AgentSettings
from socle_core.settings.errors import SettingsError

_log = logging.getLogger(__name__)

NAME = "settings.json"
"""The file's name in the state folder; the collector's words, nothing secret."""


class Orders:
    """The settings in force: `given` from the files, with what the collector said last.

    `refused`: what was wrong with the last set, if it was refused; the last good one stays in force then.
    """

    def __init__(self, given: AgentSettings) -> None:
        self.given = self.in_force = given
        self.said: dict[str, object] = {}
        self.refused: tuple[str, ...] = ()
        self._file = given.state / NAME

    def recall(self) -> None:
        """Take up what an earlier run kept; a file that does not hold is left for the next good set to replace."""
        try:
            said = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return
        if isinstance(said, dict) and not self._apply(said):
            _log.info("settings: from the collector: %s", ", ".join(sorted(said)) or "none")

    def obey(self, said: dict[str, object]) -> bool:
        """Take a set of the collector, if all of it is good; tell whether the settings in force changed."""
        before = self.in_force
        self.refused = self._apply(said)
        if self.refused:
            _log.warning("settings: the collector's are refused: %s", "; ".join(self.refused))
            return False
        self._keep()
        return self.in_force != before

    def _apply(self, said: dict[str, object]) -> tuple[str, ...]:
        try:
            self.in_force = remote.apply(self.given, said)
        except SettingsError as error:
            return tuple(str(mistake) for mistake in error.mistakes)
        self.said = said
        return ()

    def _keep(self) -> None:
        fresh = self._file.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(self.said), encoding="utf-8")
            fresh.replace(self._file)
        except OSError as error:
            _log.warning("settings: the collector's are in force, but cannot be kept: %s", error.strerror)
