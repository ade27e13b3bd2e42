"""The number of a build: browsers take a higher one for newer, so it rises when the extension changed and only then."""

from __future__ import annotations

import json
from pathlib import Path


def number(state: Path, digest: str) -> int:
    """Return the number of the build with this digest, and note it in `state`, beside the key.

    The first is 1; the same digest as the last keeps its number.
    """
    file = state / "build.json"
    last = json.loads(file.read_text()) if file.exists() else {}
    latest = int(last.get("number", 0))
    if last.get("digest") == digest:
        return latest
    file.write_text(json.dumps({"number": latest + 1, "digest": digest}) + "\n")
    return latest + 1
