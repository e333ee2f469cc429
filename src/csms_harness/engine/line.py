"""The line to the Central System: what outlives a case on one lane. Pure state."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from csms_harness.charge_point.model import ChargePoint
from csms_harness.ocppj.frames import Payload
from csms_harness.ocppj.rpc import Conversation


@dataclass(slots=True)
class Line:
    """One Charge Point and its connection, kept from case to case.

    ``fresh`` asks for a new connection before the next case; ``background`` holds CALLs that yield to the
    scenario (answers to a TriggerMessage, heartbeats); ``heard`` counts frames of the Central System.
    """

    charge_point: ChargePoint
    connected: bool = False
    conversation: Conversation = field(default_factory=Conversation)
    background: deque[tuple[str, Payload]] = field(default_factory=deque)
    fresh: bool = False
    heard: int = 0
    last_call_at: float = 0.0
    last_reply_at: float = -1e9

    def opened(self, at: float) -> None:
        """A connection was accepted: a conversation of its own begins."""
        self.connected = True
        self.fresh = False
        self.conversation = Conversation(prefix=f"{self.charge_point.identity[:20]}-{int(at * 1000) % 10**9}")
        self.last_call_at = at

    def lost(self) -> None:
        """The connection is gone; what waited in the background is gone with it."""
        self.connected = False
        self.background.clear()
        self.charge_point.cut()
