"""A Charge Point and an operator for the tests: plain `websockets` and `httpx`, nothing of the harness."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from ocpp.messages import get_validator
from websockets.asyncio.client import ClientConnection, connect

from reference_csms.running import RunningCsms
from reference_csms.settings import Settings

DEADLINE = 30.0
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}

Frame = list[Any]
Payload = dict[str, Any]


def private(**changes: Any) -> Settings:
    """Settings of a Central System that only one test uses."""
    chosen: dict[str, Any] = {"port": 0, "api_port": 0, "database": "sqlite+aiosqlite:///:memory:"}
    return Settings(**(chosen | changes))


@dataclass
class Point:
    """One connected Charge Point that sends what it is told to."""

    identity: str
    connection: ClientConnection
    calls: int = field(default=0)

    async def send(self, text: str | bytes) -> None:
        """Send a frame as it is."""
        await self.connection.send(text)

    async def receive(self) -> Frame:
        """The next frame."""
        async with asyncio.timeout(DEADLINE):
            frame: Frame = json.loads(await self.connection.recv())
        return frame

    async def call(self, action: str, payload: Payload | None = None) -> Frame:
        """Send a CALL and return what answers it, CALLRESULT or CALLERROR."""
        self.calls += 1
        unique_id = f"own-{self.calls}"
        await self.send(json.dumps([2, unique_id, action, payload or {}]))
        frame = await self.receive()
        assert frame[1] == unique_id, frame
        return frame

    async def ask(self, action: str, payload: Payload | None = None) -> Payload:
        """Send a CALL and return the payload of its CALLRESULT, which must be valid."""
        kind, _, answer = await self.call(action, payload)
        assert kind == 3, answer
        validator: Any = get_validator(3, action, "1.6")
        validator.validate(answer)
        result: Payload = answer
        return result

    async def taken(self, action: str, answer: Payload) -> Payload:
        """Take the CALL that must come next, answer it, and return its payload, which must be valid."""
        kind, unique_id, received, payload = await self.receive()
        assert (kind, received) == (2, action)
        await self.send(json.dumps([3, unique_id, answer]))
        result: Payload = payload
        return result

    async def start(self, id_tag: str = "TAG-001", connector_id: int = 1, **more: Any) -> Payload:
        """Start a transaction."""
        payload = {"connectorId": connector_id, "idTag": id_tag, "meterStart": 0, "timestamp": now()}
        return await self.ask("StartTransaction", payload | more)


_seconds = iter(range(10**6))


def now() -> str:
    """An instant that no earlier call returned."""
    minutes, seconds = divmod(next(_seconds), 60)
    return f"2026-01-01T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"


@asynccontextmanager
async def connected(csms: RunningCsms, identity: str, **options: Any) -> AsyncIterator[Point]:
    """Connect a Charge Point for as long as the block lasts."""
    chosen = {"subprotocols": ["ocpp1.6"], "compression": None, "proxy": None, "close_timeout": 1} | options
    async with connect(f"{csms.ocpp_url}/{identity}", **chosen) as connection:
        yield Point(identity, connection)


@dataclass
class Operator:
    """Somebody at the control API."""

    csms: RunningCsms
    http: httpx.AsyncClient

    async def order(self, point: Point | str, action: str, wish: Any = None) -> httpx.Response:
        """Ask for a CALL."""
        identity = point if isinstance(point, str) else point.identity
        return await self.http.post(f"/api/octt/1.6/{identity}/{action}", json={} if wish is None else wish)

    async def perform(self, point: Point, action: str, wish: Payload, answer: Payload) -> Payload:
        """Ask for a CALL, have it answered, wait until that is settled; returns what was sent."""
        response = await self.order(point, action, wish)
        assert response.status_code == 202, response.text
        sent = await point.taken(action, answer)
        await self.outcome(response)
        return sent

    async def outcome(self, response: httpx.Response) -> Payload:
        """Wait until the CALL of an accepted order has ended, and return what is known of it."""
        order = response.json()
        async with asyncio.timeout(DEADLINE):
            while True:
                calls = await self.look("calls", order["chargePointId"])
                call: Payload = next(call for call in calls if call["callId"] == order["callId"])
                if call["state"] not in ("queued", "sent"):
                    return call

    async def look(self, what: str, point: Point | str | None = None) -> Any:
        """Query state, of one Charge Point if one is given."""
        identity = point.identity if isinstance(point, Point) else point
        params = {"chargePointId": identity} if identity else None
        response = await self.http.get(f"/api/{what}", params=params)
        assert response.status_code == 200, response.text
        return response.json()


@asynccontextmanager
async def operating(csms: RunningCsms, **options: Any) -> AsyncIterator[Operator]:
    """An operator for as long as the block lasts."""
    async with httpx.AsyncClient(
        base_url=csms.api_url, trust_env=False, verify=False, timeout=DEADLINE, **options
    ) as http:
        yield Operator(csms, http)
