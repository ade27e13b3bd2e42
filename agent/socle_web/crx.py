"""Signed extensions for Chromium's family: the key, the identifier that follows from it, and the CRX3 format.

Format: components/crx_file/crx3.proto of Chromium. A file is `Cr24`, the number 3, the length of a header, the header
(protocol buffers) and a zip archive. An RSA signature with PKCS #1 v1.5 of the same bytes is always the same.
"""

from __future__ import annotations

import base64
import hashlib
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_KEY_BITS = 2048
_RSA_PROOFS, _SIGNED_DATA = 2, 10000
_PUBLIC_KEY, _SIGNATURE = 1, 2
_ID = 1


class KeyFileError(Exception):
    """The key cannot be read or made; the text says why and what to do."""


def extension_id(seed: bytes) -> str:
    """Return the identifier that Chromium makes of a public key, or of the path of a folder without one."""
    half = hashlib.sha256(seed).hexdigest()[:32]
    return half.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


class Signer:
    """Signs for one extension. `id`: 32 letters a–p; `public_key`: DER in base 64, as manifests hold it."""

    def __init__(self, key: RSAPrivateKey) -> None:
        from cryptography.hazmat.primitives import serialization as forms

        self._key = key
        self._public = key.public_key().public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)
        self._hash = hashlib.sha256(self._public).digest()[:16]
        self.id = extension_id(self._public)
        self.public_key = base64.b64encode(self._public).decode()

    def crx(self, archive: bytes) -> bytes:
        """Return the archive with its signature."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        signed = _field(_ID, self._hash)
        message = b"CRX3 SignedData\0" + struct.pack("<I", len(signed)) + signed + archive
        signature = self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        proof = _field(_PUBLIC_KEY, self._public) + _field(_SIGNATURE, signature)
        header = _field(_RSA_PROOFS, proof) + _field(_SIGNED_DATA, signed)
        return b"Cr24" + struct.pack("<II", 3, len(header)) + header + archive


def signer(path: Path) -> Signer:
    """Read the key at `path`, or make it, readable by its owner alone. Raises KeyFileError, OSError, ImportError."""
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import rsa

    try:
        key = forms.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        key = rsa.generate_private_key(65537, _KEY_BITS)
        pem = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
        _write_secret(path, pem)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{path}: not a private key in PEM without password") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyFileError(f"{path}: not an RSA key")
    return Signer(key)


def _write_secret(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
        file.write(content)


def _field(number: int, content: bytes) -> bytes:
    """One field of bytes in the encoding of protocol buffers."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])
