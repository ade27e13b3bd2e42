"""A collector as the contract says it, as plainly as it can be written: dictionaries, one message at a time.

What a payload holds is decided by socle_core.wire, which both programs share; what becomes of it is decided here anew.
"""

from __future__ import annotations

import copy
from collections import Counter
from datetime import datetime, timezone
from functools import cache
from typing import Any

from socle_core.wire.decode import decode_audit, decode_hello
from socle_core.wire.messages import Ack, Act, Audit, Hello, Ledger, Rejected, Row
from socle_core.wire.readable import Unreadable
from socle_core.wire.rows import decode_ledger

DAY_S = 86_400
KEYS = {"slots": ("t",), "days": ("d", "profile"), "undated": ("boot", "profile"), "health": ("t",), "acts": ("id",)}
Key = tuple[Any, ...]
Install = tuple[str, str]
"""A device and one of its installs."""


def key_of(kind: str, row: Row) -> Key:
    """The key of a row within its install."""
    return tuple(getattr(row, name) for name in KEYS[kind])


def numbers(row: Row) -> dict[Any, int]:
    """What can grow in a row: name, or service and place in its pair → number. What is unknown is not there."""
    told: dict[Any, Any] = {name: getattr(row, name) for name in row.__slots__ if name not in ("t", "d", "services")}
    for service, (present, focus) in getattr(row, "services", {}).items():
        told |= {(service, 0): present, (service, 1): focus}
    return {name: value for name, value in told.items() if isinstance(value, int)}


def merged(old: dict[Any, int], new: dict[Any, int]) -> dict[Any, int]:
    """The larger of both of everything; of `senses` the union of bits."""
    both = {name: max(old.get(name, 0), new.get(name, 0)) for name in old | new}
    return both | ({"senses": old.get("senses", 0) | new.get("senses", 0)} if "senses" in both else {})


class Collector:
    """`rows`: kind → (device, install, key) → numbers; of health the revision and the groups, of acts the act."""

    def __init__(self, devices: set[str], keep_from: int) -> None:
        self.devices, self.keep_from = devices, keep_from
        self.forget_facts()

    def forget_facts(self) -> None:
        """Lose everything that devices ever sent."""
        self.rows: dict[str, dict[Key, Any]] = {kind: {} for kind in KEYS}
        self.marks: dict[Install, tuple[int, str | None]] = {}
        self.asks: set[tuple[str, str, str]] = set()
        self.runs: dict[Install, list[str]] = {}
        self.cloned: set[str] = set()
        self.reconciled: dict[Install, bool] = {}
        self.resets: dict[Install, list[float]] = {}
        self.unreadable = 0

    def backup(self) -> dict[str, Any]:
        """A copy of the database."""
        return copy.deepcopy(self.__dict__)

    def restore(self, backup: dict[str, Any]) -> None:
        """Go back to a copy; what people set (keep_from) is kept."""
        self.__dict__ |= copy.deepcopy(backup) | {"keep_from": self.keep_from}

    def receive(self, device: str, kind: str, payload: bytes, now: float) -> Ack | None:
        """Take a message in and commit it; the ack, if it gets one."""
        if device not in self.devices or kind == "presence":
            return None
        try:
            message: Hello | Ledger | Audit
            if kind == "ledger":
                message = decode_ledger(payload, now=now, keep_from=self.keep_from)
            else:
                message = decode_hello(payload) if kind == "hello" else decode_audit(payload)
        except Unreadable:
            self.unreadable += 1
            return None
        install = (device, message.install)
        refused: list[Rejected] = []
        if isinstance(message, Hello):
            self._greeted(install, message)
        elif isinstance(message, Ledger):
            refused = self._store(install, message)
        else:
            self._compare(install, message, now)
        rev, run = self.marks.get(install, (0, None))
        total = len(refused) or None
        return Ack(install[1], message.ask, rev, now, self.keep_from, run, tuple(refused[:100]), total)

    def _greeted(self, install: Install, hello: Hello) -> None:
        """A run that was replaced and comes back is a second machine's, unless this hello was heard before."""
        if (*install, hello.ask) not in self.asks:
            self.asks.add((*install, hello.ask))
            runs = self.runs.setdefault(install, [])
            if hello.run in runs[:-1]:
                self.cloned.add(install[0])
            if hello.run not in runs[-1:]:
                runs.append(hello.run)

    def _store(self, install: Install, ledger: Ledger) -> list[Rejected]:
        mark, _ = self.marks.get(install, (0, None))
        if ledger.after > mark:
            return []
        refused = [Rejected(bad.kind, bad.key, bad.why) for bad in ledger.bad]
        rows = [(kind, row) for kind in KEYS for row in getattr(ledger, kind)]
        others = [(kind, row) for kind, row in rows if not self._merge(install, ledger.rev, kind, row)]
        refused += [Rejected(kind, list(key_of(kind, row)), "another device's") for kind, row in others]
        if ledger.rev > mark:
            self.marks[install] = ledger.rev, ledger.run
        return refused

    def _merge(self, install: Install, rev: int, kind: str, row: Row) -> bool:
        rows, key = self.rows[kind], (*install, *key_of(kind, row))
        if kind == "health":
            rows[key] = max(rows.get(key, (-1, None)), (rev, row), key=lambda held: held[0])
        elif isinstance(row, Act):
            holder, _ = rows.setdefault((row.id,), (install, row))
            return bool(holder[0] == install[0])
        else:
            rows[key] = merged(rows.get(key, {}), numbers(row))
        return True

    def _compare(self, install: Install, audit: Audit, now: float) -> None:
        if self.marks.get(install, (0, None)) != (audit.rev, audit.run) or not audit.rev:
            return
        held = self.sums(install)
        told = {("", "undated"): audit.undated or 0, ("", "acts"): audit.acts or 0}
        told |= {(month, name): number for month, sums in audit.months.items() for name, number in sums.items()}
        self.reconciled[install] = all(number <= held[cell] for cell, number in told.items())
        resets = self.resets.setdefault(install, [])
        if self.reconciled[install]:
            resets.clear()
        elif not resets or now - resets[-1] >= min(2 ** len(resets), 30) * DAY_S:
            resets.append(now)
            self.marks[install] = (0, None)

    def sums(self, install: Install) -> Counter[tuple[str, str]]:
        """(Month, name) → sum of what is held of an install; the totals that have no month stand under ""."""
        sums: Counter[tuple[str, str]] = Counter()
        for kind in ("slots", "days", "undated"):
            for key, row in self.rows[kind].items():
                if key[:2] == install:
                    sums.update(_cells(kind, key, row))
        sums["", "acts"] = sum(holder == install for holder, _ in self.rows["acts"].values())
        return sums

    def totals(self, install: Install) -> dict[str, int]:
        """The words of `totals --json` that both programs must agree on."""
        sums: Counter[str] = Counter()
        for (_, name), number in self.sums(install).items():
            sums[name] += number
        names = ("slots", "powered", "observed", "open", "active", "days", "present", "focus", "undated", "acts")
        health = sum(key[:2] == install for key in self.rows["health"])
        return {name: sums[name] for name in names} | {"health": health}


def _cells(kind: str, key: Key, row: dict[Any, int]) -> dict[tuple[str, str], int]:
    if kind == "undated":
        return {("", "undated"): row.get("powered", 0)}
    if kind == "slots":
        month = month_of(key[2] * 900)
        return {(month, "slots"): 1} | {(month, n): row.get(n, 0) for n in ("powered", "observed", "open", "active")}
    month, pairs = month_of(key[2] * DAY_S), [(name[1], n) for name, n in row.items() if isinstance(name, tuple)]
    sums = {(month, name): sum(n for place, n in pairs if place == at) for at, name in ((0, "present"), (1, "focus"))}
    return {(month, "days"): 1} | sums


@cache
def month_of(unix: int) -> str:
    """The UTC month of a Unix second."""
    return datetime.fromtimestamp(unix, timezone.utc).strftime("%Y-%m")
