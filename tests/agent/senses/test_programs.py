"""The sense of programs, with real processes: copies of sleep under catalogued names."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.looping import run_until

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.programs import Programs
from socle_agent.senses.programs.fanotify import events
from socle_agent.senses.programs.files import executables
from socle_agent.senses.programs.live import Live, Running
from socle_agent.senses.programs.processes import Scan, started
from socle_core.catalogue.model import Catalogue, Service
from socle_core.clock import Clock

CATALOGUE = Catalogue(
    "2026.11",
    [
        Service("tuxpaint", {"fr": "Tux Paint"}, "resources", "arts", executables=("tuxpaint",)),
        Service("long", {"fr": "Long"}, "resources", "arts", executables=("a-name-longer-than-comm",)),
    ],
)


class Machine:
    """A sense with a folder of programs of its own, and what it told."""

    def __init__(self, folder: Path, means: str) -> None:
        self.folder = folder
        self.told: list[Running] = []
        self.late: list[tuple[str, int, float]] = []
        self.children: list[subprocess.Popen[bytes]] = []
        self.clock = Clock()
        self.loop = Loop(self.clock)
        for name in ("tuxpaint", "a-name-longer-than-comm", "unknown-program"):
            self.install(name)
        self.sense = Programs(
            self.loop,
            self.clock,
            Roots(programs=(str(folder),)),
            CATALOGUE,
            on_change=self.told.append,
            on_late=lambda *late: self.late.append(late),
        )
        self.sense.start(means)

    def install(self, name: str) -> None:
        new = self.folder / f"{name}.new"
        shutil.copy("/bin/sleep", new)
        new.replace(self.folder / name)

    def start(self, name: str, seconds: str = "60") -> subprocess.Popen[bytes]:
        self.children.append(subprocess.Popen([self.folder / name, seconds]))
        return self.children[-1]

    def runs(self, *services: str) -> None:
        """Serve the loop until exactly these services run."""
        wanted = frozenset((service, os.getuid()) for service in services)
        run_until(self.loop, lambda: bool(self.told) and self.told[-1] == wanted, what=f"{services} run")

    def close(self) -> None:
        for child in self.children:
            child.kill()
            child.wait()
        self.sense.close()
        self.loop.close()


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socle_agent.senses.programs.SCAN_S", 0.1)
    monkeypatch.setattr("socle_agent.senses.programs.SECOND_LOOK_S", 0.1)


@pytest.fixture(params=["fanotify", "proc"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    """The sense by each of its means."""
    if request.param == "fanotify" and os.geteuid() != 0:
        pytest.skip("fanotify needs CAP_SYS_ADMIN: run the tests as root")
    machine = Machine(tmp_path, request.param)
    yield machine
    machine.close()


def test_a_catalogued_program_is_seen_from_start_to_end(machine: Machine) -> None:
    """Its service appears when it starts and disappears when it ends."""
    child = machine.start("tuxpaint")
    machine.runs("tuxpaint")
    child.kill()
    child.wait()
    machine.runs()


def test_a_program_that_ended_before_anyone_looked_does_not_run_on(machine: Machine) -> None:
    """While the agent was busy it came and went: nothing is left of it, and the next one is seen as always."""
    child = machine.start("tuxpaint", "0")
    child.wait()
    other = machine.start("a-name-longer-than-comm")
    machine.runs("long")
    other.kill()
    other.wait()
    machine.runs()


def test_two_processes_of_a_service_count_once(machine: Machine) -> None:
    """The service runs until the last of its processes has ended."""
    first = machine.start("tuxpaint")
    machine.runs("tuxpaint")
    second = machine.start("tuxpaint")
    run_until(machine.loop, lambda: len(machine.sense._live._processes) == 2)
    first.kill()
    first.wait()
    run_until(machine.loop, lambda: len(machine.sense._live._processes) == 1)
    assert machine.told == [frozenset({("tuxpaint", os.getuid())})]
    second.kill()
    second.wait()
    machine.runs()


def test_a_name_cut_by_the_kernel_is_recognised(machine: Machine) -> None:
    """A program whose name is longer than 15 characters is found all the same."""
    machine.start("a-name-longer-than-comm")
    machine.runs("long")


def test_what_is_not_in_the_catalogue_is_never_told(machine: Machine) -> None:
    """A program outside the catalogue leaves no trace in the sense."""
    machine.start("unknown-program")
    machine.start("tuxpaint")
    machine.runs("tuxpaint")
    assert all(service == "tuxpaint" for running in machine.told for service, _ in running)
    assert "unknown" not in repr(vars(machine.sense)) + repr(vars(machine.sense._live))


def test_a_replaced_file_is_watched_again_at_the_next_tick(machine: Machine) -> None:
    """An upgrade replaces the inode; the folder has changed, so the new one is marked."""
    machine.install("tuxpaint")
    machine.sense.tick()
    machine.start("tuxpaint")
    machine.runs("tuxpaint")


def test_the_kernel_keeps_the_allow_list(tmp_path: Path) -> None:
    """A program outside the catalogue does not even wake the agent."""
    if os.geteuid() != 0:
        pytest.skip("fanotify needs CAP_SYS_ADMIN: run the tests as root")
    machine = Machine(tmp_path, "fanotify")
    try:
        subprocess.run([tmp_path / "unknown-program", "0"], check=True)
        assert machine.loop._epoll.poll(0.2) == []
        subprocess.run([tmp_path / "tuxpaint", "0"], check=True)
        assert machine.loop._epoll.poll(2) != []
    finally:
        machine.close()


def test_programs_that_ran_before_the_agent_are_found(tmp_path: Path) -> None:
    """The first look finds what already runs, and adds no seconds from before."""
    machine = Machine(tmp_path, "proc")
    machine.start("tuxpaint")
    machine.runs("tuxpaint")
    again = Programs(
        machine.loop, machine.clock, Roots(programs=(str(tmp_path),)), CATALOGUE,
        on_change=machine.told.append, on_late=lambda *late: machine.late.append(late),
    )  # fmt: skip
    machine.late.clear()
    again.start("proc")
    assert again._live.running == {("tuxpaint", os.getuid())}
    assert machine.late == []
    again.close()
    machine.close()


def test_a_scan_tells_how_long_a_program_had_run(tmp_path: Path) -> None:
    """What a scan finds late is counted from its start, not from the scan."""
    machine = Machine(tmp_path, "proc")
    try:
        child = machine.start("tuxpaint")
        run_until(machine.loop, lambda: machine.late)
        service, uid, seconds = machine.late[0]
        age = machine.clock.read().boot - started(Path("/proc"), child.pid)
        assert (service, uid) == ("tuxpaint", os.getuid())
        assert 0 <= seconds <= age + 0.02
    finally:
        machine.close()


def test_a_process_that_vanishes_while_being_read_is_no_error(tmp_path: Path) -> None:
    """A /proc entry without its files, or with torn ones, is passed over."""
    for pid, files in {"10": {}, "11": {"cmdline": b"tuxpaint\0", "comm": b"tuxpaint\n", "stat": b"11 (tux"}}.items():
        (tmp_path / pid).mkdir()
        for name, data in files.items():
            (tmp_path / pid / name).write_bytes(data)
    found, pids = Scan(tmp_path, CATALOGUE).look(100.0)
    assert (found, pids) == ([], {10, 11})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["/usr/bin/python3", "/usr/games/tuxpaint"], True),
        (["/usr/bin/python3.11", "-I", "/usr/games/tuxpaint"], True),
        (["/bin/cat", "tuxpaint"], False),
        (["tuxpaint"], True),
        ([""], False),
    ],
)
def test_a_script_is_known_by_its_name_but_an_argument_is_not(words: list[str], found: bool, tmp_path: Path) -> None:
    """Behind an interpreter the script's name counts; elsewhere only the program's own."""
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "cmdline").write_bytes("\0".join(words).encode() + b"\0")
    (tmp_path / "7" / "comm").write_text("other\n")
    (tmp_path / "7" / "stat").write_text("7 (a ) b) S " + " ".join(["0"] * 18) + " 100 0 0")
    processes, _ = Scan(tmp_path, CATALOGUE).look(50.0)
    assert [process.service for process in processes] == (["tuxpaint"] if found else [])


def test_a_file_behind_programs_of_two_services_belongs_to_none(tmp_path: Path) -> None:
    """A link shared by two services, or to an interpreter, is not watched."""
    shutil.copy("/bin/sleep", tmp_path / "shared")
    (tmp_path / "tuxpaint").symlink_to("shared")
    (tmp_path / "a-name-longer-than-comm").symlink_to("shared")
    assert executables(CATALOGUE, [str(tmp_path)]) == {}
    (tmp_path / "a-name-longer-than-comm").unlink()
    assert executables(CATALOGUE, [str(tmp_path)]) == {str(tmp_path / "shared"): "tuxpaint"}


def test_a_pid_that_comes_again_is_a_new_life() -> None:
    """A known pid that runs another service ends the former one."""
    told: list[Running] = []
    live = Live(Loop(Clock()), told.append)
    live.add(5, "tuxpaint", 0, -1)
    live.add(5, "long", 0, -1)
    live.keep([])
    assert told == [{("tuxpaint", 0)}, {("long", 0)}, frozenset()]


def test_lost_events_are_made_good_by_looking(tmp_path: Path) -> None:
    """After an overflow of the kernel's queue, what runs is found in /proc."""
    if os.geteuid() != 0:
        pytest.skip("fanotify needs CAP_SYS_ADMIN: run the tests as root")
    machine = Machine(tmp_path, "fanotify")
    try:
        machine.start("tuxpaint")
        os.read(machine.sense._fanotify._fd, 8192)  # type: ignore[union-attr]
        machine.sense._overflowed()
        machine.runs("tuxpaint")
    finally:
        machine.close()


def test_a_lost_start_is_made_good_also_in_the_middle_of_exec(tmp_path: Path) -> None:
    """While exec begins a process has no command line yet: the look after an overflow is followed by another."""
    (tmp_path / "proc" / "7").mkdir(parents=True)
    for name, data in {"cmdline": "", "comm": "sh\n", "stat": "7 (sh) S " + " ".join(["0"] * 18) + " 100 0 0"}.items():
        (tmp_path / "proc" / "7" / name).write_text(data)
    scan = Scan(tmp_path / "proc", CATALOGUE)
    assert scan.look(50.0)[0] == []
    (tmp_path / "proc" / "7" / "cmdline").write_text("tuxpaint\0")
    assert [process.service for process in scan.look(51.0)[0]] == ["tuxpaint"]


def test_an_event_without_pidfd_is_read() -> None:
    """An old kernel's event, and one that only says that events were lost."""
    plain = struct.pack("=IBBHQii", 24, 3, 0, 24, 0x1000, 9, 77)
    lost = struct.pack("=IBBHQii", 24, 3, 0, 24, 0x4000, -1, 0)
    assert list(events(plain + lost)) == [(0x1000, 9, 77, -1), (0x4000, -1, 0, -1)]


def test_without_the_privilege_the_reason_is_said() -> None:
    """Asked for by name, fanotify without CAP_SYS_ADMIN is an error that says so."""
    script = (
        "import os\n"
        "from socle_agent.senses.programs.fanotify import Fanotify, NotAllowedError\n"
        "from socle_agent.loop import Loop; from socle_core.clock import Clock\n"
        "if os.geteuid() == 0: os.setresuid(65534, 65534, 65534)\n"
        "try: Fanotify(Loop(Clock()), print, print)\n"
        "except NotAllowedError as error: print(error)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "CAP_SYS_ADMIN" in ran.stdout
