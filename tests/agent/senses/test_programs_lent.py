"""The sense of programs of an agent without any privilege, which has its fanotify group lent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from socle_agent import fanotify_group

PROGRAM = f"{os.getpid()}-lent"
AGENT = f"""
import os, sys
from pathlib import Path
from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.programs import Programs, files
from socle_core.catalogue.model import Catalogue, Service
from socle_core.clock import Clock
# from here on it may not even read this Python, if that is root's own
os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
sys.executable = "/bin/sh"
folder = Path(sys.argv[1])
catalogue = Catalogue("2026.11", [Service("lent", {{"fr": "x"}}, "resources", "arts", executables=("{PROGRAM}",))])
roots = Roots(run=folder, var=folder, snap=folder, programs=(str(folder),), applications=())
loop = Loop(Clock())
tell = lambda running: print(sorted(running), flush=True)
sense = Programs(loop, Clock(), roots, catalogue, on_change=tell, on_late=print)
sense.start("fanotify")
print(sense.facts()["watched"], flush=True)
loop.after("end", 60, loop.stop)
loop.run()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in which everybody may read, with a program and somebody who lends groups."""
    with tempfile.TemporaryDirectory(prefix="socle-lent-") as folder, socket.socket(socket.AF_UNIX) as listening:
        place = Path(folder)
        place.chmod(0o755)
        shutil.copy("/bin/sleep", place / PROGRAM)
        listening.bind(str(place / fanotify_group.LENDER))
        (place / fanotify_group.LENDER).chmod(0o666)
        listening.listen()
        Thread(target=_lend, args=(listening,), daemon=True).start()
        yield place


def _lend(listening: socket.socket) -> None:
    connection, _address = listening.accept()
    with connection:
        fanotify_group.lend(connection)


@pytest.mark.skipif(os.getuid() != 0, reason="who lends needs CAP_SYS_ADMIN: run the tests as root")
def test_programs_of_others_are_seen_from_start_to_end(place: Path) -> None:
    """An agent that may do nothing sees what another account runs, and whose it is."""
    with subprocess.Popen([sys.executable, "-c", AGENT, str(place)], stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout is not None
        assert agent.stdout.readline() == "1\n"
        with subprocess.Popen([place / PROGRAM, "60"], user=1234, group=1234, extra_groups=[]) as running:
            assert agent.stdout.readline() == "[('lent', 1234)]\n"
            running.kill()
        assert agent.stdout.readline() == "[]\n"
        agent.kill()
