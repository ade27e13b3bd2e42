"""The window in front, and whose service it is: pure but for a look at the process behind it."""

from __future__ import annotations

import os

from socle_core.dataclass import dataclass

_INTERPRETERS = ("python", "perl", "sh", "bash", "dash", "ruby", "java", "wish")
"""As in the agent's look at processes: the service is the script, not what runs it."""


@dataclass(frozen=True, slots=True)
class Front:
    """What a window says of its program, never what it shows.

    `names`: application ids and classes, the most telling first. `pid`: 0 where nobody knows it. `fills`: whether it
    covers the screen.
    """

    names: tuple[str, ...] = ()
    pid: int = 0
    fills: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Of the catalogue, what is needed to name a window.

    `names`: application ids and window classes in lower case → service. `executables`: file names → service.
    """

    names: dict[str, str]
    executables: dict[str, str]

    def service(self, front: Front | None, proc: str = "/proc") -> str:
        """The service whose window this is, "" for any other window and for none."""
        if front is None:
            return ""
        for name in front.names:
            if service := self.names.get(name.lower().removesuffix(".desktop")):
                return service
        for name in _programs(proc, front.pid) if front.pid else ():
            if service := self.executables.get(name):
                return service
        return ""


def _programs(proc: str, pid: int) -> list[str]:
    """File names of what a process of this user runs: the binary, how it was called, and the script."""
    folder = f"{proc}/{pid}"
    try:
        if os.stat(folder).st_uid != os.getuid():
            return []
        binary = os.readlink(f"{folder}/exe")
        with open(f"{folder}/cmdline", "rb") as file:
            words = file.read(4096).decode("utf-8", "replace").split("\0")
    except OSError:
        return []  # it has ended
    names = [os.path.basename(word) for word in (binary.removesuffix(" (deleted)"), *words[:4])]
    scripts = [name for name in names[2:] if name and not name.startswith("-")][:1]
    interpreted = names[0].rstrip("0123456789.") in _INTERPRETERS
    return names[:2] + (scripts if interpreted else [])
