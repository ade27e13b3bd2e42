"""Nothing tells at what hour a service was used: lives that differ in that alone look alike (docs/decisions/0004)."""

from __future__ import annotations

import gc
import json
import types
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.clocks import HandClock
from support.machine import MONDAY

from socle_agent.gauge import Gauge
from socle_agent.ledger import Ledger
from socle_agent.meter import FOCUS, IDLE, PROGRAMS, REMEMBERED_S, SESSION, WEB, Session
from socle_agent.sync import Sync
from socle_core.settings.agent import AgentSettings
from socle_core.wire.encode import encode
from socle_core.wire.messages import Ack, Hello, Presence
from socle_core.wire.messages import Ledger as LedgerMessage

MORNING_MIN, BREAK_MIN = 120, 40
"""Minutes of use, and that of the suspend in their midst."""
LONGEST = 20
PUPIL = (Session("pupil", open=True, active=True, focus=None),)


class Life:
    """A morning of one machine: a pupil's session is open all along, and so many minutes are of services.

    `uses`: (minute of the beginning, minutes, service); `web`: minutes of pages told when such a use ends.
    `dumps`: all that the ledger holds, at the morning's end and in the next one's first minute. `sent`: all payloads.
    """

    def __init__(self, uses: list[tuple[int, int, str]], file: Path | None = None) -> None:
        self.uses, self.clock = uses, HandClock(MONDAY, boot=1000.0)
        self.clock.ntp = True
        numbers = count(1)
        new_id = lambda: f"{next(numbers):08x}"  # noqa: E731
        self.ledger = Ledger.open(file, new_id) if file else Ledger.in_memory(new_id)
        self.gauge = Gauge(self.clock, self.ledger, AgentSettings(), new_id)
        self.sync = Sync(self.ledger, self._hello, Random(1))
        self.sent: list[dict[str, Any]] = []
        self.dumps: list[str] = []

    def _hello(self, ask: str) -> Hello:
        return Hello(self.ledger.install, self.ledger.run, self.gauge.boot, ask, self.ledger.head)

    def live(self) -> Life:
        """Live the morning, and the beginning of the next day."""
        self.gauge.tell(sessions=PUPIL, senses=SESSION | IDLE | PROGRAMS | WEB | FOCUS)
        self._say(self.sync.connected(self.clock.boot))
        for minute in range(MORNING_MIN):
            if minute == BREAK_MIN:
                self.clock.suspend(1800)
            self._minute(minute)
        self._keep()
        self.clock.suspend(86_400 - 60 * MORNING_MIN)
        self._minute(MORNING_MIN)
        self._keep()
        return self

    def _minute(self, minute: int) -> None:
        running = {service for start, length, service in self.uses if start <= minute < start + length}
        programs = frozenset((service, "pupil") for service in running if service != "lumni")
        self.gauge.tell(programs=programs, sessions=(Session("pupil", True, True, max(running, default="")),))
        self.clock.advance(60)
        self.gauge.checkpoint()
        for start, length, service in self.uses:
            if service == "lumni" and minute == start + length - 1:
                self.gauge.visited("pupil", {"lumni": 60 * length})
        if minute % 15 == 14 or minute == MORNING_MIN:
            self.gauge.checkpoint()
            self._say(self.sync.report(self.clock.boot, whole=False))

    def _say(self, messages: list[Any]) -> None:
        for message in messages:
            self.sent.append(json.loads(encode(message)))
            if not isinstance(message, Presence):
                rev = message.rev if isinstance(message, LedgerMessage) else 0
                run = message.run if rev else None
                ack = Ack(self.ledger.install, message.ask, rev, self.clock.wall, 0, run)
                self._say(self.sync.received(self.clock.boot, ack))

    def _keep(self) -> None:
        self.dumps.append("\n".join(self.ledger._db.iterdump()))

    def hushed(self) -> list[dict[str, Any]]:
        """What was sent, without the day's sums so far: of its rows only which they are."""
        return [_hushed(payload) for payload in self.sent]


def _hushed(payload: dict[str, Any]) -> dict[str, Any]:
    days = [[row["d"], row["profile"]] for row in payload.get("days", ())]
    months = {month: {**sums, "present": 0, "focus": 0} for month, sums in payload.get("months", {}).items()}
    return {**payload, "days": days, "months": months}


def at_hours(draw: Any, lengths: list[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """The same uses one after the other, in an order and with pauses that are drawn."""
    uses, minute = [], 0
    for length, service in draw(st.permutations(lengths)):
        minute += draw(st.integers(0, (MORNING_MIN - LONGEST * len(lengths)) // len(lengths)))
        uses.append((minute, length, service))
        minute += length
    return uses


@st.composite
def two_mornings(draw: Any) -> tuple[Life, Life]:
    """Two lives in which the same services were used for as long, at other hours."""
    services = st.sampled_from(["gcompris", "tuxpaint", "lumni"])
    lengths = draw(st.lists(st.tuples(st.integers(1, LONGEST), services), min_size=1, max_size=4))
    return Life(at_hours(draw, lengths)), Life(at_hours(draw, lengths))


@settings(max_examples=40, deadline=None)
@given(two_mornings())
def test_two_days_that_differ_in_the_hour_of_use(lives: tuple[Life, Life]) -> None:
    """The ledgers end up the same in every table, revisions too, and each report but for the day's seconds so far."""
    one, other = (life.live() for life in lives)
    assert one.dumps == other.dumps
    assert one.hushed() == other.hushed()
    assert one.sent[-1] == other.sent[-1]


def test_the_lives_are_real(tmp_path: Path) -> None:
    """The use of such a life is in the ledger and is sent, so that there is something to be silent about."""
    life = Life([(0, 10, "gcompris"), (30, 5, "lumni")], tmp_path / "ledger.db").live()
    assert life.ledger.totals()["present"] == 15 * 60
    assert [payload["days"][0]["services"] for payload in life.sent if payload.get("days")][-1] == {
        "gcompris": [600, 600],
        "lumni": [300, 300],
    }
    assert sum(bool(payload.get("slots")) for payload in life.sent) >= MORNING_MIN // 15


def test_the_file_holds_one_version_of_a_day(tmp_path: Path) -> None:
    """Neither the file nor its log keeps how a day grew: of all that was written each minute, the last is there."""
    file = tmp_path / "ledger.db"
    life = Life([(0, 90, "gcompris")], file).live()
    held = file.read_bytes() + Path(f"{file}-wal").read_bytes()
    life.ledger.close()
    assert held.count(b'"gcompris"') == 1
    assert b'"gcompris":[5400,5400]' in held


def test_the_files_of_two_mornings_are_equal(tmp_path: Path) -> None:
    """Byte by byte, what a disk holds after the one morning is what it holds after the other."""
    files = [tmp_path / name / "ledger.db" for name in ("early", "late")]
    for file, start in zip(files, (5, 95), strict=True):
        Life([(start, 20, "tuxpaint")], file).live().ledger.close()
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_memory_forgets_what_has_ended() -> None:
    """Some minutes after it has ended a program is nowhere in the memory of meter and ledger."""
    life = Life([])
    life.gauge.tell(sessions=PUPIL, programs=frozenset({("tuxpaint", "pupil")}))
    life.clock.advance(30)
    assert "tuxpaint" in words_in(life.gauge)
    life.gauge.tell(programs=frozenset())
    for _ in range(REMEMBERED_S // 60 + 1):
        life.clock.advance(60)
        life.gauge.checkpoint()
    assert "tuxpaint" not in words_in(life.gauge)


def words_in(root: object) -> set[str]:
    """All texts that can be reached from an object, but through code."""
    code = (type, types.ModuleType, types.FunctionType, types.CodeType, types.FrameType)
    seen, words, todo = {id(root)}, set(), [root]
    while todo:
        for found in gc.get_referents(todo.pop()):
            if isinstance(found, str):
                words.add(found)
            elif id(found) not in seen and not isinstance(found, code):
                seen.add(id(found))
                todo.append(found)
    return words
