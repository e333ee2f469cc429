"""The exchanges of a case: a CALL, its answer, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from csms_harness.evidence import Entry, Role
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocppj.frames import Payload
from csms_harness.rules.verdicts import Ran, RuleBreach

_CALL, _CALLRESULT = MessageType.CALL, MessageType.CALLRESULT


@dataclass(frozen=True, slots=True)
class Exchange:
    """A CALL and its CALLRESULT. ``answer`` is None when there was none that could be read.

    ``entry`` is the Central System's message of the two; ``role`` that of the CALL.
    """

    case: Ran
    action: str
    request: Payload
    answer: Payload | None
    entry: Entry
    role: Role

    def breach(self, **more: object) -> RuleBreach:
        """A departure that shows here."""
        return RuleBreach(self.case.id, self.entry.number, action=self.action, **more)  # type: ignore[arg-type]


def exchanges(case: Ran, caller: Side) -> Iterator[Exchange]:
    """The CALLs of one side, each with the answer it was given."""
    answers = _answers(case, caller)
    for entry in case.transcript:
        message = entry.message
        if message is None or message.side is not caller or message.type is not _CALL or not readable(message):
            continue
        answer = answers.get(message.unique_id)
        theirs = entry if answer is None or caller is Side.CENTRAL_SYSTEM else answer
        payload = None if answer is None or answer.message is None else answer.message.payload
        yield Exchange(case, message.action, message.payload, payload, theirs, entry.role)


def _answers(case: Ran, caller: Side) -> dict[str, Entry]:
    """The first CALLRESULT to each CALL of one side, by uniqueId."""
    found: dict[str, Entry] = {}
    for entry in case.transcript:
        if entry.message is not None and _answers_a_call_of(entry.message, caller):
            found.setdefault(entry.message.unique_id, entry)
    return found


def _answers_a_call_of(message: Message, caller: Side) -> bool:
    return message.side is not caller and message.type is _CALLRESULT and readable(message)


def readable(message: Message) -> bool:
    """Whether its payload is what the sender wrote; what is no object tells nothing."""
    return bool(message.action) and not any(breach.keyword == "payload" for breach in message.breaches)
