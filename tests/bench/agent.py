"""The agent as it runs in a classroom: Debian's python3 and paho, TLS with its certificate, 200 programs to watch."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import certificates, debian
from .broker import CERTIFIED_PORT, Broker
from .places import BUILD, DEBIAN_PYTHON, DEVICE, REALM, ROOT, NotMeasuredError

PROGRAMS, PER_SERVICE = 200, 5
FOLDER = BUILD / "agent"
PROGRAM_FOLDER = FOLDER / "programs"
_LINK = Path("/opt") / f"socle-bench-{os.getpid()}"

# What an installed console script does; `-m` would import runpy, which no package's program does.
_ENTRY = "import sys; from socle_agent.cli import main; sys.exit(main())"

_CONFIGURATION = """\
[identity]
device = "{device}"
realm = "{realm}"
kind = "cart"
[server]
host = "{address}"
port = {port}
ca = "{ca}"
cert = "{certificate}"
key = "{key}"
[measure]
hours = "mo-su 00:00-23:59"
programs = "fanotify"
catalogue = ["{root}/config/catalogue.toml", "{catalogue}"]
[paths]
state = "{folder}/state"
socket = "{folder}/socket"
"""

_SERVICE = """
[[service]]
id = "programme-{number:03}"
label = {{ fr = "Programme {number}" }}
strand = "resources"
category = "outils"
executables = [{executables}]
"""


def program(number: int) -> Path:
    """One of the catalogued programs: a copy of sleep(1), so that each has an inode of its own."""
    return PROGRAM_FOLDER / f"socle-bench-{number:03}"


def install() -> None:
    """Its Debian packages, the programs, and a catalogue that adds them to Socle's own."""
    if os.geteuid() != 0:
        raise NotMeasuredError("the agent is measured with fanotify, which needs root: run make bench as root")
    debian.ensure("python3-paho-mqtt", "python3-tomli")
    PROGRAM_FOLDER.mkdir(parents=True)
    for number in range(PROGRAMS):
        shutil.copy("/bin/sleep", program(number))
    # As a package's installation does; what is compiled at the start stays in memory.
    subprocess.run([DEBIAN_PYTHON, "-m", "compileall", "-q", str(ROOT / "agent")], check=True)
    _catalogue().write_text("".join(_row(first) for first in range(0, PROGRAMS, PER_SERVICE)))


def command(broker: Broker) -> list[str | Path]:
    """As the installed program, with a configuration of its own."""
    certificate, key = certificates.pair(DEVICE)
    configuration = FOLDER / "agent.toml"
    configuration.write_text(
        _CONFIGURATION.format(
            device=DEVICE,
            realm=REALM,
            address=broker.address,
            port=CERTIFIED_PORT,
            ca=certificates.CA,
            certificate=certificate,
            key=key,
            catalogue=_catalogue(),
            root=ROOT,
            folder=FOLDER,
        )
    )
    return [DEBIAN_PYTHON, "-c", _ENTRY, "run", "--config", configuration]


def environment() -> dict[str, str]:
    """The source tree."""
    return {"PYTHONPATH": str(ROOT / "agent")}


@contextmanager
def programs_in_opt() -> Iterator[None]:
    """Show the programs where the agent looks for some, by a link in /opt that is taken away again."""
    if os.geteuid() == 0:
        for dead in _LINK.parent.glob("socle-bench-*"):  # of a bench that was killed
            if not dead.exists():
                dead.unlink()
        _LINK.symlink_to(PROGRAM_FOLDER)
    try:
        yield
    finally:
        if os.geteuid() == 0:
            _LINK.unlink()


def status() -> dict[str, Any]:
    """What the running agent says of itself."""
    command = [DEBIAN_PYTHON, "-c", _ENTRY, "status", "--json", "--config", FOLDER / "agent.toml"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr[-300:]}


class LedgerFile:
    """Read beside the running agent, to show what it did."""

    def __init__(self) -> None:
        (path,) = (FOLDER / "state").glob("*.db")
        self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    def version(self) -> int:
        """A number that changes whenever the agent has committed."""
        return int(self._database.execute("PRAGMA data_version").fetchone()[0])

    def seconds(self) -> int:
        """Seconds of all programs together that are committed."""
        rows = self._database.execute("SELECT services FROM days UNION ALL SELECT services FROM held").fetchall()
        return sum(present for (services,) in rows for present, _focus in json.loads(services).values())


def _row(first: int) -> str:
    names = (f'"{program(number).name}"' for number in range(first, first + PER_SERVICE))
    return _SERVICE.format(number=first, executables=", ".join(names))


def _catalogue() -> Path:
    return FOLDER / "catalogue.toml"
