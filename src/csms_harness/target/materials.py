"""What the security cases hand over, made anew for each run: root certificates and a signed firmware.

The private keys are forgotten at once. A target may give its own in ``config``.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from csms_harness.certificates.pem import Unreadable
from csms_harness.certificates.reading import certificates

ANOTHER: Final = "ANOTHER-CHARGE-POINT"
"""The common name of a certificate request that is not for whoever sends it."""

LONGEST: Final = 5500
"""Characters that InstallCertificate.req and SignedUpdateFirmware.req have for a certificate."""

_LIFETIME: Final = timedelta(days=365)


@cache
def materials() -> Mapping[str, str]:
    """Two root certificates, and a firmware signature that is right, one that is not, and their certificate.

    The firmware is a text that names itself, so both signatures are real ones: the wrong one is over another text.
    """
    root, root_key = _certificate("CSMS Harness Root")
    second, _ = _certificate("CSMS Harness Root 2")
    signing, key = _certificate("CSMS Harness Firmware", root, root_key)
    return {
        "root_certificate": _pem(root),
        "root_certificate_2": _pem(second),
        "signing_certificate": _pem(signing),
        "firmware_signature": _signature(key, b"firmware.bin"),
        "invalid_firmware_signature": _signature(key, b"another.bin"),
    }


@cache
def requests_of(identity: str) -> Mapping[str, str]:
    """Certificate requests that nobody should sign: for another Charge Point, and with a wrong signature."""
    return {
        "foreign_certificate_request": _request_pem(_request(ANOTHER)),
        "forged_certificate_request": _request_pem(_spoilt(_request(identity))),
    }


def _request(common_name: str) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(name)
    return made.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)


def _spoilt(request: bytes) -> bytes:
    """The signature stands at the end; with another last bit it has its form and is wrong."""
    return request[:-1] + bytes([request[-1] ^ 1])


def _request_pem(request: bytes) -> str:
    return x509.load_der_x509_csr(request).public_bytes(Encoding.PEM).decode()


def certificate_due(value: Any) -> str:
    """What is due instead of a value of ``config`` that has to be a certificate; empty when it is one."""
    try:
        certificates(value if isinstance(value, str) else "")
    except Unreadable:
        return "a certificate in PEM, from BEGIN CERTIFICATE to END CERTIFICATE,"
    return "" if len(value) <= LONGEST else f"a certificate of at most {LONGEST} characters"


def _certificate(
    common_name: str, issuer: x509.Certificate | None = None, issuer_key: ec.EllipticCurvePrivateKey | None = None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A certificate and its key; without an issuer it is a root of its own."""
    key, began = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC) - timedelta(days=1)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "CSMS Harness"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{common_name} {secrets.token_hex(4)}"),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + _LIFETIME)
        .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
    )
    if issuer is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    return builder.sign(issuer_key or key, hashes.SHA256()), key


def _signature(key: ec.EllipticCurvePrivateKey, content: bytes) -> str:
    return base64.b64encode(key.sign(content, ec.ECDSA(hashes.SHA256()))).decode()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
