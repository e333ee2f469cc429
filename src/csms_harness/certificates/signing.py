"""The signature of a firmware: whether it is that of the certificate it comes with (security whitepaper, L01)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from csms_harness.certificates.pem import Unreadable
from csms_harness.certificates.reading import certificates


def is_signature(signature: str, certificate: str, content: bytes) -> bool:
    """Whether a Base64 text is the signature of a PEM certificate's key over some content, with SHA-256.

    RSA counts as PSS, which the whitepaper prescribes, and as PKCS #1 v1.5, which systems use. Never raises.
    """
    try:
        signed, key = base64.b64decode(signature, validate=True), certificates(certificate)[0].public_key()
    except (binascii.Error, ValueError, Unreadable, UnsupportedAlgorithm):
        return False
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _holds(lambda: key.verify(signed, content, ec.ECDSA(hashes.SHA256())))
    if isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
        return any(
            _holds(lambda scheme=scheme: key.verify(signed, content, scheme, hashes.SHA256()))  # type: ignore[misc]
            for scheme in (pss, padding.PKCS1v15())
        )
    return False


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
