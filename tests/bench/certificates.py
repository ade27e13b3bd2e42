"""A throw-away authority in build/bench/tls: the broker's certificate and one for each client that can show one."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .places import BUILD

TLS = BUILD / "tls"
CA = TLS / "ca.crt"
_VALID = datetime.timedelta(days=2)


def make(address: str, clients: tuple[str, ...]) -> None:
    """Write ca.crt, broker.crt for that address, and NAME.crt with NAME.key for each client."""
    TLS.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Socle bench")
    authority = _builder(name, name, key, authority=True).sign(key, hashes.SHA256())
    CA.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    for client in ("broker", *clients):
        _issue(client, address if client == "broker" else None, name, key)


def pair(name: str) -> tuple[Path, Path]:
    """The certificate and the key of a client."""
    return TLS / f"{name}.crt", TLS / f"{name}.key"


def _issue(common_name: str, address: str | None, issuer: x509.Name, signer: ec.EllipticCurvePrivateKey) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(common_name), issuer, key, authority=False)
    if address is not None:
        names = [x509.IPAddress(ipaddress.ip_address(address)), x509.DNSName("localhost")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    certificate, secret = pair(common_name)
    certificate.write_bytes(builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    secret.chmod(0o600)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, authority: bool
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _VALID)
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
