"""What a lane has to do with: who watches it, its connection, the triggers, the clocks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, Protocol

from csms_harness.transport.clock import now, utc_now
from csms_harness.transport.greeting import probe_weak
from csms_harness.transport.refusal import Refusal
from csms_harness.transport.suites import TlsProbe, probe_tls
from csms_harness.transport.websocket import Closed, Endpoint, Handshake, Received, open_connection
from csms_harness.triggers.base import Outcome, TriggerRequest


class Pace(Enum):
    """What somebody wants who looks at a case step by step."""

    STEP = "the next step"
    TO_THE_END = "all that are left"
    STOP = "the end of the run"


class Watcher(Protocol):
    """Who watches a lane."""

    def awaiting(self, lane: str, what: str, seconds_left: float | None) -> None:
        """The lane waits for this, for at most so long."""


class Link(Protocol):
    """A connection as a lane uses it (csms_harness.transport.websocket.Connection)."""

    handshake: Handshake

    async def send(self, data: str | bytes, fragments: int = 1, pinged: str | None = None) -> float:
        """Write a message; the moment of writing. Raises ConnectionLost."""

    def send_now(self, text: str) -> float | None:
        """Write a text message if nobody has to be waited for, and the moment of that; None: it was not written."""

    async def control(self, data: str, *, pong: bool = False) -> float:
        """Write a ping or a pong. Raises ConnectionLost."""

    @property
    def pings(self) -> int:
        """How many pings the Central System has sent."""

    def listen(self, stirred: Callable[[], None]) -> None:
        """Have this called when something may be taken."""

    @property
    def holds_message(self) -> bool:
        """Whether a message waits."""

    def take(self) -> Received | Closed | None:
        """The next message, or the end; None when there is neither yet."""

    async def close(self, code: int = 1000, reason: str = "") -> Closed:
        """End the connection in order."""

    async def drop(self) -> None:
        """End it without a word."""


class Book(Protocol):
    """Triggers as a lane uses them (csms_harness.triggers.book.TriggerBook)."""

    async def perform(self, request: TriggerRequest, deadline: float) -> Outcome:
        """Make the Central System act; always ends."""

    async def provision(self, item: str, fields: Mapping[str, Any], deadline: float) -> Outcome:
        """Have an item made in the Central System; always ends."""

    def provides(self, item: str, fields: Mapping[str, Any]) -> bool:
        """Whether the target says how such an item is made."""

    def describe(self, action: str) -> str:
        """Which adapter serves an action or an item."""

    def not_passed(self, request: TriggerRequest) -> tuple[str, ...]:
        """The members of a wish that the target does not hand over."""

    def asks_person(self, action: str) -> bool:
        """Whether an action or an item is asked of the operator."""


@dataclass(frozen=True, slots=True)
class World:
    """What a lane has to do with: connections, monotonic seconds, and the wall clock (UTC)."""

    connect: Callable[[Endpoint], Awaitable[Link | Refusal]]
    now: Callable[[], float]
    utc_now: Callable[[], datetime]
    probe: Callable[[Endpoint], Awaitable[TlsProbe | Refusal]] = probe_tls
    probe_weak: Callable[[Endpoint], Awaitable[dict[str, str] | Refusal]] = probe_weak


def real_world() -> World:
    """Sockets and clocks of this machine."""
    return World(partial(open_connection, accept_any_subprotocol=True), now, utc_now)
