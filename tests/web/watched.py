"""A machine with a real agent, and what its ledger holds of a service."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from e2e.children import Child, python
from e2e.patience import until

from socle_agent.ask import NotRunningError, RefusedError, ask
from socle_core import catalogue
from socle_web import tree
from socle_web.crx import signer
from socle_web.package import Recipe

CATALOGUE = """\
version = "2026.11"
[[service]]
id = "lumni"
label = {{ fr = "Lumni" }}
strand = "resources"
category = "video"
domains = ["lumni.fr"]
[[service]]
id = "seyes"
label = {{ fr = "Seyes" }}
strand = "resources"
category = "maths"
files = ["{pages}/école/*"]
[[service]]
id = "primtux"
label = {{ fr = "Activités de PrimTux" }}
strand = "resources"
category = "multi"
primtuxmenu = ["*"]
"""
CONFIG = """\
[identity]
kind = "cart"
[measure]
catalogue = ["{folder}/catalogue.toml"]
programs = "proc"
[paths]
state = "{folder}/state"
socket = "{folder}/run/socket"
"""


class Watched:
    """`folder`: of the agent, its catalogue and the local `pages`. `tree`: what browsers are given."""

    def __init__(self, folder: Path, every_min: float = 0.5) -> None:
        self.folder, self.pages, self.tree = folder, folder / "pages", folder / "tree"
        (self.pages / "école").mkdir(parents=True)
        (folder / "catalogue.toml").write_text(CATALOGUE.format(pages=self.pages))
        (folder / "agent.toml").write_text(CONFIG.format(folder=folder))
        self.socket = folder / "run/socket"
        self.agent = Child("agent", python("socle_agent.cli", "run", "--config", folder / "agent.toml"), folder)
        services = catalogue.load([folder / "catalogue.toml"])
        tree.write(tree.tree(Recipe(services, signer(folder / "key.pem"), self.socket, every_min), 1), self.tree)

    def start(self) -> None:
        """Start the agent and wait until it answers."""
        self.agent.start()
        until(lambda: self._ask("status"), 30.0, self.agent.tail)

    def greeted(self) -> bool:
        """Whether a browser's extension said hello."""
        told = self._ask("status")
        return told is not None and told["senses"]["web"] == "extension"

    def held(self) -> dict[str, int]:
        """Seconds by service that the ledger holds."""
        self._ask("flush")
        seconds: dict[str, int] = {}
        with closing(sqlite3.connect(f"file:{self.folder}/state/ledger.db?mode=ro", uri=True)) as database:
            for table in ("days", "undated", "held"):
                for (text,) in database.execute(f"SELECT services FROM {table}"):
                    for service, (present, focus) in json.loads(text).items():
                        assert present == focus, "of a page the two are equal"
                        seconds[service] = seconds.get(service, 0) + present
        return seconds

    def traces(self, word: bytes) -> list[str]:
        """Where that word is found: in the agent's memory, its files, its log."""
        found = [str(file) for file in (self.folder / "state").rglob("*") if word in file.read_bytes()]
        return [*found, *(["memory"] if word in memory(self.agent.pid) else []), *self._log(word)]

    def _log(self, word: bytes) -> list[str]:
        return ["log"] if word in self.agent.log.read_bytes() else []

    def _ask(self, what: str) -> dict[str, Any] | None:
        with suppress(NotRunningError, RefusedError, OSError):
            return ask(self.socket, what)
        return None


def memory(pid: int) -> bytes:
    """All that a process holds in memory that it may write: what a core would show."""
    held = bytearray()
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as content:
        for line in maps:
            span, rights, *_ = line.split()
            if rights.startswith("rw"):
                start, end = (int(edge, 16) for edge in span.split("-"))
                with suppress(OSError, ValueError, OverflowError):
                    held += os.pread(content.fileno(), end - start, start)
    return bytes(held)
