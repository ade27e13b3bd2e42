"""Putting the files in place below a root, beside what others put there, and taking them away again.

Files that bear Socle's name are Socle's. Three places are shared with others, and what they wrote is never changed:

* Chromium's policies: all files of a folder hold, but a key that stands in two of them is taken from one. So Socle's
  file takes the one of two keys that nobody else there uses.
* Firefox reads one policies.json alone. Where there is one already, Socle adds none and says which lines to add.
* Anything that was changed after Socle wrote it stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from socle_web import places, policies
from socle_web.tree import File, Tree

Record = dict[str, str]
"""Digests by path of what was put in place."""


@dataclass(frozen=True)
class Left:
    """A file that was left as it is. `lines`: what its owner may add to it; None where there is nothing to add."""

    path: str
    lines: bytes | None = None


def install(files: Tree, root: Path) -> list[Left]:
    """Put the files in place, and take away those of the last time that are no more; return what was left."""
    record = _read(root)
    left = _take_away(root, {path: digest for path, digest in record.items() if path not in files})
    new = {path: digest for path, digest in record.items() if path in files}
    for path, file in files.items():
        settled = _settle(path, file, root, record)
        if isinstance(settled, File):
            _write(root / path, settled)
            new[path] = _digest(settled.content)
        elif settled is not None:
            left.append(settled)
    _write(root / places.RECORD, File(policies.text({"files": new})))
    return left


def remove(root: Path) -> list[Left]:
    """Take away what was put in place; return what was changed since, and stays. The key stays too."""
    left = _take_away(root, _read(root))
    (root / places.RECORD).unlink(missing_ok=True)
    return left


def _settle(path: str, file: File, root: Path, record: Record) -> File | Left | None:
    """Return the file to write, what is to be told instead, or None where others do what it would."""
    if path in places.POLICIES:
        return _chromium_policy(path, file, root)
    if path == places.FIREFOX_POLICY:
        return _firefox_policy(file, root, record)
    return file


def _chromium_policy(path: str, file: File, root: Path) -> File | Left | None:
    """Return the policy under a key that no other file of the folder uses."""
    ((extension, _),) = json.loads(file.content)[policies.SETTINGS].items()
    others = [other for other in sorted((root / path).parent.glob("*.json")) if other.name != Path(path).name]
    taken = {key: other for other in others for key in _keys(other)}
    for choice in policies.chromium(extension):
        if not choice.keys() & taken.keys():
            return File(policies.text(choice))
    if any(extension in other.read_text(errors="replace") for other in others):
        return None
    return Left(str(taken[policies.SETTINGS].relative_to(root)), file.content)


def _firefox_policy(file: File, root: Path, record: Record) -> File | Left | None:
    """Return Socle's policies.json where there is no other one."""
    ours = record.get(places.FIREFOX_POLICY)
    others = [path for path in places.FIREFOX_POLICIES if _digest_of(root / path) not in (None, ours)]
    if not others:
        return file
    extension = next(iter(json.loads(file.content)["policies"][policies.SETTINGS]))
    if extension in (root / others[0]).read_text(errors="replace"):
        return None
    return Left(others[0], file.content)


def _keys(policy: Path) -> Iterator[str]:
    with suppress(OSError, ValueError):
        content = json.loads(policy.read_bytes())
        yield from content if isinstance(content, dict) else ()


def _take_away(root: Path, record: Record) -> list[Left]:
    changed = []
    for path, digest in record.items():
        found = _digest_of(root / path)
        if found == digest:
            (root / path).unlink()
            _prune((root / path).parent, root)
        elif found is not None:
            changed.append(Left(path))
    return changed


def _prune(folder: Path, root: Path) -> None:
    """Remove the folders that are Socle's own or became empty."""
    with suppress(OSError):
        while folder != root and (places.NAME in str(folder.relative_to(root)) or not any(folder.iterdir())):
            folder.rmdir()
            folder = folder.parent


def _write(place: Path, file: File) -> None:
    """Write beside it, then take its place: a browser that reads now reads one or the other."""
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.new")
    beside.write_bytes(file.content)
    beside.chmod(file.mode)
    beside.replace(place)


def _read(root: Path) -> Record:
    try:
        record: Record = json.loads((root / places.RECORD).read_bytes())["files"]
    except FileNotFoundError:
        return {}
    return record


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(place: Path) -> str | None:
    try:
        return _digest(place.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
