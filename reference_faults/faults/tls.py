"""Faults of TLS: versions and suites that must not be, or are not, spoken, and certificates that nobody looks at.

They show on real sockets only, so no table of virtual time holds them: tests/tls does.
"""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable, Iterator
from typing import Final

from reference_csms.seams import LOWER_PROFILE, OTHERS_CERTIFICATE, Seams
from reference_csms.securing import SUITES
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.doors import letting_in
from reference_faults.faults.model import Clause, Fault, Group

_OVER_TLS = ("TC_086_CSMS", "TC_087_CSMS")
_tls = Clause(Group.SECURITY, "security whitepaper, 2.4: TLS", _OVER_TLS).made
_client = Clause(Group.SECURITY, "security whitepaper, 2.4: profile 3", ("TC_087_CSMS",)).made
_others, _issued, _expired, _early = (
    Clause(Group.BEYOND, "security whitepaper, 2.4: profile 3", (case,)).made
    for case in ("SEC_007", "SEC_008", "SEC_009", "SEC_010")
)
_weak = Clause(Group.BEYOND, "security whitepaper, 2.4: TLS", ("SEC_012",)).made
_anew = Clause(Group.BEYOND, "RFC 5746, section 5", ("SEC_013",)).made
_profile = Clause(Group.SECURITY, "security whitepaper, 2.4: profiles", ("TC_083_CSMS",)).made


def _securing(change: Callable[[ssl.SSLContext], None], *profiles: int) -> Make:
    """Another TLS on the listeners of these security profiles; it shows at once."""

    def make(ledger: Ledger) -> Seams:
        def secure(context: ssl.SSLContext, profile: int) -> ssl.SSLContext:
            if profile in (profiles or (2, 3)):
                change(context)
                ledger.landed += 1
            return context

        return Seams(securing=(secure,))

    return make


def _from(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], None]:
    def change(context: ssl.SSLContext) -> None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = version

    return change


def _speaking(suites: str) -> Callable[[ssl.SSLContext], None]:
    return lambda context: context.set_ciphers(suites)


def _without(suite: str) -> Callable[[ssl.SSLContext], None]:
    return lambda context: context.set_ciphers(":".join(one for one in SUITES.split(":") if one != suite))


def _asking_for_no_certificate(context: ssl.SSLContext) -> None:
    context.verify_mode = ssl.CERT_NONE


_ALLOW_CLIENT_RENEGOTIATION: Final = 0x100
"""SSL_OP_ALLOW_CLIENT_RENEGOTIATION of OpenSSL 3, which Python has no name for; older ones allow it unless told."""


def _renegotiating(context: ssl.SSLContext) -> None:
    context.options = context.options & ~ssl.OP_NO_RENEGOTIATION | _ALLOW_CLIENT_RENEGOTIATION


def tls_faults() -> Iterator[Fault]:
    """All of them."""
    yield _tls("tls-1-0", "speaks TLS 1.0", _securing(_from(ssl.TLSVersion.TLSv1)))
    yield _tls("tls-1-1", "speaks TLS 1.1", _securing(_from(ssl.TLSVersion.TLSv1_1)))
    for suite in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "AES128-GCM-SHA256",
                  "AES256-GCM-SHA384"):  # fmt: skip
        name = f"without-{suite.lower()}"
        yield _tls(name, f"does not speak {suite}", _securing(_without(suite)))
    yield _client("client-certificate-not-needed", "asks for no client certificate", _no_certificate_needed())
    yield _others(
        "others-certificate-let-in", "lets a Charge Point in with another's certificate", letting_in(OTHERS_CERTIFICATE)
    )
    yield _issued(
        "any-certificate", "lets a Charge Point in whoever has issued its certificate", _no_certificate_needed()
    )
    yield _expired("expired-certificate-let-in", "does not look at when a certificate ends", _timeless())
    yield _early("early-certificate-let-in", "does not look at when a certificate begins", _timeless())
    yield _weak("weak-unencrypted", "speaks suites that encrypt nothing", _securing(_speaking("ALL:eNULL:@SECLEVEL=0")))
    yield _weak("weak-anonymous", "speaks suites without a certificate", _securing(_speaking("ALL:aNULL:@SECLEVEL=0")))
    yield _anew("renegotiates", "negotiates anew whenever a client wants to", _securing(_renegotiating))
    yield _profile("lower-profile-let-in", "goes on to serve the old security profile", letting_in(LOWER_PROFILE))


def _no_certificate_needed() -> Make:
    let_in, unasked = letting_in(OTHERS_CERTIFICATE), _securing(_asking_for_no_certificate, 3)
    return lambda ledger: let_in(ledger) + unasked(ledger)


def _timeless() -> Make:
    def change(context: ssl.SSLContext) -> None:
        context.verify_flags |= _NO_CHECK_TIME

    return _securing(change, 3)


_NO_CHECK_TIME: Final = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for."""

TLS_FAULTS = {fault.name: fault for fault in tls_faults()}
"""All of them by name."""
