"""A CALL of the Charge Point on its way: waiting for the line, sent, answered or given up."""

from __future__ import annotations

from dataclasses import field
from typing import Final

from csms_harness.evidence import Role
from csms_harness.frozen import dataclass
from csms_harness.message import Message
from csms_harness.ocppj.frames import Payload

READING_SLACK = 0.05
"""Seconds that the harness gives itself to read an answer that arrived just in time; its stamp decides."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How a message becomes WebSocket frames (RFC 6455 section 5): as text or ``binary``, in so many ``fragments``.

    Fragments beyond the bytes of the message are empty. ``pinged`` is the application data of a ping behind the first.
    """

    binary: bool = False
    fragments: int = 1
    pinged: str | None = None


WHOLE: Final = Framing()
"""One text frame, as nearly every message."""


@dataclass(slots=True)
class Outgoing:
    """One CALL. ``limit`` is the longest wait for its answer, in seconds; ``filled`` what was filled in by itself.

    A ``raw`` one may be wrong on purpose: the Charge Point learns nothing from its refusal. ``forged`` is the text of
    one that is sent as it stands: it has no action.

    ``number`` and ``answer_number`` are the transcript numbers of the CALL and of its answer.
    """

    action: str
    payload: Payload
    role: Role
    limit: float
    step: str = ""
    filled: tuple[str, ...] = ()
    raw: bool = False
    forged: str = ""
    framing: Framing = WHOLE
    unique_id: str = ""
    number: int | None = None
    sent_at: float | None = None
    answer: Message | None = None
    answer_number: int | None = None
    latency: float | None = None
    sample: int | None = field(default=None, repr=False)

    @property
    def due(self) -> float | None:
        """When its answer is due; None while it has not been written."""
        return None if self.sent_at is None else self.sent_at + self.limit

    @property
    def given_up_at(self) -> float | None:
        """When nobody waits for its answer any longer; None while it has not been written."""
        return None if self.sent_at is None else self.sent_at + self.limit + READING_SLACK

    @property
    def late(self) -> bool:
        """Whether its answer arrived after its time."""
        return self.latency is not None and self.latency > self.limit
