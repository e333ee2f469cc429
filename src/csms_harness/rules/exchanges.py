"""The exchanges of a case: a CALL, its answer, and where they stand."""

from __future__ import annotations

from csms_harness.evidence import Entry, Role
from csms_harness.frozen import dataclass
from csms_harness.message import Message
from csms_harness.ocppj.frames import Payload
from csms_harness.rules.verdicts import Ran, RuleBreach


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


def readable(message: Message) -> bool:
    """Whether its payload is what the sender wrote; what is no object tells nothing."""
    return bool(message.action) and not (message.breaches and any(one.keyword == "payload" for one in message.breaches))
