#!/bin/sh
# Write again every document that is generated from the code; the tests fail when one drifts.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python -m socle_core.wire.document
.venv/bin/python -m socle_core.settings.document
