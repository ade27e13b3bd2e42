"""A catalogue for tests, whose programs are copies of `sleep` with names that exist nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

SERVICES = ("gcompris", "tuxpaint", "scratch")
VERSION = "2026.11"
ROW = """
[[service]]
id = "{service}"
label = {{ fr = "{service}" }}
strand = "resources"
category = "{category}"
executables = [{executables}]
verified = true
source = "a test"
"""


def executable(service: str, machine: str) -> str:
    """The program of a service on one machine."""
    return f"{service}-{machine}"


def write(path: Path, machines: Iterable[str], category: str = "arts") -> Path:
    """Write a catalogue in which each machine has an executable of its own for each service."""
    names = list(machines)
    rows = [
        ROW.format(
            service=service,
            category=category,
            executables=", ".join(f'"{executable(service, name)}"' for name in names),
        )
        for service in SERVICES
    ]
    path.write_text(f'version = "{VERSION}"\n' + "".join(rows))
    return path
