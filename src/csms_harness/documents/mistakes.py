"""Mistakes in a file somebody wrote: collected, then told all at once, each with its line and a caret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from csms_harness.addresses import mask_addresses, mask_members
from csms_harness.documents.location import Location

_WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it stands, one sentence, the line as written, and what was probably meant."""

    where: Location
    text: str
    line_text: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """``file:line:column: text``, the source line without its secrets, and a caret with the hint."""
        head = f"{self.where}: {self.text}"
        if not self.line_text:
            return f"{head} ({self.hint})" if self.hint else head
        before = _without_secrets(self.line_text[: self.where.column - 1])
        shown, column = _window(_without_secrets(self.line_text), len(before) + 1)
        return "\n".join((head, shown, f"{' ' * (column - 1)}^ {self.hint}".rstrip()))


def _without_secrets(line: str) -> str:
    return mask_members(mask_addresses(line))


class Mistakes(Exception):
    """Everything that is wrong with what was read, in the order of files and lines, each only once."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(dict.fromkeys(mistakes), key=lambda mistake: (mistake.where, mistake.text))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?`` when something known is close, else an empty text."""
    choices = {choice.casefold(): choice for choice in known}
    close = get_close_matches(word.casefold(), choices, n=1, cutoff=0.6)
    return f"did you mean '{choices[close[0]]}'?" if close else ""


def one_of(words: Iterable[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``: a choice in prose."""
    *firsts, last = words
    return f"{', '.join(firsts)} or {last}" if firsts else last


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a line that holds the column, tabs shown as one blank, and the column in that part."""
    text = "".join(char if char.isprintable() else " " for char in line)
    if len(text) <= _WIDTH:
        return text.rstrip(), column
    start = min(max(0, column - _WIDTH // 2), len(text) - _WIDTH)
    return text[start : start + _WIDTH].rstrip(), column - start
