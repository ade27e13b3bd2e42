"""Messages that are not Ledgers: what comes up is taken as far as it goes, what comes down exactly."""

from __future__ import annotations

import pytest
from support.wire import IDS, payload

from socle_core.wire.decode import (
    Unreadable,
    decode_ack,
    decode_audit,
    decode_collector,
    decode_config,
    decode_hello,
    decode_presence,
)
from socle_core.wire.messages import Ack, Audit, CollectorState, Config, Hello, Presence, Rejected

HELLO = {
    "v": 1, **IDS, "boot": "5d21c0aa", "head": 1234, "agent": "0.1.0", "os": "debian 12", "kind": "cart",
    "clock": "trusted", "catalogue": "2026.11",
    "senses": {"session": "logind", "idle": "x11", "focus": "x11", "programs": "fanotify", "web": "extension"},
}  # fmt: skip
AUDIT = {"v": 1, **IDS, "rev": 1234, "months": {"2026-11": {"slots": 420, "focus": 0}}, "undated": 5400, "acts": 3}
ACK = {"v": 1, "install": "9f3a11c2", "ask": "01c2d3e4", "rev": 1234, "run": "77aa01fe", "now": 1795447830.2,
       "keep_from": 1986912}  # fmt: skip


def test_presence() -> None:
    """A presence tells install, run and state; a state that is not a known word is unknown."""
    assert decode_presence(payload({"v": 1, **IDS, "state": "online"})) == Presence("9f3a11c2", "77aa01fe", "online")
    for state in ("Online", "", None, 1, ["online"], {}):
        assert decode_presence(payload({"v": 1, **IDS, "state": state})).state is None
    assert decode_presence(payload({"v": 1, **IDS})).state is None


def test_hello() -> None:
    """A hello arrives with all that it tells."""
    hello = decode_hello(payload(HELLO))
    assert hello == Hello(
        "9f3a11c2", "77aa01fe", "5d21c0aa", "01c2d3e4", 1234, "0.1.0", "debian 12", "cart", "trusted", "2026.11",
        {"session": "logind", "idle": "x11", "focus": "x11", "programs": "fanotify", "web": "extension"},
    )  # fmt: skip


def test_hello_of_identifiers_alone() -> None:
    """A hello that tells nothing but its identifiers is readable, and all else unknown."""
    bare = {name: HELLO[name] for name in ("v", "install", "run", "boot", "ask")}
    assert decode_hello(payload(bare)) == Hello("9f3a11c2", "77aa01fe", "5d21c0aa", "01c2d3e4")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("head", [None, -1, 1.0, "5", True, 2**53 + 1, 10**80]),
        ("agent", [None, "", 5, "a" * 65, "a\nb", "\ud800", ["0.1"]]),
        ("os", [None, "debian\t12", "\x1b[31m", {}]),
        ("kind", [None, "laptop", "Cart", 1, []]),
        ("clock", [None, "ntp", True]),
        ("catalogue", [None, 2026.11, "x" * 65]),
    ],
)
def test_odd_hello(name: str, values: list[object]) -> None:
    """Whatever else is odd in a hello is unknown, and never a reason to leave it without an answer."""
    for value in values:
        assert getattr(decode_hello(payload({**HELLO, name: value})), name) is None


def test_odd_senses() -> None:
    """A sense or a word for it that is not in the lists is left out."""
    told = {"session": "logind", "idle": "kde", "focus": None, "programs": ["proc"], "smell": "nose", "web": 1}
    assert decode_hello(payload({**HELLO, "senses": told})).senses == {"session": "logind"}
    for senses in (None, [], "logind", 5):
        assert decode_hello(payload({**HELLO, "senses": senses})).senses == {}


def test_audit() -> None:
    """An audit arrives with its sums."""
    assert decode_audit(payload(AUDIT)) == Audit(
        "9f3a11c2", "77aa01fe", "01c2d3e4", 1234, {"2026-11": {"slots": 420, "focus": 0}}, 5400, 3
    )


def test_odd_sums_are_not_compared() -> None:
    """Months and sums that are none are left out; the audit stays readable."""
    months = {"2026-11": {"slots": 1.0, "open": -1, "active": None, "days": 3, "x": 4}, "2026-13": {"slots": 1},
              "nov": {"slots": 1}, "2026-11\n": {"slots": 1}, "2026-10": None, "2026-09": {}}  # fmt: skip
    found = decode_audit(payload({**AUDIT, "months": months, "undated": "5", "acts": None}))
    assert found.months == {"2026-11": {"days": 3}, "2026-09": {}}
    assert (found.undated, found.acts) == (None, None)
    for odd in (None, [], 5):
        assert decode_audit(payload({**AUDIT, "months": odd})).months == {}


def test_ack() -> None:
    """An ack arrives with its mark, clock and limits."""
    assert decode_ack(payload(ACK)) == Ack("9f3a11c2", "01c2d3e4", 1234, 1795447830.2, 1986912, "77aa01fe")


def test_rejected() -> None:
    """An ack names refused rows by kind and key, and counts them all."""
    named = [{"kind": "slots", "key": [1994941], "why": "no"}, {"kind": "days", "key": None, "why": "?", "x": 1}]
    found = decode_ack(payload({**ACK, "rejected": named, "rejected_total": 250}))
    assert found.rejected == (Rejected("slots", [1994941], "no"), Rejected("days", None, "?"))
    assert found.rejected_total == 250
    assert decode_ack(payload({**ACK, "rejected": []})).rejected == ()


def test_no_mark_has_no_run() -> None:
    """At revision 0 an ack has no run, and one that is there all the same means nothing."""
    bare = {name: value for name, value in ACK.items() if name != "run"}
    assert decode_ack(payload({**bare, "rev": 0})).run is None
    assert decode_ack(payload({**ACK, "rev": 0})).run is None
    assert decode_ack(payload({**ACK, "rev": 0, "run": None})).run is None
    with pytest.raises(Unreadable, match="run"):
        decode_ack(payload(bare))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("install", [None, "x", 5]),
        ("ask", [None, "01c2d3e4 "]),
        ("rev", [None, -1, 1.0, True, 2**53 + 1]),
        ("run", [None, "", 7]),
        ("now", [None, "1795447830", True, -1, [], 10**400]),
        ("keep_from", [None, 1986912.0, -1, "0"]),
        ("rejected", [None, {}, [None], ["slots"], [{}], [{"kind": "rows", "key": None, "why": ""}],
                      [{"kind": "slots", "key": 5, "why": ""}], [{"kind": "slots", "key": [1.5], "why": ""}],
                      [{"kind": "slots", "key": [True], "why": ""}], [{"kind": "slots", "key": [1], "why": 5}]]),
        ("rejected_total", [-1, "3", 1.5, True]),
    ],
)  # fmt: skip
def test_odd_acks(name: str, values: list[object]) -> None:
    """An ack in which anything is odd is unreadable as a whole."""
    for value in values:
        with pytest.raises(Unreadable):
            decode_ack(payload({**ACK, name: value}))


def test_config() -> None:
    """A config carries an object of settings, whatever they are."""
    settings = {"checkpoint_s": 60, "hours": "mo-sa 08:00-17:00", "pause_allowed": True}
    assert decode_config(payload({"v": 1, "settings": settings})) == Config(settings)
    for odd in (None, [], "x", 5):
        with pytest.raises(Unreadable, match="settings is not an object"):
            decode_config(payload({"v": 1, "settings": odd}))
    with pytest.raises(Unreadable):
        decode_config(b'{"settings":{}}')


def test_collector() -> None:
    """The collector says that it is there, or not, and since when."""
    assert decode_collector(b'{"v":1,"state":"online","since":1795440000}') == CollectorState("online", 1795440000)
    assert decode_collector(b'{"v":1,"state":"lost","since":1795440000.5}') == CollectorState("lost", 1795440000)
    for odd in (
        {"state": "asleep"},
        {"state": None},
        {"since": None},
        {"since": "now"},
        {"since": True},
        {"since": -5},
    ):
        with pytest.raises(Unreadable):
            decode_collector(payload({"v": 1, "state": "online", "since": 1795440000, **odd}))
