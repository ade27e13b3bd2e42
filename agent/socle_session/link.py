"""The connection to the agent: the whole state at each change, settings back; kept for as long as both live.

While the agent is away nothing is told and nothing kept but the present state; it is looked for again after 1, 2, 4 …
60 seconds (its folder goes with it, so there is nothing that could be watched).
"""

from __future__ import annotations

import json
from collections.abc import Callable

from socle_core.dataclass import dataclass
from socle_session.stream import Stream, StreamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from socle_session.loop import Loop

SOCKET = "/run/socle-agent/socket"
FIRST_WAIT_S, LONGEST_WAIT_S = 1, 60
_LEAST_S, _MOST_S = 1, 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """What the agent asks for. `catalogue`: files and folders, in order. `fresh`: the first word of a connection."""

    idle_after_s: int
    catalogue: list[str]
    fresh: bool


class Link:
    """Connects at once, and again whenever the agent is back.

    `state`: asked for what to tell. `on_settings`: given what the agent asks for. `log`: told what a technician wants
    to know, once each time it changes.
    """

    def __init__(
        self,
        loop: Loop,
        where: str,
        state: Callable[[], dict[str, Any]],
        on_settings: Callable[[Settings], None],
        log: Callable[[str], None],
    ) -> None:
        self._loop, self._where = loop, where
        self._state, self._on_settings, self._log = state, on_settings, log
        self._stream: Stream | None = None
        self._told: dict[str, Any] | None = None
        self._answered = False
        self._wait_s = FIRST_WAIT_S
        self._logged = ""
        self._connect()

    def changed(self) -> None:
        """The state may be another: it is told if it is, once all that came together has been taken in."""
        self._loop.after("tell", 0, self._tell)

    def close(self) -> None:
        """Leave the agent alone."""
        for name in ("tell", "agent"):
            self._loop.cancel(name)
        if self._stream is not None:
            self._stream.close()

    def _connect(self) -> None:
        self._told, self._answered = None, False
        try:
            self._stream = Stream(self._loop, self._where, self._take, self._gone)
        except StreamError as error:
            self._gone(error)
        else:
            self._tell()

    def _gone(self, why: StreamError) -> None:
        self._stream = None
        self._note(f"the agent does not listen ({why}); waiting for it")
        self._loop.after("agent", self._wait_s, self._connect)
        self._wait_s = min(LONGEST_WAIT_S, self._wait_s * 2)

    def _tell(self) -> None:
        state = self._state()
        if state != self._told:
            self._send(state)

    def _send(self, state: dict[str, Any]) -> None:
        if self._stream is not None:
            self._told = state
            self._stream.send(json.dumps(state, separators=(",", ":")).encode() + b"\n")

    def _take(self, data: memoryview) -> int:
        line, end, _rest = bytes(data).partition(b"\n")
        if not end:
            return 0
        try:
            answer = json.loads(line)
        except RecursionError as error:
            raise StreamError("it does not speak as it should") from error
        if "error" in answer:
            self._refused()
        else:
            self._settings(answer)
        return len(line) + 1

    def _settings(self, answer: dict[str, Any]) -> None:
        after, catalogue = answer["idle_after_s"], answer["catalogue"]
        if not isinstance(after, int) or not _LEAST_S <= after <= _MOST_S:
            raise StreamError("it asks for a limit that is none")
        if not isinstance(catalogue, list) or not all(isinstance(path, str) for path in catalogue):
            raise StreamError("it names a catalogue that is none")
        fresh, self._answered, self._wait_s = not self._answered, True, FIRST_WAIT_S
        self._note("the agent listens")
        self._on_settings(Settings(after, catalogue, fresh))

    def _refused(self) -> None:
        """Say at least that the front is unknown: what the agent was told before must not go on counting."""
        self._note("the agent refuses what it is told: are its catalogue and its version those of this helper?")
        if self._told is not None and self._told["focus"]:
            self._send({**self._told, "focus": None})

    def _note(self, text: str) -> None:
        if text != self._logged:
            self._logged = text
            self._log(text)
