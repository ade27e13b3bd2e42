"""The statements of the ingest. Rows come by COPY into temporary tables and are merged from there.

A batch may hold a key twice, so rows are merged among themselves first (GROUP BY), then into the table.
"""

from __future__ import annotations

SLOT_NUMBERS = ("powered", "observed", "charging", "online", "open", "active", "display")
DAY_NUMBERS = ("open", "active")
UNDATED_NUMBERS = ("powered", "observed", "open", "active")


def _greatest(table: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} = greatest({table}.{name}, excluded.{name})" for name in names)


def _max(names: tuple[str, ...]) -> str:
    return ", ".join(f"max({name})" for name in names)


TEMPORARY = """
CREATE TEMPORARY TABLE new_slots (device bigint, t int, install int, powered smallint, observed smallint,
    charging smallint, online smallint, open smallint, active smallint, display smallint, senses smallint
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE new_days (device bigint, d int, install int, profile smallint, open int, active int,
    services int[]) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE new_undated (device bigint, install int, boot int, profile smallint, powered int,
    observed int, open int, active int, services int[]) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE new_health (device bigint, t int, install int, rev bigint, place int, groups jsonb
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE new_marks (device bigint, install int, rev bigint, run int, seen_at float8
) ON COMMIT DELETE ROWS;
"""

COPY = "COPY new_{} FROM STDIN (NULL 'None')"

MERGE = {
    "slots": f"""
        INSERT INTO slots SELECT device, t, install, {_max(SLOT_NUMBERS)}, bit_or(senses)
        FROM new_slots GROUP BY device, t, install
        ON CONFLICT (device, t, install) DO UPDATE SET {_greatest("slots", SLOT_NUMBERS)},
            senses = coalesce(slots.senses | excluded.senses, slots.senses, excluded.senses)""",  # noqa: S608
    "days": f"""
        INSERT INTO days SELECT device, d, install, profile, {_max(DAY_NUMBERS)}, services_union(services)
        FROM new_days GROUP BY device, d, install, profile
        ON CONFLICT (device, d, install, profile) DO UPDATE SET {_greatest("days", DAY_NUMBERS)},
            services = services_merge(days.services, excluded.services)""",  # noqa: S608
    "undated": f"""
        INSERT INTO undated SELECT device, install, boot, profile, {_max(UNDATED_NUMBERS)}, services_union(services)
        FROM new_undated GROUP BY device, install, boot, profile
        ON CONFLICT (device, install, boot, profile) DO UPDATE SET {_greatest("undated", UNDATED_NUMBERS)},
            services = services_merge(undated.services, excluded.services)""",  # noqa: S608
    "health": """
        INSERT INTO health SELECT DISTINCT ON (device, t, install) device, t, install, rev, groups
        FROM new_health ORDER BY device, t, install, rev DESC, place
        ON CONFLICT (device, t, install) DO UPDATE SET rev = excluded.rev, groups = excluded.groups
        WHERE health.rev < excluded.rev""",
    "marks": """
        INSERT INTO marks (device, install, rev, run, first_at, seen_at)
        SELECT device, install, rev, run, to_timestamp(seen_at), to_timestamp(seen_at) FROM new_marks
        ON CONFLICT (device, install) DO UPDATE SET rev = excluded.rev, run = excluded.run,
            seen_at = greatest(marks.seen_at, excluded.seen_at)""",
}

CHANGED_SLOTS = """
    INSERT INTO changed SELECT DISTINCT device, local_day(t, %s) FROM new_slots ON CONFLICT DO NOTHING"""
CHANGED_DAYS = "INSERT INTO changed SELECT DISTINCT device, d FROM new_days ON CONFLICT DO NOTHING"

KNOWN = "SELECT number FROM devices WHERE number = ANY(%s::bigint[])"

MARKS = """
    SELECT device, install, rev, run
    FROM marks JOIN unnest(%s::bigint[], %s::int[]) AS asked (device, install) USING (device, install)
    ORDER BY device, install FOR UPDATE OF marks"""

RESETS = "SELECT resets, extract(epoch FROM reset_at)::float8 FROM marks WHERE device = %s AND install = %s"

ACT_OWNERS = "SELECT id::text, device FROM acts WHERE id = ANY(%s::uuid[])"

ACT = """
    INSERT INTO acts (id, device, install, d, kind, minutes, about, re)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING"""

HELLO = """
    UPDATE marks SET hello_at = to_timestamp(%s), boot = %s, head = %s, agent = %s, os = %s, kind = %s, clock = %s,
        catalogue = %s, senses = %s
    WHERE device = %s AND install = %s AND (hello_at IS NULL OR hello_at <= to_timestamp(%s))"""

RUNS = """
    SELECT device, run, current, asks FROM runs
    WHERE device = ANY(%s::bigint[]) AND (current OR run = ANY(%s::int[]))"""

RUN = """
    INSERT INTO runs (device, run, install, current, asks, seen_at) VALUES (%s, %s, %s, false, %s, to_timestamp(%s))
    ON CONFLICT (device, run) DO UPDATE SET asks = runs.asks || excluded.asks, seen_at = excluded.seen_at"""

CURRENT_RUN = "UPDATE runs SET current = (run = %s) WHERE device = %s AND current <> (run = %s)"

CLONED = "UPDATE devices SET cloned_at = to_timestamp(%s) WHERE number = ANY(%s) AND cloned_at IS NULL RETURNING id"

PRESENCE = """
    INSERT INTO presence (device, install, run, state, at) VALUES (%s, %s, %s, %s, to_timestamp(%s))
    ON CONFLICT (device) DO UPDATE SET install = excluded.install, run = excluded.run, state = excluded.state,
        at = excluded.at
    WHERE presence.at <= excluded.at AND (NOT %s OR (presence.install, presence.run, presence.state)
        IS DISTINCT FROM (excluded.install, excluded.run, excluded.state))"""

SERVICE_CODES = "SELECT id, code FROM services WHERE id = ANY(%s)"
NEW_SERVICES = "INSERT INTO services (id) SELECT unnest(%s::text[]) ON CONFLICT (id) DO NOTHING RETURNING id, code"
