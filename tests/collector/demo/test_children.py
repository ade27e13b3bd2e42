"""The demo's processes; each test runs in a process of its own, because the demo blocks signals."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from support.waiting import until

from socle_collector.demo.folder import started_at

START = """
import os, signal, sys
from pathlib import Path
from socle_collector.demo.children import ChildError, Children, Stopped
children = Children(Path(sys.argv[1]))
def start(name, code, **options):
    return children.start(name, [sys.executable, "-c", code], **options)
"""


def script(code: str) -> str:
    """A script that has children."""
    return START + textwrap.dedent(code)


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    command = [sys.executable, "-c", script(code), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_one_that_dies_is_told(tmp_path: Path) -> None:
    """A process that ends is told at once, with its code and the end of its log."""
    told = run(
        """
        start("broker", "import sys; sys.exit('no port is free')")
        try:
            children.wait(30)
        except ChildError as error:
            print(error)
        """,
        tmp_path,
    ).stdout
    assert "« broker » s'est arrêté (code 1)" in told and "  | no port is free" in told


def test_one_that_is_slow_is_told(tmp_path: Path) -> None:
    """One that is not ready in time is told with the end of its log."""
    told = run(
        """
        child = start("page", "import signal; print('thinking', flush=True); signal.pause()")
        try:
            children.wait_for(lambda: False, child, 1.0)
        except ChildError as error:
            print(error)
        children.end()
        """,
        tmp_path,
    ).stdout
    assert "« page » n'est pas prêt après 1 s" in told and "  | thinking" in told


def test_all_are_ended_in_order(tmp_path: Path) -> None:
    """The last started ends first; one that does not listen is killed with all that it started."""
    done = run(
        """
        deaf = "import os, signal; signal.signal(15, signal.SIG_IGN); print(os.fork(), flush=True); signal.pause()"
        one = start("one", "import signal; signal.pause()", farewell=signal.SIGINT)
        two = start("two", deaf)
        children.wait_for(lambda: two.log.read_text().count("\\n") == 2, two, 20)
        children.end(patience=0.3)
        print(one.process.returncode, two.process.returncode, children.pids, *two.log.read_text().split())
        """,
        tmp_path,
    )
    words = done.stdout.split()
    assert words[:3] == ["-2", "-9", "{}"]
    for grandchild in map(int, words[3:]):
        until(lambda pid=grandchild: pid == 0 or started_at(pid) is None, what="the grandchild is gone")


def test_a_signal_stops(tmp_path: Path) -> None:
    """SIGINT and SIGTERM stop the demo, also where a shell had them ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        code = """
        start("one", "import signal; signal.pause()")
        print("up", flush=True)
        try:
            children.wait(None)
        except Stopped:
            children.end()
            print("stopped")
        """
        ignoring = f"import signal; signal.signal({int(number)}, signal.SIG_IGN)\n" + script(code)
        command = [sys.executable, "-c", ignoring, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout and demo.stdout.readline() == "up\n"
            demo.send_signal(number)
            assert demo.stdout.read() == "stopped\n"
        assert demo.returncode == 0


def test_killed(tmp_path: Path) -> None:
    """When the demo itself is killed, its processes end by themselves; they hear signals as any program does."""
    code = """
    child = start("one", "import signal; print(signal.pthread_sigmask(0, []), flush=True); signal.pause()")
    children.wait_for(lambda: child.log.read_text(), child, 20)
    print(child.process.pid, flush=True)
    children.wait(None)
    """
    with subprocess.Popen(
        [sys.executable, "-c", script(textwrap.dedent(code)), str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout
        pid = int(demo.stdout.readline())
        os.kill(demo.pid, signal.SIGKILL)
    until(lambda: started_at(pid) is None, what="the child is gone")
    assert (tmp_path / "one.log").read_text() == "set()\n"


def test_asking_again(tmp_path: Path) -> None:
    """A question is asked until the answer is enough, or for so long; the last answer is returned."""
    told = run(
        """
        answers = iter(range(9))
        print(children.wait_until(lambda: next(answers), lambda number: number == 2, 30))
        print(children.wait_until(lambda: "no", lambda _: False, 0.1))
        """,
        tmp_path,
    ).stdout
    assert told == "2\nno\n"
