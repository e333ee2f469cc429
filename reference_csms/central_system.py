"""The Central System: who is connected, what the operator orders, and what is forgotten on a reset."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers

from reference_csms import requests
from reference_csms.answers import Answers
from reference_csms.basis import Basis
from reference_csms.calls import CallLog, CallRecord, OrderRefusedError
from reference_csms.conversation import Conversation
from reference_csms.desk import CallDesk
from reference_csms.frames_seen import FramesSeen
from reference_csms.handshake import credentials_in, examine, identity_in
from reference_csms.reception import Reception
from reference_csms.records import charge_points
from reference_csms.records.seed import forget_everything, seed_demo
from reference_csms.seams import Admission, Seams
from reference_csms.secured import PLAIN, Secured
from reference_csms.wire.frames import Payload
from reference_csms.wire.payloads import FROM_CENTRAL_SYSTEM


class CentralSystem:
    """One Central System with its Charge Points; `seams` is what is plugged into it."""

    def __init__(self, basis: Basis, seams: Seams | None = None) -> None:
        self.basis = basis
        self.seams = seams or Seams()
        self.conversations: dict[str, Conversation] = {}
        self._desk = CallDesk(basis, self.seams)
        self._endings: set[asyncio.Task[None]] = set()

    @property
    def calls(self) -> CallLog:
        """The last CALLs that were sent, or wait to be."""
        return self._desk.calls

    @property
    def frames(self) -> FramesSeen:
        """The last frames of all connections."""
        return self._desk.frames

    async def knock(self, path: str, headers: Headers, secured: Secured = PLAIN) -> Admission:
        """How a handshake ends; ask once for each."""
        admission = await examine(self.basis, path, headers, secured)
        admission = replace(admission, credentials=credentials_in(headers))
        return self.admit(identity_in(path) or "", admission)

    def admit(self, charge_point_id: str, admission: Admission | None = None) -> Admission:
        """How the handshake of a Charge Point ends with what is plugged in; without it as given, or well."""
        return self.seams.admitted(charge_point_id, admission or Admission())

    async def converse(self, charge_point_id: str, connection: ServerConnection) -> None:
        """Serve a connection until it ends. Its end, however late, does not make a newer one unknown."""
        conversation = self.open(charge_point_id, connection)
        try:
            await conversation.start()
        finally:
            if self.conversations.get(charge_point_id) is conversation:
                del self.conversations[charge_point_id]

    def open(self, charge_point_id: str, connection: ServerConnection) -> Conversation:
        """Begin a conversation; it takes the place of an older one of the same Charge Point, which is closed."""
        reception = Reception(charge_point_id, Answers(self.basis, charge_point_id, self.seams.numbering))
        conversation = Conversation(charge_point_id, connection, reception, self._desk)
        former = self.conversations.get(charge_point_id)
        self.conversations[charge_point_id] = conversation
        if former is not None:
            ending = asyncio.create_task(former.close("replaced by a newer connection"))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        for hook in self.seams.opened:
            hook(conversation)
        return conversation

    async def order(self, charge_point_id: str, action: str, wish: Payload) -> CallRecord:
        """Queue a CALL and return at once; raises OrderRefusedError when it cannot be sent."""
        if action not in FROM_CENTRAL_SYSTEM:
            raise OrderRefusedError(404, f"{action} is no action that a Central System sends in OCPP 1.6.")
        await self._connected(charge_point_id)
        asked = requests.Wish(charge_point_id, action, wish, self.basis.now(), self.basis.authority)
        payload = await self.basis.store.within(lambda db: requests.prepare(db, asked))
        conversation = await self._connected(charge_point_id)
        for hook in self.seams.ordered:
            await hook(conversation, action, payload)
        return conversation.queue(action, payload)

    async def _connected(self, charge_point_id: str) -> Conversation:
        conversation = self.conversations.get(charge_point_id)
        if conversation is not None and conversation.is_full:
            raise OrderRefusedError(429, f"Too many CALLs to {charge_point_id} are waiting; try again later.")
        if conversation is not None and not conversation.is_over:
            return conversation
        if await self.basis.store.within(lambda db: charge_points.find(db, charge_point_id)) is None:
            raise OrderRefusedError(404, f"No Charge Point {charge_point_id} is known.")
        raise OrderRefusedError(409, f"{charge_point_id} is not connected.")

    async def reset_everything(self) -> None:
        """Back to the state of a fresh database; Charge Points stay connected."""
        await self.basis.store.within(self._forget)
        self.calls.clear()

    async def seed(self) -> None:
        """Make the demonstration's Charge Points and idTags known, if they are wanted."""
        await self.basis.store.within(self._seed)

    async def _forget(self, db: AsyncConnection) -> None:
        await forget_everything(db)
        await charge_points.register_all(db, self.conversations, self.basis.now())
        await self._seed(db)

    async def _seed(self, db: AsyncConnection) -> None:
        if self.basis.settings.seed_demo:
            await seed_demo(db, self.basis.now(), self.basis.settings.demo_password)
