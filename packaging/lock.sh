#!/bin/sh
# Resolve the newest versions that pyproject.toml allows into requirements.lock. Usage: lock.sh PYTHON
# They are resolved for the oldest Python that is supported, so that one list suits all; tomli and exceptiongroup
# are named because pip judges "python_version < '3.11'" by the Python that runs it.
set -eu
cd "$(dirname "$0")/.."
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
"$1" -m venv "$room"
"$room/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip
"$room/bin/python" -m pip install --quiet --dry-run --ignore-installed --report "$room/report.json" \
    --python-version 3.10 --only-binary :all: --target "$room/nowhere" \
    --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 \
    '.[collector,demo,dev]' hatchling editables tomli exceptiongroup
"$room/bin/python" - "$room/report.json" >"$room/lock" <<'END'
import json
import sys
from pathlib import Path

print("# The versions that make installs. Written by 'make lock', not by hand.")
report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
pins = {item["metadata"]["name"].lower(): item["metadata"]["version"] for item in report["install"]}
for name, version in sorted(pins.items()):
    if name != "socle":
        print(f"{name}=={version}")
END
mv "$room/lock" requirements.lock
wc -l requirements.lock
