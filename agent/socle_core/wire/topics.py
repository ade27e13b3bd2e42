"""MQTT topics of the contract, and the random names that stand in them and in messages."""

from __future__ import annotations

from socle_core.dataclass import dataclass
from socle_core.wire import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random

PREFIX = f"socle/{limits.VERSION}"
UP = ("presence", "hello", "ledger", "audit")
DOWN = ("ack", "config")
DEVICE_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic taken apart; `device` is None, and `kind` "collector", for the collector's own topic."""

    realm: str
    device: str | None
    kind: str


def valid_realm(text: str) -> bool:
    """Whether this names a collector: 1 to 32 of a-z, 0-9 and the hyphen."""
    return limits.REALM.fullmatch(text) is not None


def valid_device(text: str) -> bool:
    """Whether this is a device id: 12 of a-z and 2-7."""
    return limits.DEVICE.fullmatch(text) is not None


def topic(realm: str, device: str, kind: str) -> str:
    """The topic of one kind of message of one device."""
    return f"{PREFIX}/{realm}/{device}/{kind}"


def collector_topic(realm: str) -> str:
    """The topic on which the collector of a realm says that it is there."""
    return f"{PREFIX}/{realm}/collector"


def parse(text: str) -> Topic:
    """Take a topic apart; ValueError if it is none of the contract's."""
    head, _, rest = text.partition(f"{PREFIX}/")
    parts = rest.split("/")
    if not head and valid_realm(parts[0]):
        if parts[1:] == ["collector"]:
            return Topic(parts[0], None, "collector")
        if len(parts) == 3 and valid_device(parts[1]) and parts[2] in UP + DOWN:
            return Topic(parts[0], parts[1], parts[2])
    raise ValueError("not a topic of the wire contract")


def new_device(rng: Random) -> str:
    """Draw a device id: 60 random bits."""
    bits = rng.getrandbits(60)
    return "".join(DEVICE_ALPHABET[bits >> shift & 31] for shift in range(0, 60, 5))


def new_id(rng: Random) -> str:
    """Draw an install, boot, run or ask: 32 random bits in hexadecimal."""
    return f"{rng.getrandbits(32):08x}"
