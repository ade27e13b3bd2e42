"""The sense of programs, with real processes: copies of sleep under catalogued names."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.looping import run_until
from support.programs import LONG, OTHER, TUXPAINT, Machine

from socle_agent.senses.programs.connector import Connector
from socle_agent.senses.programs.fanotify import Fanotify
from socle_agent.senses.programs.netlink import Listener
from socle_agent.senses.programs.processes import started
from socle_agent.senses.programs.refused import NotAllowedError

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="fanotify needs CAP_SYS_ADMIN: run the tests as root")
MEANS = [pytest.param("fanotify", marks=ROOT), "connector", "proc"]


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    for period in ("proc.SCAN_S", "connector.DRAIN_S", "census.AGAIN_S", "census.BLIND_S"):
        monkeypatch.setattr(f"socle_agent.senses.programs.{period}", 0.1)


def _machine(folder: Path, means: str) -> Iterator[Machine]:
    try:
        machine = Machine(folder, means)
    except NotAllowedError as error:
        pytest.skip(f"{error}: run the tests as root, or with Linux 6.6")
    yield machine
    machine.close()


@pytest.fixture(params=MEANS)
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    """The sense by each of its means."""
    yield from _machine(tmp_path, request.param)


@pytest.fixture(params=["connector", "proc"])
def looking(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    """The sense by the means that find programs some time after they started."""
    yield from _machine(tmp_path, request.param)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Machine]:
    """The sense by fanotify."""
    if os.geteuid() != 0:
        pytest.skip("fanotify needs CAP_SYS_ADMIN: run the tests as root")
    yield from _machine(tmp_path, "fanotify")


def test_a_catalogued_program_is_seen_from_start_to_end(machine: Machine) -> None:
    """Its service appears when it starts and disappears when it ends."""
    child = machine.start(TUXPAINT)
    machine.runs("tuxpaint")
    machine.end(child)
    machine.runs()


def test_a_program_that_ended_before_anyone_looked_leaves_no_trace(machine: Machine) -> None:
    """While the agent was busy it came and went: nothing is told of it, and the next one is seen as always."""
    machine.start(TUXPAINT, "0").wait()
    other = machine.start(LONG)
    machine.runs("long")
    machine.end(other)
    machine.runs()
    assert {service for running in machine.told for service, _ in running} == {"long"}
    assert all(service == "long" for service, _uid, _seconds in machine.late)


def test_a_program_that_ended_but_was_not_buried_leaves_no_trace(machine: Machine) -> None:
    """A zombie still has its place in /proc, and runs nothing."""
    child = machine.start(TUXPAINT, "0")
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    machine.start(LONG)
    machine.runs("long")
    assert {service for running in machine.told for service, _ in running} == {"long"}


def test_every_account_is_one_that_exists(machine: Machine) -> None:
    """However short programs live, nothing is told of an account that nobody has."""
    for seconds in ("0", "0.001", "0", "0.002", "0"):
        machine.start(TUXPAINT, seconds)
    last = machine.start(LONG)
    machine.runs("long")
    machine.end(last)
    machine.runs()
    uids = {uid for running in machine.told for _, uid in running} | {uid for _, uid, _ in machine.late}
    assert uids == {os.getuid()}


def test_two_processes_of_a_service_count_once(machine: Machine) -> None:
    """The service runs until the last of its processes has ended."""
    processes = machine.sense._census._live._processes
    first = machine.start(TUXPAINT)
    machine.runs("tuxpaint")
    second = machine.start(TUXPAINT)
    run_until(machine.loop, lambda: len(processes) == 2)
    machine.end(first)
    run_until(machine.loop, lambda: len(processes) == 1)
    assert machine.told == [frozenset({("tuxpaint", os.getuid())})]
    machine.end(second)
    machine.runs()


def test_where_no_end_is_told_it_is_looked_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before Linux 5.3, or with no descriptors left, the end of a program shows in /proc alone."""
    monkeypatch.setattr("socle_agent.senses.programs.processes.pidfd", lambda _: -1)
    monkeypatch.setattr("socle_agent.senses.programs.marks._PIDFD", 0)  # as of a kernel before 5.15
    child = machine.start(TUXPAINT)
    machine.runs("tuxpaint")
    assert machine.sense._census._live.blind
    machine.end(child)
    machine.runs()


def test_a_kernel_that_tells_no_pidfd_is_asked_for_one(kernel: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """From Linux 5.3 to 5.14 an event has none, but any process can be asked for."""
    monkeypatch.setattr("socle_agent.senses.programs.marks._PIDFD", 0)
    kernel.start(TUXPAINT, "0").wait()
    child = kernel.start(TUXPAINT)
    kernel.runs("tuxpaint")
    assert not kernel.sense._census._live.blind
    kernel.end(child)
    kernel.runs()
    assert len(kernel.told) == 2


def test_a_name_cut_by_the_kernel_is_recognised(machine: Machine) -> None:
    """A program whose name is longer than 15 characters is found all the same."""
    machine.start(LONG)
    machine.runs("long")


def test_what_is_not_in_the_catalogue_is_never_remembered(machine: Machine) -> None:
    """Of a program outside the catalogue nothing is told, and nothing is kept in any object of the sense."""
    machine.start(OTHER)
    machine.start(TUXPAINT)
    machine.runs("tuxpaint")
    assert all(service == "tuxpaint" for running in machine.told for service, _ in running)
    assert not [path for path in _strings(machine.sense) if OTHER in path]


def test_a_replaced_file_is_watched_again_at_the_next_tick(machine: Machine) -> None:
    """An upgrade replaces the inode; the folder has changed, so the new one is marked."""
    machine.install(TUXPAINT)
    machine.sense.tick()
    machine.start(TUXPAINT)
    machine.runs("tuxpaint")


def test_a_program_started_between_its_upgrade_and_the_tick_is_found(kernel: Machine) -> None:
    """Its new file was not watched yet: once it is, /proc is looked through, and what it ran is counted."""
    kernel.install(TUXPAINT)
    kernel.start(TUXPAINT)
    kernel.sense.tick()
    kernel.runs("tuxpaint")
    run_until(kernel.loop, lambda: kernel.late)
    assert 0 < kernel.late[0][2] < 15


@pytest.mark.parametrize("place", ["lib/dpkg/status", "lib/flatpak/.changed"])
def test_a_package_that_changed_elsewhere_is_looked_for(place: str, kernel: Machine) -> None:
    """Programs lie in folders that nobody lists, but dpkg and flatpak say when they changed something."""
    told = kernel.roots.var / place
    told.parent.mkdir(parents=True)
    (kernel.folder / "deep").mkdir()
    (kernel.folder / TUXPAINT).unlink()
    (kernel.folder / TUXPAINT).symlink_to(kernel.folder / "deep" / TUXPAINT)
    kernel.sense.tick()
    assert kernel.sense.watched == 1
    shutil.copy("/bin/sleep", kernel.folder / "deep" / TUXPAINT)
    kernel.sense.tick()
    assert kernel.sense.watched == 1
    told.touch()
    kernel.sense.tick()
    assert kernel.sense.watched == 2


def test_a_program_outside_the_catalogue_does_not_wake_the_agent(kernel: Machine) -> None:
    """The kernel keeps the allow-list: thirty starts of another program, and the loop has nothing to do."""
    run_until(kernel.loop, lambda: not kernel.loop._deadlines.keys() - {"test"})
    for _ in range(30):
        subprocess.run([kernel.folder / OTHER, "0"], check=True)
    assert kernel.loop._epoll.poll(0.2) == []
    subprocess.run([kernel.folder / TUXPAINT, "0"], check=True)
    assert kernel.loop._epoll.poll(2) != []


def test_a_file_that_left_the_catalogue_does_not_wake_the_agent(kernel: Machine) -> None:
    """A mark that is needed no more is taken back."""
    assert isinstance(kernel.sense._means, Fanotify)
    kernel.sense._means.watch({})
    run_until(kernel.loop, lambda: not kernel.loop._deadlines.keys() - {"test"})
    subprocess.run([kernel.folder / TUXPAINT, "0"], check=True)
    assert kernel.loop._epoll.poll(0.2) == []


def test_a_file_of_two_services_under_two_names_is_nobodys(kernel: Machine) -> None:
    """Hard links are one file: which of them was started cannot be told."""
    (kernel.folder / TUXPAINT).unlink()
    os.link(kernel.folder / LONG, kernel.folder / TUXPAINT)
    kernel.sense.tick()
    assert kernel.sense.watched == 0


def test_a_script_is_seen_while_what_it_became_runs(kernel: Machine) -> None:
    """A script that is executed is told under its own name, and the process goes on as another program."""
    script = kernel.folder / "script"
    script.write_text(f"#!/bin/sh\nexec {kernel.folder}/{OTHER} 60\n")
    script.chmod(0o755)
    script.replace(kernel.folder / TUXPAINT)
    kernel.sense.tick()
    child = kernel.start(TUXPAINT)
    kernel.runs("tuxpaint")
    run_until(kernel.loop, lambda: OTHER.encode() in Path(f"/proc/{child.pid}/cmdline").read_bytes())
    assert kernel.running
    kernel.end(child)
    kernel.runs()


def test_a_program_in_namespaces_of_its_own_is_seen(kernel: Machine) -> None:
    """As flatpaks run: the same inode, mounted elsewhere, by a process that has another number inside."""
    (kernel.folder / "app").mkdir()
    (kernel.folder / "app" / "inside").touch()
    script = f"mount --bind {kernel.folder}/{TUXPAINT} {kernel.folder}/app/inside && exec {kernel.folder}/app/inside 60"
    child = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script])
    kernel.children.append(child)
    kernel.runs("tuxpaint")
    kernel.end(child)
    kernel.runs()


def test_an_appimage_is_seen_while_what_it_holds_runs(tmp_path: Path, kernel: Machine) -> None:
    """It leaves a process that serves its files, and becomes what it holds; from then on its end is that one's."""
    image = kernel.folder / f"{TUXPAINT.title()}-0.9.31-x86_64.AppImage"
    image.write_text(f"#!/bin/sh\nsleep 60 &\nexec {tmp_path}/{OTHER} 60\n")
    image.chmod(0o755)
    kernel.sense.tick()
    child = subprocess.Popen([image], start_new_session=True)
    kernel.runs("tuxpaint")
    run_until(kernel.loop, lambda: OTHER.encode() in Path(f"/proc/{child.pid}/cmdline").read_bytes())
    assert kernel.running
    kernel.end(child)
    kernel.runs()
    os.killpg(child.pid, signal.SIGKILL)


def test_programs_that_ran_before_the_agent_are_found(machine: Machine) -> None:
    """The first look finds what already runs, and adds no seconds from before."""
    machine.start(TUXPAINT)
    machine.runs("tuxpaint")
    machine.late.clear()
    again = machine.watch()
    again.start(machine.sense.means)
    run_until(machine.loop, lambda: again._census._live.running == {("tuxpaint", os.getuid())})
    assert machine.late == []
    again.close()


def test_what_is_found_late_is_counted_from_its_start(looking: Machine) -> None:
    """The seconds between a start and the look that found it are told, never more than it lived."""
    child = looking.start(TUXPAINT)
    run_until(looking.loop, lambda: looking.late)
    service, uid, seconds = looking.late[0]
    age = looking.clock.read().boot - started(Path("/proc"), child.pid)
    assert (service, uid) == ("tuxpaint", os.getuid())
    assert 0 <= seconds <= age + 0.02


def test_lost_events_are_made_good_by_looking(kernel: Machine) -> None:
    """After an overflow of the kernel's queue, what runs is found in /proc, also in the middle of its exec."""
    assert isinstance(kernel.sense._means, Fanotify)
    kernel.start(TUXPAINT)
    os.read(kernel.sense._means._fd, 8192)
    kernel.sense._means._overflowed()
    kernel.runs("tuxpaint")
    assert kernel.sense.facts()["lost"] == 1


def test_a_queue_that_was_too_small_is_made_good_by_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More programs came and went than the kernel has room for: what still runs is found in /proc."""
    monkeypatch.setattr("socle_agent.senses.programs.netlink._ROOM", 2048)
    monkeypatch.setattr("socle_agent.senses.programs.connector.DRAIN_S", 3600.0)
    for machine in _machine(tmp_path, "connector"):
        assert isinstance(machine.sense._means, Connector)
        for _ in range(30):
            subprocess.run([tmp_path / OTHER, "0"], check=True)
        machine.start(TUXPAINT)
        machine.sense._means._read()
        machine.runs("tuxpaint")
        assert machine.sense.facts()["lost"] > 0


def test_each_means_gives_way_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel allows nothing, /proc is read; why not better is told by the names of errors."""

    def refuse(*_: object) -> None:
        raise NotAllowedError("not allowed", "EPERM")

    monkeypatch.setattr(Fanotify, "__init__", refuse)
    monkeypatch.setattr(Listener, "__init__", refuse)
    machine = Machine(tmp_path, "auto")
    assert machine.sense.means == "proc"
    assert machine.sense.facts() == {
        "means": "proc",
        "refused": {"fanotify": "EPERM", "connector": "EPERM"},
        "files": 2,
        "services": 2,
        "watched": 0,
        "unseen": [],
        "lost": 0,
    }
    machine.close()


def test_without_the_privilege_the_reason_is_said() -> None:
    """Asked for by name, fanotify without CAP_SYS_ADMIN is an error that says so; auto takes the next."""
    script = (
        "import os\n"
        "from socle_agent.loop import Loop; from socle_core.clock import Clock\n"
        "from socle_agent.roots import Roots; from socle_agent.senses.programs import Programs\n"
        "from socle_agent.senses.programs.refused import NotAllowedError; from socle_core.catalogue import Catalogue\n"
        "if os.geteuid() == 0: os.setresuid(65534, 65534, 65534)\n"
        "def sense(means):\n"
        "    made = Programs(Loop(Clock()), Clock(), Roots(), Catalogue('', []), on_change=print, on_late=print)\n"
        "    made.start(means); return made\n"
        "try: sense('fanotify')\n"
        "except NotAllowedError as error: print(error, error.why)\n"
        "sense('auto').close(); print(sense('auto').facts())"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "CAP_SYS_ADMIN" in ran.stdout
    assert "'refused': {'fanotify': 'EPERM'" in ran.stdout
    assert "'fanotify': 'EPERM'" in ran.stdout


def _strings(root: object) -> list[str]:
    """Every text that can be reached from an object of the sense, modules and classes left out."""
    seen: dict[int, object] = {}
    rest = [root]
    while rest:
        one = rest.pop()
        if id(one) not in seen and not isinstance(one, (type, type(os), type(_strings))):
            seen[id(one)] = one
            rest += gc.get_referents(one)
    return [repr(one) for one in seen.values() if isinstance(one, (str, bytes, bytearray, Path))]
