"""Queries of the pages, each a function that returns plain rows."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

Row = dict[str, Any]
JSONB = 3802
"""PostgreSQL's number of the type."""

SUMMARY = """
    SELECT count(*) AS devices,
        count(*) FILTER (WHERE cloned_at IS NOT NULL) AS cloned,
        count(heard) AS heard,
        count(*) FILTER (WHERE heard > now() - interval '1 day') AS heard_today,
        count(*) FILTER (WHERE heard < now() - interval '7 days') AS silent
    FROM devices LEFT JOIN (
        SELECT device, max(seen_at) AS heard FROM marks GROUP BY device) AS last ON device = number"""

INSTALLS = """
    SELECT count(*) FILTER (WHERE reconciled) AS reconciled,
        count(*) FILTER (WHERE NOT reconciled) AS different,
        count(*) FILTER (WHERE reconciled IS NULL) AS unaudited,
        count(*) FILTER (WHERE coalesce(senses ->> 'session', 'none') = 'none') AS sessionless
    FROM (SELECT DISTINCT ON (device) reconciled, senses FROM marks ORDER BY device, seen_at DESC) AS latest"""

HOURS = """
    SELECT coalesce(sum(powered), 0) AS powered, coalesce(sum(open), 0) AS open,
        coalesce(sum(powered) - sum(observed), 0) AS unobserved
    FROM device_days WHERE d BETWEEN %(first)s AND %(last)s"""

UNDATED = "SELECT coalesce(sum(powered), 0) AS powered FROM undated"

QUARANTINE = "SELECT kind, why, count(*) AS n FROM quarantine GROUP BY kind, why ORDER BY n DESC, kind, why LIMIT 20"

QUARANTINE_SIZE = """
    SELECT (SELECT count(*) FROM quarantine) AS kept, coalesce((SELECT sum(n) FROM quarantine_dropped), 0) AS dropped"""

STORING = """
    SELECT count(*) AS n FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'socle-collector'"""

DEVICES = """
    SELECT id, number, devices.kind, school, label, cloned_at, presence.state, presence.at AS state_at,
        greatest(latest.seen_at, presence.at) AS seen_at, latest.reconciled, latest.difference,
        greatest(latest.head - latest.rev, 0) AS pending, latest.clock, latest.senses,
        latest.device IS NOT NULL AS heard
    FROM devices
        LEFT JOIN LATERAL (
            SELECT * FROM marks WHERE device = number ORDER BY seen_at DESC LIMIT 1) AS latest ON true
        LEFT JOIN presence ON presence.device = number
    ORDER BY school, label, id LIMIT %(limit)s OFFSET %(offset)s"""

DAYS = """
    SELECT device, d, powered, open, active FROM device_days
    WHERE device = ANY(%(devices)s) AND d BETWEEN %(first)s AND %(last)s"""

SLOTS = """
    SELECT device, sum(charging) AS charging, sum(display) AS display FROM slots
    WHERE device = ANY(%(devices)s) AND t BETWEEN %(first)s * 96 AND %(last)s * 96 + 95
    GROUP BY device"""
"""By days of UTC: the hour by which that differs from the local day moves nothing that a reader would see."""

HEALTH = """
    SELECT device, groups FROM unnest(%(devices)s::bigint[]) AS asked (device), LATERAL (
        SELECT groups FROM health WHERE health.device = asked.device ORDER BY t DESC LIMIT 1) AS latest"""

SERVICES = """
    SELECT id, sum(present) AS present, sum(focus) AS focus, bool_or(focus IS NULL) AS focus_unknown,
        count(DISTINCT device) AS devices
    FROM (
        SELECT device, services[i] AS code, services[i + 1] AS present, nullif(services[i + 2], -1) AS focus
        FROM days, generate_series(1, cardinality(services), 3) AS i WHERE d BETWEEN %(first)s AND %(last)s
        ) AS uses
    JOIN services USING (code)
    GROUP BY id ORDER BY present DESC, id LIMIT %(limit)s"""

DEVICE_SERVICES = """
    SELECT device, id, present FROM (
        SELECT device, services[i] AS code, sum(services[i + 1]) AS present,
            row_number() OVER (PARTITION BY device ORDER BY sum(services[i + 1]) DESC, services[i]) AS place
        FROM days, generate_series(1, cardinality(services), 3) AS i
        WHERE device = ANY(%(devices)s) AND d BETWEEN %(first)s AND %(last)s
        GROUP BY device, services[i]) AS uses
    JOIN services USING (code)
    WHERE place <= 9 ORDER BY device, place"""


def fetch(query: str, **values: Any) -> list[Row]:
    """Run a query of this module; rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        columns = [(column.name, column.type_code == JSONB) for column in cursor.description or ()]
        return [_row(columns, row) for row in cursor.fetchall()]


def _row(columns: list[tuple[str, bool]], row: tuple[Any, ...]) -> Row:
    """Django has psycopg hand JSON over as text."""
    told = zip(columns, row, strict=True)
    return {name: json.loads(value) if is_json and value is not None else value for (name, is_json), value in told}


def fetch_one(query: str, **values: Any) -> Row:
    """Run a query that gives exactly one row."""
    (row,) = fetch(query, **values)
    return row
