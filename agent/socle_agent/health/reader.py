"""What a group reads with: one attribute at a time, so that what is unreadable loses itself and nothing else.

What the machine does not have or does not let us read is None. What cannot be true is None too, and is named in
`dropped`: drivers, firmware and worn parts do say that a battery holds 47 times what it was made for.
"""

from __future__ import annotations

from pathlib import Path

from socle_agent.health.world import World

MOST_BYTES = 1 << 20


class Reader:
    """Reads for one group. `dropped`: the absurd values met, by the name of their attribute, without the value."""

    def __init__(self, world: World) -> None:
        self.world, self.roots = world, world.roots
        self.dropped: list[str] = []

    def bytes(self, path: Path) -> bytes | None:
        """What is in a file, at most a MiB; None where it is absent or unreadable."""
        try:
            with path.open("rb") as file:
                return file.read(MOST_BYTES)
        except OSError:
            return None

    def text(self, path: Path) -> str | None:
        """The same as text, without white space around it."""
        held = self.bytes(path)
        return None if held is None else held.decode("utf-8", "replace").strip("\0 \t\r\n")

    def number(self, path: Path, low: float, top: float, unit: float = 1) -> float | None:
        """The number in a file times `unit`, None unless it lies from `low` to `top` then."""
        told = self.text(path)
        return self.parse(f"{path.parent.name}/{path.name}", told, low, top, unit) if told else None

    def parse(self, name: str, told: str, low: float, top: float, unit: float = 1) -> float | None:
        """A number that stands in a text; one that is none is absurd."""
        try:
            value = float(told) * unit
        except ValueError:
            value = float("nan")
        return self.sane(name, value, low, top)

    def sane(self, name: str, value: float, low: float, top: float) -> float | None:
        """The value, or None and its name in `dropped` where it cannot be."""
        if low <= value <= top:
            return value
        self.dropped.append(name)
        return None

    def folders(self, folder: Path, pattern: str = "*") -> list[Path]:
        """What is in a folder, in an order that does not change; nothing where it is absent."""
        try:
            return sorted(folder.glob(pattern))
        except OSError:
            return []

    def run(self, *words: str, codes: tuple[int, ...] | None = (0,)) -> str | None:
        """What a command prints; None where it is not installed or ends with another code. `codes` None: any."""
        try:
            code, told = self.world.run(*words)
        except FileNotFoundError:
            return None
        return told if codes is None or code in codes else None
