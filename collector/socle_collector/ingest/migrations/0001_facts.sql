-- Facts: what devices measured. Keys hold the device (60 bits as bigint) and the install (8 hex digits as int4);
-- there is no sequence in them. Absent is NULL. docs/contract.md says what each column means.
-- Every number but a key only ever grows: rows are merged with GREATEST, which ignores NULL.

CREATE TABLE slots (
    device bigint, t int, install int,
    powered smallint, observed smallint, charging smallint, online smallint,
    open smallint, active smallint, display smallint, senses smallint,
    PRIMARY KEY (device, t, install)
);
COMMENT ON TABLE slots IS 'Seconds of one machine in one quarter of an hour; t counts quarters since 1970 UTC.';

CREATE TABLE days (
    device bigint, d int, install int, profile smallint,
    open int, active int, services int[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (device, d, install, profile)
) WITH (fillfactor = 75);  -- a row grows all day long: leave it room beside itself
COMMENT ON TABLE days IS 'Seconds of one profile on one local day; d counts days since 1970.';
COMMENT ON COLUMN days.services IS 'Triples code, present, focus (-1: not known), by code; codes are of table services.';
COMMENT ON COLUMN days.profile IS '1 pupil, 2 teacher, 3 shared.';

CREATE TABLE undated (
    device bigint, install int, boot int, profile smallint,
    powered int, observed int, open int, active int, services int[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (device, install, boot, profile)
);
COMMENT ON TABLE undated IS 'Seconds of one profile during one boot whose date nobody knows.';

CREATE TABLE health (
    device bigint, t int, install int, rev bigint NOT NULL, groups jsonb NOT NULL,
    PRIMARY KEY (device, t, install)
);
COMMENT ON TABLE health IS 'State of the hardware; of two rows of one key that of the higher revision stays.';

CREATE TABLE acts (
    id uuid PRIMARY KEY, device bigint NOT NULL, install int NOT NULL,
    d int, kind text NOT NULL, minutes smallint, about text, re uuid
);
CREATE INDEX ON acts (device, install);
COMMENT ON TABLE acts IS 'What a person did or asked for; the first of an id stays.';

CREATE TABLE services (
    code int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE
);
COMMENT ON TABLE services IS 'A small number for each service id that a device ever named, known to the catalogue or not.';

-- The conversation: what was acknowledged, by whom it was said.

CREATE TABLE marks (
    device bigint, install int,
    rev bigint NOT NULL DEFAULT 0, run int,
    first_at timestamptz NOT NULL, seen_at timestamptz NOT NULL,
    reconciled boolean, audited_at timestamptz, difference jsonb,
    resets int NOT NULL DEFAULT 0, reset_at timestamptz,
    hello_at timestamptz, boot int, head bigint, agent text, os text, kind text, clock text, catalogue text,
    senses jsonb,
    PRIMARY KEY (device, install)
) WITH (fillfactor = 75);
COMMENT ON TABLE marks IS 'The revision up to which everything of an install is stored, and the run that issued it.';
COMMENT ON COLUMN marks.reconciled IS 'What the last audit found; NULL: none was compared yet.';
COMMENT ON COLUMN marks.resets IS 'Failed audits in a row that set the mark back to 0.';

CREATE TABLE runs (
    device bigint, run int, install int NOT NULL, current boolean NOT NULL,
    asks int[] NOT NULL, seen_at timestamptz NOT NULL,
    PRIMARY KEY (device, run)
);
COMMENT ON TABLE runs IS 'Runs that said hello in the last weeks, to notice that a replaced one comes back: a copy.';

CREATE TABLE presence (
    device bigint PRIMARY KEY, install int NOT NULL, run int NOT NULL, state text, at timestamptz NOT NULL
);

-- What could not be stored, kept for a second look.

CREATE TABLE quarantine (
    digest bytea PRIMARY KEY,
    kind text NOT NULL, device text, install text, key text, rev bigint,
    why text NOT NULL, payload bytea NOT NULL,
    first_at timestamptz NOT NULL, last_at timestamptz NOT NULL, times bigint NOT NULL DEFAULT 1
);
CREATE INDEX ON quarantine (last_at);
COMMENT ON COLUMN quarantine.kind IS 'hello, ledger, audit, presence: a whole message; slots, days, …: one row of a Ledger.';

CREATE TABLE quarantine_dropped (kind text PRIMARY KEY, n bigint NOT NULL);
COMMENT ON TABLE quarantine_dropped IS 'How many were thrown out of the quarantine because it was full.';

-- Roll-ups are recomputed for the keys that changed, never counted up.

CREATE TABLE changed (device bigint, d int, PRIMARY KEY (device, d));

CREATE TABLE device_days (
    device bigint, d int,
    powered int, observed int, open int, active int, present int, focus int,
    PRIMARY KEY (device, d)
) WITH (fillfactor = 75);
COMMENT ON TABLE device_days IS 'Seconds per device and local day over all its installs; a quarter holds at most 900.';

-- Merging.

CREATE FUNCTION services_merge(a int[], b int[]) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    merged int[] := '{}';
    i int := 1;
    j int := 1;
BEGIN
    WHILE i <= cardinality(a) AND j <= cardinality(b) LOOP
        IF a[i] < b[j] THEN
            merged := merged || a[i:i + 2];
            i := i + 3;
        ELSIF a[i] > b[j] THEN
            merged := merged || b[j:j + 2];
            j := j + 3;
        ELSE
            merged := merged || ARRAY[a[i], greatest(a[i + 1], b[j + 1]), greatest(a[i + 2], b[j + 2])];
            i := i + 3;
            j := j + 3;
        END IF;
    END LOOP;
    RETURN merged || a[i:] || b[j:];
END $$;
COMMENT ON FUNCTION services_merge IS 'Union of two lists of triples, the greater of each number; -1 is below 0.';

CREATE AGGREGATE services_union(int[]) (SFUNC = services_merge, STYPE = int[]);

CREATE FUNCTION local_day(t int, zone text) RETURNS int
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT (to_timestamp(t * 900.0) AT TIME ZONE zone)::date - date '1970-01-01'
$$;

CREATE FUNCTION first_quarter(d int, zone text) RETURNS int
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT (extract(epoch FROM (date '1970-01-01' + d)::timestamp AT TIME ZONE zone) / 900)::int
$$;
COMMENT ON FUNCTION first_quarter IS 'The quarter with which a local day begins.';

-- For people with psql.

CREATE FUNCTION profile_name(profile smallint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT (ARRAY['pupil', 'teacher', 'shared'])[profile] $$;

CREATE VIEW slot AS
    SELECT device_name(device) AS device, id_name(install) AS install, to_timestamp(t * 900.0) AS begins,
           powered, observed, charging, online, open, active, display, senses
    FROM slots;

CREATE VIEW day AS
    SELECT device_name(device) AS device, id_name(install) AS install, date '1970-01-01' + d AS date,
           profile_name(profile) AS profile, open, active
    FROM days;

CREATE VIEW service_day AS
    SELECT device_name(device) AS device, id_name(install) AS install, date '1970-01-01' + d AS date,
           profile_name(profile) AS profile, services.id AS service,
           days.services[i + 1] AS present, nullif(days.services[i + 2], -1) AS focus
    FROM days, generate_series(1, cardinality(days.services), 3) AS i
    JOIN services ON true
    WHERE services.code = days.services[i];

CREATE VIEW mark AS
    SELECT device_name(device) AS device, id_name(install) AS install, rev, id_name(run) AS run, seen_at,
           reconciled, audited_at, difference, head, agent, os, clock, senses
    FROM marks;
