"""A Charge Point that says only what it is told to: one CALL after another, each bounded by a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from csms_harness.charge_point.model import ChargePoint
from csms_harness.dialogue.dialogue import Asked, Dialogue
from csms_harness.dialogue.outgoing import Outgoing
from csms_harness.evidence import Role
from csms_harness.foreign import excerpt
from csms_harness.message import Message, MessageType
from csms_harness.ocppj.correlation import Correlation
from csms_harness.ocppj.frames import Payload
from csms_harness.transport.clock import now, utc_now
from csms_harness.transport.websocket import Closed, Connection, ConnectionLost, Received


class CallFailed(Exception):
    """A CALL brought no CALLRESULT; the text is one sentence. ``closed``: how the connection ended, or None."""

    def __init__(self, text: str, closed: Closed | None = None) -> None:
        super().__init__(text)
        self.closed = closed


@dataclass(frozen=True, slots=True)
class Reply:
    """A CALLRESULT: its payload, when it arrived (UTC), and what is wrong with it in words (empty: nothing)."""

    payload: Payload
    arrived: datetime
    wrong: str


class Caller:
    """Speaks on an open connection. What the Central System asks meanwhile is answered as any Charge Point would."""

    def __init__(self, connection: Connection, charge_point: ChargePoint, limit: float, thinking: float = 0.0) -> None:
        """``limit``: seconds that an answer may take; ``thinking``: that the Charge Point takes for one of its own.

        Who did not wait for the end of its own sending would lose what comes at once (docs/decisions/0008).
        """
        self._connection, self._charge_point, self._limit = connection, charge_point, limit
        self._thinking = thinking
        self._dialogue = Dialogue(charge_point, _utc, Correlation(f"check-{int(now() * 1000) % 10**9}"))

    async def call(self, action: str, given: Mapping[str, Any]) -> Reply:
        """Send a CALL, its unnamed members filled, and wait for its CALLRESULT. Raises CallFailed."""
        return await self._called(self._dialogue.submit(action, dict(given), Role.SCENARIO, self._limit, now()))

    async def close(self) -> None:
        """Send what a TriggerMessage still asked for, then close the connection in order."""
        with suppress(CallFailed):
            while self._dialogue.background:
                action, given = self._dialogue.background.popleft()
                await self.call(action, given)
        await self._connection.close()

    async def ended_within(self, seconds: float) -> Closed | None:
        """Wait so long, and answer what the Central System asks; how the connection ended, None when it did not."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._take(await self._connection.receive())
        except TimeoutError:
            return None
        except ConnectionLost as lost:
            return lost.closed

    async def asked(self, action: str) -> Mapping[str, Any] | None:
        """Answer what the Central System asks until this CALL is among it; its payload, None when the connection ends.

        Cancel it to stop listening.
        """
        try:
            while True:
                message = await self._take(await self._connection.receive())
                if message is not None and message.action == action:
                    return message.payload
        except ConnectionLost:
            return None

    @property
    def let_in(self) -> bool:
        """Whether the Central System accepted the boot."""
        return self._charge_point.booted

    async def _called(self, outgoing: Outgoing) -> Reply:
        action = outgoing.action
        try:
            async with asyncio.timeout(self._limit):
                await self._write_next()
                answer = await self._answer(outgoing)
        except TimeoutError:
            self._dialogue.give_up(outgoing, now())
            raise CallFailed(f"no {action}.conf within {self._limit:g} s") from None
        except ConnectionLost as lost:
            self._dialogue.forget()
            raise CallFailed(f"no {action}.conf: {lost}", lost.closed) from None
        if answer.type is MessageType.CALLERROR:
            told = excerpt(f"{answer.code} {answer.payload['description']}")
            raise CallFailed(f"{action}.req was answered with CALLERROR {told}")
        wrong = (f"{breach.path} {breach.text}".strip() for breach in answer.faults)
        return Reply(answer.payload, _utc(answer.at), excerpt("; ".join(wrong)))

    async def _write_next(self) -> None:
        opened = self._dialogue.next_call(now(), self._limit)
        if opened is not None:
            await self._write(opened[1])

    async def _write(self, message: Message) -> None:
        self._dialogue.written(message.unique_id, await self._connection.send(message.text))

    async def _answer(self, outgoing: Outgoing) -> Message:
        while outgoing.answer is None:
            await self._take(await self._connection.receive())
        return outgoing.answer

    async def _take(self, received: Received | Closed) -> Message | None:
        """What came is an answer, or a CALL that is answered. Raises ConnectionLost when it was the end."""
        if isinstance(received, Closed):
            raise ConnectionLost(received)
        arrival = self._dialogue.receive(received.data, received.at)
        if isinstance(arrival, Asked):
            await asyncio.sleep(self._thinking)
            await self._write(self._dialogue.answer_ordinarily(arrival.message, now())[1])
            return arrival.message
        return None


def _utc(at: float) -> datetime:
    """The wall clock at a monotonic moment."""
    return utc_now() - timedelta(seconds=now() - at)
