"""The fast decoder accepts nothing that the exact one would not, and says the same."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.wire import GOOD_ROWS, KEEP_FROM, NOW, T, json_values, ledger, ledgers

from socle_collector.ingest import door
from socle_collector.ingest.terms import Terms
from socle_core.wire.encode import encode
from socle_core.wire.judge import window
from socle_core.wire.limits import MAX_BYTES, ROW_KINDS
from socle_core.wire.messages import Hello, Ledger
from socle_core.wire.readable import Unreadable
from socle_core.wire.rows import decode_ledger

WINDOW = window(NOW, KEEP_FROM)
TERMS = Terms(NOW, KEEP_FROM, "Europe/Paris", WINDOW)
ROW_FIELDS = {
    "slots": ("t", "powered", "observed", "charging", "online", "open", "active", "display", "senses"),
    "days": ("d", "profile", "open", "active", "services"),
    "undated": ("boot", "profile", "powered", "observed", "open", "active", "services"),
    "health": ("t", "groups"),
    "acts": ("id", "kind", "d", "minutes", "about", "re"),
}


def plain(found: Ledger) -> dict[str, Any]:
    """A Ledger as plain values, whatever types its rows have."""
    kept: dict[str, Any] = {name: getattr(found, name) for name in ("install", "run", "ask", "after", "rev", "bad")}
    for kind in ROW_KINDS:
        kept[kind] = [
            {name: msgspec.to_builtins(getattr(row, name)) for name in ROW_FIELDS[kind]} for row in getattr(found, kind)
        ]
    return json.loads(json.dumps(kept))  # type: ignore[no-any-return]


def exact(payload: bytes) -> dict[str, Any]:
    """What the exact decoder makes of it."""
    return plain(decode_ledger(payload, now=NOW, keep_from=KEEP_FROM))


@given(ledgers())
def test_good_ledgers(told: Ledger) -> None:
    """Every Ledger that an agent may send is read by the fast decoder, and rightly."""
    payload = encode(told)
    found = door.read_fast(payload, WINDOW)
    assert found is not None
    assert plain(found) == exact(payload)


def places(document: Any) -> list[tuple[Any, Any]]:
    """Every container and key in a document."""
    found: list[tuple[Any, Any]] = []
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        found.append((document, key))
        if isinstance(value, dict | list):
            found += places(value)
    return found


NASTY = st.sampled_from(
    [None, True, False, -1, 0, 0.0, -0.0, 1.0, 900.0, 901, 31, 32, 1e300, 2**53, 2**53 + 1, 2**64, 10**70, "", "pupil",
     "9f3a11c2\n", "9F3A11C2", "\u0000", "\ud800", [], {}, [1, 2], [2, 1], [1, None], {"a": [1, 2]}, T, T + 200,
     KEEP_FROM - 1]
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A Ledger in which something was replaced, left out, added or said twice."""
    document = json.loads(encode(draw(ledgers())))
    for kind in draw(st.lists(st.sampled_from(ROW_KINDS), max_size=2)):
        document.setdefault(kind, []).append(json.loads(json.dumps(GOOD_ROWS[kind])))
    for _ in range(draw(st.integers(1, 2))):
        container, key = draw(st.sampled_from(places(document)))
        what = draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        if what == "replace" and (isinstance(container, dict) or key < len(container)):
            container[key] = draw(NASTY | json_values)
        elif what == "remove" and isinstance(container, dict):
            container.pop(key, None)
        elif what == "add" and isinstance(container, dict):
            container[draw(st.sampled_from(["t", "d", "open", "services", "x", "battery", "re"]))] = draw(NASTY)
    return json.dumps(document).encode()


@given(spoilt())
def test_both_agree(payload: bytes) -> None:
    """Where something was changed, what the fast decoder still accepts is what the exact one reads, all rows good."""
    found = door.read_fast(payload, WINDOW)
    if found is not None:
        assert plain(found) == exact(payload)


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 20))
def test_both_agree_on_bytes(noise: bytes, at: int, length: int) -> None:
    """Nor does it accept bytes that the exact decoder would not."""
    whole = ledger(**{kind: [row] for kind, row in GOOD_ROWS.items()})
    payload = whole[:at] + noise + whole[at + length :]
    found = door.read_fast(payload, WINDOW)
    if found is not None:
        assert plain(found) == exact(payload)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"\xff\xfe{",
        b"\xef\xbb\xbf" + ledger(),
        ledger(x=1),
        ledger(v=1.0),
        ledger(v=True),
        ledger(after=1235),
        ledger(slots=None),
        ledger(run="77aa01fe\n"),
        ledger(slots=[{"t": T, "powered": 5.0}]),
        ledger(slots=[{"t": T, "observed": 5}]),
        ledger(slots=[{"t": KEEP_FROM - 1}]),
        ledger(slots=[{"t": int(NOW // 900) + 193}]),
        ledger(days=[{"d": 20780, "profile": "pupil\n"}]),
        ledger(days=[{"d": 20780, "profile": "pupil", "services": {"a\n": [1, 1]}}]),
        ledger(days=[{"d": 20780, "profile": "pupil", "services": {"a": [1, 2]}}]),
        ledger(health=[{"t": T, "battery": {"charge": 1.5}}]),
        ledger(health=[{"t": T, "x": json.loads("[" * 40 + "]" * 40)}]),
        ledger(acts=[{"id": "no", "kind": "visit"}]),
        ledger(undated=[{"boot": "1b00c4e7", "profile": "pupil", "x": json.loads("[" * 40 + "]" * 40)}]),
        b"[" * 60_000,
        ledger() + b" " * MAX_BYTES,
    ],
)
def test_it_hands_over(payload: bytes) -> None:
    """Whatever is odd is left to the exact decoder."""
    assert door.read_fast(payload, WINDOW) is None


def test_reading_by_kind() -> None:
    """Each topic has its decoder; what cannot be read says why."""
    hello = b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","boot":"5d21c0aa","ask":"01c2d3e4"}'
    assert isinstance(door.read("hello", hello, TERMS), Hello)
    assert isinstance(door.read("ledger", ledger(x=1), TERMS), Ledger)
    with pytest.raises(Unreadable, match="v is not 1"):
        door.read("audit", b"{}", TERMS)
