"""Who may open a connection: decided on the HTTP request, before the upgrade (OCPP-J 1.6, section 3)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import http
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from reference_csms.basis import Basis
from reference_csms.passwords import password_fits
from reference_csms.records import charge_points
from reference_csms.seams import SUBPROTOCOL

MAX_IDENTITY = 255

_NOT_FOUND = http.HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP status and one sentence instead of a WebSocket."""

    status: http.HTTPStatus
    sentence: str
    challenge: str | None = None


def identity_in(path: str) -> str | None:
    """The Charge Point identity: the last segment of the path, percent-decoded (3.1.1), or None."""
    segment = path.partition("?")[0].rpartition("/")[2]
    try:
        identity = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return identity if 0 < len(identity) <= MAX_IDENTITY and identity.isprintable() else None


async def refuse(basis: Basis, connection: ServerConnection, request: Request) -> Response | None:
    """Let a Charge Point in (None), or answer its handshake with an HTTP error."""
    refusal = await find_refusal(basis, request.path, request.headers)
    if refusal is None:
        return None
    response = connection.respond(refusal.status, refusal.sentence + "\n")
    if refusal.challenge is not None:
        response.headers["WWW-Authenticate"] = refusal.challenge
    return response


async def find_refusal(basis: Basis, path: str, headers: Headers) -> Refusal | None:
    """Why a Charge Point is not let in, or None; makes an unknown one known unless that is not wanted.

    A Charge Point that does not offer `ocpp1.6` is refused by HTTP 400: OCPP-J 1.6 (3.2) would complete the
    handshake and close, but then the Charge Point sees a connection that works and breaks, and tries again;
    the certification case on the subprotocol asks for the refusal as well.
    """
    identity = identity_in(path)
    if identity is None:
        return Refusal(_NOT_FOUND, "The path names no Charge Point; expected /ocpp/{chargePointId}.")
    if not basis.settings.complete_handshake and SUBPROTOCOL not in offered_subprotocols(headers):
        sentence = f"Offer the WebSocket subprotocol {SUBPROTOCOL}; no other is spoken here."
        return Refusal(http.HTTPStatus.BAD_REQUEST, sentence)
    row = await basis.store.within(lambda db: charge_points.find(db, identity))
    if row is None and basis.settings.known_only:
        return Refusal(_NOT_FOUND, "This Charge Point is not known here.")
    if row is None:
        await basis.store.within(lambda db: charge_points.register(db, identity, basis.now()))
    elif row.password_hash and not await _password_fits(identity, row.password_hash, headers):
        sentence = "Basic authentication is needed: user is the identity of the Charge Point."
        return Refusal(http.HTTPStatus.UNAUTHORIZED, sentence, 'Basic realm="ocpp"')
    return None


def offered_subprotocols(headers: Headers) -> list[str]:
    """What a handshake offers, over all header lines."""
    lines = headers.get_all("Sec-WebSocket-Protocol")
    return [name.strip() for line in lines for name in line.split(",")]


async def _password_fits(identity: str, password_hash: str, headers: Headers) -> bool:
    lines = headers.get_all("Authorization")
    scheme, _, value = (lines[0] if len(lines) == 1 else "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        credentials = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    # The password may be any bytes (OCPP-J 1.6, 6.2.1), and identities such as MAC addresses hold colons.
    user = identity.encode("utf-8") + b":"
    if not credentials.startswith(user):
        return False
    return await asyncio.to_thread(password_fits, credentials[len(user) :], password_hash)
