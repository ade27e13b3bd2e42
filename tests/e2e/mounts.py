"""Small file systems for an agent's state: one whose power can be cut, one that can be filled. For root alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

IMAGE_BYTES = 16 * 1024 * 1024


@contextmanager
def disk(image: Path, place: Path) -> Iterator[None]:
    """An ext4 in the file `image` (made if there is none), mounted at `place`.

    What was not fsynced is in the page cache of that ext4 and not in `image`: a copy of it is the disk after a power
    cut. Skips the test where that cannot be mounted.
    """
    if not image.exists():
        with image.open("wb") as file:
            file.truncate(IMAGE_BYTES)
        _run("mkfs.ext4", "-q", "-F", str(image))
    with _mounted("-o", "loop", str(image), str(place)):
        yield


@contextmanager
def small_tmpfs(place: Path, size: str) -> Iterator[None]:
    """A tmpfs of that size."""
    with _mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)):
        yield


@contextmanager
def _mounted(*arguments: str) -> Iterator[None]:
    _run("mount", *arguments)
    try:
        yield
    finally:
        _run("umount", "--lazy", arguments[-1])


def _run(*command: str) -> None:
    path = "/usr/sbin:/sbin:/usr/bin:/bin"
    if os.geteuid() or not shutil.which(command[0], path=path):
        pytest.skip(f"{command[0]} is for root: run the tests as root")
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PATH": path})
    if done.returncode and command[0] == "mount":
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert not done.returncode, done.stderr
