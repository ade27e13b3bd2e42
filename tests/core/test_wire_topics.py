"""Topics, and the random names in them."""

from __future__ import annotations

from random import Random

import pytest

from socle_core.wire import topics
from socle_core.wire.topics import Topic


@pytest.mark.parametrize("kind", ["presence", "hello", "ledger", "audit", "ack", "config"])
def test_topics_of_devices(kind: str) -> None:
    """Each kind of message has a topic of its own under its device, and can be told from it."""
    text = topics.topic("ac-rennes", "abcdefgh2345", kind)
    assert text == f"socle/1/ac-rennes/abcdefgh2345/{kind}"
    assert topics.parse(text) == Topic("ac-rennes", "abcdefgh2345", kind)


def test_topic_of_the_collector() -> None:
    """A collector has one topic for its realm."""
    assert topics.collector_topic("demo") == "socle/1/demo/collector"
    assert topics.parse("socle/1/demo/collector") == Topic("demo", None, "collector")


@pytest.mark.parametrize(
    "text",
    ["", "socle/1", "socle/1/", "socle/1//collector", "socle/2/demo/collector", "socle/1/Demo/collector",
     "socle/1/demo/collector/x", "/socle/1/demo/collector", "socle/1/demo/abcdefgh2345", "socle/1/demo/abcdefgh2345/",
     "socle/1/demo/abcdefgh2345/hello/x", "socle/1/demo/abcdefgh2345/Hello", "socle/1/demo/abcdefgh2341/hello",
     "socle/1/demo/abcdefgh234/hello", "socle/1/demo/abcdefgh23456/hello", "socle/1/demo/abcdefgh2345/hello\n",
     "socle/1/demo\n/collector", f"socle/1/{'a' * 33}/collector", "xsocle/1/demo/collector", "socle/1/dé/collector"],
)  # fmt: skip
def test_other_topics(text: str) -> None:
    """Anything else is not a topic of the contract."""
    with pytest.raises(ValueError, match="not a topic"):
        topics.parse(text)


def test_names_are_well_formed_and_random() -> None:
    """Devices and identifiers are drawn well-formed, and the same ones do not come again."""
    rng = Random(7)
    devices = {topics.new_device(rng) for _ in range(1000)}
    assert len(devices) == 1000
    assert all(map(topics.valid_device, devices))
    assert {letter for device in devices for letter in device} == set(topics.DEVICE_ALPHABET)
    assert all(topics.limits.ID.fullmatch(topics.new_id(rng)) for _ in range(1000))


def test_realms() -> None:
    """A realm is 1 to 32 of a-z, 0-9 and the hyphen."""
    assert topics.valid_realm("ac-rennes")
    assert not any(map(topics.valid_realm, ["", "AC", "a_b", "a/b", "+", "#", "a" * 33, "a\n"]))
