"""What makes a payload readable at all."""

from __future__ import annotations

import json
import time

import pytest
from support.wire import ACT, IDS, KEEP_FROM, NOW, T, ledger, payload

from socle_core.wire.decode import decode_audit, decode_hello, decode_presence
from socle_core.wire.messages import Ledger
from socle_core.wire.readable import Unreadable, open_payload
from socle_core.wire.rows import decode_ledger


def decode(data: bytes) -> Ledger:
    """Decode a Ledger at the tests' time."""
    return decode_ledger(data, now=NOW, keep_from=KEEP_FROM)


def nested(levels: int) -> bytes:
    """A readable Ledger but for a value that lies so deep; the payload's own object is the first level."""
    return b'{"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"," + ledger()[1:]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"nonsense", "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b'"v"', "not an object"),
        (b"{}", "v is not 1"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        ('{"v":1}'.encode("utf-16"), "not UTF-8"),
        ('{"v":1}'.encode("utf-16-le"), "not JSON"),
        (b'\xef\xbb\xbf{"v":1}', "not JSON"),
        (b'{"v":1,"x":"\xed\xa0\x80"}', "not UTF-8"),
        (b'{"v":1,"x":NaN}', "not JSON"),
        (b'{"v":1,"x":[-Infinity]}', "not JSON"),
        (b'{"v":1,"x":"\n"}', "not JSON"),
        (b"{'v':1}", "not JSON"),
        (b'{"v":1,}', "not JSON"),
        (b'{"v":1}{"v":1}', "not JSON"),
        (b'{"v":01}', "not JSON"),
    ],
)
def test_not_json(data: bytes, reason: str) -> None:
    """What is not one JSON object in UTF-8, NaN and Infinity included, is unreadable."""
    with pytest.raises(Unreadable, match=f"^{reason}$"):
        open_payload(data)


@pytest.mark.parametrize("version", [True, 1.0, "1", 2, 0, None, [1], 10**70])
def test_version(version: object) -> None:
    """Only the whole number 1 is a version that is understood."""
    with pytest.raises(Unreadable, match="v is not 1"):
        decode(ledger(v=version))


def test_length() -> None:
    """A payload of 65,536 bytes is readable, one more byte is not."""
    room = 65_536 - len(ledger(x=""))
    assert decode(ledger(x="a" * room))
    with pytest.raises(Unreadable, match="longer than 65536 bytes"):
        decode(ledger(x="a" * (room + 1)))


def test_levels() -> None:
    """32 levels of objects and lists are readable, 33 are not."""
    assert decode(nested(32))
    with pytest.raises(Unreadable, match="more than 32 levels"):
        decode(nested(33))
    with pytest.raises(Unreadable, match="more than 32 levels"):
        decode(b'{"x":' + b'{"x":' * 32 + b"1" + b"}" * 32 + b"," + ledger()[1:])


def test_brackets_in_strings_are_no_levels() -> None:
    """Brackets inside strings, with quotes and backslashes about them, do not count."""
    text = '[{\\"' * 1000
    assert decode(ledger(x=text, y={text: [text]}))
    with pytest.raises(Unreadable, match="more than 32 levels"):
        decode(b'{"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]":' + nested(33)[5:])


def test_many_shallow_rows_are_not_deep() -> None:
    """A Ledger of many rows is no deeper than one of a single row."""
    assert len(decode(ledger(slots=[{"t": T - number} for number in range(1500)])).slots) == 1500


@pytest.mark.parametrize(
    "data",
    [b"[" * 60_000, b"{" * 60_000, b'{"a":' * 13_000, b"[" * 32_000 + b"]" * 32_000, b"[]," * 21_000, b'"\\' * 32_000,
     b'{"' + b'\\"' * 32_000, b"[{" * 32_000 + b"]}" * 100, b"]" * 60_000],
)  # fmt: skip
def test_hostile_nesting_costs_little(data: bytes) -> None:
    """No nesting, and no string without end, exhausts the stack or takes long."""
    begin = time.process_time()
    with pytest.raises(Unreadable):
        open_payload(data)
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize("name", ["install", "run", "ask"])
@pytest.mark.parametrize(
    "value",
    [None, "", "9f3a11c", "9f3a11c22", "9F3A11C2", "9f3a11c2\n", "9f3a11g2", 93311122, ["9f3a11c2"], "٣f3a11c2"],
)
def test_identifiers(name: str, value: object) -> None:
    """A message whose own identifiers are not 8 lower-case hexadecimal digits is unreadable."""
    with pytest.raises(Unreadable, match=f"{name} is not 8 hexadecimal digits"):
        decode(ledger(**{name: value}))
    with pytest.raises(Unreadable, match=name):
        decode_audit(payload({"v": 1, **IDS, "rev": 3, name: value}))
    with pytest.raises(Unreadable, match=name):
        decode_hello(payload({"v": 1, **IDS, "boot": "5d21c0aa", name: value}))


def test_absent_identifiers() -> None:
    """A message that lacks one of its identifiers is unreadable; one that is not its own is not asked for."""
    for name in ("install", "run"):
        with pytest.raises(Unreadable, match=name):
            decode_presence(payload({"v": 1, **{k: v for k, v in IDS.items() if k != name}, "state": "online"}))
    with pytest.raises(Unreadable, match="boot"):
        decode_hello(payload({"v": 1, **IDS}))
    assert decode_presence(payload({"v": 1, **IDS, "ask": "?", "boot": 7, "state": "lost"}))


@pytest.mark.parametrize("name", ["after", "rev"])
@pytest.mark.parametrize("value", [-1, 1200.0, "1200", True, None, 2**53 + 1, 1e999, [], {}])
def test_revisions(name: str, value: object) -> None:
    """Revisions are whole numbers from 0 to 2^53, and required."""
    data = ledger(**{name: value}).replace(b"Infinity", b"1e999")
    with pytest.raises(Unreadable, match=f"{name} is not a whole number"):
        decode(data)


def test_revisions_are_required() -> None:
    """A Ledger without `after` or `rev`, and an Audit without `rev`, are unreadable."""
    for keys in ({"after": 1}, {"rev": 1}):
        with pytest.raises(Unreadable, match="is not a whole number"):
            decode(payload({"v": 1, **IDS, **keys}))
    with pytest.raises(Unreadable, match="rev is not a whole number"):
        decode_audit(payload({"v": 1, **IDS, "months": {}}))


def test_order_of_revisions() -> None:
    """`after` may equal `rev`, up to 2^53, but not exceed it."""
    assert decode(ledger(after=0, rev=0)).rev == 0
    assert decode(ledger(after=2**53, rev=2**53)).after == 2**53
    with pytest.raises(Unreadable, match="after is above rev"):
        decode(ledger(after=5, rev=4))


@pytest.mark.parametrize("kind", ["slots", "days", "undated", "health", "acts"])
@pytest.mark.parametrize("value", [None, {}, "", 0, False])
def test_lists(kind: str, value: object) -> None:
    """Where a list is due nothing else will do, null included; absent and empty are the same."""
    with pytest.raises(Unreadable, match=f"{kind} is not a list"):
        decode(ledger(**{kind: value}))
    assert decode(ledger(**{kind: []})) == decode(ledger())


def test_unknown_keys_are_ignored() -> None:
    """Keys that the contract does not know change nothing, whatever they hold."""
    junk = {"x": [1, {"y": None}], "slotz": 5, "bad": [1]}
    assert decode(ledger(**junk)) == decode(ledger())
    assert decode_presence(payload({"v": 1, **IDS, "state": "online", **junk})).state == "online"


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "1e999", "-1e999", "0." + "1" * 5000, "1E+400"])
def test_numbers_without_end_are_no_exception(number: str) -> None:
    """A number that a computer cannot hold makes its row bad, and a row only."""
    data = ledger(x="@", slots=[{"t": T, "powered": "@"}, {"t": T}], acts=[{"id": ACT, "kind": "visit", "about": "@"}])
    found = decode(data.replace(b'"@"', number.encode()))
    assert [row.kind for row in found.bad] == ["slots", "acts"]
    assert len(found.slots) == 1
    assert json.dumps([row.row for row in found.bad], allow_nan=False).isascii()


def test_reasons_quote_nothing() -> None:
    """The reason why a payload is unreadable shows nothing of what was in it."""
    for data in (b"Ginette Dupont", ledger(install="Dupont"), ledger(slots="Dupont"), b'{"v":1,"Dupont'):
        with pytest.raises(Unreadable) as caught:
            decode(data)
        assert "Dupont" not in str(caught.value)
