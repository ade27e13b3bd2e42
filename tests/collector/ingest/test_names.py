"""Names of the wire as numbers, in Python and in SQL."""

from __future__ import annotations

import psycopg
from hypothesis import given
from hypothesis import strategies as st
from support.wire import ids

from socle_collector.ingest.names import device_name, device_number, id_name, id_number
from socle_core.wire import limits

devices = st.from_regex(limits.DEVICE, fullmatch=True)


@given(devices, ids)
def test_there_and_back(device: str, digits: str) -> None:
    """A number of 60 bits is a device, one of 32 with sign an install, and neither loses anything."""
    assert device_name(device_number(device)) == device
    assert 0 <= device_number(device) < 1 << 60
    assert id_name(id_number(digits)) == digits
    assert -(1 << 31) <= id_number(digits) < 1 << 31


def test_sql_counts_alike(database: str) -> None:
    """The functions of the database give the same numbers and names."""
    names = ["aaaaaaaaaaaa", "777777777777", "abcdefgh2345", "zyxwvuts7654"]
    digits = ["00000000", "ffffffff", "7fffffff", "80000000", "9f3a11c2"]
    query = "SELECT device_number(%s), device_name(%s), id_number(%s), id_name(%s)"
    with psycopg.connect(database) as connection:
        for name in names:
            for text in digits:
                row = connection.execute(query, (name, device_number(name), text, id_number(text))).fetchone()
                assert row == (device_number(name), name, id_number(text), text)
