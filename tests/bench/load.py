"""Runs the load generator against a broker and judges what it tells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from . import broker
from .children import Children, log_of
from .places import BUILD, ROOT, NotMeasuredError, Plan

COUNTER = BUILD / "counted"


def run(
    children: Children, server: broker.Broker, plan: Plan, realm: str, what: str, number: int, counter: Path | None
) -> tuple[int, float]:
    """Send all hellos, or the reports of a round; messages done and seconds taken. NotMeasured if one got lost."""
    words = [server.address, broker.PLAIN_PORT, realm, plan.ingest_devices, what]
    words += [number * plan.ingest_quarters, plan.ingest_quarters, plan.ingest_rounds + 1, counter or "-"]
    name = f"generator-{realm}"
    command = [sys.executable, "-m", "tests.bench.generator", *map(str, words)]
    process = children.start(name, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()  # it has built its messages
    told, _ = process.communicate(b"go\n")
    children.stop(process)
    if process.returncode != 0:
        raise NotMeasuredError(f"the load generator failed: {log_of(name).read_text().strip()[-300:]}")
    result = json.loads(told)
    if result["wrong"]:
        raise NotMeasuredError(f"{result['wrong']} acks of {what} did not tell what was sent")
    return result["reports"], result["seconds"]


def start_counter(children: Children, server: broker.Broker, realm: str) -> subprocess.Popen[bytes]:
    """The bare subscriber of a realm; its count stands in COUNTER."""
    COUNTER.write_bytes(bytes(8))
    topic = f"socle/1/{realm}/+/ledger"
    command = [sys.executable, "-m", "tests.bench.counter", server.address, str(broker.PLAIN_PORT), topic, str(COUNTER)]
    process = children.start("counter", command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    if not process.stdout.readline():
        raise NotMeasuredError(f"the bare subscriber failed: {log_of('counter').read_text().strip()[-300:]}")
    return process
