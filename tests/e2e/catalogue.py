"""A catalogue for tests, whose programs are copies of `sleep` with names that exist nowhere else."""

from __future__ import annotations

from pathlib import Path

SERVICES = ("gcompris", "tuxpaint", "scratch")
VERSION = "2026.11"
ROW = """
[[service]]
id = "{service}"
label = {{ fr = "{service}" }}
strand = "resources"
category = "arts"
executables = ["{executable}"]
verified = true
source = "a test"
"""


def executable(service: str, tag: str) -> str:
    """The program of a service on one machine; 15 characters at most, as the kernel keeps no more."""
    return f"{service}-{tag}"


def write(path: Path, tag: str) -> Path:
    """Write a catalogue of one machine's own programs: all machines of a test see the same processes."""
    rows = [ROW.format(service=service, executable=executable(service, tag)) for service in SERVICES]
    path.write_text(f'version = "{VERSION}"\n' + "".join(rows))
    return path
