"""lnxlink, from PyPI: its five modules nearest to collectd's plugins, every 10 s.

Its default is some forty modules every 5 s; the choice below is the lightest that compares, in its favour.
"""

from __future__ import annotations

from pathlib import Path

from .. import certificates
from ..broker import CERTIFIED_PORT, Broker
from ..places import BUILD
from . import pypi

NAME = "lnxlink"
VERSION = "2026.10.0"
TOPIC = "lnxlink/"
MODULES = ("cpu", "memory", "disk_usage", "battery", "network")

_CONFIGURATION = """\
mqtt:
  transport: mqtt
  prefix: lnxlink
  clientId: bench
  server: {address}
  port: {port}
  auth: {{user: "", pass: "", tls: true, keyfile: "{key}", certfile: "{certificate}", ca_certs: "{ca}"}}
  discovery: {{enabled: false, prefix: homeassistant}}
  lwt: {{enabled: true, qos: 1}}
  clear_on_off: true
update_interval: 10
update_on_change: false
modules: [{modules}]
custom_modules:
exclude:
settings: {{}}
"""


def install() -> None:
    """Make its environment."""
    pypi.install(NAME, VERSION)


def command(broker: Broker) -> list[str | Path]:
    """Headless, without setting up a systemd unit."""
    folder = BUILD / "lnxlink"
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = certificates.pair(NAME)
    configuration = folder / "lnxlink.yaml"  # lnxlink completes it, so it is written anew each time
    configuration.write_text(
        _CONFIGURATION.format(
            address=broker.address,
            port=CERTIFIED_PORT,
            ca=certificates.CA,
            certificate=certificate,
            key=key,
            modules=", ".join(MODULES),
        )
    )
    return [pypi.install(NAME, VERSION) / "lnxlink", "-i", "-c", configuration]


def environment() -> dict[str, str]:
    """Nothing."""
    return {}
