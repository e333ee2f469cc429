"""The door: where Charge Points come in, on the hooks that `websockets` has for a handshake."""

from __future__ import annotations

import http
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from reference_csms.central_system import CentralSystem
from reference_csms.handshake import chosen_subprotocol, identity_in
from reference_csms.seams import SUBPROTOCOL, SWITCHING_PROTOCOLS, Admission

PROTOCOL_ERROR = 1002


class Door:
    """Each handshake ends as the Central System decides."""

    def __init__(self, csms: CentralSystem) -> None:
        self._csms = csms
        self._admissions: WeakKeyDictionary[ServerConnection, Admission] = WeakKeyDictionary()

    async def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let a Charge Point in (None), or answer its handshake with an HTTP error."""
        admission = self._admissions[connection] = await self._csms.knock(request.path, request.headers)
        if admission.status == SWITCHING_PROTOCOLS:
            return None
        status = http.HTTPStatus(admission.status)
        response = connection.respond(status, f"{admission.sentence or f'{status.phrase}.'}\n")
        if admission.challenge is not None and status is http.HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = admission.challenge
        return response

    def select_subprotocol(self, connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        """The subprotocol that was decided on, or none when the Charge Point does not offer ours."""
        chosen = chosen_subprotocol(self._admissions[connection], offered)
        return None if chosen is None else Subprotocol(chosen)

    async def converse(self, connection: ServerConnection) -> None:
        """Serve a connection, or end it when it did not come to the subprotocol that was decided on."""
        identity = identity_in(connection.request.path) if connection.request else None
        if identity is None or connection.subprotocol != self._admissions[connection].subprotocol:
            await connection.close(PROTOCOL_ERROR, f"only {SUBPROTOCOL} is spoken")
            return
        await self._csms.converse(identity, connection)
