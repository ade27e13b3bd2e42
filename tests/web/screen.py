"""A screen without a monitor: Xvfb, a window manager, and which window is in front."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 60.0


class Screen:
    """`display`: as in DISPLAY."""

    def __init__(self, display: str) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "LC_ALL": "C.UTF-8"}
        self.environment.pop("WAYLAND_DISPLAY", None)

    def in_front(self) -> str:
        """The title of the window in front; nothing when there is none."""
        asked = ["xdotool", "getactivewindow", "getwindowname"]
        done = subprocess.run(asked, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def wait_for(self, title: str) -> float:
        """Wait until the window in front has that in its title; return when it was seen to have, by time.monotonic."""
        end = time.monotonic() + PATIENCE_S
        while title not in (seen := self.in_front()):
            assert time.monotonic() < end, f"{title!r} did not come to the front, {seen!r} is there"
            time.sleep(0.05)
        return time.monotonic()

    def do(self, *words: str) -> None:
        """Type or click, in xdotool's words."""
        subprocess.run(["xdotool", *words], env=self.environment, check=True)

    @contextmanager
    def other_window(self, title: str) -> Iterator[None]:
        """A window of another program in front."""
        with subprocess.Popen(
            ["xterm", "-T", title, "-e", "sleep", "600"], env=self.environment, stderr=subprocess.DEVNULL
        ) as program:
            yield
            program.kill()


@contextmanager
def screen() -> Iterator[Screen]:
    """A screen of its own, with openbox."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            made = Screen(f":{pipe.readline().strip()}")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(["openbox"], env=made.environment, **quiet) as manager:
            try:
                yield made
            finally:
                manager.kill()
                server.terminate()
