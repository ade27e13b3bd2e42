"""A machine with its own systemd, booted in a container from a minimal Debian (packaging/e2e)."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.waiting import until

PROJECT = Path(__file__).parents[2]
SCRIPTS = PROJECT / "packaging/e2e"
USERS = ("eleve", "prof")
STAYS = ("sleep", "infinity")
"""What a session does."""
_MARK = "-- that was it:"


class Booted:
    """A shell inside a booted machine, where `agent/` and `tests/` of the project can be read below /project.

    `options`: of systemd-nspawn.
    """

    def __init__(self, root: Path, *options: str) -> None:
        binds = [f"--bind-ro={PROJECT / name}:/project/{name}" for name in ("agent", "tests")]
        command = [SCRIPTS / "boot.sh", *binds, *options, root, "sh"]
        self._sessions: set[str] = set()
        self._shell = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, *command: str) -> str:
        """Run a command to its end; what it printed. Fails when the command does."""
        told, code = self._ask(shlex.join(command))
        assert code == 0, f"{command}: {code}: {told}"
        return told

    def start(self, name: str, module: str, output: str) -> None:
        """Run a module of the project as a service of this name, and have what it says written to a file."""
        self.run("truncate", "--size=0", output)
        words = {"PYTHONPATH": "/project/agent:/project/tests", "PYTHONDONTWRITEBYTECODE": "1"}
        setting = [f"--setenv={key}={value}" for key, value in words.items()]
        properties = ["-p", f"StandardOutput=truncate:{output}"]
        self.run(
            "systemd-run", "--quiet", "--collect", f"--unit={name}", *properties, *setting, "python3", "-m", module
        )

    def stop(self, name: str) -> None:
        """Stop a service, or end the first process of a session, as a logout does."""
        self.run("systemctl", "stop", name)

    def log_in(self, name: str, user: str, does: tuple[str, ...] = STAYS, **session: str) -> None:
        """Open a session through PAM, as a display manager does. `session`: seat, type and class, where they differ."""
        told = {"type": "x11", "class": "user", **session}
        seat = told.pop("seat", "seat0")
        environment = " ".join([f"XDG_SEAT={seat}", *(f"XDG_SESSION_{key.upper()}={told[key]}" for key in told)])
        unit = {"PAMName": "login", "User": user, "Environment": environment}
        properties = [word for key, value in unit.items() for word in ("-p", f"{key}={value}")]
        self._sessions.add(name)
        self.run("systemd-run", "--quiet", "--collect", f"--unit={name}", *properties, *does)

    def session(self, user: str) -> str:
        """Logind's id of the account's only session."""
        listed = (line.split() for line in self.run("loginctl", "list-sessions", "--no-legend").splitlines())
        (found,) = (words[0] for words in listed if words[2:4] == [user, "seat0"])
        return found

    def lock(self, user: str, *, locked: bool) -> None:
        """Say that the account's screen is locked, or no longer, as its desktop does."""
        first, *rest = self.session(user)
        name = f"_{ord(first):x}" if first.isdigit() else first  # sd_bus_path_encode(3)
        path = "/org/freedesktop/login1/session/" + "".join([name, *rest])
        session = "org.freedesktop.login1.Session"
        self.run("busctl", "call", "org.freedesktop.login1", path, session, "SetLockedHint", "b", str(locked).lower())

    def log_everybody_out(self) -> None:
        """End all sessions, whatever state they are in."""

        def nobody_is_left() -> bool:
            self._ask(f"systemctl stop {' '.join(self._sessions)} 2>/dev/null")
            self._ask(f"loginctl terminate-user {' '.join(USERS)} 2>/dev/null")
            return not self.run("loginctl", "list-sessions", "--no-legend")

        until(nobody_is_left, timeout=60, what="nobody is left")

    def close(self) -> None:
        """Shut down."""
        assert self._shell.stdin is not None
        self._shell.stdin.close()
        assert self._shell.wait(60) == 0

    def _ask(self, line: str) -> tuple[str, int]:
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        print(f"{line} </dev/null\necho '{_MARK}' $?", file=self._shell.stdin, flush=True)
        said = ""
        for heard in self._shell.stdout:
            if heard.startswith(_MARK):
                return said, int(heard.removeprefix(_MARK))
            said += heard
        raise AssertionError(f"the machine went down: {said}")


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def debian(request: pytest.FixtureRequest) -> Path:
    """The files of a minimal Debian, made once and kept below build/."""
    if os.geteuid() or not shutil.which("mmdebstrap") or not shutil.which("systemd-nspawn"):
        pytest.skip("as root: apt install mmdebstrap systemd-container")
    root = PROJECT / "build/e2e" / request.param
    subprocess.run([SCRIPTS / "make-root.sh", root, request.param], check=True)
    return root


@pytest.fixture(scope="session")
def booted(debian: Path) -> Iterator[Booted]:
    """A booted machine with the accounts eleve and prof."""
    machine = Booted(debian)
    for user in USERS:
        machine.run("useradd", "--create-home", user)
    yield machine
    machine.close()
