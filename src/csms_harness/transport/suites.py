"""What a Central System speaks over TLS, found out by handshakes that offer one thing each (whitepaper 2.4)."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from csms_harness.evidence import Tried
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import Refusal, Refused
from csms_harness.transport.sentences import refuse_probe
from csms_harness.transport.tls import context_with_credentials, reason_of

SUITES: Final[Mapping[str, str]] = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "AES128-GCM-SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384",
}
"""The four suites that a Central System has to support, and how OpenSSL calls them."""

VERSIONS: Final[Mapping[str, ssl.TLSVersion]] = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
"""The versions that are tried, oldest first; the first two must be refused."""

LIMIT: Final = 3.0
"""Seconds that one handshake may take."""


@dataclass(frozen=True, slots=True)
class TlsProbe:
    """What became of each handshake, by suite and by version: a word of ``Tried``.

    ``why`` says in words why one was refused; ``certificates`` are those that were shown, in PEM, each once.
    """

    suites: Mapping[str, str]
    versions: Mapping[str, str]
    why: Mapping[str, str]
    certificates: tuple[str, ...]


async def probe_tls(endpoint: Endpoint) -> TlsProbe | Refusal:
    """Try each suite and each version on its own; a refusal when nobody is there to shake hands with."""
    results: dict[str, str] = {}
    why: dict[str, str] = {}
    shown: dict[str, None] = {}
    tries = dict.fromkeys(SUITES, _suite_context) | dict.fromkeys(VERSIONS, _version_context)
    for name, make in tries.items():
        try:
            context = make(endpoint, name)
        except Refused as refused:
            return refused.refusal
        except (ssl.SSLError, ValueError) as error:
            results[name], why[name] = Tried.UNTRIED, f"this machine cannot offer it ({error})"
            continue
        try:
            shown[await _shake_hands(endpoint, context)] = None
            results[name] = Tried.ACCEPTED
        except ssl.SSLError as error:
            results[name], why[name] = Tried.REFUSED, reason_of(error)
        except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, EOFError):
            results[name], why[name] = Tried.REFUSED, "closed without a word"
        except OSError as error:  # of which TimeoutError is one
            return refuse_probe(endpoint, error).refusal
    return TlsProbe(
        {name: results[name] for name in SUITES}, {name: results[name] for name in VERSIONS}, why, tuple(shown)
    )


def _suite_context(endpoint: Endpoint, name: str) -> ssl.SSLContext:
    context = _context(endpoint)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES[name])
    return context


def _version_context(endpoint: Endpoint, name: str) -> ssl.SSLContext:
    context, version = _context(endpoint), VERSIONS[name]
    if version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context.set_ciphers("ALL:@SECLEVEL=0")  # the signatures of these versions are too weak for any other level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that these versions are old is why they are tried
        context.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
        context.minimum_version = version
        context.maximum_version = version
    return context


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    """Shows the client certificate, and checks nothing: whose certificate it is has been checked by the connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context_with_credentials(context, endpoint)


async def _shake_hands(endpoint: Endpoint, context: ssl.SSLContext) -> str:
    """The certificate that was shown, in PEM. Raises OSError, of which ssl.SSLError is one."""
    async with asyncio.timeout(LIMIT):
        _, writer = await asyncio.open_connection(
            endpoint.host, endpoint.port, ssl=context, server_hostname=endpoint.certified_name
        )
        try:
            found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            return ssl.DER_cert_to_PEM_cert(found) if found else ""
        finally:
            writer.transport.abort()
