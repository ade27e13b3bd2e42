"""The settings of the collector."""

from pathlib import Path

from socle_core.settings import kinds, times
from socle_core.settings.base import Settings, half_certified
from socle_core.settings.declare import Setting
from socle_core.settings.read import load
from socle_core.tomlfile import Parse, parse


class CollectorSettings(Settings):
    """What a collector needs to know. Frozen; the database's address is a secret, it may hold a password."""

    __slots__ = ()

    realm = Setting(
        "realm",
        kinds.text("1 to 32 characters of a-z, 0-9 and -", "[a-z0-9-]{1,32}"),
        "",
        "Name of this collector, the same in every device that it enrols; one database per realm.",
        key="name",
        required=True,
    )

    host = Setting(
        "broker",
        kinds.text("host name or address", r"[A-Za-z0-9._:-]{1,253}"),
        "localhost",
        "Machine on which the broker runs.",
    )
    port = Setting("broker", kinds.whole(1, 65535), 8883, "Port of the broker.")
    tls = Setting(
        "broker",
        kinds.flag(),
        True,
        "Encrypt, and verify the broker's certificate; false is for demonstrations on one machine.",
    )
    ca = Setting(
        "broker",
        kinds.path_or_none(),
        None,
        "Certificate of the authority that signed the broker's; empty: those that the system trusts.",
    )
    cert = Setting("broker", kinds.path_or_none(), None, "Certificate of the collector.")
    key = Setting("broker", kinds.path_or_none(), None, "Private key of the collector.")
    keepalive_s = Setting(
        "broker",
        kinds.whole(5, 1200),
        60,
        "Silence after which the collector shows the broker that it is still there.",
        unit="seconds",
    )

    database_url = Setting(
        "database",
        kinds.text("address, as in postgresql://user:password@host:port/name", r"postgres(ql)?://\S*", secret=True),
        "postgresql:///socle",
        "Address of the PostgreSQL database.",
        key="url",
        secret=True,
    )

    batch_max = Setting("ingest", kinds.whole(1, 10_000), 1000, "Most messages in one transaction.", unit="messages")
    batch_wait_ms = Setting(
        "ingest",
        kinds.whole(0, 5000),
        50,
        "How long a message may wait for others to share its transaction.",
        unit="milliseconds",
    )
    quarantine_max_rows = Setting(
        "ingest",
        kinds.whole(0, 10_000_000),
        100_000,
        "How many refused messages and rows are kept; the oldest go first.",
        unit="rows",
    )
    keep_from = Setting(
        "ingest",
        times.month_day(),
        times.MonthDay(9, 1),
        "Day on which a school year begins, at 00:00 UTC: use of the year before it is deleted everywhere.",
    )
    timezone = Setting("ingest", times.zone(), "Europe/Paris", "Time zone of the schools of this realm.")

    page_host = Setting(
        "page",
        kinds.text("host name or address", r"[A-Za-z0-9._:-]{1,253}"),
        "127.0.0.1",
        "Address on which the pages are served.",
        key="host",
    )
    page_port = Setting("page", kinds.whole(1, 65535), 8000, "Port of the pages.", key="port")
    secret_key_file = Setting(
        "page",
        kinds.path(),
        Path("/var/lib/socle-collector/secret-key"),
        "File with the random text that signs the pages' cookies.",
    )
    allowed_hosts = Setting(
        "page",
        kinds.several(kinds.text("host name or address", r"[A-Za-z0-9._:\[\]*-]{1,253}")),
        ("localhost", "127.0.0.1"),
        "Names under which browsers may ask for the pages.",
    )

    catalogue = Setting(
        "catalogue",
        kinds.several(kinds.path()),
        (Path("/usr/share/socle/catalogue.toml"), Path("/etc/socle/catalogue.d")),
        "Catalogue files, and folders of them that may be absent; later files override earlier ones.",
        key="paths",
    )

    def contradictions(self) -> list[tuple[str, str]]:
        """Tell a certificate without its key."""
        return half_certified("broker", self.cert, self.key)


def load_collector(path: Path | None = None, extra: Path | None = None, parse: Parse = parse) -> CollectorSettings:
    """Read collector.toml, then collector.d/*.toml beside it by name; SettingsError tells every mistake.

    `path` None: where `find` says. `extra`: another folder than collector.d; it may be absent.
    """
    return load(CollectorSettings, "collector", path, extra, parse)
