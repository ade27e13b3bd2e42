"""The settings files of the demo's agent and collector."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

HOST = "127.0.0.1"
REALM = "demo"


def agent(folder: Path, catalogue: Path, broker_port: int, device: str, socket: Path) -> str:
    """agent.toml: reports after every checkpoint, ten seconds apart, so that use shows at once."""
    return f"""\
[identity]
device = {_text(device)}
realm = {_text(REALM)}
kind = "front"

[server]
host = {_text(HOST)}
port = {broker_port}
tls = false

[measure]
report_every_quarters = 0
checkpoint_s = 10
programs = "proc"
catalogue = [{_text(catalogue)}]

[paths]
state = {_text(folder / "agent")}
socket = {_text(socket)}
"""


def collector(folder: Path, catalogue: Path, ports: dict[str, int], database_url: str, weeks: int) -> str:
    """collector.toml; the school year begins early enough for all the past weeks to be wanted."""
    return f"""\
[realm]
name = {_text(REALM)}

[broker]
host = {_text(HOST)}
port = {ports["broker"]}
tls = false

[database]
url = {_text(database_url)}

[ingest]
keep_from = {_text(year_begins(date.today(), weeks))}

[page]
host = {_text(HOST)}
port = {ports["page"]}
secret_key_file = {_text(folder / "secret-key")}

[catalogue]
paths = [{_text(catalogue)}]
"""


def year_begins(today: date, weeks: int) -> str:
    """The 1st of September, or a week before the past weeks begin where that is earlier, as "MM-DD"."""
    september = date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    wanted = min(september, today - timedelta(weeks=weeks + 1))
    return f"{wanted - timedelta(days=(wanted.month, wanted.day) == (2, 29)):%m-%d}"


def _text(value: object) -> str:
    """A string of TOML: JSON's form is one."""
    return json.dumps(str(value))
