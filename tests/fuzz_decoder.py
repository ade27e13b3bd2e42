"""Throw inputs at the decoders until one raises what it must not: `python -m tests.fuzz_decoder --inputs 1000000`.

Inputs are noise, torn and spliced payloads, and valid Ledgers with values of other kinds put into them. Seeded:
the same seed gives the same inputs, and an input that fails is printed with its number.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

from socle_core.wire import decode, limits
from socle_core.wire.messages import Ledger
from socle_core.wire.rows import decode_ledger, judge_row

NOW = 1_795_447_830.2
KEEP_FROM = 1_986_912
IDS = {"install": "9f3a11c2", "run": "77aa01fe", "boot": "5d21c0aa", "ask": "01c2d3e4"}
ROWS: dict[str, dict[str, object]] = {
    "slots": {"t": 1994941, "powered": 900, "observed": 900, "open": 880, "active": 612, "display": 0, "senses": 31},
    "days": {"d": 20780, "profile": "pupil", "open": 3100, "active": 2500, "services": {"gcompris": [420, 400]}},
    "undated": {"boot": "1b00c4e7", "profile": "pupil", "powered": 5400, "services": {"a": [1, None]}},
    "health": {"t": 1994941, "battery": {"charge": 0.83, "state": "full"}, "peripherals": ["dock"]},
    "acts": {"id": "0b6e7c1e-8f5f-4a51-9b1d-0d7f6a3e2c11", "d": 20780, "kind": "help-received", "minutes": 90,
             "re": "6c84fb90-12c4-4f14-8f4e-3f0f3f3a2a01"},
}  # fmt: skip
DOCUMENTS: list[dict[str, object]] = [
    {"v": 1, **IDS, "after": 1180, "rev": 1234, **{kind: [row] for kind, row in ROWS.items()}},
    {"v": 1, **IDS, "head": 1234, "agent": "0.1.0", "kind": "cart", "senses": {"idle": "x11"}},
    {"v": 1, **IDS, "state": "online"},
    {"v": 1, **IDS, "rev": 1234, "months": {"2026-11": {"slots": 420, "open": 301220}}, "undated": 5, "acts": 3},
    {"v": 1, **IDS, "rev": 1234, "now": 1795447830.2, "keep_from": 1986912, "rejected_total": 1,
     "rejected": [{"kind": "slots", "key": [1994941], "why": "no"}]},
    {"v": 1, "settings": {"checkpoint_s": 60, "hours": "mo-sa 08:00-17:00"}},
    {"v": 1, "state": "lost", "since": 1795440000},
]  # fmt: skip
ODD = [b"null", b"true", b"-1", b"0", b"12.0", b"1e999", b"-1e999", b"NaN", b"Infinity", b"9" * 5000, b"1e-400", b'""',
       b'"\\ud800"', b'"\\u0000"', b'"' + b"a" * 70 + b'"', b"[]", b"{}", b"[[[[]]]]", b'{"v":1}', b"2147483648",
       b"9007199254740993", b'"2026-13"', b'{"":[1,1]}', b"[" * 40 + b"]" * 40, b'"pupil"', b'"\xff"', b"[1,null]",
       b"1994941", b"20780", b"901"]  # fmt: skip
MARKS = b'{}[]:,"\\0123456789.-+eEtfnu \n\x00\xff\xed\xa0'
DECODERS: dict[str, Callable[[bytes], object]] = {
    "presence": decode.decode_presence,
    "hello": decode.decode_hello,
    "audit": decode.decode_audit,
    "ack": decode.decode_ack,
    "config": decode.decode_config,
    "collector": decode.decode_collector,
    "ledger": lambda data: decode_ledger(data, now=NOW, keep_from=KEEP_FROM),
}
PAYLOADS = [json.dumps(document, separators=(",", ":")).encode() for document in DOCUMENTS]


def inputs(rng: Random, number: int) -> Iterator[bytes]:
    """So many inputs."""
    ways = (noise, torn, spliced, scribbled, replaced, replaced, replaced, replaced)
    for _ in range(number):
        yield rng.choice(ways)(rng, rng.choice(PAYLOADS[:1] * 4 + PAYLOADS))


def noise(rng: Random, _: bytes) -> bytes:
    """Random bytes, or random marks of JSON."""
    length = rng.randrange(1, 200)
    return rng.randbytes(length) if rng.random() < 0.3 else bytes(rng.choices(MARKS, k=length))


def torn(rng: Random, payload: bytes) -> bytes:
    """The beginning of a payload."""
    return payload[: rng.randrange(len(payload))]


def spliced(rng: Random, payload: bytes) -> bytes:
    """The beginning of one payload and the end of another."""
    other = rng.choice(PAYLOADS)
    return payload[: rng.randrange(len(payload))] + other[rng.randrange(len(other)) :]


def scribbled(rng: Random, payload: bytes) -> bytes:
    """A payload with some bytes changed."""
    scribble = bytearray(payload)
    for _ in range(rng.randrange(1, 5)):
        scribble[rng.randrange(len(scribble))] = rng.choice(MARKS)
    return bytes(scribble)


def replaced(rng: Random, payload: bytes) -> bytes:
    """A payload that is still JSON, with some values replaced by odd ones and some keys renamed or doubled."""
    document = json.loads(payload)
    for turn in range(rng.randrange(1, 4)):
        _put(rng, document, f"@{turn}@")
    data = json.dumps(document).encode()
    for turn in range(4):
        data = data.replace(f'"@{turn}@"'.encode(), rng.choice(ODD))
    return data


def _put(rng: Random, document: object, mark: str) -> None:
    places = list(_places(document))
    holder, key = rng.choice(places)
    if isinstance(holder, dict) and rng.random() < 0.2:
        holder[rng.choice(["", "x", "t", "re", "a" * 65, "\ud800"])] = mark
    elif isinstance(holder, (dict, list)):
        holder[key] = mark


def _places(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield value, key
            yield from _places(inner)
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield value, index
            yield from _places(inner)


def tried(data: bytes) -> Iterator[str]:
    """What became of an input in each decoder; whatever a decoder may not raise escapes."""
    for name, decoder in DECODERS.items():
        try:
            message = decoder(data)
        except decode.Unreadable:
            yield f"{name} unreadable"
            continue
        yield f"{name} read"
        if isinstance(message, Ledger):
            yield from _judged(message)


def _judged(message: Ledger) -> Iterator[str]:
    """Bad rows must be fit for the quarantine: ASCII that is JSON anywhere, and judged bad again."""
    for kind in limits.ROW_KINDS:
        yield from ["row good"] * len(getattr(message, kind))
    for bad in message.bad:
        kept = json.dumps([bad.key, bad.row], allow_nan=False)
        if not kept.isascii():
            raise AssertionError("a bad row is not ASCII")
        yield "row bad"
        try:
            judge_row(bad.kind, json.loads(kept)[1], now=NOW, keep_from=KEEP_FROM)
        except ValueError:
            continue
        raise AssertionError("a bad row became good in quarantine")


def main() -> int:
    """Run, telling how far it is; 1 if anything escaped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    counts: Counter[str] = Counter()
    begin = time.monotonic()
    for number, data in enumerate(inputs(Random(chosen.seed), chosen.inputs), 1):
        try:
            counts.update(tried(data))
        except Exception as error:
            print(f"\ninput {number} of seed {chosen.seed}: {error!r}\n{data!r}", file=sys.stderr)
            return 1
        if number % 10_000 == 0 or number == chosen.inputs:
            rate = number / (time.monotonic() - begin)
            print(f"\rfuzz: {number} of {chosen.inputs} inputs, {rate:.0f} a second", end="", flush=True)
    print()
    for name, count in sorted(counts.items()):
        print(f"fuzz: {count:>10} {name}")
    print(f"fuzz: inputs={chosen.inputs} seed={chosen.seed} escaped=0")
    return 0


if __name__ == "__main__":
    sys.exit(main())
