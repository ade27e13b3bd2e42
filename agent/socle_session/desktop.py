"""What kind of desktop a session has, and what each kind tells."""

from __future__ import annotations

from collections.abc import Callable

from socle_session.stream import StreamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from socle_session.front import Front
    from socle_session.loop import Loop

    class Listener(Protocol):
        """Is told what a desktop sees. `means`: word of the contract."""

        def rests(self, means: str, rests: bool | None) -> None:
            """Whether nothing was touched for the limit; None: this means cannot tell."""

        def in_front(self, means: str, front: Front | None) -> None:
            """Which window is in front, None when none is; with `none` nobody tells."""

    class Desktop(Protocol):
        """A connection to whoever tells."""

        def set_limit(self, after_s: int) -> None:
            """Rest means from now on so many seconds without a touch."""

        def close(self) -> None:
            """Listen no more."""

else:
    Listener = Desktop = object


def find(
    loop: Loop, environ: dict[str, str], after_s: int, listener: Listener, gone: Callable[[StreamError], None]
) -> Desktop | None:
    """The desktop that the environment names; None where it names none. Raises StreamError when that is not there.

    In a Wayland session DISPLAY is Xwayland's, which sees only a part: it is not asked.
    """
    if environ.get("WAYLAND_DISPLAY"):
        from socle_session.wayland.desktop import Wayland

        return Wayland(loop, environ, after_s, listener, gone)
    from socle_session.x11.display import number

    if number(environ.get("DISPLAY", "")):
        from socle_session.x11.desktop import X11

        return X11(loop, environ, after_s, listener, gone)
    return None
