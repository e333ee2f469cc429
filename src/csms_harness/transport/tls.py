"""TLS: the context of a connection, and bare probes that find out why a handshake failed.

The library above reports several different failures with the same empty text. A probe opens a connection of
its own, speaks plain TLS or plain HTTP, and reads what comes back.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import RefusalKind
from csms_harness.transport.sentences import refuse

_PLAIN_TEXT = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE")

_STRICT: Final = ssl.VerifyFlags.VERIFY_X509_STRICT
"""What Python checks more from 3.13 on. Whoever is named as ca_file is trusted, root or not, on each Python alike."""

PROBE_LIMIT = 1.0
"""Seconds that one probe may take at most."""


def client_context(endpoint: Endpoint) -> ssl.SSLContext:
    """A context that checks chain and host name (security whitepaper A00.FR.312), as the endpoint describes it.

    Raises Refused for a file or a list of the endpoint that cannot be used.
    """
    with _refusing(RefusalKind.TRUST_STORE, endpoint):
        context = ssl.create_default_context(cafile=endpoint.ca_file)
    context.verify_flags = context.verify_flags & ~_STRICT | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.minimum_version, context.maximum_version = endpoint.tls_minimum, endpoint.tls_maximum
    with _refusing(RefusalKind.CIPHERS, endpoint):
        context.set_ciphers(offered_suites(context) if endpoint.ciphers is None else endpoint.ciphers)
    return context_with_credentials(context, endpoint)


def offered_suites(context: ssl.SSLContext) -> str:
    """The suites that Python offers, and behind them those of the security whitepaper without forward secrecy.

    A Central System may know only those two (TLS_RSA_…), and nobody offers them unless they are named.
    """
    usual = [suite["name"] for suite in context.get_ciphers() if suite.get("protocol") != "TLSv1.3"]
    return ":".join([*usual, *(name for name in WITHOUT_FORWARD_SECRECY if name not in usual)])


def offered_numbers(endpoint: Endpoint) -> list[int]:
    """The suites that a connection offers up to TLS 1.2, by their numbers (IANA). Raises Refused."""
    suites = client_context(endpoint).get_ciphers()
    return [suite["id"] & 0xFFFF for suite in suites if suite.get("protocol") != "TLSv1.3"]


WITHOUT_FORWARD_SECRECY: Final = ("AES128-GCM-SHA256", "AES256-GCM-SHA384")
"""TLS_RSA_WITH_AES_128_GCM_SHA256 and its bigger sister, as OpenSSL calls them."""


def context_with_credentials(context: ssl.SSLContext, endpoint: Endpoint) -> ssl.SSLContext:
    """The same context with the client certificate of the endpoint. Raises Refused when that cannot be used."""
    if endpoint.client_certificate is not None:
        with _refusing(RefusalKind.CLIENT_CERTIFICATE, endpoint):
            # A passphrase that is given, if empty, keeps OpenSSL from asking for one at the terminal.
            context.load_cert_chain(endpoint.client_certificate, endpoint.client_key, password="")
    return context


@contextmanager
def _refusing(kind: RefusalKind, endpoint: Endpoint) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # of which ssl.SSLError is one
        detail = error.strerror or str(error)
        if isinstance(error, ssl.SSLError) and hasattr(error, "reason"):  # a list of ciphers has none
            detail = reason_of(error)
        raise refuse(kind, endpoint, detail) from error


def reason_of(error: ssl.SSLError) -> str:
    """What went wrong, in readable words: the meaning of an alert with its name, else OpenSSL's own name of it."""
    reason = error.reason or _PLACES.sub("", str(error)).strip() or "broken off"
    name = _PREFIX.sub("", reason.replace(" ", "_").upper() if _ALERT.search(reason) else reason)
    if name == _CLOSED:
        return "closed without a word"
    if name in _OURS:
        return _OURS[name]
    words = name.replace("_", " ").lower() if name.isupper() or "_" in name else name
    return f"{_MEANINGS[name]}, alert: {words}" if name in _MEANINGS else words


_PREFIX: Final = re.compile(r"^(SSLV3|TLSV1|TLSV13|SSL/TLS)[_ ](ALERT[_ ])?", re.IGNORECASE)

_PLACES: Final = re.compile(r"^\[[^\]]*\]|\(_?ssl\.c:\d+\)")
_ALERT: Final = re.compile(r"\balert\b")
"""What Python has no name for it tells in OpenSSL's words, with a place in its own sources."""
_CLOSED: Final = "TLS/SSL connection has been closed (EOF)"

_MEANINGS: Final = {
    "CERTIFICATE_REQUIRED": "the CSMS wants a client certificate",
    "HANDSHAKE_FAILURE": "the CSMS found no version, suite or certificate in common",
    "PROTOCOL_VERSION": "the CSMS does not speak these TLS versions",
    "INSUFFICIENT_SECURITY": "the CSMS wants stronger suites",
    "UNKNOWN_CA": "the CSMS does not know the CA of the client certificate",
    "BAD_CERTIFICATE": "the CSMS does not take the client certificate",
    "UNSUPPORTED_CERTIFICATE": "the CSMS does not take this kind of client certificate",
    "CERTIFICATE_REVOKED": "the CSMS holds the client certificate for revoked",
    "CERTIFICATE_EXPIRED": "the CSMS holds the client certificate for expired",
    "CERTIFICATE_UNKNOWN": "the CSMS does not take the client certificate",
    "ACCESS_DENIED": "the CSMS denies access",
    "NO_APPLICATION_PROTOCOL": "the CSMS wants to agree on a protocol within TLS (ALPN), which OCPP-J has no name for",
    "INAPPROPRIATE_FALLBACK": "the CSMS speaks a newer version than was offered",
    "USER_CANCELLED": "the CSMS gave the handshake up",
    "BAD_RECORD_MAC": "what crossed was changed on the way, or wrongly encrypted",
    "DECODE_ERROR": "the CSMS could not read a message of this handshake",
    "ILLEGAL_PARAMETER": "the CSMS did not take a value in this handshake",
    "UNEXPECTED_MESSAGE": "the CSMS did not expect a message of this handshake",
    "DECRYPT_ERROR": "the CSMS could not check a signature of this handshake",
    "UNRECOGNIZED_NAME": "the CSMS does not know the host name of the URL",
    "INTERNAL_ERROR": "something broke in the CSMS",
}
"""The alerts of TLS (RFC 8446 section 6.2) that name a cause, told from the side of the client."""

_OURS: Final = {
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": "the CSMS does not know how to renegotiate safely (RFC 5746)",
    "CA_KEY_TOO_SMALL": "the key of a CA in its chain is too short for TLS",
    "EE_KEY_TOO_SMALL": "its key is too short for TLS",
    "CA_MD_TOO_WEAK": "a hash in its chain is too weak for TLS",
    "DH_KEY_TOO_SMALL": "the CSMS uses a Diffie-Hellman key that is too short",
    "UNSUPPORTED_PROTOCOL": "the CSMS chose a version that is too old",
    "NO_PROTOCOLS_AVAILABLE": "this machine offers no version of TLS that is allowed",
    "NO_CIPHERS_AVAILABLE": "this machine offers no suite that is allowed",
    "UNEXPECTED_EOF_WHILE_READING": "closed without a word",
    "WRONG_CIPHER_RETURNED": "the CSMS chose a suite that was not offered",
    "BAD_EXTENSION": "the CSMS answered an extension that was not offered",
}
"""What this side of a handshake does not put up with, by OpenSSL's names."""


def speaks_plain_text(error: ssl.SSLError) -> bool:
    """Whether the peer answered a TLS greeting with something that is no TLS."""
    return error.reason in _PLAIN_TEXT


async def alert_of(endpoint: Endpoint, context: ssl.SSLContext, limit: float) -> ssl.SSLError | None:
    """The alert with which the peer ends a TLS session, or None.

    Under TLS 1.3 an alert on the client's certificate arrives after the client thinks the handshake is done,
    so the probe reads one byte before it believes so.
    """
    try:
        async with asyncio.timeout(limit):
            reader, writer = await asyncio.open_connection(
                endpoint.host, endpoint.port, ssl=context, server_hostname=endpoint.certified_name
            )
            try:
                await reader.read(1)
            finally:
                writer.transport.abort()
    except ssl.SSLError as error:
        return error
    except OSError:
        return None
    return None


async def speaks_tls(host: str, port: int, limit: float) -> bool:
    """Whether a port that was asked in plain text speaks TLS; no certificate is checked, nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(limit):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
            writer.transport.abort()
    except ssl.SSLError as error:
        return not speaks_plain_text(error)
    except OSError:
        return False
    return True


async def speaks_http(host: str, port: int, limit: float) -> bool:
    """Whether a port that was asked for TLS answers plain HTTP."""
    try:
        async with asyncio.timeout(limit):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return (await reader.read(5)).startswith(b"HTTP/")
            finally:
                writer.transport.abort()
    except OSError:
        return False
