"""The messages of the contract as a table: their topics, their keys, an example of each."""

from __future__ import annotations

from dataclasses import dataclass

from socle_core.wire import limits
from socle_core.wire.document import examples
from socle_core.wire.fields import Field
from socle_core.wire.messages import Message


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message. `up`: from agent to collector. `example`: one that is sent."""

    name: str
    title: str
    summary: str
    up: bool
    retained: bool
    qos: int
    keys: tuple[Field, ...]
    example: Message

    @property
    def address(self) -> str:
        """The topic, with names in braces."""
        own = "collector" if self.name == "collector" else f"{{device}}/{self.name}"
        return f"socle/{limits.VERSION}/{{realm}}/{own}"


def _id(name: str, meaning: str) -> Field:
    return Field(name, "id", meaning, required=True)


_VERSION = Field("v", "version", "the version of this contract", required=True)
_INSTALL = _id("install", "the ledger, drawn when it was created")
_RUN = _id("run", "the run of the agent")
_ASK = _id("ask", "drawn anew for each Hello, Ledger and Audit; the ack repeats it")
_ISSUER = _id("run", "the run in which `rev` was issued")

PRESENCE = MessageKind(
    "presence",
    "Presence",
    "A device is there, sleeps or is lost; its time is the time of receipt.",
    up=True,
    retained=True,
    qos=1,
    keys=(
        _VERSION,
        _INSTALL,
        _RUN,
        Field(
            "state",
            "word",
            "`sleeping`: before suspend or a clean stop; `lost`: as last will",
            words=limits.PRESENCE_STATES,
            required=True,
        ),
    ),
    example=examples.PRESENCE,
)
HELLO = MessageKind(
    "hello",
    "Hello",
    "An agent presents itself and asks for the mark.",
    up=True,
    retained=False,
    qos=1,
    keys=(
        _VERSION,
        _INSTALL,
        _RUN,
        _id("boot", "the boot of the machine"),
        _ASK,
        Field("head", "revision", "the highest revision issued"),
        Field("agent", "label", "the agent's own version"),
        Field("os", "label", "`ID VERSION_ID` of os-release"),
        Field("kind", "word", "what the machine is for", words=limits.DEVICE_KINDS),
        Field("clock", "word", "whether dates are proved", words=limits.CLOCK_STATES),
        Field("catalogue", "label", "the version of the catalogue of services"),
        Field("senses", "senses", "by which means each sense works"),
    ),
    example=examples.HELLO,
)
LEDGER = MessageKind(
    "ledger",
    "Ledger",
    "Every row whose revision is in (after, rev].",
    up=True,
    retained=False,
    qos=1,
    keys=(
        _VERSION,
        _INSTALL,
        _ISSUER,
        _ASK,
        Field("after", "revision", "the mark of the last ack read; at most `rev`", required=True),
        Field("rev", "revision", "the revision up to which rows are here", required=True),
        *(Field(kind, "rows", f"rows of kind `{kind}`") for kind in limits.ROW_KINDS),
    ),
    example=examples.LEDGER,
)
AUDIT = MessageKind(
    "audit",
    "Audit",
    "Sums over the ledger, to be compared with the collector's.",
    up=True,
    retained=False,
    qos=1,
    keys=(
        _VERSION,
        _INSTALL,
        _ISSUER,
        _ASK,
        Field("rev", "revision", "the head, which is also the mark", required=True),
        Field("months", "months", "`YYYY-MM` → sums"),
        Field("undated", "count", "sum of `powered` over all undated rows, in seconds"),
        Field("acts", "count", "number of acts sent by this install"),
    ),
    example=examples.AUDIT,
)
ACK = MessageKind(
    "ack",
    "Ack",
    "The mark, after the transaction that stored rows and mark has committed.",
    up=False,
    retained=False,
    qos=0,
    keys=(
        _VERSION,
        _INSTALL,
        _id("ask", "that of the message that is answered"),
        Field("rev", "revision", "the mark; 0 if there is none", required=True),
        Field("run", "id", "the run in which the mark was issued; absent when `rev` is 0"),
        Field("now", "moment", "the collector's clock, in seconds since 1970", required=True),
        Field("keep_from", "count", "the first `t` still wanted", required=True),
        Field("rejected", "rejected", "the refused rows of the Ledger, the first 100 at most"),
        Field("rejected_total", "count", "how many rows were refused, named or not"),
    ),
    example=examples.ACK,
)
CONFIG = MessageKind(
    "config",
    "Config",
    "Settings of the agent; the latest received wins.",
    up=False,
    retained=True,
    qos=1,
    keys=(_VERSION, Field("settings", "settings", "those six that may be set from afar", required=True)),
    example=examples.CONFIG,
)
COLLECTOR = MessageKind(
    "collector",
    "Collector",
    "The collector of a realm is there, or not.",
    up=False,
    retained=True,
    qos=1,
    keys=(
        _VERSION,
        Field(
            "state", "word", "`lost`: as last will and at a clean stop", words=limits.COLLECTOR_STATES, required=True
        ),
        Field("since", "moment", "since when, in seconds since 1970", required=True),
    ),
    example=examples.COLLECTOR,
)
MESSAGES = (PRESENCE, HELLO, LEDGER, AUDIT, ACK, CONFIG, COLLECTOR)
