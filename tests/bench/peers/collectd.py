"""collectd, from Debian's own package, unpacked: its mqtt plugin writes, six plugins read."""

from __future__ import annotations

from pathlib import Path

from .. import certificates, debian
from ..broker import CERTIFIED_PORT, Broker
from ..places import BUILD

NAME = "collectd"
READS = ("cpu", "memory", "load", "df", "battery", "interface")
TOPIC = "collectd/"

_CONFIGURATION = """\
Hostname "bench"
FQDNLookup false
Interval 10
BaseDir "{state}"
PIDFile "{state}/pid"
PluginDir "{root}/usr/lib/collectd"
TypesDB "{root}/usr/share/collectd/types.db"
{plugins}
<Plugin mqtt>
  <Publish "bench">
    Host "{address}"
    Port {port}
    ClientId "collectd"
    Prefix "collectd"
    CACert "{ca}"
    CertificateFile "{certificate}"
    CertificateKeyFile "{key}"
  </Publish>
</Plugin>
"""


def install() -> None:
    """Fetch the package; libmosquitto, which its mqtt plugin loads, is installed."""
    debian.ensure("libmosquitto1")
    debian.unpack("collectd-core")


def command(broker: Broker) -> list[str | Path]:
    """In the foreground, with a configuration of its own."""
    root, state = debian.unpack("collectd-core"), BUILD / "collectd"
    state.mkdir(parents=True, exist_ok=True)
    certificate, key = certificates.pair(NAME)
    configuration = state / "collectd.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            root=root,
            state=state,
            plugins="\n".join(f"LoadPlugin {name}" for name in (*READS, "mqtt")),
            address=broker.address,
            port=CERTIFIED_PORT,
            ca=certificates.CA,
            certificate=certificate,
            key=key,
        )
    )
    return [root / "usr/sbin/collectd", "-f", "-C", configuration]


def environment() -> dict[str, str]:
    """Nothing."""
    return {}
