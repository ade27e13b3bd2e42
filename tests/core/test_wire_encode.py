"""The bytes that are sent."""

from __future__ import annotations

import pytest
from support.wire import ACT, D, T

from socle_core.wire.encode import encode
from socle_core.wire.messages import (
    Ack,
    Act,
    Audit,
    BadRow,
    CollectorState,
    Config,
    Day,
    Health,
    Hello,
    Ledger,
    Presence,
    Rejected,
    Slot,
    Undated,
)

IDS = ("9f3a11c2", "77aa01fe", "01c2d3e4")


def test_compact_and_in_the_contracts_order() -> None:
    """Payloads have no blanks, begin with the version and keep the contract's order of keys."""
    assert encode(Presence("9f3a11c2", "77aa01fe", "online")) == (
        b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","state":"online"}'
    )
    assert encode(Ack("9f3a11c2", "01c2d3e4", 1234, 1795447830.2, 1986912, "77aa01fe")) == (
        b'{"v":1,"install":"9f3a11c2","ask":"01c2d3e4","rev":1234,"run":"77aa01fe","now":1795447830.2,'
        b'"keep_from":1986912}'
    )
    assert encode(CollectorState("lost", 5)) == b'{"v":1,"state":"lost","since":5}'
    assert encode(Config({"checkpoint_s": 60})) == b'{"v":1,"settings":{"checkpoint_s":60}}'


def test_absent_is_left_out() -> None:
    """What is absent has no key; what is zero has one."""
    assert encode(Hello("9f3a11c2", "77aa01fe", "5d21c0aa", "01c2d3e4", head=0)) == (
        b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","boot":"5d21c0aa","ask":"01c2d3e4","head":0,"senses":{}}'
    )
    assert encode(Audit(*IDS, 5)) == (
        b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","ask":"01c2d3e4","rev":5,"months":{}}'
    )


def test_ledger() -> None:
    """Rows carry their keys and what was told; empty lists and empty services are left out."""
    head = b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","ask":"01c2d3e4","after":1,"rev":2'
    assert encode(Ledger(*IDS, 1, 2)) == head + b"}"
    assert encode(Ledger(*IDS, 1, 2, slots=(Slot(T, 60, display=0), Slot(T + 1)))) == (
        head + b',"slots":[{"t":1994941,"powered":60,"display":0},{"t":1994942}]}'
    )
    assert encode(Ledger(*IDS, 1, 2, days=(Day(D, "pupil", 3, None, {"a": (3, None), "b": (2, 0)}),))) == (
        head + b',"days":[{"d":20780,"profile":"pupil","open":3,"services":{"a":[3,null],"b":[2,0]}}]}'
    )
    assert encode(Ledger(*IDS, 1, 2, undated=(Undated("1b00c4e7", "shared", 5),))) == (
        head + b',"undated":[{"boot":"1b00c4e7","profile":"shared","powered":5}]}'
    )
    assert encode(Ledger(*IDS, 1, 2, health=(Health(T, {"disk": {"used": 0.5}, "peripherals": []}),))) == (
        head + b',"health":[{"t":1994941,"disk":{"used":0.5},"peripherals":[]}]}'
    )
    assert encode(Ledger(*IDS, 1, 2, acts=(Act(ACT, "visit", D),))) == (
        head + b',"acts":[{"id":"' + ACT.encode() + b'","d":20780,"kind":"visit"}]}'
    )


def test_bad_rows_are_never_sent() -> None:
    """Bad rows come of decoding; encoding leaves them out."""
    assert encode(Ledger(*IDS, 1, 2, bad=(BadRow("slots", None, "no", 5),))) == encode(Ledger(*IDS, 1, 2))


def test_rejected() -> None:
    """An ack names each refused row, with null for a key that cannot be named."""
    ack = Ack("9f3a11c2", "01c2d3e4", 0, 5, 7, None, (Rejected("days", [5, "é"], "x"), Rejected("acts", None, "y")), 2)
    assert encode(ack).endswith(
        b',"keep_from":7,"rejected":[{"kind":"days","key":[5,"\\u00e9"],"why":"x"},'
        b'{"kind":"acts","key":null,"why":"y"}],"rejected_total":2}'
    )


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_what_is_no_number_is_not_sent(number: float) -> None:
    """A reading that is infinite or not a number is an error of the sender, and stays with it."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(Ledger(*IDS, 1, 2, health=(Health(T, {"network": {"rtt_ms": number}}),)))
