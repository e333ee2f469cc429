"""A Charge Point that says only what it is told to: one CALL after another, each bounded by a deadline."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from csms_harness.charge_point.behaviour import answer
from csms_harness.charge_point.defaults import fill
from csms_harness.charge_point.model import ChargePoint
from csms_harness.foreign_text import excerpt
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocppj.frames import CallError, CallResult, Payload, encode
from csms_harness.ocppj.rpc import Answer, Conversation, Request
from csms_harness.transport.clock import now, utc_now
from csms_harness.transport.websocket import Closed, Connection, ConnectionLost, Received


class CallFailed(Exception):
    """A CALL brought no CALLRESULT; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A CALLRESULT: its payload, when it arrived (UTC), and what is wrong with it in words (empty: nothing)."""

    payload: Payload
    arrived: datetime
    wrong: str


class Caller:
    """Speaks on an open connection. What the Central System asks meanwhile is answered as any Charge Point would."""

    def __init__(self, connection: Connection, charge_point: ChargePoint, limit: float) -> None:
        """``limit``: seconds that an answer may take."""
        self._connection, self._charge_point, self._limit = connection, charge_point, limit
        self._conversation = Conversation(prefix=f"check-{int(now() * 1000) % 10**9}")
        self._later: deque[tuple[str, Payload]] = deque()

    async def call(self, action: str, given: Mapping[str, Any]) -> Reply:
        """Send a CALL, its unnamed members filled, and wait for its CALLRESULT. Raises CallFailed."""
        payload, _ = fill(action, dict(given), self._charge_point, utc_now())
        call = self._conversation.open_call(action, payload)
        try:
            async with asyncio.timeout(self._limit):
                await self._connection.send(encode(call))
                received, found = await self._answer()
        except TimeoutError:
            self._conversation.give_up()
            raise CallFailed(f"no {action}.conf within {self._limit:g} s") from None
        except ConnectionLost as lost:
            raise CallFailed(f"no {action}.conf: {lost}") from None
        return self._judged(action, payload, received, found)

    async def close(self) -> None:
        """Send what a TriggerMessage still asked for, then close the connection in order."""
        with suppress(CallFailed):
            while self._later:
                await self.call(*self._later.popleft())
        await self._connection.close()

    async def _answer(self) -> tuple[Received, Answer]:
        while True:
            received = await self._connection.receive()
            if isinstance(received, Closed):
                raise ConnectionLost(received)
            arrival = self._conversation.receive(received.data)
            if isinstance(arrival, Request):
                await self._reply(arrival)
            elif isinstance(arrival, Answer) and not arrival.late and not arrival.again:
                return received, arrival

    async def _reply(self, request: Request) -> None:
        call, moment = request.call, utc_now()
        ambient = answer(call.action, call.payload, self._charge_point, moment)
        if ambient.error is not None:
            await self._connection.send(encode(CallError(call.unique_id, *ambient.error)))
            return
        reply = ambient.reply or {}
        await self._connection.send(encode(CallResult(call.unique_id, reply)))
        self._charge_point.applied(call.action, call.payload, reply, moment)
        self._later.extend(ambient.follow_up)

    def _judged(self, action: str, sent: Payload, received: Received, found: Answer) -> Reply:
        message = found.frame.message
        if isinstance(message, CallError):
            told = excerpt(f"{message.code} {message.description}")
            raise CallFailed(f"{action}.req was answered with CALLERROR {told}")
        assert isinstance(message, CallResult)
        breaches = (*found.frame.breaches, *judge_payload(action, Direction.CONFIRMATION, message.payload))
        wrong = [f"{breach.path} {breach.text}".strip() for breach in breaches if not breach.note]
        arrived = utc_now() - timedelta(seconds=now() - received.at)
        self._charge_point.sent(action, sent, message.payload, arrived)
        return Reply(message.payload, arrived, excerpt("; ".join(wrong)))
