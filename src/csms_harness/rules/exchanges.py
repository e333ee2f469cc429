"""The exchanges of a case, read back from its transcript: a CALL, its answer, and where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from csms_harness.record.facts import CaseFact, EntryFact


@dataclass(frozen=True, slots=True)
class Exchange:
    """A CALL and its CALLRESULT. ``answer`` is None when there was none that could be read.

    ``number`` is the transcript number of the Central System's frame of the two; ``role`` that of the CALL.
    """

    case: CaseFact
    action: str
    request: dict[str, Any]
    answer: dict[str, Any] | None
    number: int
    role: str

    @property
    def place(self) -> str:
        """Where to find it, for a report."""
        return f"{self.case.id} frame {self.number}"


def from_charge_point(case: CaseFact, *actions: str) -> Iterator[Exchange]:
    """The CALLs of the Charge Point with these actions, each with its answer."""
    answers = {
        entry.unique_id: entry
        for entry in reversed(case.transcript)
        if entry.direction == "CS" and entry.message.endswith(".conf")
    }
    for entry in _calls(case, "CP", actions):
        answer = answers.get(entry.unique_id)
        number = entry.number if answer is None else answer.number
        payload = None if answer is None else _payload(answer, 2)
        yield Exchange(case, entry.message.removesuffix(".req"), _payload(entry, 3) or {}, payload, number, entry.role)


def from_central_system(case: CaseFact, *actions: str) -> Iterator[Exchange]:
    """The CALLs of the Central System, with the answer they were given."""
    answers = {
        entry.unique_id: entry
        for entry in case.transcript
        if entry.direction == "CP" and entry.message.endswith(".conf")
    }
    for entry in _calls(case, "CS", actions):
        answer = answers.get(entry.unique_id)
        payload = None if answer is None else _payload(answer, 2)
        request = _payload(entry, 3)
        if request is not None:
            yield Exchange(case, entry.message.removesuffix(".req"), request, payload, entry.number, entry.role)


def _calls(case: CaseFact, direction: str, actions: tuple[str, ...]) -> Iterator[EntryFact]:
    for entry in case.transcript:
        is_call = entry.kind == "frame" and entry.direction == direction and entry.message.endswith(".req")
        if is_call and (not actions or entry.message.removesuffix(".req") in actions):
            yield entry


def _payload(entry: EntryFact, position: int) -> dict[str, Any] | None:
    """The payload of a frame, or None when it is no object."""
    try:
        payload = json.loads(entry.text)[position]
    except (ValueError, IndexError, TypeError, KeyError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None
