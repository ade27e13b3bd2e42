"""Which refused rows an ack names."""

from __future__ import annotations

from socle_core.wire.decode import decode_ack
from socle_core.wire.encode import encode
from socle_core.wire.limits import MAX_BYTES
from socle_core.wire.messages import Ack, BadRow
from socle_core.wire.rejection import name_rejected


def ack(bad: list[BadRow]) -> Ack:
    """An ack that refuses these rows, as it arrives."""
    named, total = name_rejected(bad)
    data = encode(Ack("9f3a11c2", "01c2d3e4", 2**53, 1795447830.123456, 2**53, "77aa01fe", named, total))
    assert len(data) <= MAX_BYTES
    return decode_ack(data)


def test_nothing_refused() -> None:
    """Where no row was bad, an ack says nothing of it."""
    found = ack([])
    assert (found.rejected, found.rejected_total) == ((), None)


def test_the_first_hundred_are_named() -> None:
    """The first 100 refused rows are named, all of them counted."""
    found = ack([BadRow("slots", [number], "t is before 2020", {}) for number in range(250)])
    assert [row.key for row in found.rejected] == [[number] for number in range(100)]
    assert found.rejected_total == 250


def test_an_ack_always_fits() -> None:
    """However long their keys are in JSON, an ack names no more rows than fit, and still counts them all."""
    for letter in ("\x00", "\ud800", "😀", '"'):
        rows = [BadRow("undated", [letter * 64, letter * 64], "boot is not well-formed", {})] * 120
        found = ack(rows)
        assert found.rejected_total == 120
        assert len(found.rejected) >= 30
