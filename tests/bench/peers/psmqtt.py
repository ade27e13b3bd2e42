"""psmqtt, from PyPI: five tasks every 10 s, about what collectd's six plugins read."""

from __future__ import annotations

from pathlib import Path

from .. import certificates
from ..broker import TLS_PORT, Broker
from ..places import BUILD
from . import pypi

NAME = "psmqtt"
VERSION = "2.6.2"
TOPIC = "psmqtt/"

_CONFIGURATION = """\
mqtt:
  broker:
    host: {address}
    port: {port}
  clientid: psmqtt
  publish_topic_prefix: psmqtt
schedule:
  - cron: "every 10 seconds"
    tasks:
      - task: cpu_times_percent
        params: ["*"]
      - task: virtual_memory
        params: ["*"]
      - task: getloadavg
        params: ["*"]
      - task: disk_usage
        params: ["*", "/"]
      - task: net_io_counters
        params: ["*"]
"""


def install() -> None:
    """Make its environment."""
    pypi.install(NAME, VERSION)


def command(broker: Broker) -> list[str | Path]:
    """The program itself; it finds its configuration by an environment variable."""
    _configuration().write_text(_CONFIGURATION.format(address=broker.address, port=TLS_PORT))
    return [pypi.install(NAME, VERSION) / "psmqtt"]


def environment() -> dict[str, str]:
    """It verifies the broker with the system's authorities only: for it, they are the bench's."""
    return {"PSMQTTCONFIG": str(_configuration()), "SSL_CERT_FILE": str(certificates.CA)}


def _configuration() -> Path:
    return BUILD / "psmqtt.yaml"
