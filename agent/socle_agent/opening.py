"""Opening the ledger for the one agent that may write it, on the machine that it belongs to."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path

from socle_agent import identity
from socle_agent.ledger import Ledger
from socle_agent.roots import Roots

_log = logging.getLogger(__name__)

LEDGER, LOCK, COPY_OF = "ledger.db", "lock", "copy-of"
"""Files in the state folder; the last, on a copied disk alone, names the device that must not be spoken for."""


class InUseError(Exception):
    """Another agent writes this ledger."""


class State:
    """The state folder, held by this process alone. Raises InUseError, OSError."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise InUseError(f"another agent keeps its ledger in {folder}") from error

    def open_ledger(self, new_id: Callable[[], str], roots: Roots, device: str) -> tuple[Ledger, bool]:
        """The ledger, and whether this machine is a copy that must not speak as `device`.

        On a copy of the disk a new ledger is begun, the copied one put aside; until the machine is enrolled under
        another name it does not connect.
        """
        path = self.folder / LEDGER
        ledger = Ledger.open(path, new_id)
        kept = ledger.identity()
        found = identity.hashes(roots, self.folder, kept["salt"])
        if identity.is_copy(kept["hashes"], found):
            _log.error("this disk is a copy of another machine's: a new ledger is begun; enrol this machine")
            ledger.close()
            self._remember_copy(device)  # first: were we to end here, the next start would find it again
            _put_aside(path)
            ledger = Ledger.open(path, new_id)
            kept = {"salt": ledger.identity()["salt"], "hashes": {}}
            found = identity.hashes(roots, self.folder, kept["salt"])
        known = {**kept["hashes"], **found}
        if known != ledger.identity()["hashes"]:
            ledger.keep_identity(known)
        return ledger, bool(device) and self._copied_from() == device

    def _remember_copy(self, device: str) -> None:
        with (self.folder / COPY_OF).open("w", encoding="ascii") as file:
            file.write(device)
            file.flush()
            os.fsync(file.fileno())

    def _copied_from(self) -> str | None:
        """The device whose disk this is a copy of."""
        try:
            return (self.folder / COPY_OF).read_text("ascii")
        except FileNotFoundError:
            return None

    def close(self) -> None:
        """Let another agent have it."""
        os.close(self._lock)


def _put_aside(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        source = Path(f"{path}{suffix}")
        if source.exists():
            source.replace(f"{path}.copied{suffix}")
