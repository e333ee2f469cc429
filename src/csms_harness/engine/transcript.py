"""The append-only record of what happened in a case; secrets are masked on the way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from csms_harness.engine.masking import mask
from csms_harness.ocppj.frames import Breach, Call, CallError, CallResult, Frame, Message


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
    _secrets: frozenset[str] = frozenset()

    def hide(self, secrets: frozenset[str]) -> None:
        """Mask these from now on, wherever they stand."""
        self._secrets |= secrets

    def masked(self, text: str) -> str:
        """A text as it may be written down."""
        return mask(text, self._secrets)

    def note(self, at: float, kind: str, text: str, *, role: str, step: str, message: str = "") -> int:
        """Write down something that is not a frame; returns its number."""
        return self._add(Entry(0, at, kind, role=role, step=step, text=self.masked(text), message=message))

    def sent(
        self, at: float, text: str, message: Message, *, name: str, role: str, step: str, filled: Iterable[str] = ()
    ) -> int:
        """Write down a frame of ours; returns its number."""
        named, unique_id = title(message, name), message.unique_id
        return self._add(Entry(0, at, "frame", "CP", role, step, named, unique_id, self.masked(text), tuple(filled)))

    def received(
        self, at: float, frame: Frame, *, name: str, role: str, step: str, latency: float | None = None
    ) -> int:
        """Write down a frame of the Central System; returns its number."""
        unique_id = "" if frame.message is None else frame.message.unique_id
        return self._add(
            Entry(
                0, at, "frame", "CS", role, step, title(frame.message, name), unique_id, self.masked(frame.text),
                latency=latency, breaches=self._said(frame.breaches),
            )
        )  # fmt: skip

    def breached(self, number: int, breaches: Iterable[Breach]) -> None:
        """Put in all that is wrong with a frame, when its payload has been judged."""
        self.amend(number, breaches=self._said(breaches))

    def _said(self, breaches: Iterable[Breach]) -> tuple[str, ...]:
        return tuple(self.masked(said(breach)) for breach in breaches)

    def amend(self, number: int, **changes: object) -> None:
        """Put in what becomes known later: the moment of the write, a role, breaches of the payload."""
        self.entries[number - 1] = replace(self.entries[number - 1], **changes)  # type: ignore[arg-type]

    def _add(self, entry: Entry) -> int:
        number = len(self.entries) + 1
        self.entries.append(replace(entry, number=number))
        return number


def said(breach: Breach) -> str:
    """A breach in words, with its place in the payload."""
    return f"{breach.path}: {breach.text}" if breach.path else breach.text


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
