"""The Debian packages of the last commit, built once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def built(folder: Path, **environment: str) -> list[Path]:
    """Build them into a folder, on a machine with this environment."""
    words = ["sh", str(PROJECT / "packaging/build-deb.sh"), str(folder)]
    subprocess.run(words, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True)
    return sorted(folder.glob("*.deb"))


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The .deb files."""
    return built(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="session")
def unpacked(packages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All their files in one folder, as they would lie in /."""
    root = tmp_path_factory.mktemp("unpacked")
    for package in packages:
        subprocess.run(["dpkg-deb", "--extract", package, root], check=True)
    return root
