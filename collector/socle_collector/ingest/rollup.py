"""Hours per device and local day, recomputed from the facts for the days that changed.

Nothing is ever added to a roll-up, so it cannot drift: whatever happened, the next change of a day sets it right.
A quarter holds at most 900 s and a service's day at most 90,000 s over all installs of a device.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection

RECOMPUTE = """
    WITH picked AS (
        DELETE FROM changed WHERE (device, d) IN (SELECT device, d FROM changed LIMIT %(most)s)
        RETURNING device, d),
    spans AS MATERIALIZED (
        SELECT device, d, first_quarter(d, %(zone)s) AS first, first_quarter(d + 1, %(zone)s) AS next FROM picked)
    INSERT INTO device_days (device, d, powered, observed, open, active, present, focus)
    SELECT device, d, powered, observed, open, active, present, focus
    FROM spans,
        LATERAL (
            SELECT sum(powered) AS powered, sum(observed) AS observed, sum(open) AS open, sum(active) AS active
            FROM (
                SELECT CASE WHEN sum(powered) > 900 THEN 900 ELSE sum(powered) END AS powered,
                    CASE WHEN sum(observed) > 900 THEN 900 ELSE sum(observed) END AS observed,
                    CASE WHEN sum(open) > 900 THEN 900 ELSE sum(open) END AS open,
                    CASE WHEN sum(active) > 900 THEN 900 ELSE sum(active) END AS active
                FROM slots WHERE slots.device = spans.device AND t >= first AND t < next GROUP BY t) AS quarters
        ) AS measured,
        LATERAL (
            SELECT sum(present) AS present, sum(focus) AS focus
            FROM (
                SELECT CASE WHEN sum(services[i + 1]) > 90000 THEN 90000 ELSE sum(services[i + 1]) END AS present,
                    CASE WHEN sum(nullif(services[i + 2], -1)) > 90000 THEN 90000
                        ELSE sum(nullif(services[i + 2], -1)) END AS focus
                FROM days, generate_series(1, cardinality(services), 3) AS i
                WHERE days.device = spans.device AND days.d = spans.d GROUP BY profile, services[i]) AS uses
        ) AS used
    ON CONFLICT (device, d) DO UPDATE SET powered = excluded.powered, observed = excluded.observed,
        open = excluded.open, active = excluded.active, present = excluded.present, focus = excluded.focus"""
# CASE, and not least(): that one takes NULL, not known, for the limit.


def recompute(connection: Connection[Any], zone: str, most: int = 500) -> int:
    """Recompute up to `most` changed days of devices in one transaction; return how many there were."""
    with connection.transaction():
        return connection.execute(RECOMPUTE, {"most": most, "zone": zone}).rowcount
