"""The real agent with a test's clock and roots: `python -m e2e.run_agent TRUTH MACHINE ROOT CONFIG`."""

from __future__ import annotations

import sys
from pathlib import Path

from e2e.fast import FastClock
from socle_agent.roots import Roots
from socle_agent.serve import serve


def main(truth: str, machine: str, root: str, config: str) -> int:
    """Run until SIGTERM; returns the exit code."""
    base = Path(root)
    roots = Roots(sys=base / "sys", run=base / "run", etc=base / "etc", var=base / "var", programs=(str(base / "bin"),))
    return serve(Path(config), FastClock(Path(truth), Path(machine)), roots)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
