"""The Debian packages as files: what is in them, and that they come out the same on every machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from support.packages import PROJECT, built

import socle_agent

SHARE = "usr/share/socle"
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
for package in ("socle_core", "socle_agent"):
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        importlib.import_module(module.name)
assert all(m.__file__.startswith(sys.argv[1]) for n, m in sys.modules.items() if n.startswith("socle_"))
"""


def _files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


def test_the_same_commit_gives_the_same_bytes(packages: list[Path], tmp_path: Path) -> None:
    """Whoever builds them, wherever and whenever, can compare what comes out."""
    again = built(tmp_path, TZ="Pacific/Auckland", LC_ALL="C", TMPDIR=str(tmp_path), HOME="/nonexistent")
    assert [path.name for path in again] == [path.name for path in packages]
    assert all(one.read_bytes() == other.read_bytes() for one, other in zip(packages, again, strict=True))


def test_lintian_finds_nothing(packages: list[Path]) -> None:
    """No error and no warning, and none that is hushed up."""
    ran = subprocess.run(["lintian", "--show-overrides", *packages], check=False, capture_output=True, text=True)
    assert (ran.stdout, ran.returncode) == ("", 0)


def test_every_module_is_there_and_nothing_else(unpacked: Path) -> None:
    """What the source tree has, without what writes its documents, without tests and without caches."""
    tracked = subprocess.check_output(
        ["git", "ls-tree", "-r", "--name-only", "HEAD", "agent/socle_core", "agent/socle_agent"], text=True, cwd=PROJECT
    )
    expected = {name.removeprefix("agent/") for name in tracked.splitlines() if "document" not in name}
    assert _files(unpacked / SHARE) == expected | {"catalogue.toml"}


def test_nothing_lies_in_pythons_own_path(unpacked: Path) -> None:
    """Modules are for our own programs: nothing else on the machine can import them by accident."""
    assert not [name for name in _files(unpacked) if "dist-packages" in name or "site-packages" in name]


def test_every_module_finds_what_it_imports(unpacked: Path) -> None:
    """Debian's own Python and its libraries suffice."""
    subprocess.run(["/usr/bin/python3", "-I", "-B", "-c", IMPORT_ALL, str(unpacked / SHARE)], check=True)


def test_only_programs_may_be_executed(unpacked: Path) -> None:
    """Of what is run by hand or by a unit; all else can be read by everybody and changed by root alone."""
    modes = {name: (unpacked / name).stat().st_mode & 0o7777 for name in _files(unpacked)}
    assert {name for name, mode in modes.items() if mode == 0o755 and "rtupdate" not in name} == {
        "usr/bin/socle-agent",
        "usr/libexec/socle/lend-fanotify",
    }
    assert set(modes.values()) == {0o755, 0o644}


def test_units_start_what_is_installed(unpacked: Path) -> None:
    """Every program of ours that a unit names is in the packages."""
    units = list(unpacked.rglob("*.service"))
    started = {word for path in units for word in re.findall(r"^ExecStart=(\S*socle\S*)", path.read_text(), re.M)}
    assert started
    assert not [word for word in started if not (unpacked / word[1:]).is_file()]


def test_one_version() -> None:
    """What the changelog of the packages says, the agent says and pyproject.toml says."""
    told = subprocess.check_output(
        ["dpkg-parsechangelog", "-l", "packaging/debian/changelog", "-S", "Version"], cwd=PROJECT
    )
    assert told.decode().strip() == socle_agent.__version__
    assert f'version = "{socle_agent.__version__}"' in (PROJECT / "pyproject.toml").read_text()
