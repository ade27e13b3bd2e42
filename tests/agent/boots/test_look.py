"""What is found, in real journals and made-up wtmp files, of boots without the agent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.journals import Boot, need_journals, write_journal
from support.utmp import record

from socle_agent.boots.look import look
from socle_agent.roots import Roots

NOON = 1_795_435_200
HOUR = 3600


@pytest.fixture(autouse=True)
def _journals() -> None:
    need_journals()


def left(boot: Boot, awake: int, after: int | None, *, dated: bool = True) -> dict[str, Any]:
    """A boot that an agent left."""
    return {"boot": boot.code, "awake": awake, "after": after, "dated": dated}


def roots(folder: Path) -> Roots:
    """The machine in this folder."""
    return Roots(var=folder / "var", etc=folder / "etc")


def test_the_rest_of_a_boot_and_the_boots_after_it(tmp_path: Path) -> None:
    """From where the agent was stopped, all that the machine was awake is told, without its suspends and this boot."""
    old, first, second, now = (Boot(n, NOON + n * 6 * HOUR) for n in range(1, 5))
    old.run(HOUR)
    first.run(1000)
    second.run(500).sleep(HOUR).run(300)
    now.run(60)
    write_journal(tmp_path, old, first, second, now)
    start = NOON + 3 * 6 * HOUR
    assert look(roots(tmp_path), [left(first, 800, NOON + 12 * HOUR + 800)], now.code) == {
        "exact": [
            (NOON + 12 * HOUR + 800, NOON + 12 * HOUR + 1000),
            (start, start + 500),
            (start + 500 + HOUR, start + 800 + HOUR),
        ],
        "rough": [],
        "left_out": 0,
    }


def test_boots_of_other_agents_between(tmp_path: Path) -> None:
    """Of several boots that agents left, while no date was known, only what followed each is told."""
    boots = [Boot(n, NOON + n * HOUR).run(900) for n in range(1, 6)]
    write_journal(tmp_path, *boots)
    known = [left(boots[0], 900, NOON + HOUR + 900), left(boots[2], 600, NOON, dated=False)]
    found = look(roots(tmp_path), known, boots[4].code)
    assert found["exact"] == [
        (NOON + 2 * HOUR, NOON + 2 * HOUR + 900),
        (NOON + 3 * HOUR + 600, NOON + 3 * HOUR + 900),
        (NOON + 4 * HOUR, NOON + 4 * HOUR + 900),
    ]


def test_a_date_that_the_agent_proved_moves_the_rest_of_its_boot(tmp_path: Path) -> None:
    """Where the wall clock was wrong and the agent knew better, the rest of the boot is told where it belongs."""
    wrong = Boot(1, NOON - 1000 * HOUR).run(900)
    now = Boot(2, NOON + 2 * HOUR).run(60)
    write_journal(tmp_path, wrong, now)
    found = look(roots(tmp_path), [left(wrong, 300, NOON + 300)], now.code)
    assert (found["exact"], found["left_out"]) == ([(NOON + 300, NOON + 900)], 0)


def test_dates_that_contradict_are_left_out_and_counted(tmp_path: Path) -> None:
    """A boot that says to be before the agent's last moment, or within another boot, is cut or left out."""
    first, early, late, within, now = (Boot(n, NOON + n * HOUR) for n in range(1, 6))
    early.wall, within.wall = NOON, late.wall + 300
    for boot in (first, early, late, within, now):
        boot.run(900)
    write_journal(tmp_path, first, early, late, within, now)
    found = look(roots(tmp_path), [left(first, 900, NOON + HOUR + 900)], now.code)
    assert found["exact"] == [(late.wall - 900, late.wall), (late.wall, late.wall + 300)]
    assert found["left_out"] == 900 + 600


def test_without_any_date_nothing_is_told(tmp_path: Path) -> None:
    """A ledger that never knew a date cannot tell what was before it: all is left out, and counted."""
    first, second, now = (Boot(n, NOON + n * HOUR).run(900) for n in range(1, 4))
    write_journal(tmp_path, first, second, now)
    found = look(roots(tmp_path), [left(first, 400, None, dated=False)], now.code)
    assert found == {"exact": [], "rough": [], "left_out": 500 + 900}


def wtmp(folder: Path, *boots: tuple[int, int]) -> None:
    """A wtmp file with boots that were shut down, and one that runs."""
    file = folder / "var/log/wtmp"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(record(2, start) + record(1, end) for start, end in boots) + record(2, NOON + 10**6))


def test_a_journal_that_was_emptied(tmp_path: Path) -> None:
    """What the journal no longer holds is told by wtmp, from the agent's last moment to the journal's first."""
    gone, third, now = Boot(1, NOON), Boot(3, NOON + 3 * HOUR).run(900), Boot(4, NOON + 4 * HOUR).run(60)
    write_journal(tmp_path, third, now)
    boots = (NOON - HOUR, NOON - 1800), (NOON, NOON + 800), (NOON + HOUR, NOON + 2 * HOUR)
    wtmp(tmp_path, *boots, (NOON + 3 * HOUR, NOON + 3 * HOUR + 900))
    found = look(roots(tmp_path), [left(gone, 700, NOON + 700)], now.code)
    assert found["exact"] == [(NOON + 3 * HOUR, NOON + 3 * HOUR + 900)]
    assert found["rough"] == [(NOON + 700, NOON + 800), (NOON + HOUR, NOON + 2 * HOUR)]


def test_a_journal_of_before_the_ledger(tmp_path: Path) -> None:
    """Where the boot that was left is not in the journal, what is before its date is not the ledger's business."""
    before, gone, after, now = (Boot(n, NOON + n * HOUR).run(900) for n in range(1, 5))
    write_journal(tmp_path, before, after, now)
    found = look(roots(tmp_path), [left(gone, 900, NOON + 2 * HOUR + 900)], now.code)
    assert (found["exact"], found["left_out"]) == ([(NOON + 3 * HOUR, NOON + 3 * HOUR + 900)], 0)


def test_without_a_journal_wtmp_tells(tmp_path: Path) -> None:
    """A machine without a journal is read from wtmp, unless a boot that was left could not be dated."""
    gone, other = Boot(1, NOON), Boot(2, NOON + HOUR)
    wtmp(tmp_path, (NOON, NOON + 800), (NOON + HOUR, NOON + 2 * HOUR))
    dated = left(gone, 700, NOON + 700)
    assert look(roots(tmp_path), [dated], "0badb007")["rough"] == [
        (NOON + 700, NOON + 800),
        (NOON + HOUR, NOON + 2 * HOUR),
    ]
    undated = [dated, left(other, 700, NOON, dated=False)]
    assert look(roots(tmp_path), undated, "0badb007")["rough"] == []


def test_a_journal_of_another_machine_is_not_read(tmp_path: Path) -> None:
    """What a disk holds of the machine that it was copied from is not this machine's."""
    first, second = Boot(1, NOON).run(900), Boot(2, NOON + HOUR).run(900)
    write_journal(tmp_path, first, second)
    (tmp_path / "etc/machine-id").write_text("f" * 32 + "\n")
    assert look(roots(tmp_path), [left(first, 300, NOON + 300)], "0badb007")["exact"] == []
