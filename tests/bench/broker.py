"""A real mosquitto on an address of its own, with TLS as in production and plain TCP to count bytes."""

from __future__ import annotations

import os
import random
import shutil
import socket
from contextlib import closing
from dataclasses import dataclass

from . import certificates, debian
from .children import Children, wait_until
from .places import BUILD, NotMeasuredError

# psmqtt speaks TLS only to port 8883, verifies with the system's authorities and shows no certificate:
# it gets that port, on an address in 127.0.0.0/8 where nobody else listens; all others show their own certificate.
TLS_PORT, CERTIFIED_PORT, PLAIN_PORT = 8883, 8884, 1883

_CONFIGURATION = """\
per_listener_settings true
persistence false
sys_interval 0
log_dest stderr
log_type error
log_type warning
max_queued_messages 20000
{user}
listener {tls} {address}
allow_anonymous true
certfile {certificate}
keyfile {key}

listener {certified} {address}
allow_anonymous false
require_certificate true
use_identity_as_username true
cafile {ca}
certfile {certificate}
keyfile {key}

listener {plain} {address}
allow_anonymous true
"""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where it listens, and its process."""

    address: str
    pid: int


def start(children: Children, clients: tuple[str, ...] = ()) -> Broker:
    """Start mosquitto and wait until it accepts connections; certificates are made for the clients named."""
    debian.ensure("mosquitto")
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        raise NotMeasuredError("mosquitto is installed but its program is not in /usr/sbin")
    address = _free_address()
    certificates.make(address, clients)
    certificate, key = certificates.pair("broker")
    configuration = BUILD / "mosquitto.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            user="user root" if os.geteuid() == 0 else "",  # else it drops to a user who may not read build/
            tls=TLS_PORT,
            certified=CERTIFIED_PORT,
            plain=PLAIN_PORT,
            address=address,
            certificate=certificate,
            key=key,
            ca=certificates.CA,
        )
    )
    process = children.start("mosquitto", [program, "-c", configuration])
    wait_until("mosquitto", lambda: not _free(address), process)
    return Broker(address, process.pid)


def _free_address() -> str:
    for _ in range(50):
        address = f"127.83.{random.randrange(256)}.{random.randrange(1, 255)}"
        if _free(address):
            return address
    raise NotMeasuredError("no free address in 127.83.0.0/16 for the broker")


def _free(address: str) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((address, PLAIN_PORT)) != 0
