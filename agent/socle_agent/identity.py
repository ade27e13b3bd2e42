"""Whether this machine is the one whose ledger it finds, or a copy of its disk in another.

The ledger keeps three hashes, salted by a value drawn for it and never sent: of the system's machine-id, of the
mainboard and of the disk. Where two of those that both sides know differ, the disk was copied; where one does, a
part was replaced.

What the mainboard says is for root alone: the service is given it as credentials (systemd.exec(5), LoadCredential=).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from socle_agent.roots import Roots

PARTS = ("machine", "board", "disk")
_BOARD = ("product_uuid", "board_serial", "product_serial")
_CREDENTIALS = "credentials/socle-agent.service"
_DISK = ("wwid", "serial", "device/wwid", "device/serial", "device/cid")
_PLACEHOLDERS = {"", "none", "default string", "to be filled by o.e.m.", "system serial number", "not specified", "0"}


def hashes(roots: Roots, state: Path, salt: str) -> dict[str, str]:
    """Part → hash, of those that can be read. `state`: a folder on the disk that is meant."""
    told = {
        "machine": _first([roots.etc / "machine-id"]),
        "board": _first(
            [folder / name for name in _BOARD for folder in (roots.sys / "class/dmi/id", roots.run / _CREDENTIALS)]
            + [roots.sys / "firmware/devicetree/base/serial-number"]
        ),
        "disk": _disk(roots.sys, state),
    }
    return {
        part: hashlib.blake2b(f"{part}:{text}".encode(), key=salt.encode()[:64], digest_size=8).hexdigest()
        for part, text in told.items()
        if text is not None
    }


def is_copy(kept: dict[str, str], found: dict[str, str]) -> bool:
    """Whether at least two of the parts known then and now differ."""
    return sum(1 for part in PARTS if part in kept and part in found and kept[part] != found[part]) >= 2


def _first(files: Iterable[Path]) -> str | None:
    """The first text that says something: makers leave placeholders, and some files are for root only."""
    for file in files:
        try:
            text = file.read_text("utf-8", "replace").strip(" \n\0")
        except OSError:
            continue
        if text.lower() not in _PLACEHOLDERS and set(text) > {text[0]}:
            return text
    return None


def _disk(sys: Path, state: Path) -> str | None:
    """The identity of the disk under `state`; of the whole disk where that is a partition or lies encrypted on one."""
    try:
        device = state.stat().st_dev
        block = (sys / "dev/block" / f"{os.major(device)}:{os.minor(device)}").resolve(strict=True)
    except OSError:
        return None
    for _ in range(4):  # a partition, on a mapping, on a partition, on a disk
        if (block / "partition").exists():
            block = block.parent
        found = _first([block / name for name in _DISK])
        below = sorted((block / "slaves").glob("*")) if found is None else []
        if not below:
            return found
        block = below[0].resolve()
    return None
