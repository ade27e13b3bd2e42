"""The extension as browsers take it: one source, and what the catalogue makes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from socle_core.catalogue import Catalogue
from socle_web import manifest, patterns, places
from socle_web.archive import packed
from socle_web.crx import Signer

_SOURCES = (
    "service.js",
    "stopwatch.js",
    "page.js",
    "batch.js",
    "worker.js",
    "_locales/fr/messages.json",
    "_locales/en/messages.json",
)


@dataclass(frozen=True)
class Recipe:
    """What a build is made of. `socket`: the agent's; `every_min`: least minutes between two batches."""

    catalogue: Catalogue
    signer: Signer
    socket: Path
    every_min: float = 1

    def digest(self) -> str:
        """Return what changes whenever the extension does, its version apart."""
        made = (crx(self, "0"), xpi(self, "0"), *(content for _, content in sorted(unpacked(self, "0").items())))
        return hashlib.sha256(b"".join(made)).hexdigest()


def crx(recipe: Recipe, version: str) -> bytes:
    """Return the signed extension for Chromium's family, which sees the catalogue's sites."""
    signer = recipe.signer
    updates = places.url(places.UPDATES)
    described = manifest.chromium(version, patterns.sites(recipe.catalogue), key=signer.public_key, update_url=updates)
    return signer.crx(packed(_files(recipe, described)))


def unpacked(recipe: Recipe, version: str) -> Mapping[str, bytes]:
    """Return the extension that sees the catalogue's pages on the disk alone; empty where it names none.

    Only an unpacked extension is let near the disk without a click in each account's settings.
    """
    matches = patterns.files(recipe.catalogue)
    return _files(recipe, manifest.chromium(version, matches)) if matches else {}


def xpi(recipe: Recipe, version: str) -> bytes:
    """Return the extension for Firefox, which sees both."""
    matches = [*patterns.sites(recipe.catalogue), *patterns.files(recipe.catalogue)]
    return packed(_files(recipe, manifest.firefox(version, matches)))


def _files(recipe: Recipe, described: manifest.Manifest) -> dict[str, bytes]:
    folder = resources.files("socle_web") / "extension"
    settings = f'"use strict";\nconst HOST = "{manifest.HOST}";\nconst EVERY_MIN = {recipe.every_min:g};\n'
    return {
        **{name: folder.joinpath(name).read_bytes() for name in _SOURCES},
        "catalogue.js": patterns.table(recipe.catalogue).encode(),
        "settings.js": settings.encode(),
        "manifest.json": json.dumps(described, indent=1, ensure_ascii=False).encode(),
    }
