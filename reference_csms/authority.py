"""A small certificate authority: it signs what Charge Points ask for, and firmware (security whitepaper).

Its key is made when it is first needed. With a folder it is kept there, for this user alone; without, it is forgotten.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from reference_csms.settings import SettingsError

ROOT_LIFETIME, LIFETIME = timedelta(days=3650), timedelta(days=365)
LEAST_BITS = {"RSA": 2048, "ECDSA": 224}
_BACKDATED = timedelta(minutes=1)


class RequestRefusedError(ValueError):
    """A certificate request is not signed; the text says why."""


class Authority:
    """A root certificate and its key."""

    def __init__(self, root: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.root = root
        self._key = key

    @classmethod
    def open(cls, folder: Path | None, now: datetime) -> Authority:
        """The authority of a folder, made there if there is none yet; raises SettingsError."""
        if folder is None:
            return cls(*_make_root(now))
        try:
            return _read(folder) or _write(folder, *_make_root(now))
        except (OSError, ValueError) as error:
            raise SettingsError(f"--data {folder} cannot be used ({error}).") from None

    @property
    def root_pem(self) -> str:
        """The root certificate."""
        return _pem(self.root)

    def sign(self, csr: str, names: Collection[str], now: datetime) -> str:
        """The chain, leaf first, for a request whose common name is one of these; raises RequestRefusedError."""
        request = _checked(csr, names)
        began = now - _BACKDATED
        leaf = (
            x509.CertificateBuilder()
            .subject_name(request.subject)
            .issuer_name(self.root.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(began)
            .not_valid_after(began + LIFETIME)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return _pem(leaf) + self.root_pem

    def sign_firmware(self, content: bytes) -> tuple[str, str]:
        """A signature of ours over a firmware, in Base64, and the certificate by which it is verified."""
        return base64.b64encode(self._key.sign(content, ec.ECDSA(hashes.SHA256()))).decode(), self.root_pem


def _checked(csr: str, names: Collection[str]) -> x509.CertificateSigningRequest:
    try:
        request = x509.load_pem_x509_csr(csr.encode())
        key, genuine = request.public_key(), request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RequestRefusedError(f"it is no certificate request in PEM ({error})") from None
    if not genuine:
        raise RequestRefusedError("its signature is not that of its key")
    kind = {rsa.RSAPublicKey: "RSA", ec.EllipticCurvePublicKey: "ECDSA"}
    algorithm = next((name for base, name in kind.items() if isinstance(key, base)), None)
    if algorithm is None or key.key_size < LEAST_BITS[algorithm]:  # type: ignore[union-attr]
        raise RequestRefusedError("its key is too short, or neither RSA nor ECDSA")
    named = [str(one.value) for one in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not set(named) & set(names):
        raise RequestRefusedError("its common name is not that of the Charge Point")
    return request


def _make_root(now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Reference CSMS"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Reference CSMS Root"),
        ]
    )
    began = now - timedelta(days=1)
    root = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + ROOT_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .sign(key, hashes.SHA256())
    )
    return root, key


_KEY, _CERTIFICATE = "authority.key.pem", "authority.pem"


def _read(folder: Path) -> Authority | None:
    if not (folder / _KEY).exists():
        return None
    key = load_pem_private_key((folder / _KEY).read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{_KEY} holds another kind of key")  # noqa: TRY004  told like what else is wrong with it
    return Authority(x509.load_pem_x509_certificate((folder / _CERTIFICATE).read_bytes()), key)


def _write(folder: Path, root: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Authority:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / _CERTIFICATE).write_bytes(root.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(folder / _KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    return Authority(root, key)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
