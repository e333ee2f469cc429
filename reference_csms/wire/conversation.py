"""The conversation with one connected Charge Point, on the routing of the `ocpp` package.

Three loops share a connection. The reading loop only classifies frames, so a CALL of ours and one of the
Charge Point may cross. CALLs of the Charge Point are answered one after another; our own CALLs wait in a
queue, for only one may be open (OCPP-J 1.6, 4.1.1). Nothing that is received ends any of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ocpp.exceptions import OCPPError
from ocpp.v16 import ChargePoint
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from reference_csms.answers import Answers
from reference_csms.calls import CONNECTION_LOST, NO_ANSWER, CallRecord, OrderRefusedError
from reference_csms.wire.errors import Breach, Code, Violation, breach_from
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
from reference_csms.wire.package import as_arguments, as_payload, routes_of
from reference_csms.wire.payloads import KNOWN_ACTIONS, find_breach

if TYPE_CHECKING:
    from reference_csms.central_system import CentralSystem

log = logging.getLogger("reference_csms")

SEND_DEADLINE = 10.0
CLOSE_DEADLINE = 2.0
MAX_UNANSWERED = 1000
MAX_QUEUED = 100
REMEMBERED_IDS = 10_000


class Conversation(ChargePoint):
    """One WebSocket connection of one Charge Point; `remembered` is what a deviation keeps about it, by its name."""

    def __init__(self, csms: CentralSystem, charge_point_id: str, connection: ServerConnection) -> None:
        super().__init__(charge_point_id, connection, csms.settings.call_timeout, log)  # type: ignore[no-untyped-call]
        self.charge_point_id = charge_point_id
        self._routes = routes_of(Answers(csms, charge_point_id))
        self.connection = connection
        self._csms = csms
        self._emit = csms.seams.chain(self, self.write)
        self._unanswered: asyncio.Queue[Call | Refused | None] = asyncio.Queue(MAX_UNANSWERED)
        self._queued: asyncio.Queue[CallRecord | None] = asyncio.Queue()
        self._open_call: tuple[str, asyncio.Future[Reply]] | None = None
        self._used_ids: dict[str, None] = {}
        self._volunteered: dict[str, asyncio.Event] = {}
        self.ended = asyncio.Event()
        self.remembered: defaultdict[str, dict[str, Any]] = defaultdict(dict)

    async def start(self) -> None:
        """Converse until the connection ends, then finish what was received; never raises on its own."""
        workers = asyncio.gather(self._answer_calls(), self._send_calls())
        try:
            async for data in self.connection:
                await self.route_message(data)
        except ConnectionClosed:
            log.debug("%s: the connection ended without a close handshake", self.charge_point_id)
        finally:
            self.ended.set()
            self._take_reply(CONNECTION_LOST)
            self._queued.put_nowait(None)
            await self._unanswered.put(None)
            await workers

    async def route_message(self, raw_msg: str | bytes) -> None:
        """Hand a frame to the loop it belongs to; what is no OCPP-J 1.6 is left unanswered (4.1.3)."""
        message = parse_frame(raw_msg)
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
            except OrderRefusedError as refusal:
                log.info("%s: %s", self.charge_point_id, refusal)
            except Exception:
                log.exception("%s: an answer could not be sent", self.charge_point_id)

    async def _answer(self, call: Call | Refused) -> None:
        if isinstance(call, Refused):
            await self._emit(call_error_frame(call.unique_id, "", call.breach))
            return
        request = {} if call.payload is None else call.payload
        outcome = self._find_breach(call, request) or await self._handle_call(call)
        if isinstance(outcome, Breach):
            await self._emit(call_error_frame(call.unique_id, call.action, outcome))
            return
        await self._emit(call_result_frame(call.unique_id, call.action, outcome, request))
        for hook in self._csms.seams.hooks(call.action):
            await hook(self, request, outcome)

    def _find_breach(self, call: Call, request: Any) -> Breach | None:
        if call.unique_id in self._used_ids:
            return Breach(Code.GENERIC_ERROR, "this uniqueId was used before on this connection (4.1.4).")
        self._used_ids[call.unique_id] = None
        if len(self._used_ids) > REMEMBERED_IDS:
            del self._used_ids[next(iter(self._used_ids))]
        if call.action not in KNOWN_ACTIONS:
            return Breach(Code.NOT_IMPLEMENTED, f"{printable(call.action)} is no action of OCPP 1.6.")
        if call.action not in self._routes:
            return Breach(Code.NOT_SUPPORTED, f"a Central System does not take {call.action}.")
        return find_breach(call.action, request)

    async def _handle_call(self, msg: Call) -> Payload | Breach:
        """Let the routed method answer; its exceptions become error codes of 1.6."""
        try:
            return as_payload(await self._routes[msg.action](**as_arguments(msg.payload or {})))
        except Violation as violation:
            return violation.breach
        except OCPPError as error:
            return breach_from(error)
        except Exception:
            log.exception("%s: %s could not be processed", self.charge_point_id, msg.action)
            return Breach(Code.INTERNAL_ERROR, f"{msg.action} could not be processed.")

    # Our own CALLs.

    async def order(self, action: str, payload: Payload) -> CallRecord:
        """Have a CALL sent to this Charge Point as if the operator had asked for it."""
        return await self._csms.order(self.charge_point_id, action, payload)

    async def volunteer(self, action: str, payload: Payload) -> None:
        """Send a CALL that nobody asked for, and return when it has ended; ahead of it go those that wait."""
        if self.is_over:
            return
        call = self._csms.queue(self, action, payload)
        ended = self._volunteered[call.unique_id] = asyncio.Event()
        await ended.wait()

    @property
    def central_system(self) -> CentralSystem:
        """The Central System whose side of the conversation this is."""
        return self._csms

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended, though what was received may still be answered."""
        return self.ended.is_set()

    @property
    def is_full(self) -> bool:
        """Whether so many CALLs wait that no more are taken."""
        return self._queued.qsize() >= MAX_QUEUED

    def enqueue(self, call: CallRecord) -> None:
        """Have a CALL sent when all before it were answered, or given up."""
        self._queued.put_nowait(call)

    async def _send_calls(self) -> None:
        while (call := await self._queued.get()) is not None:
            try:
                await self._csms.settle(call, await self._exchange(call))
            except Exception:
                log.exception("%s: the answer to %s could not be kept", self.charge_point_id, call.action)
            self._is_settled(call)
        while not self._queued.empty():
            if (late := self._queued.get_nowait()) is not None:
                await self._csms.settle(late, CONNECTION_LOST)
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
        self._csms.note_sent(call)
        try:
            async with asyncio.timeout(self._response_timeout):
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
                await self.connection.send(frame.encode(frame.message))
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
