"""What TLS shows of a good Central System in memory: certificates that are made once, and the outcomes of a probe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

HOST = "csms.example"
SUITES = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "accepted",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "accepted",
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "accepted",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "accepted",
}
VERSIONS = {"TLSv1": "refused", "TLSv1.1": "refused", "TLSv1.2": "accepted", "TLSv1.3": "accepted"}


@cache
def certificate(name: str = HOST, bits: int = 0) -> str:
    """A certificate that is made out to this name, in PEM, with a key of so many bits: RSA, or an elliptic curve."""
    key = rsa.generate_private_key(65537, bits) if bits > 521 else ec.generate_private_key(_curve(bits))
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def _curve(bits: int) -> ec.EllipticCurve:
    return ec.SECP192R1() if bits == 192 else ec.SECP256R1()
