"""Two machines at work under one name, seen in their hellos.

A run is drawn at each start of an agent, so it never comes back once another has replaced it, unless two copies
of one disk are running in turn. A hello delivered a second time shows an `ask` that was seen, and says nothing.

    hello run A ask 1    A is current
    hello run B ask 2    B replaces A: a restart, or a copy
    hello run A ask 1    seen: delivered twice
    hello run A ask 3    A was replaced and is back: a copy
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

Run = tuple[int, str]
"""A device's number and a run."""


@dataclass
class Runs:
    """What is known of the runs of some devices, and what new hellos add to it.

    `asks`: of each known run, those of its hellos. `new`: the asks to be noted. `cloned`: numbers of devices.
    """

    current: dict[int, str] = field(default_factory=dict)
    asks: dict[Run, set[str]] = field(default_factory=dict)
    new: dict[Run, list[str]] = field(default_factory=lambda: defaultdict(list))
    installs: dict[Run, str] = field(default_factory=dict)
    cloned: set[int] = field(default_factory=set)

    def hello(self, device: int, install: str, run: str, ask: str) -> None:
        """Note a hello, in the order of receipt."""
        key = device, run
        if ask in self.asks.get(key, ()):
            return
        if key in self.asks and self.current.get(device) != run:
            self.cloned.add(device)
        self.current[device] = run
        self.asks.setdefault(key, set()).add(ask)
        self.new[key].append(ask)
        self.installs[key] = install
