"""The append-only record of what happened in a case; secrets are masked on the way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from csms_harness.engine.masking import mask
from csms_harness.ocppj.frames import Call, CallError, CallResult, Frame, Message


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; ``at`` in monotonic seconds. See EntryFact in report/facts.py for the meaning of the members."""

    number: int
    at: float
    kind: str
    direction: str = ""
    role: str = "scenario"
    step: str = ""
    message: str = ""
    unique_id: str = ""
    text: str = ""
    filled: tuple[str, ...] = ()
    latency: float | None = None
    breaches: tuple[str, ...] = ()


@dataclass(slots=True)
class Transcript:
    """Entries in the order in which the harness saw them."""

    entries: list[Entry] = field(default_factory=list)

    def note(self, at: float, kind: str, text: str, *, role: str, step: str, message: str = "") -> int:
        """Write down something that is not a frame; returns its number."""
        return self._add(Entry(0, at, kind, role=role, step=step, text=mask(text), message=message))

    def sent(
        self, at: float, text: str, message: Message, *, name: str, role: str, step: str, filled: Iterable[str] = ()
    ) -> int:
        """Write down a frame of ours; returns its number."""
        return self._add(
            Entry(0, at, "frame", "CP", role, step, title(message, name), message.unique_id, mask(text), tuple(filled))
        )

    def received(
        self, at: float, frame: Frame, *, name: str, role: str, step: str, latency: float | None = None
    ) -> int:
        """Write down a frame of the Central System; returns its number."""
        unique_id = "" if frame.message is None else frame.message.unique_id
        breaches = tuple(breach.text for breach in frame.breaches)
        return self._add(
            Entry(
                0, at, "frame", "CS", role, step, title(frame.message, name), unique_id, mask(frame.text),
                latency=latency, breaches=breaches,
            )
        )  # fmt: skip

    def amend(self, number: int, **changes: object) -> None:
        """Put in what becomes known later: the moment of the write, a role, breaches of the payload."""
        self.entries[number - 1] = replace(self.entries[number - 1], **changes)  # type: ignore[arg-type]

    def _add(self, entry: Entry) -> int:
        number = len(self.entries) + 1
        self.entries.append(replace(entry, number=number))
        return number


def title(message: Message | None, action: str) -> str:
    """How a message is named in prose: ``Authorize.req``, ``Authorize.conf``, ``CALLERROR NotImplemented``."""
    match message:
        case Call():
            return f"{message.action}.req"
        case CallResult():
            return f"{action}.conf" if action else "CALLRESULT"
        case CallError():
            return f"CALLERROR {message.code}"
        case _:
            return "unreadable frame"
