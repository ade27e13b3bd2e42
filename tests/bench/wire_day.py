"""wire_bytes_per_device_day: what a school day costs on the TCP stream, both ways."""

from __future__ import annotations

import time

from socle_core.settings.agent import AgentSettings, load_agent

from . import broker, school
from .answering import StandIn
from .children import Children
from .figures import Figures
from .places import BUILD, DEVICE, REALM, NotMeasuredError, Plan
from .relay import Relay
from .talk import Talk

PINGS = 3 * 4
"""Bytes of keep-alive in a quarter, at most: PINGREQ and PINGRESP, two bytes each, after 300, 600 and 900 s."""


def measure(_plan: Plan, figures: Figures) -> None:
    """Bytes of both directions on the TCP stream: MQTT framing, PUBACKs, acks and keep-alive included."""
    with Children() as children:
        server = broker.start(children)
        with StandIn(server.address) as collector, Relay((server.address, broker.PLAIN_PORT)) as relay:
            talk = Talk(_settings(relay.port))
            talk.day()
            time.sleep(0.2)  # the last bytes are still being carried
            if collector.refused:
                raise NotMeasuredError(f"the stand-in refused {collector.refused} rows")
            figures.facts["wire_bytes"] = {"up": relay.up, "down": relay.down, "keep_alive": PINGS * school.QUARTERS}
            figures.facts["wire_payload_bytes"] = dict(talk.sent)
            total = relay.up + relay.down + PINGS * school.QUARTERS
            figures.put({"wire_bytes_per_device_day": [total]})


def _settings(port: int) -> AgentSettings:
    path = BUILD / "wire.toml"
    path.write_text(
        f'[identity]\ndevice = "{DEVICE}"\nrealm = "{REALM}"\n'
        f'[server]\nhost = "127.0.0.1"\nport = {port}\ntls = false\n'
    )
    return load_agent(path)
