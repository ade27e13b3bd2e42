"""D-Bus values: what the specification's layout gives, and bytes that are no values."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_core.dbus.marshal import MarshalError, decode, encode, split

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40)
BASIC = {
    "s": WORDS,
    "o": WORDS,
    "u": st.integers(0, 2**32 - 1),
    "i": st.integers(-(2**31), 2**31 - 1),
    "t": st.integers(0, 2**64 - 1),
    "x": st.integers(-(2**63), 2**63 - 1),
    "y": st.integers(0, 255),
    "q": st.integers(0, 65535),
    "n": st.integers(-32768, 32767),
    "b": st.booleans(),
    "d": st.floats(allow_nan=False),
}
TYPED = st.lists(
    st.sampled_from(sorted(BASIC)).flatmap(lambda kind: BASIC[kind].map(lambda value: (kind, value))), max_size=8
)


@given(TYPED)
def test_what_is_encoded_is_decoded(typed: list[tuple[str, Any]]) -> None:
    """Basic values of any mixture come back as they went, whatever padding lies between them."""
    signature = "".join(kind for kind, _value in typed)
    values = [value for _kind, value in typed]
    assert decode(signature, encode(signature, tuple(values))) == values


@given(st.text("ybnqiuxtdsogva(){}h", max_size=12), st.binary(max_size=200))
def test_no_bytes_do_harm(signature: str, data: bytes) -> None:
    """Any signature over any bytes gives values or MarshalError, and ends."""
    with suppress(MarshalError):
        decode(signature, data)


def test_containers() -> None:
    """Arrays, structures, dictionaries and variants are laid out as the specification says."""
    entry = b"\1\0\0\0a\0" + b"\1b\0" + b"\0\0\0" + b"\1\0\0\0"  # "a": a variant, boolean, aligned to 4
    assert decode("a{sv}", len(entry).to_bytes(4, "little") + b"\0\0\0\0" + entry) == [{"a": True}]
    assert decode("as", encode("uss", (14, "x", "y"))) == [["x", "y"]]
    assert decode("(uo)", encode("uo", (5, "/a"))) == [(5, "/a")]


def test_signatures_fall_into_complete_types() -> None:
    """A signature is split at the ends of its complete types."""
    assert split("sa{sv}as(uo)aa(susso)v") == ["s", "a{sv}", "as", "(uo)", "aa(susso)", "v"]
    with pytest.raises(MarshalError):
        split("()")
