"""The settings of the agent."""

from pathlib import Path

from socle_core.hours import Hours
from socle_core.settings import kinds, times
from socle_core.settings.accounts import accounts
from socle_core.settings.base import Settings, half_certified
from socle_core.settings.declare import Setting
from socle_core.settings.read import load
from socle_core.tomlfile import Parse, parse


class AgentSettings(Settings):
    """What an agent needs to know. Frozen; `changed` makes a copy.

    An agent without device, realm and host is not enrolled: it measures and sends nothing.
    """

    __slots__ = ()

    device = Setting(
        "identity",
        kinds.text("12 characters of a-z and 2-7", "[a-z2-7]{12}", empty=True),
        "",
        "Random identifier of this machine, given at enrolment; empty before it.",
    )
    realm = Setting(
        "identity",
        kinds.text("1 to 32 characters of a-z, 0-9 and -", "[a-z0-9-]{1,32}", empty=True),
        "",
        "Name of the collector that receives this machine's use, given at enrolment; empty before it.",
    )
    kind = Setting(
        "identity",
        kinds.word("front", "cart", "head", "other"),
        "other",
        "What the machine is for: front of the class, mobile cart, head teacher's desk, other.",
    )

    host = Setting(
        "server",
        kinds.text("host name or address", r"[A-Za-z0-9._:-]{1,253}", empty=True),
        "",
        "Machine on which the broker runs, given at enrolment; empty before it.",
    )
    port = Setting("server", kinds.whole(1, 65535), 8883, "Port of the broker.")
    tls = Setting(
        "server",
        kinds.flag(),
        True,
        "Encrypt, and verify the broker's certificate; false is for demonstrations on one machine.",
    )
    ca = Setting(
        "server",
        kinds.path_or_none(),
        None,
        "Certificate of the authority that signed the broker's; empty: those that the system trusts.",
    )
    cert = Setting("server", kinds.path_or_none(), None, "Certificate of this device.")
    key = Setting("server", kinds.path_or_none(), None, "Private key of this device.")
    keepalive_s = Setting(
        "server",
        kinds.whole(5, 1200),
        300,
        "Silence after which the agent shows the broker that it is still there.",
        unit="seconds",
    )

    hours = Setting(
        "measure",
        times.hours(),
        Hours.parse("mo-sa 08:00-17:00"),
        "Local hours in which quarters say whether a session is open and active; outside they say nothing.",
        live=True,
    )
    timezone = Setting(
        "measure",
        times.zone(),
        "Europe/Paris",
        "Time zone of the school, for hours and for days.",
        live=True,
    )
    report_every_quarters = Setting(
        "measure",
        kinds.whole(0, 96),
        1,
        "How often to report; 0: after every checkpoint, for demonstrations and the day of installation.",
        unit="quarters of an hour",
        live=True,
    )
    checkpoint_s = Setting(
        "measure",
        kinds.whole(10, 60),
        60,
        "How often what was measured is written to the disk: the most that a power cut can lose, which is never more"
        " than a minute.",
        unit="seconds",
        live=True,
    )
    idle_after_s = Setting(
        "measure",
        kinds.whole(60, 3600),
        300,
        "Time without keyboard or mouse after which a session counts as idle.",
        unit="seconds",
        live=True,
    )
    pause_allowed = Setting(
        "measure", kinds.flag(), True, "Whether the person at the machine may pause measuring.", live=True
    )
    programs = Setting(
        "measure",
        kinds.word("auto", "fanotify", "connector", "proc"),
        "auto",
        "Means of seeing programs start: the kernel's word on catalogued files, which needs a privilege; its word on"
        " every process, which may need one; reading /proc. auto takes the first that works.",
    )
    catalogue = Setting(
        "measure",
        kinds.several(kinds.path()),
        (Path("/usr/share/socle/catalogue.toml"), Path("/etc/socle/catalogue.d")),
        "Catalogue files, and folders of them that may be absent; later files override earlier ones.",
    )

    accounts = Setting(
        "measure",
        accounts(),
        (("01-mini", "pupil"), ("02-super", "pupil"), ("03-maxi", "pupil"), ("administrateur", "teacher")),
        "Under which profile an account's use counts: its name, which may hold * and ?, and pupil, teacher or shared;"
        " the first item that fits decides. An account that no item names, or that is not in /etc/passwd, as those of"
        " a directory (LDAP, Active Directory) are not, counts by the machine's kind: pupil on a cart, teacher at the"
        " front and the head's desk, shared elsewhere. The default knows the accounts of PrimTux.",
        secret=True,
    )

    state = Setting("paths", kinds.path(), Path("/var/lib/socle-agent"), "Folder of the ledger.")
    socket = Setting(
        "paths",
        kinds.path(),
        Path("/run/socle-agent/socket"),
        "Socket on which the agent answers the command line and the tray.",
    )

    @property
    def enrolled(self) -> bool:
        """Whether the agent knows who it is and where to send."""
        return bool(self.device and self.realm and self.host)

    def contradictions(self) -> list[tuple[str, str]]:
        """Tell an enrolment done by half, and a certificate without its key."""
        return [*self._half_enrolled(), *half_certified("server", self.cert, self.key)]

    def _half_enrolled(self) -> list[tuple[str, str]]:
        given = {"identity.device": self.device, "identity.realm": self.realm, "server.host": self.host}
        told = [path for path, value in given.items() if value]
        if not told or self.enrolled:
            return []
        return [
            (path, f"is empty, but {told[0]} is set: enrolment sets device, realm and host together")
            for path, value in given.items()
            if not value
        ]


def load_agent(path: Path | None = None, extra: Path | None = None, parse: Parse = parse) -> AgentSettings:
    """Read agent.toml, then agent.d/*.toml beside it by name; SettingsError tells every mistake.

    `path` None: where `find` says. `extra`: another folder than agent.d; it may be absent. `parse`: a process
    that stays passes tomlfile.parse_apart.
    """
    return load(AgentSettings, "agent", path, extra, parse)
