"""An entry of a transcript as a row on paper: whose it is, what it is called, what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from csms_harness.evidence import Entry, Happening, Role
from csms_harness.record.facts import BetweenFact, CaseFact
from csms_harness.report.titles import note_text, title_of


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``at`` in seconds since the case began; ``direction`` is CP, CS or empty for what is no message.

    ``kind`` is frame, connected, refused, disconnected or trigger; ``title`` the message's name; ``text`` its raw text,
    or a sentence.
    """

    number: int
    at: float
    kind: str
    direction: str
    role: Role
    title: str
    text: str
    latency: float | None
    filled: tuple[str, ...]
    answers: bool


_KINDS: Final = {Happening.ASKED: "trigger"}


def row_of(case: CaseFact | BetweenFact, entry: Entry) -> Row:
    """The row of an entry."""
    at, message, note = case.after(entry), entry.message, entry.note
    if message is not None:
        title = title_of(message)
        return Row(
            entry.number, at, "frame", message.side, entry.role, title, message.text, entry.latency, entry.filled,
            message.is_answer,
        )  # fmt: skip
    kind, text = ("note", "") if note is None else (_KINDS.get(note.what, str(note.what)), note_text(note))
    return Row(entry.number, at, kind, "", entry.role, "", text, None, (), answers=False)


def rows_of(case: CaseFact) -> tuple[Row, ...]:
    """All rows of a case."""
    return tuple(row_of(case, entry) for entry in case.transcript)
