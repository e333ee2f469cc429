"""Certificates for tests, made on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SHA256 = hashes.SHA256()
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def key(kind: str = "ECDSA") -> Any:
    """A private key."""
    return rsa.generate_private_key(65537, 2048) if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())


def name(common_name: str, organization: str = "") -> x509.Name:
    """A name."""
    more = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)] if organization else []
    return x509.Name([*more, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(
    subject: x509.Name,
    public_key: Any,
    issuer: x509.Name,
    issuer_key: Any,
    *,
    serial: int = 0x0A1B,
    began: datetime = BEGAN,
    ca: bool = False,
    extensions: Sequence[x509.ExtensionType] = (),
    rsa_padding: Any = None,
    hashed: hashes.SHA224 | hashes.SHA256 | None = None,
) -> x509.Certificate:
    """A certificate, valid for a year."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashed or SHA256, rsa_padding=rsa_padding)


def root(common_name: str = "Root", kind: str = "ECDSA", **more: Any) -> tuple[x509.Certificate, Any]:
    """A root certificate and its key."""
    own = key(kind)
    return certificate(name(common_name), own.public_key(), name(common_name), own, ca=True, **more), own


def request(common_name: str, organization: str, own: Any) -> str:
    """A certificate request in PEM."""
    made = x509.CertificateSigningRequestBuilder().subject_name(name(common_name, organization))
    return made.sign(own, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def pem(*certificates: x509.Certificate) -> str:
    """Certificates in PEM, one after another."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def read_request(csr: str) -> x509.CertificateSigningRequest:
    """A certificate request from PEM."""
    return x509.load_pem_x509_csr(csr.encode())
