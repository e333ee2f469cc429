"""The hash data by which a certificate is named in OCPP (security whitepaper, CertificateHashDataType; RFC 6960)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp

from csms_harness.certificates.pem import Unreadable
from csms_harness.certificates.reading import certificates

_HASHES: Final[dict[str, Callable[[], hashes.HashAlgorithm]]] = {
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
}

ALGORITHMS: Final = tuple(_HASHES)
"""HashAlgorithmEnumType."""

MEMBERS: Final = ("hashAlgorithm", "issuerNameHash", "issuerKeyHash", "serialNumber")
"""The members of CertificateHashDataType, all of them a CiString."""


def hash_data(text: str, algorithm: str = "SHA256") -> dict[str, str]:
    """The hash data of the first certificate of a PEM text; the next one is its issuer, or else it is its own.

    ``issuerNameHash`` is over the DER of the issuer's name, ``issuerKeyHash`` over the bits of its public key without
    tag, length and number of unused bits; ``serialNumber`` in hex without leading zeros. Raises Unreadable.
    """
    found = certificates(text)
    subject, issuer = found[0], found[1] if len(found) > 1 else found[0]
    try:
        named = ocsp.OCSPRequestBuilder().add_certificate(subject, issuer, _HASHES[algorithm]()).build()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unreadable("holds a certificate with a key that is not known") from error
    return {
        "hashAlgorithm": algorithm,
        "issuerNameHash": named.issuer_name_hash.hex(),
        "issuerKeyHash": named.issuer_key_hash.hex(),
        "serialNumber": format(named.serial_number, "x"),
    }


def is_named_by(text: str, named: Mapping[str, Any]) -> bool:
    """Whether hash data is that of a certificate, by the algorithm that it names itself."""
    algorithm = str(named.get("hashAlgorithm", "")).upper()
    if algorithm not in ALGORITHMS:
        return False
    try:
        own = hash_data(text, algorithm)
    except Unreadable:
        return False
    return all(str(named.get(member, "")).casefold() == value.casefold() for member, value in own.items())
