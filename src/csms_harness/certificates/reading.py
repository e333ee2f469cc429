"""What certificates and certificate requests say, as plain data that a scenario can speak about.

A certificate is an object with these members: ``subject`` and ``issuer`` (objects: ``CN``, ``O`` and so on), ``key``
(``algorithm`` RSA or ECDSA, ``size`` in bits, ``fingerprint``: SHA-256 of the SubjectPublicKeyInfo in hex),
``signature`` (``algorithm`` RSA, RSA-PSS or ECDSA, ``hash``), ``serialNumber`` in hex, ``validFrom`` and
``validUntil`` as date-times, ``selfSigned``.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from csms_harness.certificates.pem import Unreadable, blocks, is_pem
from csms_harness.ocppj.datetimes import format_datetime

REQUEST: Final = "CERTIFICATE REQUEST"
"""The label of a certificate request in PEM."""

MOST: Final = 10
"""Certificates of a chain that are looked at."""

_SHORT: Final = {
    "commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C",
    "localityName": "L", "stateOrProvinceName": "ST", "serialNumber": "SERIALNUMBER", "domainComponent": "DC",
}  # fmt: skip
"""The short names of RFC 4514, and what people call the rest."""


def certificates(text: str) -> list[x509.Certificate]:
    """The certificates of a PEM text in their order, at most ``MOST``. Raises Unreadable."""
    if not is_pem(text):
        raise Unreadable("is no PEM text with whole blocks, each from BEGIN CERTIFICATE to END CERTIFICATE")
    found = blocks(text)
    if not found:
        raise Unreadable("holds no certificate")
    try:
        return [x509.load_der_x509_certificate(block) for block in found[:MOST]]
    except (ValueError, UnsupportedAlgorithm, TypeError) as error:
        raise Unreadable("holds a block that is no X.509 certificate") from error


def certificate_facts(certificate: x509.Certificate) -> dict[str, Any]:
    """One certificate as data; what is not known of it is left out or empty."""
    return {
        "subject": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "key": _key(certificate),
        "signature": _signature(certificate),
        "serialNumber": format(certificate.serial_number, "x"),
        "validFrom": format_datetime(certificate.not_valid_before_utc),
        "validUntil": format_datetime(certificate.not_valid_after_utc),
        "selfSigned": is_signed_by(certificate, certificate),
    }


def chain_facts(text: str) -> dict[str, Any]:
    """A PEM text as data: ``leaf``, its first certificate; how many (``number``); whether each is signed by the next.

    ``inOrder`` is true for one certificate alone. Raises Unreadable.
    """
    found = certificates(text)
    return {
        "number": len(found),
        "leaf": certificate_facts(found[0]),
        "inOrder": all(is_signed_by(one, issuer) for one, issuer in pairwise(found)),
    }


def request_facts(text: str) -> dict[str, Any]:
    """A certificate request in PEM as data: ``subject`` and ``key``. Raises Unreadable."""
    found = blocks(text, REQUEST)
    try:
        request = x509.load_der_x509_csr(found[0])
        return {"subject": _name(request.subject), "key": _key(request)}
    except (IndexError, ValueError, UnsupportedAlgorithm) as error:
        raise Unreadable("holds no certificate request in PEM") from error


def is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether this is the issuer by name, and the signature is that of its key."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _name(name: x509.Name) -> dict[str, str]:
    """The attributes of a name; of several of a kind the last, which is the most specific."""
    return {_SHORT.get(one.oid._name, one.oid._name): str(one.value) for one in name}  # noqa: SLF001  its only name


def _key(holder: x509.Certificate | x509.CertificateSigningRequest) -> dict[str, Any]:
    try:
        key = holder.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return {"algorithm": "unknown"}
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    named = {"fingerprint": hashlib.sha256(encoded).hexdigest()}
    if isinstance(key, rsa.RSAPublicKey):
        return {"algorithm": "RSA", "size": key.key_size, **named}
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {"algorithm": "ECDSA", "size": key.key_size, **named}
    return {"algorithm": type(key).__name__.removesuffix("PublicKey"), **named}


def _signature(certificate: x509.Certificate) -> dict[str, str]:
    try:
        hashed, parameters = certificate.signature_hash_algorithm, certificate.signature_algorithm_parameters
    except (ValueError, UnsupportedAlgorithm):
        return {"algorithm": "unknown"}
    match parameters:
        case padding.PSS():
            algorithm = "RSA-PSS"
        case padding.PKCS1v15():
            algorithm = "RSA"
        case ec.ECDSA():
            algorithm = "ECDSA"
        case _:
            algorithm = "unknown"
    return {"algorithm": algorithm, "hash": "" if hashed is None else hashed.name.upper()}
