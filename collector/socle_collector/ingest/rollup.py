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
    spans AS (
        SELECT device, d, first_quarter(d, %(zone)s) AS first, first_quarter(d + 1, %(zone)s) AS next FROM picked),
    quarters AS (
        SELECT device, d, at_most(900, sum(powered)) AS powered, at_most(900, sum(observed)) AS observed,
            at_most(900, sum(open)) AS open, at_most(900, sum(active)) AS active
        FROM spans JOIN slots USING (device) WHERE t >= first AND t < next GROUP BY device, d, t),
    measured AS (
        SELECT device, d, sum(powered) AS powered, sum(observed) AS observed, sum(open) AS open, sum(active) AS active
        FROM quarters GROUP BY device, d),
    used AS (
        SELECT device, d, at_most(90000, sum(services[i + 1])) AS present,
            at_most(90000, sum(nullif(services[i + 2], -1))) AS focus
        FROM picked JOIN days USING (device, d), generate_series(1, cardinality(services), 3) AS i
        GROUP BY device, d, profile, services[i]),
    uses AS (
        SELECT device, d, sum(present) AS present, sum(focus) AS focus FROM used GROUP BY device, d)
    INSERT INTO device_days (device, d, powered, observed, open, active, present, focus)
    SELECT device, d, powered, observed, open, active, present, focus
    FROM picked LEFT JOIN measured USING (device, d) LEFT JOIN uses USING (device, d)
    ON CONFLICT (device, d) DO UPDATE SET powered = excluded.powered, observed = excluded.observed,
        open = excluded.open, active = excluded.active, present = excluded.present, focus = excluded.focus"""


def recompute(connection: Connection[Any], zone: str, most: int = 500) -> int:
    """Recompute up to `most` changed days of devices in one transaction; return how many there were."""
    with connection.transaction():
        return connection.execute(RECOMPUTE, {"most": most, "zone": zone}).rowcount
