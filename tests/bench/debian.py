"""What the bench needs from Debian: installed when root, asked for otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .places import PEERS, NotMeasuredError

NEEDED = ("mosquitto", "python3-paho-mqtt", "python3-tomli")


def ensure(*packages: str) -> None:
    """Install the packages that are missing; NotMeasuredError with the command to type when that is not possible."""
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    advice = f"install them first: apt-get install --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NotMeasuredError(f"Debian packages missing ({', '.join(missing)}): {advice}")
    if not _apt("install", "-y", "--no-install-recommends", *missing):
        _apt("update")
        if not _apt("install", "-y", "--no-install-recommends", *missing):
            raise NotMeasuredError(f"apt-get could not install {', '.join(missing)}: {advice}")


def unpack(package: str) -> Path:
    """Fetch a package and unpack it under build/peers without installing it: no service starts, no root needed."""
    target = PEERS / package
    if not target.exists():
        PEERS.mkdir(parents=True, exist_ok=True)
        archive = _download(package)
        subprocess.run(["dpkg-deb", "-x", str(archive), str(target)], check=True)
        archive.unlink()
    return target


def _download(package: str) -> Path:
    for _ in range(2):
        subprocess.run(["apt-get", "download", package], cwd=PEERS, capture_output=True, check=False)
        for archive in PEERS.glob(f"{package}_*.deb"):
            return archive
        _apt("update")
    raise NotMeasuredError(f"apt-get download {package} brought nothing: is a Debian mirror configured?")


def _installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${Status}", package]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout.endswith(" installed")


def _apt(*words: str) -> bool:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["apt-get", "-qq", *words], env=env, capture_output=True, check=False).returncode == 0
