"""A second look at a Central System whose TLS failed: what it shows, what it asks for, and which versions it speaks.

Nothing is checked here, so nothing is hidden: the certificate that was not accepted can be read.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.tls import context_with_credentials

if TYPE_CHECKING:
    from cryptography import x509

_HANDSHAKE: Final = 22
_CERTIFICATE_REQUEST: Final = 13
_OLD: Final = ((ssl.TLSVersion.TLSv1_1, "TLS 1.1"), (ssl.TLSVersion.TLSv1, "TLS 1.0"))


@dataclass(slots=True)
class Seen:
    """What a handshake showed that checks nothing: the certificates in their order, and whether one was asked for.

    ``old`` is the version that is spoken where neither TLS 1.2 nor 1.3 is; ``shook``: the handshake itself worked.
    """

    chain: tuple[x509.Certificate, ...] = ()
    asked: bool = False
    old: str = ""
    shook: bool = False


async def look(endpoint: Endpoint, limit: float) -> Seen:
    """Look again, within so many seconds; what cannot be seen is empty."""
    seen = Seen()
    with suppress(OSError):  # of which ssl.SSLError and TimeoutError are two
        async with asyncio.timeout(limit):
            await _shake_hands(endpoint, _context(endpoint, seen), seen)
    return seen


async def old_version(endpoint: Endpoint, limit: float) -> str:
    """The old version that a Central System speaks which takes none of today's; empty when it speaks neither."""
    for version, name in _OLD:
        context, seen = _context(endpoint, Seen()), Seen()
        with suppress(OSError, ValueError):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is what is to be found out
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version = version
                context.maximum_version = version
            async with asyncio.timeout(limit / len(_OLD)):
                await _shake_hands(endpoint, context, seen)
        if seen.shook:
            return name
    return ""


def _context(endpoint: Endpoint, seen: Seen) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

    def listen(_connection: Any, way: str, _version: Any, content: Any, message: Any, _data: bytes) -> None:
        if (way, int(content), int(message)) == ("read", _HANDSHAKE, _CERTIFICATE_REQUEST):
            seen.asked = True

    with suppress(AttributeError):  # not promised by Python: without it nobody knows whether a certificate is wanted
        context._msg_callback = listen  # type: ignore[attr-defined]  # noqa: SLF001
    return context_with_credentials(context, endpoint)


async def _shake_hands(endpoint: Endpoint, context: ssl.SSLContext, seen: Seen) -> None:
    _, writer = await asyncio.open_connection(
        endpoint.host, endpoint.port, ssl=context, server_hostname=endpoint.certified_name
    )
    try:
        seen.shook = True
        seen.chain = tuple(_shown(writer.get_extra_info("ssl_object")))
    finally:
        writer.transport.abort()


def _shown(tls: ssl.SSLObject) -> list[x509.Certificate]:
    """The certificates in the order they were sent in; the first one alone where Python tells no more."""
    from cryptography import x509  # noqa: PLC0415  slow to load, and needed only where TLS failed

    alone = tls.getpeercert(binary_form=True)
    sent = _sent(tls) or ([alone] if alone else [])
    try:
        return [x509.load_der_x509_certificate(one) for one in sent]
    except ValueError:
        return []


def _sent(tls: Any) -> list[bytes]:
    """All certificates that were sent, in DER: by the method of Python 3.13, before that by the one behind it."""
    if hasattr(tls, "get_unverified_chain"):
        return list(tls.get_unverified_chain())
    with suppress(AttributeError, TypeError, ValueError):
        return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in tls._sslobj.get_unverified_chain()]  # noqa: SLF001
    return []
