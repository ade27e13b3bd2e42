"""The examples of the documents: messages built by the code, so that each is one that could be sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from socle_core.wire.encode import encode
from socle_core.wire.messages import (
    Ack,
    Act,
    Audit,
    CollectorState,
    Config,
    Day,
    Health,
    Hello,
    Ledger,
    Message,
    Presence,
    Rejected,
    Slot,
    Undated,
)

WIDTH = 112
NOW = 1_795_447_830.2
KEEP_FROM = 1_986_912
_INSTALL, _RUN, _ASK = "9f3a11c2", "77aa01fe", "01c2d3e4"
_REQUEST, _ANSWER = "0b6e7c1e-8f5f-4a51-9b1d-0d7f6a3e2c11", "6c84fb90-12c4-4f14-8f4e-3f0f3f3a2a01"

PRESENCE = Presence(_INSTALL, _RUN, "online")
HELLO = Hello(
    _INSTALL,
    _RUN,
    "5d21c0aa",
    _ASK,
    head=1234,
    agent="0.1.0",
    os="debian 12",
    kind="cart",
    clock="trusted",
    catalogue="2026.11",
    senses={"session": "logind", "idle": "x11", "focus": "x11", "programs": "fanotify", "web": "extension"},
)
LEDGER = Ledger(
    _INSTALL,
    _RUN,
    _ASK,
    1180,
    1234,
    slots=(Slot(1994941, 900, 900, 0, 871, 880, 612, 0, 31),),
    days=(Day(20780, "pupil", 3100, 2500, {"gcompris": (420, 400), "lumni": (60, 60), "scratch": (900, None)}),),
    undated=(Undated("1b00c4e7", "pupil", 5400, 5400, 5000, 3000),),
    health=(
        Health(
            1994941,
            {
                "battery": {"charge": 0.83, "wear": 0.12, "cycles": 312, "state": "discharging"},
                "network": {"kind": "wifi", "signal_dbm": -67},
                "peripherals": ["projector"],
            },
        ),
    ),
    acts=(
        Act(_REQUEST, "help-request", 20780, about="gcompris"),
        Act(_ANSWER, "help-received", 20780, 15, "gcompris", _REQUEST),
    ),
)
AUDIT = Audit(
    _INSTALL,
    _RUN,
    _ASK,
    1234,
    {
        "2026-11": {
            "slots": 420,
            "powered": 371000,
            "observed": 370120,
            "open": 301220,
            "active": 188034,
            "days": 22,
            "present": 92110,
            "focus": 80220,
        }
    },
    undated=5400,
    acts=2,
)
ACK = Ack(_INSTALL, _ASK, 1234, NOW, KEEP_FROM, _RUN)
REFUSING_ACK = Ack(
    _INSTALL,
    _ASK,
    1234,
    NOW,
    KEEP_FROM,
    _RUN,
    (Rejected("slots", [1753151], "t is before 2020"), Rejected("days", None, "not an object")),
    2,
)
FIRST_ACK = Ack(_INSTALL, _ASK, 0, NOW, KEEP_FROM)
CONFIG = Config(
    {
        "report_every_quarters": 1,
        "checkpoint_s": 60,
        "idle_after_s": 300,
        "hours": "mo-sa 08:00-17:00",
        "timezone": "Europe/Paris",
        "pause_allowed": True,
    }
)
COLLECTOR = CollectorState("online", 1795440000)
ALL: dict[str, Message] = {
    "presence": PRESENCE,
    "hello": HELLO,
    "ledger": LEDGER,
    "audit": AUDIT,
    "ack": ACK,
    "first_ack": FIRST_ACK,
    "refusing_ack": REFUSING_ACK,
    "config": CONFIG,
    "collector": COLLECTOR,
}


def shown(message: Message) -> str:
    """The payload, broken into lines between its keys, or between those of a long value."""
    return "{" + "\n ".join(_filled(_pieces(json.loads(encode(message))))) + "}"


def _pieces(document: dict[str, object]) -> Iterator[str]:
    """The keys with their values and commas; a list of several long rows comes in a piece a row."""
    last = len(document) - 1
    for number, (name, value) in enumerate(document.items()):
        end = "," if number < last else ""
        whole = _compact(value)
        if isinstance(value, list) and len(whole) > WIDTH:
            *first, final = [_compact(row) for row in value]
            yield from _opened(f"{_compact(name)}:[", [*(f"{row}," for row in first), f"{final}]{end}"])
        else:
            yield f"{_compact(name)}:{whole}{end}"


def _opened(head: str, pieces: list[str]) -> Iterator[str]:
    yield head + pieces[0]
    yield from pieces[1:]


def _filled(pieces: Iterable[str]) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and len(lines[-1]) + len(piece) > WIDTH:
            lines.append("")
        lines[-1] += piece
    return lines


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
