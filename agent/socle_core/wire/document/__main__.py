"""Write docs/contract.md, docs/asyncapi.yaml and docs/schemas/ again, or say which of them have drifted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from socle_core.wire.document.pages import ROOT, documents, drifted


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write the files; with `--check` only say which differ, and return 1 when one does."""
    parser = argparse.ArgumentParser(prog="python -m socle_core.wire.document", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a file differs")
    stale = drifted(root)
    if parser.parse_args(arguments).check:
        sys.stderr.writelines(f"{path} differs: run python -m socle_core.wire.document\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(documents()[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
