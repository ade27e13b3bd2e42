"""The extension's pure parts, run by node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import socle_web

FOLDER = Path(socle_web.__file__).parent / "extension"
RUN = """
const { files, body, given } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const sources = files.map((file) => require("fs").readFileSync(file, "utf8"));
const run = new Function("given", [...sources, body].join("\\n"));
Promise.resolve(run(given)).then((answer) => process.stdout.write(JSON.stringify(answer)));
"""


def run(scripts: Sequence[str], body: str, given: object = None) -> Any:
    """Return what `body` returns after these scripts of the extension; it finds `given` under that name."""
    told = json.dumps({"files": [str(FOLDER / script) for script in scripts], "body": body, "given": given})
    done = subprocess.run(["node", "-e", RUN], input=told, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
