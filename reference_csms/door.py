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
from reference_csms.secured import Secured, client_of

PROTOCOL_ERROR = 1002


class Door:
    """Each handshake ends as the Central System decides; `profile` is the security profile that is served here."""

    def __init__(self, csms: CentralSystem, profile: int = 0) -> None:
        self._csms, self._profile = csms, profile
        self._admissions: WeakKeyDictionary[ServerConnection, Admission] = WeakKeyDictionary()

    async def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let a Charge Point in (None), or answer its handshake with an HTTP error."""
        admission = self._admissions[connection] = await self._csms.knock(
            request.path, request.headers, self._secured(connection)
        )
        if admission.status == SWITCHING_PROTOCOLS:
            return None
        status = http.HTTPStatus(admission.status)
        response = connection.respond(status, f"{admission.sentence or f'{status.phrase}.'}\n")
        if admission.challenge is not None and status is http.HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = admission.challenge
        return response

    def _secured(self, connection: ServerConnection) -> Secured:
        tls = connection.transport.get_extra_info("ssl_object")
        return Secured(self._profile, None if tls is None else client_of(tls.getpeercert()))

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
