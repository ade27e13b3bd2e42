-- A device is 12 characters of a-z2-7 in the registry and on the wire, and the same 60 bits as a bigint in
-- the tables of facts. An install, boot or run is 8 hexadecimal digits on the wire, an int4 in the tables.

CREATE FUNCTION device_number(id text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT sum((strpos('abcdefghijklmnopqrstuvwxyz234567', letter) - 1)::bigint << (5 * (12 - place)::int))::bigint
    FROM unnest(string_to_array(id, NULL)) WITH ORDINALITY AS letters (letter, place)
$$;

CREATE FUNCTION device_name(number bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(substr('abcdefghijklmnopqrstuvwxyz234567', (number >> shift & 31)::int + 1, 1), ''
                      ORDER BY shift DESC)
    FROM generate_series(0, 55, 5) AS shift
$$;

CREATE FUNCTION id_number(digits text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT ('x' || digits)::bit(32)::int $$;

CREATE FUNCTION id_name(number int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT lpad(to_hex(number), 8, '0') $$;
