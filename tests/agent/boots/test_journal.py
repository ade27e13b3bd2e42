"""Boots as the journal tells of them."""

from __future__ import annotations

from pathlib import Path

from support.journals import MACHINE, Boot, need_journals, write_journal

from socle_agent.boots import journal
from socle_core.clock import Clock


def test_a_boot_is_known_by_the_agents_code() -> None:
    """The kernel's id of this boot, as journals write it, gives what the agent calls this boot."""
    kernels = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    line = {"_BOOT_ID": kernels.replace("-", "")}
    assert journal.Boot(Path("/nowhere"), line).code == Clock().boot_id()


def test_boots_come_from_the_last_back(tmp_path: Path) -> None:
    """Each boot is told once, the youngest first, with its suspends and its last moment."""
    need_journals()
    first, second = Boot(1, 1_795_435_200).run(60).sleep(600).run(60).run(60), Boot(2, 1_795_440_000).run(30)
    write_journal(tmp_path, first, second)
    found = list(journal.boots(tmp_path / "var/log/journal" / MACHINE))
    assert [boot.code for boot in found] == [second.code, first.code]
    assert [(p.wall - 1_795_435_200, p.awake, p.sleeps) for p in found[1].points()] == [
        (60, 60, True),
        (660, 60, False),
        (780, 180, False),
    ]


def test_what_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    """A folder that is absent, empty, or holds a file that is no journal, is no error."""
    assert list(journal.boots(tmp_path / "absent")) == []
    assert list(journal.boots(tmp_path)) == []
    (tmp_path / "system.journal").write_bytes(b"no journal" * 1000)
    assert list(journal.boots(tmp_path)) == []
