"""All files that browsers need, as they lie below the root of a file system.

The same recipe and number make the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from socle_web import package, places, policies
from socle_web.crx import extension_id
from socle_web.package import Recipe


@dataclass(frozen=True)
class File:
    """A file's bytes and its mode."""

    content: bytes
    mode: int = 0o644


Tree = Mapping[str, File]
"""Files by path, without a leading slash."""

LOCAL_ID = extension_id(f"/{places.CHROMIUM_LOCAL}".encode())


def tree(recipe: Recipe, number: int) -> Tree:
    """Return all files of build `number`, which browsers take for newer than those of lower numbers."""
    version = f"1.{number}"
    return {
        places.HOST_PROGRAM: File(_host_program(recipe.socket), 0o755),
        **_for_chromium(recipe, version),
        **_for_firefox(recipe, version),
    }


def write(files: Tree, folder: Path) -> None:
    """Write the files below a folder."""
    for path, file in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
        place.chmod(file.mode)


def read(folder: Path) -> Tree:
    """Return the files that lie below a folder."""
    return {
        str(place.relative_to(folder)): File(place.read_bytes(), place.stat().st_mode & 0o777)
        for place in sorted(folder.rglob("*"))
        if place.is_file()
    }


def _for_chromium(recipe: Recipe, version: str) -> Tree:
    extension = recipe.signer.id
    local = package.unpacked(recipe, version)
    host = policies.chromium_host(extension, *([LOCAL_ID] if local else []))
    return {
        places.CRX: File(package.crx(recipe, version)),
        places.UPDATES: File(policies.updates(extension, version).encode()),
        **dict.fromkeys(places.POLICIES, File(policies.text(policies.chromium(extension)[0]))),
        **dict.fromkeys(places.CHROMIUM_HOSTS, File(policies.text(host))),
        **{f"{places.CHROMIUM_LOCAL}/{name}": File(content) for name, content in local.items()},
    }


def _for_firefox(recipe: Recipe, version: str) -> Tree:
    reads_files = bool(package.unpacked(recipe, version))
    return {
        places.XPI: File(package.xpi(recipe, version)),
        places.FIREFOX_HOST: File(policies.text(policies.firefox_host())),
        places.FIREFOX_POLICY: File(policies.text(policies.firefox())),
        **({places.FIREFOX_PREFERENCES: File(_PREFERENCES.encode())} if reads_files else {}),
    }


def _host_program(socket: Path) -> bytes:
    """A program that starts fast: isolated, without site-packages but for the folder of this package."""
    packages = str(Path(__file__).resolve().parents[1])
    return (
        "#!/usr/bin/python3 -ISs\n"
        "import sys\n\n"
        f"sys.path.append({packages!r})\n"
        "from socle_web.host import main\n\n"
        f"sys.exit(main({str(socket)!r}))\n"
    ).encode()


_PREFERENCES = """\
// Socle: its extension counts local pages of the catalogue (file://) too. Without this, recent versions of Firefox ask
// each account to allow it in about:addons. It holds for every extension that asks for local pages.
pref("extensions.webextensions.fileSchemeAccess.requireOptIn", false, locked);
"""
