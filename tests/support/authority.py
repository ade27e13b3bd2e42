"""A certificate authority of one's own, for brokers and devices in tests."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    """Signs certificates into a folder; `ca` is the file that trusts them."""

    def __init__(self, folder: Path, name: str = "Socle test") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        self.ca = folder / "ca.pem"
        basic = x509.BasicConstraints(ca=True, path_length=None)
        signed = self._builder(self._name, self._key, -1, 30).add_extension(basic, critical=True)
        self.ca.write_bytes(signed.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, *, address: str = "127.0.0.1", start: int = -1, end: int = 30) -> tuple[Path, Path]:
        """Certificate and key for `name` and an IP address, valid from `start` to `end` days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address(address))])
        builder = self._builder(_name(name), key, start, end).add_extension(names, critical=False)
        cert, secret = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        cert.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return cert, secret

    def listener(self, cert: Path, key: Path, *, require_certificate: bool = False) -> str:
        """Lines for mosquitto.conf; as root it must stay so, to read the folder of a test."""
        lines = f"user root\ncafile {self.ca}\ncertfile {cert}\nkeyfile {key}\n"
        return lines + ("require_certificate true\n" if require_certificate else "")

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, start: int, end: int
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + start * DAY)
            .not_valid_after(now + end * DAY)
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
