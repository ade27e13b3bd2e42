"""The helper of one session: joins its desktop, its inhibitors and the catalogue, and tells the agent.

    Helper(loop, dict(os.environ), log=..., gone=...)

runs inside any loop that has `watch`, `unwatch`, `after` and `cancel` as `socle_session.loop.Loop` has them.
"""

from __future__ import annotations

from collections.abc import Callable

from socle_core.displays import display
from socle_session.desktop import Desktop, find
from socle_session.front import Front, Known
from socle_session.inhibitors import Inhibitors
from socle_session.link import SOCKET, Link, Settings
from socle_session.reading import Reading
from socle_session.state import State
from socle_session.stream import StreamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from socle_session.loop import Loop

IDLE_AFTER_S = 300
"""Until the agent says otherwise."""
LOOK_AGAIN_S = 60
"""While something else than hands keeps a session in use."""
SETTLED_S = 1
"""Until it is logged what a desktop can tell: it answers one question after the other."""


class Helper:
    """Begins at once.

    `log`: given lines for a technician, which name no window and no program. `gone`: called once when the display
    server has left, and the session with it. `sys`: where /sys is.
    """

    def __init__(
        self,
        loop: Loop,
        environ: dict[str, str],
        *,
        log: Callable[[str], None],
        gone: Callable[[], None],
        socket: str = SOCKET,
        sys: str = "/sys",
    ) -> None:
        self._loop, self._log, self._gone, self._sys = loop, log, gone, sys
        self._state = State()
        self._after_s = IDLE_AFTER_S
        self._known: Known | None = None
        self._front: Front | None = None
        self._reading: Reading | None = None
        self._desktop: Desktop | None = None
        self._logged = ""
        self._link: Link | None = None
        self._inhibitors = Inhibitors(loop, environ, self._held)
        self._find(environ)
        self._link = Link(loop, socket, self._state_told, self._set, log)

    def close(self) -> None:
        """Leave everything alone."""
        for name in ("look again", "note"):
            self._loop.cancel(name)
        self._inhibitors.close()
        for part in (self._link, self._reading, self._desktop):
            if part is not None:
                part.close()

    def rests(self, means: str, rests: bool | None) -> None:
        """Of a desktop: whether nothing was touched for the limit, None where it cannot tell."""
        state, rested = self._state, self._state.rests
        state.idle_means, state.rests = means if rests is not None else "none", rests
        if bool(rests) != bool(rested):
            if rests:
                self._inhibitors.open()
            else:
                self._inhibitors.close()
                state.held = None
        self._changed()

    def in_front(self, means: str, front: Front | None) -> None:
        """Of a desktop: which window is in front; with `none` it does not tell."""
        self._state.focus_means, self._front = means, front
        self._name()

    def _find(self, environ: dict[str, str]) -> None:
        try:
            self._desktop = find(self._loop, environ, IDLE_AFTER_S, self, self._desktop_gone)
        except StreamError as error:
            self._log(f"the display server cannot be asked ({error}): idle none, focus none")
        else:
            if self._desktop is None:
                self._log("no desktop in this session: idle none, focus none")

    def _desktop_gone(self, why: StreamError) -> None:
        self._log(f"the display server cannot be asked any more ({why}): the session is over")
        self.close()
        self._gone()

    def _set(self, settings: Settings) -> None:
        if self._desktop is None:
            return
        if settings.idle_after_s != self._after_s:  # each message is answered: only news are to move anything
            self._after_s = settings.idle_after_s
            self._desktop.set_limit(self._after_s)
        if settings.fresh:
            self._read(settings.catalogue)

    def _read(self, paths: list[str]) -> None:
        if self._reading is not None:
            self._reading.close()
        try:
            self._reading = Reading(self._loop, paths, self._read_through)
        except OSError:
            self._read_through(None)

    def _read_through(self, known: Known | None) -> None:
        self._reading, self._known = None, known
        if known is None:
            self._log("the catalogue cannot be read: what is in front stays unknown; socle-agent doctor says why")
        self._name()

    def _name(self) -> None:
        """Turn the window into a service, and forget its names."""
        known, told = self._known, self._state.focus_means != "none"
        self._state.front = known.service(self._front) if known is not None and told else None
        self._changed()

    def _held(self, held: bool | None) -> None:
        self._state.held = held
        self._changed()

    def _changed(self) -> None:
        """Something is known that was not."""
        state = self._state
        if state.rests:
            state.projected = self._front is not None and self._front.fills and bool(display(self._sys))
        if state.kept:
            self._loop.after("look again", LOOK_AGAIN_S, self._look_again)
        else:
            self._loop.cancel("look again")
        if self._desktop is not None and self._means() != self._logged:
            self._loop.after("note", SETTLED_S, self._note_means)
        if self._link is not None:
            self._link.changed()

    def _look_again(self) -> None:
        self._inhibitors.ask()
        self._changed()

    def _means(self) -> str:
        return f"senses: idle {self._state.idle_means}, focus {self._state.focus_means}"

    def _note_means(self) -> None:
        if self._means() != self._logged:
            self._logged = self._means()
            self._log(self._logged)

    def _state_told(self) -> dict[str, Any]:
        return self._state.message()
