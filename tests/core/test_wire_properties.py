"""Properties of encoding and decoding, for any message and any bytes."""

from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st
from support import wire

from socle_core.wire import decode, limits
from socle_core.wire.encode import encode
from socle_core.wire.messages import Ledger
from socle_core.wire.readable import Unreadable, too_deep
from socle_core.wire.rows import decode_ledger, key_of

DECODERS: list[Callable[[bytes], object]] = [
    decode.decode_presence,
    decode.decode_hello,
    decode.decode_audit,
    decode.decode_ack,
    decode.decode_config,
    decode.decode_collector,
    lambda data: decode_ledger(data, now=wire.NOW, keep_from=wire.KEEP_FROM),
]


def readable(data: bytes) -> list[object]:
    """What each decoder makes of this; none may raise anything but Unreadable."""
    found = [message for one in DECODERS if (message := attempt(one, data)) is not None]
    for message in found:
        if isinstance(message, Ledger):
            check_bad_rows(message)
    return found


def attempt(decoder: Callable[[bytes], object], data: bytes) -> object:
    """The message, or None if these bytes are unreadable."""
    try:
        return decoder(data)
    except Unreadable as error:
        assert str(error).isascii()
        return None


def check_bad_rows(message: Ledger) -> None:
    """Bad rows can be kept as ASCII and judged, named and refused again in the same way."""
    for row in message.bad:
        kept = json.dumps([row.key, row.row], allow_nan=False)
        assert kept.isascii()
        assert row.key is None or key_of(row.kind, json.loads(kept)[1]) == row.key
        data = wire.ledger(**{row.kind: [json.loads(kept)[1]]})
        if len(data) <= limits.MAX_BYTES:
            again = decode_ledger(data, now=wire.NOW, keep_from=wire.KEEP_FROM)
            assert [one.why for one in again.bad] == [row.why]


@given(wire.ledgers())
def test_a_ledger_arrives_as_it_was_sent(message: Ledger) -> None:
    """What an agent may send is readable, with no bad row, and equal."""
    assert decode_ledger(encode(message), now=wire.NOW, keep_from=wire.KEEP_FROM) == message


@given(st.data())
def test_messages_arrive_as_they_were_sent(data: st.DataObject) -> None:
    """Encoding and decoding any message changes nothing."""
    pairs: list[tuple[st.SearchStrategy[object], Callable[[bytes], object]]] = [
        (wire.presences, decode.decode_presence), (wire.hellos, decode.decode_hello),
        (wire.audits, decode.decode_audit), (wire.acks, decode.decode_ack), (wire.configs, decode.decode_config),
        (wire.states, decode.decode_collector),
    ]  # fmt: skip
    strategy, decoder = data.draw(st.sampled_from(pairs))
    message = data.draw(strategy)
    assert decoder(encode(message)) == message  # type: ignore[arg-type]


@given(st.binary(max_size=300))
@example(b"{" * 100)
def test_any_bytes(data: bytes) -> None:
    """No bytes make a decoder raise anything but Unreadable."""
    readable(data)


def _dumps(value: object) -> bytes:
    return json.dumps(value).encode()


@given(st.data())
def test_any_json(data: st.DataObject) -> None:
    """Nor does any JSON, with the contract's keys at their places or not."""
    names = st.sampled_from(
        ["v", *wire.IDS, "after", "rev", *limits.ROW_KINDS, "months", "rejected", "settings", "now"]
    )
    document = {"v": 1, **wire.IDS, "after": 1, "rev": 2}
    readable(_dumps({**document, **data.draw(st.dictionaries(names, wire.json_values, max_size=4))}))


@given(st.data())
def test_any_rows(data: st.DataObject) -> None:
    """Whatever stands in rows, the payload is readable, and each row is good or bad."""
    kind = data.draw(st.sampled_from(limits.ROW_KINDS))
    keys = st.sampled_from([*wire.GOOD_ROWS[kind], "re", "disk", "network", "peripherals"])
    row = {**wire.GOOD_ROWS[kind], **data.draw(st.dictionaries(keys, wire.json_values, max_size=3))}
    told = wire.ledger(**{kind: [row]}).replace(b"NaN", b"1e999").replace(b"Infinity", b"1e999")
    (found,) = readable(told)[-1:]
    assert isinstance(found, Ledger)
    assert len(getattr(found, kind)) + len(found.bad) == 1


@given(st.data())
def test_mutated_payloads(data: st.DataObject) -> None:
    """A valid payload with bytes changed, lost or doubled makes no decoder raise anything but Unreadable."""
    whole = bytearray(encode(data.draw(wire.ledgers())))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(whole)))
        whole[start : start + data.draw(st.integers(0, 5))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"1e999", b"null", b"[[", b'"', b"\\ud800", b"9" * 5000, b"-0"])
        )
    readable(bytes(whole))


def _levels(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_levels, inner), default=0)


nests = st.recursive(
    st.text(st.sampled_from('[]{}"\\a'), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.sampled_from('[]{}"\\a')), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(nests, st.integers(0, 45))
def test_levels_are_counted_right(value: object, around: int) -> None:
    """Depth is found without parsing, whatever brackets and quotes stand in strings."""
    for turn in range(around):
        value = [value] if turn % 2 else {"}": value, "{": "]["}
    assert too_deep(_dumps(value)) == (_levels(value) > 32)
