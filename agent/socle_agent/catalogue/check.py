"""Whether catalogue files can be used."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from socle_agent.cli import OK
from socle_agent.texts import say
from socle_core.catalogue.load import load
from socle_core.catalogue.model import Catalogue
from socle_core.settings.agent import load_agent
from socle_core.tomlfile import TomlFileError, parse, read


def check(config: Path | None, words: Sequence[str]) -> int:
    """Show what the files hold; raises SettingsError, and CatalogueError with every mistake of all of them."""
    catalogue = load(sources(config, [Path(word) for word in words]))
    sys.stdout.write(summary(catalogue))
    return OK


def sources(config: Path | None, files: Sequence[Path]) -> list[Path]:
    """Return what to read: this machine's catalogue, and then `files`, unless they are a catalogue of their own.

    A commune's rows only make sense upon the catalogue that they add to; a file that states a version is whole.
    """
    if files and _is_whole(files[0]):
        return list(files)
    used = load_agent(config).catalogue
    known = {file.resolve() for path in used for file in (path, *path.glob("*.toml"))}
    return [*used, *(file for file in files if file.resolve() not in known)]


def _is_whole(file: Path) -> bool:
    try:
        return "version" in read(file, parse)[1]
    except TomlFileError:
        return False  # `load` tells what is wrong with it


def summary(catalogue: Catalogue) -> str:
    """What a catalogue holds, in numbers."""
    services = catalogue.services.values()
    strands = Counter(service.strand for service in services)
    return say(
        "catalogue.summary",
        version=catalogue.version,
        services=len(services),
        strands=", ".join(f"{say(f'strand.{strand}')} {number}" for strand, number in strands.items()),
        domains=len(catalogue.domains),
        programs=len(catalogue.executables),
        pages=len(catalogue.files) + len(catalogue.primtuxmenu),
        uncounted=sum(not service.counted for service in services),
        weak=sum(service.weak for service in services),
        unverified=sum(not service.verified or bool(service.to_check) for service in services),
    )
