"""What /proc says of processes, what the kernel says of starts, and the union of what lives."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_agent.loop import Loop
from socle_agent.senses.programs.known import Known
from socle_agent.senses.programs.live import Live, Running
from socle_agent.senses.programs.marks import events
from socle_agent.senses.programs.processes import Scan, ended, owner, pidfd
from socle_core.catalogue.model import Catalogue, Service
from socle_core.clock import Clock

CATALOGUE = Catalogue(
    "2026.11",
    [
        Service("tuxpaint", {"fr": "Tux Paint"}, "resources", "arts", executables=("tuxpaint",)),
        Service("long", {"fr": "Long"}, "resources", "arts", executables=("a-name-longer-than-comm",)),
    ],
)
STAT = " ".join(["0"] * 18) + " 100 0 0"


def _process(proc: Path, pid: int, *words: str, comm: str = "other") -> None:
    (proc / str(pid)).mkdir(exist_ok=True, parents=True)
    (proc / str(pid) / "cmdline").write_bytes("".join(f"{word}\0" for word in words).encode())
    (proc / str(pid) / "comm").write_text(f"{comm}\n")
    (proc / str(pid) / "stat").write_text(f"{pid} (a ) b) S {STAT}")


def _scan(proc: Path) -> Scan:
    return Scan(proc, Known(proc, CATALOGUE))


def test_a_process_that_vanishes_while_being_read_is_no_error(tmp_path: Path) -> None:
    """A /proc entry without its files, or with torn ones, is passed over."""
    _process(tmp_path, 11, "tuxpaint")
    (tmp_path / "11" / "stat").write_bytes(b"11 (tux")
    (tmp_path / "10").mkdir()
    assert _scan(tmp_path).look(100.0) == ([], {10, 11})


def test_a_process_in_the_middle_of_exec_is_looked_at_again(tmp_path: Path) -> None:
    """While exec begins a process has no command line yet; the next look finds what it became."""
    _process(tmp_path, 7, comm="sh")
    scan = _scan(tmp_path)
    assert scan.look(50.0)[0] == []
    _process(tmp_path, 7, "tuxpaint")
    assert [(found.service, found.age) for found in scan.look(51.0)[0]] == [("tuxpaint", 50.0)]


def test_a_process_is_told_once(tmp_path: Path) -> None:
    """What was found is not looked at again, and what is nothing is looked at twice."""
    _process(tmp_path, 7, "tuxpaint")
    _process(tmp_path, 8, "cat")
    scan = _scan(tmp_path)
    assert [len(scan.look(at)[0]) for at in (50.0, 55.0, 60.0)] == [1, 0, 0]
    _process(tmp_path, 8, "tuxpaint")
    assert scan.look(65.0)[0] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["/usr/bin/python3", "/usr/games/tuxpaint"], "tuxpaint"),
        (["/usr/bin/python3.11", "-I", "/usr/games/tuxpaint"], "tuxpaint"),
        (["/bin/sh", "/opt/drawing/run.sh"], "long"),
        (["/opt/drawing/run"], "long"),
        (["/home/run"], None),
        (["/bin/cat", "tuxpaint"], None),
        (["/bin/cat", "/opt/drawing/run.sh"], None),
        (["tuxpaint"], "tuxpaint"),
        ([""], None),
        ([], None),
    ],
)
def test_a_script_is_known_by_its_name_but_an_argument_is_not(
    words: list[str], found: str | None, tmp_path: Path
) -> None:
    """Behind an interpreter the script counts, by name or by path; elsewhere only the program itself."""
    _process(tmp_path, 7, *words)
    known = Known(tmp_path, CATALOGUE)
    known.paths = {"/opt/drawing/run.sh": "long", "/opt/drawing/run": "long"}
    assert known.service(7) == found


def test_a_process_of_root_is_asked_who_started_it(tmp_path: Path) -> None:
    """The account is read where the kernel tells it truly."""
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "status").write_text(
        "Name:\tgame\nUmask:\t0022\nUid:\t1001\t1001\t1001\t1001\nGid:\t5\t60\t60\t60\n"
    )
    expected = 1001 if os.getuid() == 0 else os.getuid()
    assert owner(tmp_path, 7) == expected
    assert owner(tmp_path, 8) is None
    assert owner(Path("/proc"), os.getpid()) == os.getuid()


@pytest.mark.skipif(os.getuid() != 0, reason="another account: run the tests as root")
def test_a_program_with_the_rights_of_root_is_its_users() -> None:
    """With a set-user-ID bit, started by a pupil, it counts as the pupil's."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        program = Path(shutil.copy("/bin/sleep", folder))
        program.chmod(0o4755)
        with subprocess.Popen([program, "60"], user=65534, group=65534, extra_groups=[]) as child:
            assert owner(Path("/proc"), child.pid) == 65534
            child.kill()


def test_the_descriptor_of_a_process_tells_of_its_end() -> None:
    """A living process has one, an ended one that was not buried too, and one that is gone has none."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    descriptor = pidfd(child.pid)
    assert descriptor is not None
    assert descriptor >= 0
    assert not ended(descriptor)
    child.communicate(b"\n")
    assert ended(descriptor)
    assert pidfd(child.pid) is None
    os.close(descriptor)


def test_an_event_without_pidfd_is_read() -> None:
    """A kernel before 5.15 tells no pidfd, a later one also that a process has ended, both that events were lost."""
    file = struct.pack("=BBH8sIi", 1, 0, 24, bytes(range(8)), 4, 129) + b"node"
    plain = struct.pack("=IBBHQii", 48, 3, 0, 24, 0x1000, -1, 77) + file
    gone = struct.pack("=IBBHQiiBBHi", 56, 3, 0, 24, 0x1000, -1, 78, 4, 0, 8, -1) + file
    lost = struct.pack("=IBBHQii", 24, 3, 0, 24, 0x4000, -1, 0)
    known = struct.unpack_from("@L", bytes(range(8)))[0], struct.pack("=Ii", 4, 129) + b"node"
    assert list(events(plain + gone + lost)) == [
        (0x1000, known, 77, None),
        (0x1000, known, 78, -1),
        (0x4000, None, 0, None),
    ]


def test_a_pid_that_comes_again_is_a_new_life() -> None:
    """A known pid that runs another service ends the former one."""
    told: list[Running] = []
    live = Live(Loop(Clock()), told.append)
    live.add(5, "tuxpaint", 0, -1)
    live.add(5, "long", 0, -1)
    live.keep([])
    assert told == [{("tuxpaint", 0)}, {("long", 0)}, frozenset()]


LOOP = Loop(Clock())
PIDS = st.integers(1, 6)
STEPS = st.one_of(
    st.tuples(st.just("add"), PIDS, st.sampled_from(["tuxpaint", "long"]), st.sampled_from([1000, 1001])),
    st.tuples(st.just("end"), PIDS),
    st.tuples(st.just("keep"), st.frozensets(PIDS)),
)


@given(st.lists(STEPS, max_size=40))
def test_the_union_is_that_of_a_plain_table(steps: list[tuple[object, ...]]) -> None:
    """Whatever starts, ends and is looked for in any order, what is told last is what lives."""
    told: list[Running] = [frozenset()]
    live, table = Live(LOOP, told.append), dict[object, tuple[object, object]]()
    for step in steps:
        match step:
            case ("add", int(pid), str(service), int(uid)):
                news = live.add(pid, service, uid, -1)
                assert news == ((service, uid) not in table.values())
                table[pid] = (service, uid)
            case ("end", int(pid)):
                live.end(pid)
                table.pop(pid, None)
            case ("keep", frozenset() as pids):
                live.keep(pids)
                table = {pid: one for pid, one in table.items() if pid in pids}
        assert told[-1] == live.running == frozenset(table.values())
        assert live.blind == bool(table)
    assert all(before != after for before, after in pairwise(told))
