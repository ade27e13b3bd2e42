"""Recorded machines that a test may alter before it reads a group from them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from laptops.machine import HERE, world

from socle_agent.health.reader import Reader


class Laptop:
    """A copy of a recorded machine. `dropped`: what the last group found absurd."""

    def __init__(self, name: str, room: Path) -> None:
        self.root = room
        self.world = world(HERE / name, room)
        self.dropped: list[str] = []

    def write(self, path: str, text: str | bytes) -> None:
        """Put something into one of its files."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def remove(self, path: str) -> None:
        """Take a file away."""
        (self.root / path).unlink()

    def read(self, group: str) -> Any:
        """Read a group of it; keys that are absent are left out."""
        reader = Reader(self.world)
        told = import_module(f"socle_agent.health.{group}").read(reader)
        self.dropped = reader.dropped
        return {k: v for k, v in told.items() if v is not None} if isinstance(told, dict) else told


@pytest.fixture
def laptop(request: pytest.FixtureRequest) -> Iterator[Laptop]:
    """The machine of that name: `@pytest.mark.parametrize("laptop", ["desktop"], indirect=True)`."""
    with tempfile.TemporaryDirectory() as room:
        yield Laptop(request.param, Path(room))


def on(name: str) -> pytest.MarkDecorator:
    """The test's fixture `laptop` is a copy of that machine."""
    return pytest.mark.parametrize("laptop", [name], indirect=True)
