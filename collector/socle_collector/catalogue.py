"""The catalogue as the collector uses it: to name services. What it does not know is stored all the same."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from socle_core.catalogue import Catalogue, load
from socle_core.tomlfile import Parse, parse, parse_apart

log = logging.getLogger(__name__)


def read(paths: Sequence[Path], parse: Parse = parse) -> Catalogue:
    """Read the catalogue; files that are not there are told in the log, and their services shown as unknown.

    CatalogueError for files that are there and cannot be used.
    """
    missing = [path for path in paths if path.suffix == ".toml" and not path.exists()]
    for path in missing:
        log.warning("catalogue: no file %s: its services are shown as unknown", path)
    there = [path for path in paths if path.exists() and path not in missing]
    return load(there, parse) if there else Catalogue("", [])


def check(paths: Sequence[Path]) -> None:
    """Raise CatalogueError where the catalogue cannot be used; keeps nothing in memory."""
    read(paths, parse_apart)
