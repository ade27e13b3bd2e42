"""Which rows of a Ledger are good, which are bad, and how a bad one is named."""

from __future__ import annotations

import json
import uuid

import pytest
from support.wire import ACT, GOOD_ROWS, KEEP_FROM, NOW, D, T, ledger

from socle_core.wire.messages import Act, BadRow, Day, Health, Ledger, Row, Slot, Undated
from socle_core.wire.rows import BadRowError, decode_ledger, judge_row

REQUEST = "6c84fb90-12c4-4f14-8f4e-3f0f3f3a2a01"


def decode(data: bytes, keep_from: int = KEEP_FROM) -> Ledger:
    """Decode a Ledger at the tests' time."""
    return decode_ledger(data, now=NOW, keep_from=keep_from)


def judge(kind: str, row: object, keep_from: int = KEEP_FROM) -> Row:
    """Judge one row through a whole payload, beside a good row that has to be kept."""
    beside = {"boot": "00000001", "profile": "shared"}
    found = decode(ledger(**{"undated": [beside], kind: [beside, row] if kind == "undated" else [row]}), keep_from)
    assert found.undated[0] == Undated("00000001", "shared")
    if found.bad:
        raise BadRowError(found.bad[0].why)
    row_found: Row = getattr(found, kind)[-1]
    return row_found


def bad(kind: str, row: object) -> BadRow:
    """The bad row that becomes of this one."""
    found = decode(ledger(**{kind: [row]}))
    assert getattr(found, kind) == ()
    (one,) = found.bad
    assert (one.kind, one.row) == (kind, row)
    return one


def changed(kind: str, /, **keys: object) -> dict[str, object]:
    """The contract's example of a row with some keys changed."""
    return {**GOOD_ROWS[kind], **keys}


def test_good_rows() -> None:
    """The contract's own examples are good, and every key arrives."""
    assert judge("slots", GOOD_ROWS["slots"]) == Slot(T, 900, 900, 0, 871, 880, 612, 0, 31)
    assert judge("days", GOOD_ROWS["days"]) == Day(
        D, "pupil", 3100, 2500, {"gcompris": (420, 400), "lumni": (60, None)}
    )
    assert judge("undated", GOOD_ROWS["undated"]) == Undated("1b00c4e7", "pupil", 5400, 5400, 5000, 3000, {})
    battery = {"charge": 0.83, "wear": 0.12, "cycles": 312, "state": "discharging"}
    assert judge("health", GOOD_ROWS["health"]) == Health(T, {"battery": battery})
    assert judge("acts", GOOD_ROWS["acts"]) == Act(ACT, "training", D, 90, "gcompris")


@pytest.mark.parametrize(
    ("kind", "row"),
    [("slots", {"t": T}), ("days", {"d": D, "profile": "shared"}),
     ("undated", {"boot": "1b00c4e7", "profile": "pupil"}), ("health", {"t": T}),
     ("acts", {"id": ACT, "kind": "visit"})],
)  # fmt: skip
def test_key_alone(kind: str, row: dict[str, object]) -> None:
    """A row may hold its key alone (and an act its kind), and no key less."""
    assert judge(kind, row)
    for name in row:
        with pytest.raises(BadRowError):
            judge(kind, {other: value for other, value in row.items() if other != name})


@pytest.mark.parametrize("kind", list(GOOD_ROWS))
@pytest.mark.parametrize("row", [None, 5, "row", [], [[]], True, 1.5])
def test_not_an_object(kind: str, row: object) -> None:
    """A row that is no object is bad and has no key."""
    one = bad(kind, row)
    assert (one.key, one.why) == (None, "not an object")


@pytest.mark.parametrize("kind", list(GOOD_ROWS))
def test_unknown_keys_are_dropped(kind: str) -> None:
    """Keys that a row does not have in the contract are neither bad nor kept."""
    assert judge(kind, changed(kind, name="Dupont", x=[{}], services2=5)) == judge(kind, GOOD_ROWS[kind])


NUMBERS = [
    *[("slots", name, 900) for name in ("powered", "observed", "charging", "online", "open", "active", "display")],
    ("slots", "senses", 31),
    *[("days", name, 90_000) for name in ("open", "active")],
    *[("undated", name, 2_147_483_647) for name in ("powered", "observed", "open", "active")],
]


@pytest.mark.parametrize(("kind", "name", "top"), NUMBERS)
def test_limits_of_numbers(kind: str, name: str, top: int) -> None:
    """A number of seconds or bits is a whole one from 0 to its limit."""
    bounds = {"powered": top, "open": top} if name in ("observed", "active", "display") else {}
    key = {k: v for k, v in GOOD_ROWS[kind].items() if k in ("t", "d", "boot", "profile")}
    for value in (0, 1, top):
        assert getattr(judge(kind, {**key, **bounds, name: value}), name) == value
    for value in (-1, top + 1, 12.0, 0.5, True, False, "12", [], {}, [12]):
        assert bad(kind, {**key, **bounds, name: value}).why.startswith(f"{name} is ")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name, _ in NUMBERS])
def test_null_is_absent(kind: str, name: str) -> None:
    """A number that is null was not told."""
    row = changed(kind, **{name: None})
    row = {
        k: v for k, v in row.items() if k not in {"powered": ("observed",), "open": ("active", "display")}.get(name, ())
    }
    assert getattr(judge(kind, row), name) is None


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("slots", "observed", "powered"), ("slots", "active", "open"), ("slots", "display", "open"),
     ("days", "active", "open"), ("undated", "observed", "powered"), ("undated", "active", "open")],
)  # fmt: skip
def test_inequalities(kind: str, low: str, high: str) -> None:
    """What lies inside something else is never above it, nor told without it, not even as 0."""
    key = {k: v for k, v in GOOD_ROWS[kind].items() if k in ("t", "d", "boot", "profile")}
    assert judge(kind, {**key, low: 30, high: 30})
    assert judge(kind, {**key, high: 30})
    assert bad(kind, {**key, low: 31, high: 30}).why == f"{low} is above {high}"
    assert bad(kind, {**key, low: 30}).why == f"{low} without {high}"
    assert bad(kind, {**key, low: 0, high: None}).why == f"{low} without {high}"


@pytest.mark.parametrize("kind", ["slots", "health"])
def test_window_of_quarters(kind: str) -> None:
    """A quarter lies from 2020 and keep_from on to two days ahead of the collector's clock."""
    latest = int(NOW // 900) + 192
    assert judge(kind, {"t": latest}).t == latest  # type: ignore[union-attr]
    assert bad(kind, {"t": latest + 1}).why == "t is more than 2 days ahead"
    assert judge(kind, {"t": KEEP_FROM})
    assert bad(kind, {"t": KEEP_FROM - 1}).why == "t is before keep_from"
    assert bad(kind, {"t": 1_753_151}).why == "t is before 2020"
    assert judge(kind, {"t": 1_753_152}, keep_from=0)
    for value in (float(T), str(T), True, None, 2**80, -1):
        assert bad(kind, {"t": value}).why


@pytest.mark.parametrize("kind", ["days", "acts"])
def test_window_of_days(kind: str) -> None:
    """A day lies from 2020 and keep_from's day on to two days ahead of the collector's clock."""
    latest = int(NOW // 86_400) + 2
    assert judge(kind, changed(kind, d=latest)).d == latest  # type: ignore[union-attr]
    assert bad(kind, changed(kind, d=latest + 1)).why == "d is more than 2 days ahead"
    assert judge(kind, changed(kind, d=KEEP_FROM // 96))
    assert judge(kind, changed(kind, d=KEEP_FROM // 96), keep_from=KEEP_FROM + 95)
    assert bad(kind, changed(kind, d=KEEP_FROM // 96 - 1)).why == "d is before keep_from"
    assert bad(kind, changed(kind, d=18_261)).why == "d is before 2020"
    assert judge(kind, changed(kind, d=18_262), keep_from=0)
    for value in (float(D), str(D), True, None, []):
        assert bad(kind, changed(kind, d=value)).why == "d is not a whole number"


def test_undated_rows_have_no_window() -> None:
    """Undated use is wanted whatever keep_from says."""
    assert judge("undated", GOOD_ROWS["undated"], keep_from=int(NOW // 900) + 100)


@pytest.mark.parametrize("kind", ["days", "undated"])
@pytest.mark.parametrize("profile", ["Pupil", "", "mr-dupont", None, 1, ["pupil"], {}])
def test_profiles(kind: str, profile: object) -> None:
    """A profile is one of three words."""
    assert bad(kind, changed(kind, profile=profile)).why == "profile is not a word of its list"


@pytest.mark.parametrize("boot", ["1b00c4e", "1B00C4E7", "1b00c4e7\n", None, 5, []])
def test_boot(boot: object) -> None:
    """A malformed boot makes its row bad, not the payload unreadable."""
    assert bad("undated", changed("undated", boot=boot)).why == "boot is not well-formed"


@pytest.mark.parametrize("kind", ["days", "undated"])
@pytest.mark.parametrize(
    "services",
    [None, [], "gcompris", 5, {"gcompris": None}, {"gcompris": 420}, {"gcompris": []}, {"gcompris": [420]},
     {"gcompris": [420, 400, 0]}, {"gcompris": {"present": 1}}, {"gcompris": [None, None]}, {"gcompris": [None, 0]},
     {"gcompris": [12.0, 1]}, {"gcompris": [12, 1.0]}, {"gcompris": [True, True]}, {"gcompris": [12, "1"]},
     {"gcompris": [-1, None]}, {"gcompris": [12, -1]}, {"gcompris": [12, 13]}, {"gcompris": [2**31, 1]},
     {"": [1, 1]}, {"Gcompris": [1, 1]}, {"-a": [1, 1]}, {"a b": [1, 1]}, {"a" * 65: [1, 1]}, {"a\n": [1, 1]},
     {"é": [1, 1]}, {"https://lumni.fr/x": [1, 1]}, {"ok": [1, 1], "http:": [1, 1]}],
)  # fmt: skip
def test_bad_services(kind: str, services: object) -> None:
    """Services are an object of well-formed ids and pairs [present, focus or null], focus at most present."""
    assert bad(kind, changed(kind, services=services))


def test_good_services() -> None:
    """A service may be unknown to every catalogue, have no focus, and run up to the row's limit."""
    told = {"a": [0, 0], "0.b_c-d": [90_000, None], "z" * 64: [90_000, 90_000]}
    day = judge("days", changed("days", services=told))
    assert isinstance(day, Day)
    assert day.services == {"a": (0, 0), "0.b_c-d": (90_000, None), "z" * 64: (90_000, 90_000)}
    assert bad("days", changed("days", services={"a": [90_001, 0]})).why == "present is above 90000"
    assert judge("undated", changed("undated", services={"a": [2**31 - 1, 2**31 - 1]}))


GOOD_GROUPS = [
    ("battery", {"charge": 0, "wear": 1, "cycles": 0, "state": "full"}),
    ("disk", {"used": 0.5, "smart": "failing", "wear": 0.0, "read_errors": 3, "hours": 1234.5}),
    ("memory", {"used": 1.0, "pressure": 0.25, "oom": 2}),
    ("thermal", {"max_c": 71.5, "throttled_s": 12}),
    ("network", {"kind": "wifi", "signal_dbm": -67.5, "rtt_ms": 12.25, "retransmits": 0.4}),
    ("boot", {"seconds": 41, "failed_units": 0, "unclean": 7}),
    ("updates", {"pending": 41, "security": 3, "oldest_security_days": 12.5}),
    ("peripherals", ["projector", "interactive-board"]),
    ("peripherals", []),
    ("disk", {}),
]


@pytest.mark.parametrize(("name", "group"), GOOD_GROUPS)
def test_good_health(name: str, group: object) -> None:
    """Each group of the table arrives as it was sent."""
    assert judge("health", {"t": T, name: group}) == Health(T, {name: group})  # type: ignore[dict-item]


def test_unknown_health_is_dropped() -> None:
    """Groups and keys that the table does not have are not kept."""
    row = {"t": T, "moon": {"phase": 1}, "disk": {"used": 0.5, "serial": "S3Z8", "smart_raw": None}}
    assert judge("health", row) == Health(T, {"disk": {"used": 0.5}})


@pytest.mark.parametrize("name", [name for name, _ in GOOD_GROUPS[:7]])
@pytest.mark.parametrize("group", [None, [], "x", 5, True])
def test_health_of_the_wrong_shape(name: str, group: object) -> None:
    """A group that is no object, null included, makes its row bad."""
    assert bad("health", {"t": T, name: group}).why == f"{name} is not an object"


@pytest.mark.parametrize(
    ("name", "key", "values"),
    [
        ("battery", "charge", [-0.01, 1.01, True, None, "0.5", [], 1e300]),
        ("battery", "cycles", [-1, 312.0, True, None, "312", 2**53 + 1]),
        ("battery", "state", ["empty", "", None, 0, []]),
        ("disk", "smart", ["OK", None, True]),
        ("disk", "read_errors", [1.0, -1, None]),
        ("disk", "hours", [-0.5, None, "1", False]),
        ("memory", "pressure", [-1, 2, None]),
        ("memory", "oom", [0.0, None]),
        ("thermal", "max_c", [-4, None, "71"]),
        ("thermal", "throttled_s", [1.5, -1, None]),
        ("network", "kind", ["5g", None]),
        ("network", "signal_dbm", [None, "-67", True, []]),
        ("network", "rtt_ms", [-1, None]),
        ("network", "retransmits", [-0.1, None]),
        ("boot", "seconds", [41.0, -1, None, False]),
        ("boot", "failed_units", [1.0, None]),
        ("boot", "unclean", [-1, None]),
        ("updates", "pending", [1.5, None]),
        ("updates", "oldest_security_days", [-1, None, "3"]),
    ],
)
def test_bad_health(name: str, key: str, values: list[object]) -> None:
    """A reading out of its range or of another kind makes its row bad; only dBm may be negative."""
    for value in values:
        assert bad("health", {"t": T, name: {key: value}}).why.startswith(f"{name}.{key} is ")


@pytest.mark.parametrize("told", [None, {}, "projector", ["projector", "beamer"], [None], [["dock"]], [5]])
def test_bad_peripherals(told: object) -> None:
    """Peripherals are a list of known words."""
    assert bad("health", {"t": T, "peripherals": told}).why.startswith("peripherals ")


def test_acts() -> None:
    """Each kind of act is taken; an answer names its request; other keys are not kept."""
    for kind in ("training", "visit", "mentoring", "self-study", "help-request"):
        assert judge("acts", {"id": ACT, "kind": kind, "note": "room 3", "v": 1}) == Act(ACT, kind)
    answer = {"id": ACT, "kind": "help-received", "re": REQUEST}
    assert judge("acts", answer) == Act(ACT, "help-received", re=REQUEST)
    assert judge("acts", {"id": ACT, "kind": "visit", "re": REQUEST}) == Act(ACT, "visit", re=REQUEST)
    assert judge("acts", {"id": ACT.upper(), "kind": "visit"}) == Act(ACT, "visit")


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("id", [None, "", "x", 5, str(uuid.UUID(int=1)), ACT + "\n", "{" + ACT + "}", ACT.replace("-", ""),
                ACT[:14] + "1" + ACT[15:], ACT[:19] + "c" + ACT[20:]]),
        ("kind", [None, "", "Training", "lesson", 3, []]),
        ("minutes", [-1, 1441, 90.0, True, "90", None]),
        ("about", ["", "GCompris", "a b", 5, None, "a" * 65, []]),
        ("re", ["", "x", None, 5, str(uuid.UUID(int=1))]),
    ],
)  # fmt: skip
def test_bad_acts(key: str, values: list[object]) -> None:
    """An act with a malformed id, kind, duration, service or request is bad."""
    for value in values:
        assert bad("acts", changed("acts", **{key: value})).why.startswith(f"{key} is ")


def test_help_received_names_its_request() -> None:
    """Without the request that it answers, an answer is bad."""
    assert bad("acts", {"id": ACT, "kind": "help-received"}).why == "re is not well-formed"


@pytest.mark.parametrize(
    ("kind", "row", "key"),
    [
        ("slots", {"t": 5}, [5]),
        ("slots", {"t": "yesterday"}, ["yesterday"]),
        ("slots", {"t": "é" * 64}, ["é" * 64]),
        ("slots", {"t": "é" * 65}, None),
        ("slots", {"t": True}, None),
        ("slots", {"t": 5.0}, None),
        ("slots", {"t": None}, None),
        ("slots", {"powered": 5}, None),
        ("slots", {"t": [5]}, None),
        ("slots", {"t": -(10**60)}, [-(10**60)]),
        ("health", {"t": 5}, [5]),
        ("days", {"d": 5, "profile": "pupil"}, [5, "pupil"]),
        ("days", {"d": D}, None),
        ("days", {"d": D, "profile": {}}, None),
        ("days", {"d": D, "profile": 7}, [D, 7]),
        ("undated", {"boot": "?", "profile": "pupil"}, ["?", "pupil"]),
        ("acts", {"id": "x", "kind": "visit"}, ["x"]),
        ("acts", {"kind": "visit"}, None),
    ],
)
def test_keys_of_bad_rows(kind: str, row: dict[str, object], key: object) -> None:
    """A bad row is named by its key, if each part is a whole number or a string of at most 64 characters."""
    assert bad(kind, row).key == key


def test_odd_text_can_be_kept() -> None:
    """Lone surrogates, line ends and NUL stay in bad rows, which remain JSON in ASCII."""
    row = {"t": "\ud800\x00\n", "\udfff": "\x00"}
    one = bad("slots", row)
    text = json.dumps([one.key, one.row])
    assert text.isascii()
    assert json.loads(text) == [["\ud800\x00\n"], row]


def test_the_last_of_two_equal_keys_counts() -> None:
    """A key written twice in one object has the value written last."""
    found = decode(ledger(slots=["@"]).replace(b'"@"', b'{"t":%d,"powered":-1,"powered":7}' % T))
    assert found.slots == (Slot(T, 7),)


def test_good_rows_beside_bad_ones() -> None:
    """One bad row costs no other row its place, in whatever order they come."""
    rows = [{"t": T}, 5, {"t": T + 1}, {"t": -1}, {"t": T + 2}]
    found = decode(ledger(slots=rows, acts=[{}], health=[{"t": T}]))
    assert [slot.t for slot in found.slots] == [T, T + 1, T + 2]
    assert [(row.kind, row.key) for row in found.bad] == [("slots", None), ("slots", [-1]), ("acts", None)]
    assert found.health == (Health(T),)


def test_a_row_may_become_good() -> None:
    """A row that was ahead of the clock is good when it is judged again later."""
    row = {"t": int(NOW // 900) + 200, "powered": 5}
    with pytest.raises(BadRowError, match="ahead"):
        judge_row("slots", row, now=NOW, keep_from=KEEP_FROM)
    assert judge_row("slots", row, now=NOW + 86_400, keep_from=KEEP_FROM) == Slot(row["t"], 5)


def test_reasons_quote_nothing() -> None:
    """The reason why a row is bad shows nothing of what was in it."""
    name = "dupont"
    rows: list[tuple[str, dict[str, object]]] = [
        ("slots", {"t": name}), ("days", changed("days", profile=name)),
        ("days", changed("days", services={"Dupont": 5})), ("acts", changed("acts", about="M. dupont")),
        ("health", {"t": T, "battery": {"state": name}}),
    ]  # fmt: skip
    for kind, row in rows:
        assert name not in bad(kind, row).why.lower()
