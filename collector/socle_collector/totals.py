"""What is stored of each device, as `socle-agent totals` tells it of itself."""

from __future__ import annotations

from typing import Any

import psycopg

from socle_collector.ingest.names import device_number

NAMES = (
    "rev", "slots", "powered", "observed", "open", "active", "days", "present", "focus", "undated", "health", "acts",
    "reconciled",
)  # fmt: skip

DEVICES = "SELECT id FROM devices WHERE %(device)s::bigint IS NULL OR number = %(device)s ORDER BY id"

TOTALS = """
    WITH slot AS (
        SELECT device, install, count(*) AS n, sum(powered) AS powered, sum(observed) AS observed, sum(open) AS open,
            sum(active) AS active
        FROM slots WHERE %(device)s::bigint IS NULL OR device = %(device)s GROUP BY device, install),
    day AS (
        SELECT device, install, count(*) AS n, sum(present) AS present, sum(focus) AS focus
        FROM days CROSS JOIN LATERAL (
            SELECT sum(services[i + 1]) AS present, sum(greatest(services[i + 2], 0)) AS focus
            FROM generate_series(1, cardinality(services), 3) AS i) AS uses
        WHERE %(device)s::bigint IS NULL OR device = %(device)s GROUP BY device, install),
    boot AS (
        SELECT device, install, sum(powered) AS powered
        FROM undated WHERE %(device)s::bigint IS NULL OR device = %(device)s GROUP BY device, install),
    state AS (
        SELECT device, install, count(*) AS n
        FROM health WHERE %(device)s::bigint IS NULL OR device = %(device)s GROUP BY device, install),
    act AS (
        SELECT device, install, count(*) AS n
        FROM acts WHERE %(device)s::bigint IS NULL OR device = %(device)s GROUP BY device, install)
    SELECT device_name(device), id_name(install),
        rev, slot.n, slot.powered, observed, open, active, day.n, present, focus, boot.powered, state.n, act.n,
        reconciled
    FROM marks LEFT JOIN slot USING (device, install) LEFT JOIN day USING (device, install)
        LEFT JOIN boot USING (device, install) LEFT JOIN state USING (device, install)
        LEFT JOIN act USING (device, install)
    WHERE %(device)s::bigint IS NULL OR device = %(device)s
    ORDER BY 1, 2"""


def totals(connection: psycopg.Connection[Any], device: str | None = None) -> dict[str, Any]:
    """Return totals by device and install: numbers of rows, seconds; absent counts as 0.

    Every device of the registry is there, also one that never said anything; or `device` alone, if known.
    """
    values = {"device": None if device is None else device_number(device)}
    devices: dict[str, dict[str, Any]] = {name: {} for (name,) in connection.execute(DEVICES, values)}
    for name, install, *row in connection.execute(TOTALS, values):
        devices.setdefault(name, {})[install] = _told(row)
    return {"devices": devices}


def _told(row: list[Any]) -> dict[str, Any]:
    *numbers, reconciled = row
    return dict(zip(NAMES, [*(int(number or 0) for number in numbers), reconciled], strict=True))
