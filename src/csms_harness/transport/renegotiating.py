"""Whether a Central System has a client negotiate TLS anew on an open connection (RFC 5246 section 7.4.1.1).

Python's own ``ssl`` cannot begin a renegotiation, pyOpenSSL can. It is fed by hand, so that it waits as all else does.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from csms_harness.evidence import Tried
from csms_harness.transport.certifying import is_address
from csms_harness.transport.endpoint import Endpoint

if TYPE_CHECKING:
    from OpenSSL import SSL

AFTERTHOUGHT: Final = 1.0
"""Seconds after which a connection that was negotiated anew stands: some servers hang up only then."""

_CHUNK: Final = 65536
_LEGACY: Final = 0x4 | 0x40000
"""SSL_OP_LEGACY_SERVER_CONNECT and its sister: go on with a server that does not know RFC 5746."""


async def renegotiates(endpoint: Endpoint, limit: float, afterthought: float = AFTERTHOUGHT) -> str:
    """What became of a renegotiation that we begin; each of its two handshakes may take so many seconds.

    Who says no to it, hangs up or is silent has refused. It is not tried where no connection up to TLS 1.2 was had, and
    where pyOpenSSL is missing, or is one for another version of cryptography. Raises OSError where nobody listens.
    """
    try:
        from OpenSSL import SSL  # noqa: PLC0415  slow to load, and seldom needed
    except (ImportError, AttributeError):
        return Tried.UNTRIED
    async with asyncio.timeout(limit):
        reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port)
    try:
        line = _Line(_client(endpoint), reader, writer)
        async with asyncio.timeout(limit):
            await line.shake_hands()
        with suppress(SSL.Error, OSError, EOFError):
            line.tls.renegotiate()
            async with asyncio.timeout(limit):
                await line.shake_hands()
            return Tried.ACCEPTED if await line.stands(afterthought) else Tried.REFUSED
    except (SSL.Error, OSError, EOFError, ValueError, TypeError):  # of the first handshake, or of our files
        return Tried.UNTRIED
    finally:
        writer.transport.abort()
    return Tried.REFUSED


class _Line:
    """A TLS connection whose bytes are carried by hand."""

    def __init__(self, tls: SSL.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tls = tls
        self._reader, self._writer = reader, writer

    async def shake_hands(self) -> None:
        """One handshake, from its first message to its last. Raises SSL.Error, OSError and EOFError."""
        from OpenSSL import SSL  # noqa: PLC0415  the same

        while True:
            try:
                self.tls.do_handshake()
            except SSL.WantReadError:
                self._send()
            else:
                self._send()
                return
            data = await self._reader.read(_CHUNK)
            if not data:
                raise EOFError
            self.tls.bio_write(data)

    async def stands(self, limit: float) -> bool:
        """Whether the connection is still open after so many seconds, or speaks. Raises SSL.Error and OSError."""
        from OpenSSL import SSL  # noqa: PLC0415  the same

        try:
            async with asyncio.timeout(limit):
                while data := await self._reader.read(_CHUNK):
                    self.tls.bio_write(data)
                    with suppress(SSL.WantReadError):
                        return bool(self.tls.recv(_CHUNK))  # an alert raises, also one that only says good-bye
        except TimeoutError:
            return True
        return False

    def _send(self) -> None:
        from OpenSSL import SSL  # noqa: PLC0415  the same

        with suppress(SSL.WantReadError):  # there is nothing left to be sent
            while True:
                self._writer.write(self.tls.bio_read(_CHUNK))


def _client(endpoint: Endpoint) -> SSL.Connection:
    """Up to TLS 1.2, with the client certificate; nothing is checked, for the connection of the case does that.

    Raises SSL.Error, OSError, ValueError and TypeError for files that cannot be used.
    """
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415  the same
    from OpenSSL import SSL  # noqa: PLC0415  the same

    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(_LEGACY)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_verify(SSL.VERIFY_NONE, lambda *_: True)
    if endpoint.client_certificate is not None:
        key = (endpoint.client_key or endpoint.client_certificate).read_bytes()
        context.use_certificate_chain_file(str(endpoint.client_certificate))
        context.use_privatekey(cast(Any, load_pem_private_key(key, None)))
    made = SSL.Connection(context, None)
    made.set_connect_state()
    if not is_address(endpoint.certified_name):
        made.set_tlsext_host_name(endpoint.certified_name.encode("ascii", "ignore"))
    return made
