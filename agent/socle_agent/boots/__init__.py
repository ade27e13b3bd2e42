"""Boots without the agent: the package was stopped, or not yet installed anew. They were powered, and not observed.

The ledger remembers the boots that its agents left. Once the present can be dated, a child process looks, in the
journal and in wtmp, at what the machine did since the oldest of them; what it finds is added to the quarters in the
same transaction in which those boots are forgotten, so that a crash makes it be looked for again, never counted twice.

    agent    ███████▌ stopped                        ▐████
    machine  ██████████▌ off ▐██████▌ off ▐████▌ off ▐████
    added            ▐██▌    ▐██████▌     ▐████▌
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
from contextlib import suppress

from socle_agent.boots.fill import fill
from socle_agent.gauge import Gauge
from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_core import apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_log = logging.getLogger(__name__)


class Boots:
    """Looks once a run for what passed without an agent, when `tick` finds that the date is known."""

    def __init__(self, loop: Loop, gauge: Gauge, roots: Roots) -> None:
        self._loop, self._gauge, self._roots = loop, gauge, roots
        self._looked, self._until = False, 0
        self._child, self._pipe, self._said = 0, -1, b""

    def tick(self) -> None:
        """Begin to look, where there is something to look for and the present can be dated."""
        anchor = self._gauge.anchor
        if self._looked or anchor is None or not (left := self._gauge.ledger.left_boots):
            return
        self._looked, self._until, self._said = True, anchor, b""
        roots, boot = self._roots, self._gauge.boot
        self._child, self._pipe = apart.begin(lambda: _look(roots, left, boot))
        self._loop.watch(self._pipe, "boots", self._ready)

    def close(self) -> None:
        """Look no more."""
        if self._pipe >= 0:
            self._loop.unwatch(self._pipe)
            os.close(self._pipe)
            self._pipe = -1
            os.kill(self._child, signal.SIGKILL)  # it has answered, or is not to
            os.waitpid(self._child, 0)

    def _ready(self) -> None:
        data = os.read(self._pipe, 65536)
        self._said += data
        if data:
            return
        self.close()
        try:
            found = apart.understood(self._said)
        except apart.DiedError as error:
            _log.warning("boots without the agent: %s; looked for again at the next start", error)
            return
        if self._gauge.checkpoint():  # nothing uncommitted may stand in the quarters that are filled
            self._take(found)
        else:
            self._looked = False

    def _take(self, found: dict[str, Any]) -> None:
        growth, left_out = fill(found["exact"], found["rough"], self._until, self._gauge.ledger.powered)
        left_out += found["left_out"]
        try:
            self._gauge.ledger.account_for_boots(growth)
        except sqlite3.Error as error:
            self._looked = False
            self._gauge.excuse(error)
            return
        added = sum(row["powered"] for row in growth.slots.values())
        if added or left_out:
            told = "boots without the agent: %d s powered, not observed; %d s left out, their dates contradict others"
            _log.info(told, added, left_out)


def _look(roots: Roots, left: list[dict[str, Any]], boot: str) -> dict[str, Any]:
    from socle_agent.boots.look import look  # what it imports goes away with the child

    with suppress(PermissionError):  # the agent's service may forbid even that
        os.nice(19)
    return look(roots, left, boot)
