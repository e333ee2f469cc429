"""The key pairs of a simulated Charge Point. Private keys live here and in the TLS connection, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from csms_harness.certificates.pem import Unreadable
from csms_harness.certificates.reading import certificates

RSA_BITS: Final = 2048
"""The least that the security whitepaper allows, as most Charge Points have it."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(slots=True, repr=False)
class Keys:
    """All key pairs that one Charge Point has made in a run, by the public key."""

    _made: dict[bytes, Key] = field(default_factory=dict)

    def make(self, algorithm: str, common_name: str, organization: str) -> str:
        """Make a key pair; the certificate request for it in PEM. RSA takes a moment, so call it in a thread."""
        key: Key = (
            rsa.generate_private_key(65537, RSA_BITS) if algorithm == "RSA" else ec.generate_private_key(ec.SECP256R1())
        )
        self._made[_public(key.public_key())] = key
        names = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common_name))
        subject = x509.Name([x509.NameAttribute(kind, text[:64]) for kind, text in names if text])
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        return request.public_bytes(Encoding.PEM).decode()

    def of(self, chain: str) -> bytes | None:
        """The private key of the first certificate of a chain, as unencrypted PEM; None when it is none of ours."""
        try:
            key = self._made.get(_public(certificates(chain)[0].public_key()))
        except (Unreadable, ValueError):
            return None
        return None if key is None else key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]
