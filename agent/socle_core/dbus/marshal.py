"""D-Bus values to bytes and back: only little-endian, and of what we send only strings, numbers and booleans."""

from __future__ import annotations

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FIXED = {"y": "B", "b": "I", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d", "h": "I"}
_ALIGN = {"y": 1, "g": 1, "v": 1, "n": 2, "q": 2, "x": 8, "t": 8, "d": 8, "(": 8, "{": 8}  # all others: 4
_DEEPEST = 32


class MarshalError(ValueError):
    """Bytes that are no D-Bus value."""


def encode(signature: str, values: tuple[Any, ...]) -> bytes:
    """The bytes of basic values, one for each letter of the signature."""
    out = bytearray()
    for letter, value in zip(signature, values, strict=True):
        out += b"\0" * (-len(out) % _ALIGN.get(letter, 4))
        if letter in _FIXED:
            out += struct.pack("<" + _FIXED[letter], value)
        else:
            data = value.encode()
            out += struct.pack("<B" if letter == "g" else "<I", len(data)) + data + b"\0"
    return bytes(out)


def decode(signature: str, data: bytes) -> list[Any]:
    """The values of a body: arrays become lists, dictionaries dicts, structures tuples, variants what they hold."""
    try:
        return _Reader(data).values(signature)
    except (struct.error, IndexError, ValueError, TypeError) as error:
        raise MarshalError(f"not a D-Bus value of signature {signature}") from error


def split(signature: str) -> list[str]:
    """The complete types of a signature: `a{sv}as` → `a{sv}`, `as`."""
    types, at = [], 0
    while at < len(signature):
        end = _end(signature, at)
        types.append(signature[at:end])
        at = end
    return types


def _end(signature: str, at: int, depth: int = 0) -> int:
    """Where the complete type that begins at `at` ends."""
    if depth > _DEEPEST:
        raise MarshalError("a signature too deep")
    if signature[at] == "a":
        return _end(signature, at + 1, depth + 1)
    closing = {"(": ")", "{": "}"}.get(signature[at])
    at += 1
    if closing is not None and signature[at] == closing:
        raise MarshalError("an empty structure")
    while closing is not None and signature[at] != closing:
        at = _end(signature, at, depth + 1)
    return at + (closing is not None)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.depth = data, 0, 0

    def values(self, signature: str) -> list[Any]:
        return [self.value(one) for one in split(signature)]

    def value(self, kind: str) -> Any:
        letter = kind[0]
        self.align(_ALIGN.get(letter, 4))
        if letter in _FIXED:
            number = self.fixed(_FIXED[letter])
            return bool(number) if letter == "b" else number
        if letter in "sog":
            return self.text(self.fixed("B" if letter == "g" else "I"))
        return self.nested(letter, kind)

    def nested(self, letter: str, kind: str) -> Any:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise MarshalError("a value too deep")
        try:
            if letter == "v":
                return self.value(self.text(self.fixed("B")))
            if letter == "a":
                return self.array(kind[1:])
            if letter in "({":
                return tuple(self.values(kind[1:-1]))
        finally:
            self.depth -= 1
        raise MarshalError(f"no type {letter!r}")

    def array(self, kind: str) -> Any:
        length = self.fixed("I")
        self.align(_ALIGN.get(kind[0], 4))
        end, items = self.at + length, []
        if end > len(self.data):
            raise MarshalError("an array longer than its message")
        while self.at < end:
            items.append(self.value(kind))
        return dict(items) if kind[0] == "{" else items

    def fixed(self, form: str) -> Any:
        (number,) = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize(form)
        return number

    def text(self, length: int) -> str:
        if self.at + length >= len(self.data):
            raise MarshalError("a string longer than its message")
        text = self.data[self.at : self.at + length].decode()
        self.at += length + 1
        return text

    def align(self, to: int) -> None:
        self.at += -self.at % to
