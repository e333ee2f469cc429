"""The conversation with one connected Charge Point.

Three loops share a connection. The reading loop only classifies frames, so a CALL of ours and one of the
Charge Point may cross. CALLs of the Charge Point are answered one after another; our own CALLs wait in a
queue, for only one may be open (OCPP-J 1.6, 4.1.1). Nothing that is received ends any of them.
"""

from __future__ import annotations

import asyncio
import logging

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from reference_csms.calls import CONNECTION_LOST, NO_ANSWER, CallRecord
from reference_csms.desk import CallDesk
from reference_csms.reception import Reception
from reference_csms.wire.errors import Breach
from reference_csms.wire.frames import (
    Call,
    Frame,
    Ignored,
    Payload,
    Refused,
    Reply,
    call_error_frame,
    call_frame,
    call_result_frame,
    parse_frame,
    printable,
)

log = logging.getLogger("reference_csms")

SEND_DEADLINE = 10.0
CLOSE_DEADLINE = 2.0
MAX_UNANSWERED = 1000
MAX_QUEUED = 100


class Conversation:
    """One WebSocket connection of one Charge Point: `reception` takes its CALLs, `desk` keeps ours."""

    def __init__(
        self, charge_point_id: str, connection: ServerConnection, reception: Reception, desk: CallDesk
    ) -> None:
        self.charge_point_id = charge_point_id
        self.connection = connection
        self.ended = asyncio.Event()
        self._reception = reception
        self._desk = desk
        self._emit = desk.seams.chain(self, self.write)
        self._take = desk.seams.taking(self, self._route)
        if desk.seams.framing:
            protocol = connection.protocol
            protocol.recv_frame = desk.seams.framed(self, protocol.recv_frame)  # type: ignore[method-assign, assignment]
        self._unanswered: asyncio.Queue[Call | Refused | None] = asyncio.Queue(MAX_UNANSWERED)
        self._queued: asyncio.Queue[CallRecord | None] = asyncio.Queue()
        self._open_call: tuple[str, asyncio.Future[Reply]] | None = None
        self._volunteered: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        """Converse until the connection ends, then finish what was received; never raises on its own."""
        workers = asyncio.gather(self._answer_calls(), self._send_calls())
        try:
            async for data in self.connection:
                self._desk.frames.add(self.charge_point_id, data, sent=False)
                await self._take(data)
        except ConnectionClosed:
            log.debug("%s: the connection ended without a close handshake", self.charge_point_id)
        finally:
            self.ended.set()
            self._take_reply(CONNECTION_LOST)
            self._queued.put_nowait(None)
            await self._unanswered.put(None)
            await workers

    async def _route(self, data: str | bytes) -> None:
        """Hand a frame to the loop it belongs to; what is no OCPP-J 1.6 is left unanswered (4.1.3)."""
        message = parse_frame(data)
        match message:
            case Call() | Refused():
                await self._unanswered.put(message)
            case Reply() if self._open_call and self._open_call[0] == message.unique_id:
                self._take_reply(message)
            case Reply():
                log.info("%s: ignored an answer to a CALL that is not open", self.charge_point_id)
            case Ignored(reason):
                log.info("%s: ignored a frame: %s", self.charge_point_id, printable(reason))

    # The CALLs of the Charge Point.

    async def _answer_calls(self) -> None:
        while (call := await self._unanswered.get()) is not None:
            try:
                await self._answer(call)
            except Exception:
                log.exception("%s: an answer could not be sent", self.charge_point_id)

    async def _answer(self, call: Call | Refused) -> None:
        if isinstance(call, Refused):
            await self._emit(call_error_frame(call.unique_id, "", call.breach))
            return
        request = {} if call.payload is None else call.payload
        outcome = await self._reception.take(call, request)
        if isinstance(outcome, Breach):
            await self._emit(call_error_frame(call.unique_id, call.action, outcome))
            return
        await self._emit(call_result_frame(call.unique_id, call.action, outcome, request))
        for action, payload in self._reception.follow_up():
            self.queue(action, payload)
        for hook in self._desk.seams.hooks(call.action):
            await hook(self, request, outcome)

    # Our own CALLs.

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended, though what was received may still be answered."""
        return self.ended.is_set()

    @property
    def is_full(self) -> bool:
        """Whether so many CALLs wait that no more are taken."""
        return self._queued.qsize() >= MAX_QUEUED

    @property
    def calls(self) -> list[CallRecord]:
        """The last CALLs to this Charge Point, on this line and on earlier ones."""
        return self._desk.calls.of(self.charge_point_id)

    def queue(self, action: str, payload: Payload) -> CallRecord:
        """Have a payload that is prepared sent as a CALL, when all CALLs before it were answered or given up."""
        call = self._desk.make(self.charge_point_id, action, payload)
        self._queued.put_nowait(call)
        return call

    async def volunteer(self, action: str, payload: Payload) -> None:
        """Send a CALL that nobody asked for, and return when it has ended; ahead of it go those that wait."""
        if self.is_over:
            return
        call = self.queue(action, payload)
        ended = self._volunteered[call.unique_id] = asyncio.Event()
        await ended.wait()

    async def _send_calls(self) -> None:
        while (call := await self._queued.get()) is not None:
            try:
                await self._desk.settle(call, await self._exchange(call))
            except Exception:
                log.exception("%s: the answer to %s could not be kept", self.charge_point_id, call.action)
            self._is_settled(call)
        while not self._queued.empty():
            if (late := self._queued.get_nowait()) is not None:
                await self._desk.settle(late, CONNECTION_LOST)
                self._is_settled(late)

    def _is_settled(self, call: CallRecord) -> None:
        if call.unique_id in self._volunteered:
            self._volunteered.pop(call.unique_id).set()

    async def _exchange(self, call: CallRecord) -> Reply:
        """Send a CALL and wait for what answers it, at most the answer timeout."""
        if self.is_over:
            return CONNECTION_LOST
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._open_call = (call.unique_id, answer)
        self._desk.note_sent(call)
        try:
            async with asyncio.timeout(self._desk.basis.settings.call_timeout):
                await self._emit(call_frame(call.unique_id, call.action, call.payload))
                return await answer
        except TimeoutError:
            return NO_ANSWER
        finally:
            self._open_call = None

    def _take_reply(self, reply: Reply) -> None:
        if self._open_call and not self._open_call[1].done():
            self._open_call[1].set_result(reply)

    # The connection.

    async def write(self, frame: Frame) -> None:
        """Put a frame on the wire; a Charge Point that stopped reading loses its connection."""
        try:
            async with asyncio.timeout(SEND_DEADLINE):
                text = frame.encode(frame.message)
                self._desk.frames.add(self.charge_point_id, text, sent=True)
                await self.connection.send(text)
        except ConnectionClosed:
            log.debug("%s: the connection ended before a frame was sent", self.charge_point_id)
        except TimeoutError:
            self.connection.transport.abort()

    async def close(self, reason: str) -> None:
        """End the connection in good order, or by force when the Charge Point does not take part."""
        try:
            async with asyncio.timeout(CLOSE_DEADLINE):
                await self.connection.close(reason=reason)
        except TimeoutError:
            self.connection.transport.abort()
