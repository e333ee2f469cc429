"""One record of what crossed the wire: made once, where a frame is recognised, and read by everybody else."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core.core_schema import CoreSchema, simple_ser_schema

from csms_harness.frozen import dataclass
from csms_harness.ocppj.breach import Breach
from csms_harness.ocppj.frames import Payload


class Word(StrEnum):
    """A word of a closed list that stands in every line of a record: written as the text it is, not asked for it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return {**handler(source), "serialization": simple_ser_schema("str")}


class Side(Word):
    """Who sent a message."""

    CHARGE_POINT = "CP"
    CENTRAL_SYSTEM = "CS"


class MessageType(Word):
    """What a message is (OCPP-J 1.6 section 4.2); UNREADABLE is a frame in which none could be recognised."""

    CALL = "CALL"
    CALLRESULT = "CALLRESULT"
    CALLERROR = "CALLERROR"
    UNREADABLE = "UNREADABLE"


_ANSWERS = (MessageType.CALLRESULT, MessageType.CALLERROR)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it crossed the wire.

    ``at`` is monotonic seconds: of the arrival, or of the moment at which the Charge Point wrote it. ``action`` of an
    answer is that of the CALL it answers, empty when it answers none of ours. ``payload`` is the JSON object in it; of
    a CALLERROR ``{code, description, details}``, whose ``code`` is kept beside it. ``breaches`` hold all that is wrong
    with the frame and its payload.
    ``text`` is the raw frame, unmasked: what is shown or stored goes through ``record.masking`` first. A payload is not
    stored, because it stands in the text.
    """

    at: float
    side: Side
    type: MessageType
    action: str = ""
    unique_id: str = ""
    text: str = ""
    breaches: tuple[Breach, ...] = ()
    payload: Annotated[Payload, Field(exclude=True)] = field(default_factory=dict)
    code: str = ""

    @property
    def faults(self) -> tuple[Breach, ...]:
        """The breaches that are more than a note."""
        return tuple(breach for breach in self.breaches if not breach.note) if self.breaches else ()

    @property
    def is_answer(self) -> bool:
        """Whether it answers a CALL."""
        return self.type in _ANSWERS
