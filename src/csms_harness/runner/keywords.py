"""``-k EXPR``: cases by words, as pytest knows it: ``reservation and not (TC_046 or local)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

Holds = Callable[[str], bool]
"""Whether an expression holds for a text, whose letter case does not matter."""

_TOKEN: Final = re.compile(r"\s*(?:([()])|([^\s()]+))")
_OPERATORS: Final = frozenset({"and", "or", "not"})


def keywords(expression: str) -> Holds:
    """The expression as what it asks of a text. Raises ValueError with one sentence and the place in it."""
    reader = _Reader(list(_tokens(expression)), expression)
    found = reader.alternatives()
    if reader.next is not None:
        raise reader.wrong("'and' or 'or' is due")
    return lambda text: found(text.casefold())


def _tokens(expression: str) -> Iterator[tuple[str, int]]:
    for found in _TOKEN.finditer(expression.rstrip()):
        yield found[found.lastindex or 0], found.start(found.lastindex or 0)


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, int]]
    expression: str
    at: int = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def wrong(self, due: str) -> ValueError:
        column = self.tokens[self.at][1] + 1 if self.at < len(self.tokens) else len(self.expression) + 1
        found = f", this is {self.next!r}" if self.next is not None else ", and nothing follows"
        return ValueError(f"-k {self.expression!r}, column {column}: {due}{found}")

    def alternatives(self) -> Holds:
        parts = [self.conjunction()]
        while self.next == "or":
            self.at += 1
            parts.append(self.conjunction())
        return lambda text: any(part(text) for part in parts)

    def conjunction(self) -> Holds:
        parts = [self.term()]
        while self.next == "and":
            self.at += 1
            parts.append(self.term())
        return lambda text: all(part(text) for part in parts)

    def term(self) -> Holds:
        token = self.next
        if token == "not":
            self.at += 1
            inner = self.term()
            return lambda text: not inner(text)
        if token == "(":
            self.at += 1
            found = self.alternatives()
            if self.next != ")":
                raise self.wrong("')' is due")
            self.at += 1
            return found
        if token is None or token == ")" or token in _OPERATORS:
            raise self.wrong("a word is due, such as TC_046 or reservation")
        self.at += 1
        word = token.casefold()
        return lambda text: word in text
