"""What the certificate of a Charge Point is good for: whether it can be shown as a TLS client, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from csms_harness.certificates.reading import certificates

LEAST_RSA: Final = 2048
"""Bits of an RSA key that may sign (security whitepaper, section 2.4)."""


class Flaw(StrEnum):
    """Why a chain is not fit for a Charge Point, by the clause that says so."""

    AUTHORITY = "authority"  # RFC 5280 section 4.2.1.9: with it the Charge Point could certify others
    NO_CLIENT = "no client"  # section 4.2.1.12: extendedKeyUsage names other purposes alone
    NO_SIGNATURES = "no signatures"  # section 4.2.1.3: keyUsage without digitalSignature, which TLS needs of a client
    SHORT_KEY = "short key"  # an RSA signature of fewer bits than LEAST_RSA
    NO_AUTHORITY = "no authority"  # section 6.1.4 (k): a certificate behind the first is not that of an authority
    NO_ORGANIZATION = "no organization"  # security whitepaper, section 2.5: the subject names no O


def flaws(text: str) -> Iterator[Flaw]:
    """What is wrong with a chain in PEM as that of a Charge Point, each once. Raises Unreadable."""
    leaf, *issuers = certificates(text)
    if _is_authority(leaf):
        yield Flaw.AUTHORITY
    purposes = _extension(leaf, x509.ExtendedKeyUsage)
    if purposes is not None and not _CLIENT & set(purposes):
        yield Flaw.NO_CLIENT
    usage = _extension(leaf, x509.KeyUsage)
    if usage is not None and not usage.digital_signature:
        yield Flaw.NO_SIGNATURES
    if any(_is_short(one) for one in (leaf, *issuers)):
        yield Flaw.SHORT_KEY
    if not all(_is_authority(one) for one in issuers):
        yield Flaw.NO_AUTHORITY
    if not leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME):
        yield Flaw.NO_ORGANIZATION


_CLIENT: Final = {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}


def _is_authority(certificate: x509.Certificate) -> bool:
    """One of version 1 can have no extensions, and roots of that age are still about."""
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is None:
        return certificate.version is x509.Version.v1 and certificate.subject == certificate.issuer
    return constraints.ca


def _is_short(certificate: x509.Certificate) -> bool:
    """An RSA signature is as long as the key that made it."""
    try:
        by_rsa = isinstance(certificate.signature_algorithm_parameters, padding.PKCS1v15 | padding.PSS)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return by_rsa and len(certificate.signature) * 8 < LEAST_RSA


_E = TypeVar("_E", bound=x509.ExtensionType)


def _extension(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    """An extension; None where there is none, or the extensions cannot be read."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None
