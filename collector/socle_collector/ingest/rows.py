"""Rows on their way into the database, as the lines that COPY takes. Absent values read `None` there."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from socle_collector.ingest.names import id_number
from socle_core.wire.limits import PROFILES
from socle_core.wire.messages import Act, Day, Health, Ledger, Row, Slot, Undated

PROFILE_CODES = {name: code for code, name in enumerate(PROFILES, 1)}
FOCUS_UNKNOWN = -1

Codes = Mapping[str, int]


class Rows:
    """The rows of many installs. Acts are set apart, because an act belongs to whoever sent it first."""

    def __init__(self) -> None:
        self.slots: list[str] = []
        self.days: list[tuple[int, int, Day]] = []
        self.undated: list[tuple[int, int, Undated]] = []
        self.health: list[str] = []
        self.acts: dict[str, tuple[int, int, Act]] = {}

    def add_ledger(self, device: int, install: int, ledger: Ledger) -> None:
        """Take all good rows of a Ledger but its acts."""
        self.slots += [_slot_line(device, install, slot) for slot in ledger.slots]
        self.days += [(device, install, day) for day in ledger.days]
        self.undated += [(device, install, row) for row in ledger.undated]
        for row in ledger.health:
            self.health.append(self._health_line(device, install, ledger.rev, row))

    def add(self, device: int, install: int, rev: int, row: Row) -> None:
        """Take one row, of any kind but acts, of a Ledger of revision `rev`."""
        if isinstance(row, Slot):
            self.slots.append(_slot_line(device, install, row))
        elif isinstance(row, Day):
            self.days.append((device, install, row))
        elif isinstance(row, Undated):
            self.undated.append((device, install, row))
        elif isinstance(row, Health):
            self.health.append(self._health_line(device, install, rev, row))

    def service_ids(self) -> set[str]:
        """Return every service named."""
        ids: set[str] = set()
        ids.update(*(day.services for _, _, day in self.days))
        return ids.union(*(row.services for _, _, row in self.undated))

    def lines(self, codes: Codes) -> dict[str, str]:
        """Return what COPY is to read, by table; tables without rows are left out."""
        lines = {
            "slots": self.slots,
            "days": [_day_line(*row, codes) for row in self.days],
            "undated": [_undated_line(*row, codes) for row in self.undated],
            "health": self.health,
        }
        return {table: "".join(held) for table, held in lines.items() if held}

    def _health_line(self, device: int, install: int, rev: int, row: Health) -> str:
        groups = msgspec.json.encode(row.groups).decode().replace("\\", "\\\\")
        return f"{device}\t{row.t}\t{install}\t{rev}\t{len(self.health)}\t{groups}\n"


def _slot_line(device: int, install: int, row: Slot) -> str:
    return (
        f"{device}\t{row.t}\t{install}\t{row.powered}\t{row.observed}\t{row.charging}\t{row.online}"
        f"\t{row.open}\t{row.active}\t{row.display}\t{row.senses}\n"
    )


def _day_line(device: int, install: int, row: Day, codes: Codes) -> str:
    profile = PROFILE_CODES[row.profile]
    return f"{device}\t{row.d}\t{install}\t{profile}\t{row.open}\t{row.active}\t{_triples(row.services, codes)}\n"


def _undated_line(device: int, install: int, row: Undated, codes: Codes) -> str:
    return (
        f"{device}\t{install}\t{id_number(row.boot)}\t{PROFILE_CODES[row.profile]}\t{row.powered}\t{row.observed}"
        f"\t{row.open}\t{row.active}\t{_triples(row.services, codes)}\n"
    )


def _triples(services: Mapping[str, tuple[int, int | None]], codes: Codes) -> str:
    """Code, present, focus of each service, in order of code, as an array literal."""
    triples = sorted([(codes[name], *use) for name, use in services.items()])
    parts = [f"{code},{present},{FOCUS_UNKNOWN if focus is None else focus}" for code, present, focus in triples]
    return f"{{{','.join(parts)}}}"
