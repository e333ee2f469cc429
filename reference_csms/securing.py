"""TLS of the OCPP listeners: two chains of certificates, made when they are first needed, and what a client shows.

The security whitepaper wants four suites of a Central System, which need a certificate with an RSA key and one with an
elliptic curve. Keys are kept in the data folder, for this user alone; without one they are forgotten at the end.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from reference_csms.settings import SettingsError

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

NAMES: Final = ("localhost", "127.0.0.1", "::1")
"""What the certificates are made out to; the first is the common name."""

SUITES: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-RSA-AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-GCM-SHA384"
)
"""Those of the whitepaper, and two with forward secrecy for clients that trust RSA alone."""

LIFETIME: Final = timedelta(days=365)
_CA, _RSA, _EC, _CLIENTS = "ca.pem", "server-rsa.pem", "server-ec.pem", "clients"


@dataclass(frozen=True, slots=True)
class Certificates:
    """The folder in which the certificates of the listeners lie."""

    folder: Path

    @property
    def ca_file(self) -> Path:
        """The roots, in PEM: what a Charge Point has to trust."""
        return self.folder / _CA

    @classmethod
    def open(cls, folder: Path, clients: Iterable[str], now: datetime) -> Certificates:
        """Those of a folder, made there where there are none yet; raises SettingsError."""
        made = cls(folder)
        try:
            names = list(clients)
            if not all(
                file.exists() for file in (made.ca_file, *(folder / _CLIENTS / f"{one}-early.pem" for one in names))
            ):
                _make(folder, names, now)
        except OSError as error:
            raise SettingsError(f"--data {folder} cannot be used ({error.strerror}).") from None
        return made

    def context(self, profile: int, trusted: str = "") -> ssl.SSLContext:
        """What a listener of security profile 2 or 3 speaks; `trusted` are more roots of client certificates."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(SUITES)
        context.options |= ssl.OP_NO_RENEGOTIATION  # what newer versions of OpenSSL refuse to clients by themselves
        for name in (_RSA, _EC):
            context.load_cert_chain(self.folder / name)
        if profile == 3:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_file, cadata=trusted or None)
        return context


def _make(folder: Path, clients: Iterable[str], now: datetime) -> None:
    for each in (folder, folder / _CLIENTS):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
        each.chmod(0o700)
    roots = {}
    for file, kind, key in ((_RSA, "RSA", _rsa_key()), (_EC, "ECDSA", ec.generate_private_key(ec.SECP256R1()))):
        root = _root(f"Reference CSMS {kind} Root", key, now)
        roots[kind] = (root, key)
        leaf_key: Key = _rsa_key() if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())
        leaf = _leaf(NAMES[0], leaf_key, roots[kind], now, names=NAMES)
        _write(folder / file, _private(leaf_key) + _pem(leaf))
    for name in clients:
        for file, since in ((name, now), (f"{name}-expired", now - 2 * LIFETIME), (f"{name}-early", now + LIFETIME)):
            client_key = ec.generate_private_key(ec.SECP256R1())
            leaf = _leaf(name, client_key, roots["ECDSA"], since)
            _write(folder / _CLIENTS / f"{file}.pem", _private(client_key) + _pem(leaf))
    _write(folder / _CA, b"".join(_pem(root) for root, _ in roots.values()))


def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _root(name: str, key: Key, now: datetime) -> x509.Certificate:
    named = _name(name)
    return (
        _builder(named, named, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    name: str, key: Key, root: tuple[x509.Certificate, Key], now: datetime, names: Iterable[str] = ()
) -> x509.Certificate:
    """A certificate of the server when it has `names`, else of a client."""
    usage = ExtendedKeyUsageOID.SERVER_AUTH if names else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = (
        _builder(_name(name), root[0].subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), critical=False)
    return builder.sign(root[1], hashes.SHA256())


def _builder(subject: x509.Name, issuer: x509.Name, key: Key, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME)
    )


def _name(common: str) -> x509.Name:
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Reference CSMS")
    return x509.Name([organization, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _private(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, data: bytes) -> None:
    """For this user alone, whatever the umask says."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
