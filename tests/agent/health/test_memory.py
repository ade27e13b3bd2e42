"""Memory: in use, waited for, programs killed."""

from __future__ import annotations

import pytest
from support.laptops import Laptop, on

MEMINFO = ("MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "Shmem", "Active", "Inactive", "Slab")


@on("old-two-core")
def test_shares(laptop: Laptop) -> None:
    """What is not available is used; pressure is a share, not a percentage; kills are a count."""
    assert laptop.read("memory") == {"used": round(1 - 412_880 / 1_928_732, 4), "pressure": 0.0731, "oom": 2}


@on("old-two-core")
@pytest.mark.parametrize(
    ("path", "text", "lost"),
    [
        ("proc/pressure/memory", "", "pressure"),
        ("proc/pressure/memory", "some avg10=1.00 avg300=120.00 total=1", "pressure"),
        ("proc/vmstat", "nr_free_pages 1", "oom"),
        ("proc/vmstat", "oom_kill -4", "oom"),
        ("proc/meminfo", "".join(f"{name}: 0 kB\n" for name in MEMINFO), "used"),
    ],
)
def test_what_is_missing(laptop: Laptop, path: str, text: str, lost: str) -> None:
    """An older kernel, or nonsense, loses its key alone."""
    laptop.write(path, text)
    assert {"used", "pressure", "oom"} - laptop.read("memory").keys() == {lost}


@on("old-two-core")
def test_no_meminfo(laptop: Laptop) -> None:
    """Without meminfo the rest is still read."""
    laptop.remove("proc/meminfo")
    assert laptop.read("memory").keys() == {"pressure", "oom"}
