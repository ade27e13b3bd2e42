"""The agent as it runs in a classroom: Debian's python3 and paho, TLS with its certificate, 200 programs to watch."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from . import certificates, debian, programs
from .broker import CERTIFIED_PORT, Broker
from .places import BUILD, DEBIAN_PYTHON, DEVICE, REALM, ROOT, NotMeasuredError

FOLDER = BUILD / "agent"

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


def install() -> None:
    """Its Debian packages, and its modules compiled."""
    if os.geteuid() != 0:
        raise NotMeasuredError("the agent is measured with fanotify, which needs root: run make bench as root")
    debian.ensure("python3-paho-mqtt", "python3-tomli")
    # As a package's installation does; what is compiled at the start stays in memory.
    subprocess.run([DEBIAN_PYTHON, "-m", "compileall", "-q", str(ROOT / "agent")], check=True)
    FOLDER.mkdir()


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
            catalogue=programs.CATALOGUE,
            root=ROOT,
            folder=FOLDER,
        )
    )
    return [DEBIAN_PYTHON, "-c", _ENTRY, "run", "--config", configuration]


def environment() -> dict[str, str]:
    """The source tree."""
    return {"PYTHONPATH": str(ROOT / "agent")}


def status() -> dict[str, Any]:
    """What the running agent says of itself."""
    command = [DEBIAN_PYTHON, "-c", _ENTRY, "status", "--json", "--config", FOLDER / "agent.toml"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr[-300:]}
