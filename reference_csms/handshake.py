"""Who may open a connection: decided on the HTTP request, before the upgrade (OCPP-J 1.6, section 3)."""

from __future__ import annotations

import base64
import binascii
import http
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes

from sqlalchemy.ext.asyncio import AsyncConnection
from websockets.datastructures import Headers

from reference_csms.basis import Basis
from reference_csms.records import charge_points
from reference_csms.seams import (
    LOWER_PROFILE,
    NO_PASSWORD,
    OTHERS_CERTIFICATE,
    SUBPROTOCOL,
    SUBPROTOCOLS,
    WRONG_PASSWORD,
    Admission,
)
from reference_csms.secured import PLAIN, Secured

MAX_IDENTITY = 255

DEFLATE = "permessage-deflate"
"""The extension of RFC 7692."""

_NOT_FOUND = http.HTTPStatus.NOT_FOUND


def identity_in(path: str) -> str | None:
    """The Charge Point identity: the last segment of the path, percent-decoded (3.1.1), or None."""
    segment = path.partition("?")[0].rpartition("/")[2]
    try:
        identity = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return identity if 0 < len(identity) <= MAX_IDENTITY and identity.isprintable() else None


async def examine(basis: Basis, path: str, headers: Headers, secured: Secured = PLAIN) -> Admission:
    """How a handshake ends; makes an unknown Charge Point known unless that is not wanted.

    A Charge Point that does not offer `ocpp1.6` is refused by HTTP 400: OCPP-J 1.6 (3.2) would complete the
    handshake and close, but then the Charge Point sees a connection that works and breaks, and tries again;
    the certification case on the subprotocol asks for the refusal as well.
    """
    identity = identity_in(path)
    if identity is None:
        return _refused(_NOT_FOUND, "path", "The path names no Charge Point; expected /ocpp/{chargePointId}.")
    offered = tuple(offered_subprotocols(headers))
    if not basis.settings.complete_handshake and SUBPROTOCOL not in offered:
        sentence = f"Offer the WebSocket subprotocol {SUBPROTOCOL}; no other is spoken here."
        return _refused(http.HTTPStatus.BAD_REQUEST, SUBPROTOCOLS, sentence)
    row, in_force = await basis.store.within(lambda db: _known(db, identity))
    if row is None and basis.settings.known_only:
        return _refused(_NOT_FOUND, "identity", "This Charge Point is not known here.")
    if secured.profile < in_force:
        sentence = f"Security profile {in_force} is in force for this Charge Point."
        return _refused(http.HTTPStatus.FORBIDDEN, LOWER_PROFILE, sentence)
    refusal = await _stranger(basis, identity, row, headers, secured)
    if refusal is not None:
        return refusal
    if row is None:
        await basis.store.within(lambda db: charge_points.register(db, identity, basis.now()))
    return Admission(offered=offered, compressed=DEFLATE in ", ".join(headers.get_all("Sec-WebSocket-Extensions")))


async def _known(db: AsyncConnection, identity: str) -> tuple[Any, int]:
    return await charge_points.find(db, identity), await charge_points.profile_in_force(db, identity)


async def _stranger(basis: Basis, identity: str, row: Any, headers: Headers, secured: Secured) -> Admission | None:
    """The refusal of who is not the Charge Point it says it is; None for the Charge Point itself."""
    if secured.profile == BY_CERTIFICATE:
        if secured.client == identity or (row is not None and secured.client in _serial_numbers(row)):
            return None
        sentence = f"The client certificate is made out to {secured.client or 'nobody'}, not to this Charge Point."
        return _refused(http.HTTPStatus.FORBIDDEN, OTHERS_CERTIFICATE, sentence)
    wanted = row.password_hash if row is not None else None
    if not wanted and secured.profile < WITH_TLS:
        return None
    if wanted and await _password_fits(identity, wanted, headers, basis.fits):
        return None
    sentence = "Basic authentication is needed: user is the identity of the Charge Point."
    because = WRONG_PASSWORD if headers.get_all("Authorization") else NO_PASSWORD
    return replace(_refused(http.HTTPStatus.UNAUTHORIZED, because, sentence), challenge='Basic realm="ocpp"')


def _serial_numbers(row: Any) -> tuple[str, ...]:
    """The serial number that a Charge Point gave when it booted: its certificate may be made out to that."""
    number = (row.boot_notification or {}).get("chargePointSerialNumber")
    return (number,) if isinstance(number, str) and number else ()


WITH_TLS, BY_CERTIFICATE = 2, 3
"""The security profiles over TLS; under the last one the client certificate says who comes."""


def _refused(status: http.HTTPStatus, because: str, sentence: str) -> Admission:
    return Admission(int(status), because=because, sentence=sentence)


def offered_subprotocols(headers: Headers) -> list[str]:
    """What a handshake offers, over all header lines."""
    lines = headers.get_all("Sec-WebSocket-Protocol")
    return [name.strip() for line in lines for name in line.split(",")]


def chosen_subprotocol(admission: Admission, offered: Sequence[str]) -> str | None:
    """The subprotocol that was decided on; none when the Charge Point does not offer ours, unless that is ignored."""
    ignored = admission.because == SUBPROTOCOLS
    return admission.subprotocol if ignored or SUBPROTOCOL in offered else None


async def _password_fits(
    identity: str, password_hash: str, headers: Headers, fits: Callable[[bytes, str], Awaitable[bool]]
) -> bool:
    # The password may be any bytes (OCPP-J 1.6, 6.2.1), and identities such as MAC addresses hold colons.
    credentials, user = credentials_in(headers), identity.encode("utf-8") + b":"
    if not credentials.startswith(user):
        return False
    return await fits(credentials[len(user) :], password_hash)


def credentials_in(headers: Headers) -> bytes:
    """User and password of Basic authentication with a colon between them; empty when none are shown."""
    lines = headers.get_all("Authorization")
    scheme, _, value = (lines[0] if len(lines) == 1 else "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
