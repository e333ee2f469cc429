"""A ClientHello of our own: what a Central System takes that no client of this machine can offer any more.

OpenSSL is built without most weak suites and without compression. But a server says in its first record what it would
speak (RFC 5246 section 7.4.1), in the clear, and that is all there is to be known. No certificate is needed for that.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from csms_harness.evidence import Tried
from csms_harness.transport.certifying import is_address
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import Refusal
from csms_harness.transport.renegotiating import renegotiates
from csms_harness.transport.sentences import refuse_probe

WEAK: Final[Mapping[str, Sequence[int]]] = {
    "unencrypted": (0x0001, 0x0002, 0x003B, 0xC001, 0xC006, 0xC00B, 0xC010),
    "anonymous": (0x0018, 0x001A, 0x001B, 0x0034, 0x003A, 0x0046, 0x006C, 0x006D, 0x0089, 0x009B, 0x00A6, 0x00A7,
                  0x00BF, 0x00C5, *range(0xC015, 0xC01A)),
    "EXPORT": (0x0003, 0x0006, 0x0008, 0x000B, 0x000E, 0x0011, 0x0014, 0x0017, 0x0019, *range(0x0026, 0x002C),
               *range(0x0062, 0x0066)),
    "RC4": (0x0004, 0x0005, 0xC002, 0xC007, 0xC00C, 0xC011),
    "DES": (0x0009, 0x000C, 0x000F, 0x0012, 0x0015),
    "TripleDES": (0x000A, 0x000D, 0x0010, 0x0013, 0x0016, 0xC003, 0xC008, 0xC00D, 0xC012),
}  # fmt: skip
"""Weak suites by what is weak in them: no encryption, no certificate, keys of 40 bits, and broken ciphers."""

COMPRESSION: Final = "compression"
RENEGOTIATION: Final = "renegotiation"
"""What the answer to good suites tells: whether TLS compresses, and whether it knows RFC 5746."""

CLIENT_RENEGOTIATION: Final = "clientRenegotiation"
"""Whether a renegotiation that the Charge Point begins is taken, for which an encrypted connection is made."""

UNTRIED_BECAUSE: Final = "no connection with TLS 1.2 was had, or pyopenssl is missing or does not fit cryptography"
"""Why a renegotiation was not tried."""

SECURE, INSECURE = "secure", "insecure"

LIMIT: Final = 3.0
"""Seconds that an answer may take."""

_GOOD: Final = (0xC02B, 0xC02C, 0xC02F, 0xC030, 0x009C, 0x009D)
_SECURE_RENEGOTIATION: Final = 0x00FF
_HANDSHAKE, _SERVER_HELLO = 22, 2
_RENEGOTIATION_INFO: Final = 0xFF01


@dataclass(frozen=True, slots=True)
class ServerHello:
    """What a server chose: the suite, whether it compresses, and the extensions that it answered."""

    suite: int
    compresses: bool
    extensions: frozenset[int]


async def probe_weak(endpoint: Endpoint) -> dict[str, str] | Refusal:
    """What became of each weak offer; a refusal when nobody is there to be greeted."""
    offers = [(*suites, _SECURE_RENEGOTIATION) for suites in (*WEAK.values(), (*_GOOD, *OTHERS))]
    try:
        *weak, good = await asyncio.gather(*(_greet(endpoint, suites) for suites in offers))
    except OSError as error:
        return refuse_probe(endpoint, error).refusal
    taken = {name: answer is not None and answer.suite in WEAK[name] for name, answer in zip(WEAK, weak, strict=True)}
    found: dict[str, str] = {name: Tried.ACCEPTED if one else Tried.REFUSED for name, one in taken.items()}
    found[COMPRESSION] = Tried.ACCEPTED if good is not None and good.compresses else Tried.REFUSED
    bare = good is not None and _RENEGOTIATION_INFO not in good.extensions
    found[RENEGOTIATION] = INSECURE if bare else SECURE
    return found | {CLIENT_RENEGOTIATION: Tried.REFUSED if good is None else await _renegotiation(endpoint)}


async def _renegotiation(endpoint: Endpoint) -> str:
    """What became of it; TLS 1.3 knows none, so who speaks nothing older is not asked."""
    try:
        return await renegotiates(endpoint, LIMIT)
    except OSError:
        return Tried.UNTRIED


async def chosen(endpoint: Endpoint, suites: Iterable[int], limit: float, *, named: bool = True) -> int | None:
    """The suite that would be spoken if these were offered; None where there is none, or nobody.

    Without ``named`` the name of the host is left out.
    """
    try:
        answer = await _greet(endpoint, (*suites, _SECURE_RENEGOTIATION), limit, named=named)
    except OSError:
        return None
    return None if answer is None else answer.suite


def unusual(offered: Collection[int]) -> list[int]:
    """All suites of TLS 1.2 that are known here and are none of those that are offered."""
    known = (*_GOOD, *OTHERS, *(suite for suites in WEAK.values() for suite in suites))
    return [suite for suite in known if suite not in offered]


def name_of(suite: int) -> str:
    """A suite in words."""
    return OTHERS.get(suite) or _kind_of(suite)


def _kind_of(suite: int) -> str:
    weak = next((f"{name} suite " for name, suites in WEAK.items() if suite in suites), "")
    return f"the {weak}0x{suite:04X}"


OTHERS: Final[Mapping[int, str]] = {
    0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
    0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
    0x003C: "TLS_RSA_WITH_AES_128_CBC_SHA256",
    0x003D: "TLS_RSA_WITH_AES_256_CBC_SHA256",
    0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    0x0067: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
    0x006B: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
    0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    0x009F: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    0xC009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    0xC00A: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    0xC023: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    0xC024: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    0xC027: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    0xC028: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    0xC0AC: "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
    0xC0AE: "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
}
"""Suites that are neither weak nor asked for by the whitepaper, by their numbers (IANA)."""


async def _greet(
    endpoint: Endpoint, suites: Sequence[int], limit: float = LIMIT, *, named: bool = True
) -> ServerHello | None:
    """The answer to this offer; None where there is none. Raises OSError when there is no connection."""
    async with asyncio.timeout(limit):
        reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port)
    try:
        async with asyncio.timeout(limit):
            writer.write(client_hello(suites, endpoint.certified_name if named else ""))
            head = await reader.readexactly(5)
            return read_server_hello(head + await reader.readexactly(int.from_bytes(head[3:])))
    except (OSError, EOFError, IndexError):
        return None
    finally:
        writer.transport.abort()


def client_hello(suites: Sequence[int], name: str) -> bytes:
    """A ClientHello of TLS 1.2 in one record that offers these suites, and to compress (RFC 5246 section 7.4.1.2).

    ``name`` is that of the host; an address is left out, as RFC 6066 section 3 has it.
    """
    groups = _list(b"".join(_two(one) for one in (29, 23, 24, 25)))
    signatures = _list(
        b"".join(_two(one) for one in (0x0403, 0x0503, 0x0804, 0x0805, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201))
    )
    extensions = _extension(10, groups) + _extension(11, b"\x01\x00") + _extension(13, signatures)
    if name and not is_address(name):
        extensions += _extension(0, _list(b"\x00" + _list(name.encode("ascii", "ignore"))))
    body = b"\x03\x03" + os.urandom(32) + b"\x00" + _list(b"".join(_two(one) for one in suites)) + b"\x02\x01\x00"
    body += _list(extensions)
    message = b"\x01" + len(body).to_bytes(3) + body
    return b"\x16\x03\x01" + _list(message)


def read_server_hello(record: bytes) -> ServerHello | None:
    """What a record says that begins with a ServerHello; None for any other. Raises IndexError when it is cut off."""
    if record[0] != _HANDSHAKE or record[5] != _SERVER_HELLO:
        return None
    body = record[9 : 9 + int.from_bytes(record[6:9])]
    at = 35 + body[34]
    extensions, rest = set(), body[at + 5 :]
    while rest:
        extensions.add(int.from_bytes(rest[:2]))
        rest = rest[4 + int.from_bytes(rest[2:4]) :]
    return ServerHello(int.from_bytes(body[at : at + 2]), body[at + 2] != 0, frozenset(extensions))


def _two(number: int) -> bytes:
    return number.to_bytes(2)


def _list(content: bytes) -> bytes:
    return _two(len(content)) + content


def _extension(kind: int, content: bytes) -> bytes:
    return _two(kind) + _list(content)
