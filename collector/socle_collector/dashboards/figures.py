"""What the page shows, read from the facts and the roll-ups. Seconds are whole; days count from 1970-01-01."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

DAYS = 14
"""How many days the page looks back, today included."""
MOST = 200
"""How many machines the page lists."""

_DEVICES = """
    SELECT d.number, d.id, d.school, d.kind, d.cloned_at, p.state, m.seen_at, m.reconciled, m.waiting, m.senses, m.clock
    FROM devices d LEFT JOIN presence p ON p.device = d.number
    LEFT JOIN LATERAL (
        SELECT max(seen_at) AS seen_at, sum(greatest(head - rev, 0)) AS waiting,
            CASE WHEN bool_or(NOT reconciled) THEN false WHEN bool_and(reconciled IS NOT NULL) THEN true END
                AS reconciled,
            (array_agg(senses ORDER BY seen_at DESC))[1] AS senses, (array_agg(clock ORDER BY seen_at DESC))[1] AS clock
        FROM marks WHERE device = d.number) m ON true
    ORDER BY m.seen_at DESC NULLS LAST, d.id LIMIT %s"""
_DAYS = "SELECT device, d, powered, observed, open FROM device_days WHERE d > %s AND d <= %s"
_SERVICES = """
    SELECT device, s.id, sum(services[i + 1]) FROM days, generate_series(1, cardinality(services), 3) AS i
    JOIN services s ON true WHERE s.code = days.services[i] AND d > %s AND d <= %s GROUP BY device, s.id"""
_UNDATED = "SELECT count(DISTINCT device), coalesce(sum(powered), 0) FROM undated"
_QUARANTINE = (
    "SELECT kind, why, count(*), max(last_at) FROM quarantine GROUP BY kind, why ORDER BY 3 DESC, 1, 2 LIMIT 10"
)
_COUNTS = """
    SELECT (SELECT count(*) FROM devices), (SELECT count(*) FROM quarantine),
        (SELECT coalesce(sum(n), 0) FROM quarantine_dropped)"""


@dataclass
class Day:
    """One local day of a machine: seconds, None where nothing says."""

    day: int
    powered: int | None = None
    observed: int | None = None
    open: int | None = None


@dataclass
class Machine:
    """A machine of the registry. `seen`: when it was last heard; `waiting`: revisions it has and we have not."""

    id: str
    school: str
    kind: str
    cloned: bool
    state: str | None
    seen: datetime | None
    reconciled: bool | None
    waiting: int
    senses: dict[str, str]
    clock: str | None
    days: list[Day] = field(default_factory=list)
    services: dict[str, int] = field(default_factory=dict)

    def total(self, name: str) -> int | None:
        """Seconds of a field over the days shown; None where no day tells."""
        told = [value for day in self.days if (value := getattr(day, name)) is not None]
        return sum(told) if told else None


@dataclass
class Realm:
    """All that the page shows. `held`: rows in quarantine, `thrown`: those it had no room for."""

    today: int
    machines: list[Machine]
    known: int
    held: int
    thrown: int
    quarantine: list[tuple[str, str, int, datetime]]
    undated_machines: int
    undated: int

    def total(self, name: str) -> int:
        """Seconds of a field over all machines and days shown."""
        return sum(machine.total(name) or 0 for machine in self.machines)

    def services(self) -> dict[str, tuple[int, int]]:
        """Service id → seconds and number of machines, the most used first."""
        sums: dict[str, list[int]] = defaultdict(list)
        for machine in self.machines:
            for service, seconds in machine.services.items():
                sums[service].append(seconds)
        return {name: (sum(each), len(each)) for name, each in sorted(sums.items(), key=lambda item: -sum(item[1]))}


def realm(today: int) -> Realm:
    """Read what the page shows on the local day `today`."""
    window = (today - DAYS, today)
    machines = _machines(window)
    known, held, thrown = _rows(_COUNTS)[0]
    undated_machines, undated = _rows(_UNDATED)[0]
    return Realm(today, machines, known, held, int(thrown), _rows(_QUARANTINE), undated_machines, int(undated))


def _machines(window: tuple[int, int]) -> list[Machine]:
    found: dict[int, Machine] = {}
    for number, name, school, kind, cloned_at, state, seen, reconciled, waiting, senses, clock in _rows(_DEVICES, MOST):
        found[number] = Machine(
            name,
            school,
            kind,
            cloned_at is not None,
            state,
            seen,
            reconciled,
            int(waiting or 0),
            _senses(senses),
            clock,
        )
    days = {(device, day): Day(day, *rest) for device, day, *rest in _rows(_DAYS, *window)}
    for number, machine in found.items():
        machine.days = [days.get((number, day), Day(day)) for day in range(window[0] + 1, window[1] + 1)]
    for device, service, seconds in _rows(_SERVICES, *window):
        if device in found:
            found[device].services[service] = int(seconds)
    return list(found.values())


def _senses(told: Any) -> dict[str, str]:
    """The senses as a dictionary: the driver may hand over JSON as text."""
    if isinstance(told, str):
        from json import loads

        told = loads(told)
    return told or {}


def _rows(query: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
