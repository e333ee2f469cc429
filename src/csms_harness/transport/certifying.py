"""Certificates in words: whose one is, from when until when, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

from csms_harness.transport.refusal import RefusalKind

if TYPE_CHECKING:
    from cryptography import x509

KINDS: Final[Mapping[int, RefusalKind]] = {
    9: RefusalKind.CERTIFICATE_EARLY,
    10: RefusalKind.CERTIFICATE_EXPIRED,
    62: RefusalKind.CERTIFICATE_HOST,
    64: RefusalKind.CERTIFICATE_HOST,
}
"""What OpenSSL's codes of a certificate (X509_V_ERR_…) come to, beside those about who issued it."""

SELF_SIGNED, UNKNOWN_ROOT = 18, 19
_ABOUT_ISSUERS: Final = frozenset({2, SELF_SIGNED, UNKNOWN_ROOT, 20, 21})

_UNFIT: Final[Mapping[int, str]] = {
    7: "a signature in its chain is wrong",
    24: "a certificate in its chain is not that of a CA",
    26: "it is not made for servers (its extended key usage)",
    34: "a critical extension in its chain is not known here",
    66: "its key is too short",
    67: "the key of a CA in its chain is too short",
    68: "a hash in its chain is too weak",
    79: "a certificate in its chain is not that of a CA",
}
"""What nobody can accept, whoever is trusted, by OpenSSL's codes; for others its own words do."""


def kind_of(code: int, chain: Sequence[x509.Certificate]) -> RefusalKind:
    """What OpenSSL's code of a certificate comes to, as far as the certificates could be looked at."""
    if code in _ABOUT_ISSUERS or (code in KINDS and not chain):
        return RefusalKind.CERTIFICATE
    return KINDS.get(code, RefusalKind.CERTIFICATE_UNFIT)


_SHOWN_NAMES: Final = 5


def detail_of(code: int, message: str, chain: Sequence[x509.Certificate], now: datetime) -> str:
    """What is wrong with the certificates of a Central System, as far as they could be looked at."""
    kind = kind_of(code, chain)
    if kind is RefusalKind.CERTIFICATE_UNFIT:
        whose = _whose(chain[0], chain) if chain else "the certificate of the CSMS"
        return f"{whose} cannot be accepted: {_UNFIT.get(code, message)}"
    if not chain:
        return message
    if kind is RefusalKind.CERTIFICATE_HOST:
        return ", ".join(names_of(chain[0])) or "nobody"
    if kind is RefusalKind.CERTIFICATE_EXPIRED:
        late = next((one for one in chain if one.not_valid_after_utc < now), chain[0])
        return f"{_whose(late, chain)} expired on {_day(late.not_valid_after_utc)}"
    if kind is RefusalKind.CERTIFICATE_EARLY:
        early = next((one for one in chain if one.not_valid_before_utc > now), chain[0])
        return f"{_whose(early, chain)} is not valid before {_day(early.not_valid_before_utc)}"
    if code == SELF_SIGNED:
        return f"{message}: it is signed by itself, and by no CA"
    if code == UNKNOWN_ROOT:
        return f"{message}: {_name(chain[-1].issuer)} is not trusted here"
    sent = "only its own certificate" if len(chain) == 1 else f"{len(chain)} certificates"
    return f"{message}: it sends {sent}, and the issuer of the last, {_name(chain[-1].issuer)}, is not trusted here"


def names_of(certificate: x509.Certificate) -> list[str]:
    """The names and addresses that a certificate is made out to."""
    from cryptography import x509  # noqa: PLC0415  slow to load, and needed only where TLS failed

    try:
        told = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return [_as_name(_name(certificate.subject))]
    found = [
        str(one.value) if isinstance(one, x509.IPAddress) else _as_name(one.value)
        for one in told
        if isinstance(one, x509.DNSName | x509.IPAddress)
    ]
    return (found or [_as_name(_name(certificate.subject))])[:_SHOWN_NAMES]


def _as_name(text: str) -> str:
    """A name; one that looks like an address counts for none."""
    return f"{text} (as a name, where it has to stand as an IP address)" if is_address(text) else text


def own_certificate(path: Path) -> str:
    """Our client certificate in words, for who has to find it in a Central System; empty when it cannot be read."""
    from cryptography import x509  # noqa: PLC0415  slow to load, and needed only where TLS failed
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415  the same

    try:
        own = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError, IndexError):
        return ""
    from csms_harness.certificates.fitness import Flaw, flaws  # noqa: PLC0415  the same

    valid = f"valid from {_day(own.not_valid_before_utc)} until {_day(own.not_valid_after_utc)}"
    if Flaw.NO_CLIENT in flaws(own.public_bytes(Encoding.PEM).decode()):
        valid += ", and not made for clients"
    return (
        f"the one shown is made out to {_name(own.subject)}{_organization(own.subject)} by {_name(own.issuer)}, {valid}"
    )


def is_address(name: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _whose(one: x509.Certificate, chain: Sequence[x509.Certificate]) -> str:
    whose = "the certificate of the CSMS" if one is chain[0] else "the CA certificate"
    return f"{whose} ({_name(one.subject)})"


def _name(name: x509.Name) -> str:
    """The common name, or all of it."""
    from cryptography.x509.oid import NameOID  # noqa: PLC0415  slow to load, and needed only where TLS failed

    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[-1].value) if common else name.rfc4514_string() or "nobody"


def _organization(name: x509.Name) -> str:
    from cryptography.x509.oid import NameOID  # noqa: PLC0415  slow to load, and needed only where TLS failed

    found = name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return f" of {found[-1].value!s}" if found else ""


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
