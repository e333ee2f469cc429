"""The Central System: who is connected, what it remembers, and the CALLs it sends."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection
from websockets.asyncio.server import ServerConnection

from reference_csms import outcomes, requests
from reference_csms.calls import CallLog, CallRecord, CallState, OrderRefusedError, outcome_of
from reference_csms.instants import format_instant, utc_now
from reference_csms.records import charge_points
from reference_csms.records.seed import forget_everything, seed_demo
from reference_csms.records.store import Store
from reference_csms.seams import Admission, Seams
from reference_csms.settings import Settings
from reference_csms.wire.conversation import Conversation
from reference_csms.wire.frames import Payload, Reply
from reference_csms.wire.payloads import FROM_CENTRAL_SYSTEM, find_breach

log = logging.getLogger("reference_csms")


class CentralSystem:
    """One Central System with its Charge Points; `now` is the only clock it asks.

    `landed` counts how often each deviation showed, by its name; `remembered` is what they keep.
    """

    def __init__(self, settings: Settings, store: Store, seams: Seams, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.store = store
        self.seams = seams
        self.now = now
        self.calls = CallLog()
        self.landed: Counter[str] = Counter()
        self.remembered: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.conversations: dict[str, Conversation] = {}
        self._endings: set[asyncio.Task[None]] = set()

    def write(self, instant: datetime) -> str:
        """An instant as this Central System writes it."""
        return format_instant(instant, milliseconds=self.settings.milliseconds)

    async def converse(self, charge_point_id: str, connection: ServerConnection) -> None:
        """Serve a connection until it ends; a newer one of the same Charge Point takes its place.

        The older one is closed meanwhile. Its end, however late, does not make the Charge Point unknown.
        """
        conversation = Conversation(self, charge_point_id, connection)
        former = self.conversations.get(charge_point_id)
        self.conversations[charge_point_id] = conversation
        if former is not None:
            ending = asyncio.create_task(former.close("replaced by a newer connection"))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        try:
            await conversation.start()
        finally:
            if self.conversations.get(charge_point_id) is conversation:
                del self.conversations[charge_point_id]

    async def order(self, charge_point_id: str, action: str, wish: Payload) -> CallRecord:
        """Queue a CALL and return at once; raises OrderRefusedError when it cannot be sent."""
        if action not in FROM_CENTRAL_SYSTEM:
            raise OrderRefusedError(404, f"{action} is no action that a Central System sends in OCPP 1.6.")
        await self._connected(charge_point_id)
        asked = requests.Wish(charge_point_id, action, wish, self.now())
        payload = await self.store.within(lambda db: requests.prepare(db, asked))
        conversation = await self._connected(charge_point_id)
        for hook in self.seams.ordered:
            await hook(conversation, action, payload)
        return self.queue(conversation, action, payload)

    def queue(self, conversation: Conversation, action: str, payload: Payload) -> CallRecord:
        """Have a payload that is prepared sent as a CALL."""
        unique_id = self.seams.named(self, str(uuid4()))
        call = CallRecord(conversation.charge_point_id, action, payload, self.now(), unique_id)
        self.calls.add(call)
        conversation.enqueue(call)
        return call

    def admit(self, charge_point_id: str) -> Admission:
        """How the handshake of a Charge Point that may connect ends; ask once for each handshake."""
        return self.seams.admitted(self, charge_point_id)

    async def _connected(self, charge_point_id: str) -> Conversation:
        conversation = self.conversations.get(charge_point_id)
        if conversation is not None and conversation.is_full:
            raise OrderRefusedError(429, f"Too many CALLs to {charge_point_id} are waiting; try again later.")
        if conversation is not None and not conversation.is_over:
            return conversation
        if await self.store.within(lambda db: charge_points.find(db, charge_point_id)) is None:
            raise OrderRefusedError(404, f"No Charge Point {charge_point_id} is known.")
        raise OrderRefusedError(409, f"{charge_point_id} is not connected.")

    def note_sent(self, call: CallRecord) -> None:
        """Keep that a CALL went out."""
        self.calls.note(call, state=CallState.SENT, sent_at=self.now())

    async def settle(self, call: CallRecord, reply: Reply) -> None:
        """Keep what became of a CALL, and change what its answer changes."""
        answer = {} if reply.payload is None else reply.payload
        breach = None if reply.flaw or reply.error is not None else find_breach(call.action, answer, answer=True)
        outcome = outcome_of(reply, breach.sentence if breach else None, self.now())
        if outcome["state"] is CallState.ANSWERED:
            answered = outcomes.Answered(call.charge_point_id, call.action, call.payload, answer, self.now())
            await self.store.within(lambda db: outcomes.apply(db, answered))
        self.calls.note(call, **outcome)

    async def reset_everything(self) -> None:
        """Back to the state of a fresh database; Charge Points stay connected."""
        await self.store.within(self._forget)
        self.calls.clear()

    async def seed(self) -> None:
        """Make the demonstration's Charge Points and idTags known, if they are wanted."""
        await self.store.within(self._seed)

    async def _forget(self, db: AsyncConnection) -> None:
        await forget_everything(db)
        await charge_points.register_all(db, self.conversations, self.now())
        await self._seed(db)

    async def _seed(self, db: AsyncConnection) -> None:
        if self.settings.seed_demo:
            await seed_demo(db, self.now())
