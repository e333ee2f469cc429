"""The key pairs of a simulated Charge Point. Private keys live here and in the TLS connection, and nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtensionOID, NameOID

from csms_harness.certificates.pem import Unreadable
from csms_harness.certificates.reading import certificates

RSA_BITS: Final = 2048
"""The least that the security whitepaper allows, as most Charge Points have it."""

_COPIED: Final = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE,
                            ExtensionOID.SUBJECT_ALTERNATIVE_NAME})  # fmt: skip
"""What a forged certificate says like the real one; what names keys would give it away."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(slots=True, repr=False)
class Keys:
    """All key pairs that one Charge Point has made in a run, by the public key."""

    _made: dict[bytes, Key] = field(default_factory=dict)
    _folder: TemporaryDirectory[str] | None = None

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

    def files(self, chain: str) -> tuple[Path, Path] | None:
        """The chain and its private key as files that only this user can read, until ``close``; None if not ours."""
        key = self.of(chain)
        if key is None:
            return None
        written = b"".join(one.public_bytes(Encoding.PEM) for one in certificates(chain))  # however it came
        return self._written("certificate", written, key)

    def forged(self, own: Path) -> tuple[Path, Path]:
        """A certificate that says what the own one says, signed by an authority of ours under the name of its issuer.

        Raises OSError and ValueError for an own one that cannot be read.
        """
        model = x509.load_pem_x509_certificates(own.read_bytes())[0]
        key, authority = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        builder = x509.CertificateBuilder(model.issuer, model.subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(model.not_valid_before_utc).not_valid_after(model.not_valid_after_utc)
        for one in model.extensions:
            if one.oid in _COPIED:
                builder = builder.add_extension(one.value, one.critical)
        certificate = builder.sign(authority, hashes.SHA256())
        return self._written("forged", certificate.public_bytes(Encoding.PEM), _private(key))

    def _written(self, name: str, chain: bytes, key: bytes) -> tuple[Path, Path]:
        self._folder = self._folder or TemporaryDirectory(prefix="csms-harness-")  # made with mode 0700
        places = Path(self._folder.name, f"{name}.pem"), Path(self._folder.name, f"{name}-key.pem")
        for place, content in zip(places, (chain, key), strict=True):
            place.unlink(missing_ok=True)
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
        return places

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def of(self, chain: str) -> bytes | None:
        """The private key of the first certificate of a chain, as unencrypted PEM; None when it is none of ours."""
        try:
            key = self._made.get(_public(certificates(chain)[0].public_key()))
        except (Unreadable, ValueError):
            return None
        return None if key is None else _private(key)


def _private(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]
