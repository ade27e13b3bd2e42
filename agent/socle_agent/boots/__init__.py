"""Boots without the agent: the package was stopped, or not yet installed anew. They were powered, and not observed.

The ledger remembers the boots that its agents left. Once the present can be dated, a child process looks, in the
journal and in wtmp, at what the machine did since the oldest of them; what it finds is added to the quarters in the
same transaction in which those boots are forgotten, so that a crash makes it be looked for again, never counted twice.

    agent    ███████▌ stopped                        ▐████
    machine  ██████████▌ off ▐██████▌ off ▐████▌ off ▐████
    added            ▐██▌    ▐██████▌     ▐████▌
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import suppress

from socle_agent.boots.fill import fill
from socle_agent.gauge import Gauge
from socle_agent.loop import Loop
from socle_agent.roots import Roots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

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
        self._child, self._pipe = _apart(lambda: _look(roots, left, boot))
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
        if not self._said:
            _log.warning("boots without the agent: their reader died; looked for again at the next start")
        elif self._gauge.checkpoint():  # nothing uncommitted may stand in the quarters that are filled
            self._take(json.loads(self._said))
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

    return look(roots, left, boot)


def _apart(ask: Callable[[], object]) -> tuple[int, int]:
    """Have a child answer in JSON; its process id, and the pipe to read the answer from. Nothing means it died."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(ask, writing)
    os.close(writing)
    os.set_blocking(reading, False)
    return child, reading


def _answer(ask: Callable[[], object], writing: int) -> NoReturn:
    """Answer, without haste, and end the child without its parent's clean-up."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        with suppress(PermissionError):  # its service may forbid even that
            os.nice(19)
        with open(writing, "w", encoding="utf-8") as pipe:
            pipe.write(json.dumps(ask()))
    finally:
        os._exit(0)
