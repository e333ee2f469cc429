"""The predicates, each declared once: its operand, what it is for, how it reads, and when it holds.

The reader, the matcher, the editor schema, ``show`` and the words of a finding are made from this table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Protocol, cast

from csms_harness.scenario.comparing import in_order, is_near, same
from csms_harness.scenario.matchers import Matcher, Operand, Predicates, Requirement
from csms_harness.scenario.operands import (
    BOUND,
    CERTIFICATES,
    COUNT,
    FLAG,
    ITEM,
    ITEMS,
    LENGTH,
    MATCHER,
    PATTERN,
    VALUE,
    VALUES,
    OperandKind,
    Tells,
)
from csms_harness.scenario.shapes import Shape, ShapeKind
from csms_harness.scenario.values import Value

ABSENT: Final = object()
"""Stands for a member that is not there."""

MAX_TEXT: Final = 4096
"""A pattern is held against at most this much of a foreign string."""


class Judges(Protocol):
    """What judges a message: it knows the names of the case and the moment."""

    def resolved(self, value: Value) -> Any:
        """A value with its names replaced."""

    def seconds(self, value: Value) -> float:
        """A length of time in seconds."""

    def fits(self, matcher: Matcher, actual: object, path: str) -> bool:
        """Whether a matcher holds for a value."""


@dataclass(frozen=True, slots=True)
class Question:
    """One requirement, put to one value of a message; ``among`` are the predicates it stands among."""

    actual: Any
    path: str
    operand: Operand
    among: Predicates
    judge: Judges

    def wanted(self) -> Any:
        """The operand as a value."""
        return self.judge.resolved(cast(Value, self.operand))

    def same(self, wanted: object) -> bool:
        """Whether the value is this one."""
        return same(wanted, self.actual, self.path)

    def compared(self, holds: Callable[[Any, Any], bool]) -> bool:
        """Whether value and operand stand in this order."""
        return in_order(self.actual, self.wanted(), holds)

    def fits(self, actual: object) -> bool:
        """Whether the operand, a matcher, holds for this."""
        return self.judge.fits(cast(Matcher, self.operand), actual, self.path)

    def items(self) -> Iterator[bool] | None:
        """For each item of the list whether the operand holds; None when the value is no list."""
        return (self.fits(item) for item in self.actual) if isinstance(self.actual, list) else None


class Absence(Enum):
    """What a predicate says of a member that is not there."""

    FAILS = "fails"
    HOLDS = "holds"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Predicate:
    """A word of the language.

    ``kinds`` are the kinds of member it is for (none: all), with date-times or without; ``english`` holds {} for
    the operand and the names of others beside it; ``needs`` must stand beside it. One that ``is_check`` demands
    something; the others tell more about those. ``inside``: what its operand finds is what it finds, about the value or
    about what ``view`` makes of it, which raises Unreadable when nothing can be made.
    """

    name: str
    operand: OperandKind
    english: str
    meaning: str
    holds: Callable[[Question], bool]
    kinds: tuple[ShapeKind, ...] = ()
    moments: bool = False
    needs: str = ""
    example: str = ""
    absence: Absence = Absence.FAILS
    is_check: bool = True
    inside: bool = False
    view: Callable[[Any], Any] | None = None

    def is_for(self, shape: Shape) -> bool:
        """Whether it can be asked about such a member."""
        if shape.kind == "any" or not (self.kinds or self.moments):
            return True
        return shape.kind in self.kinds or (shape.is_moment and self.moments)

    @property
    def field(self) -> str:
        """What it is for, in words: ``numbers and date-times``."""
        kinds = dict.fromkeys(_KIND_WORDS[kind] for kind in self.kinds)
        return " and ".join([*kinds, *(("date-times",) if self.moments else ())])


_KIND_WORDS: Final[Mapping[str, str]] = {
    "string": "text", "integer": "numbers", "number": "numbers", "array": "lists",
}  # fmt: skip
_NUMBERS: Final[tuple[ShapeKind, ...]] = ("integer", "number")
_LISTS: Final[tuple[ShapeKind, ...]] = ("array",)


def _matches(question: Question) -> bool:
    text, pattern = question.actual, str(question.operand)
    return isinstance(text, str) and re.fullmatch(pattern, text[:MAX_TEXT]) is not None


def _near(question: Question) -> bool:
    margin = question.judge.seconds(cast(Value, question.among.operand("tolerance")))
    return is_near(question.actual, question.wanted(), margin)


def _any(question: Question) -> bool:
    items = question.items()
    return items is not None and any(items)


def _each(question: Question) -> bool:
    items = question.items()
    return items is not None and all(items)


def _only(question: Question) -> bool:
    """Each of these once, in any order: every item is matched with one of the operands that are left."""
    left = list(cast("list[Matcher]", question.operand))
    if not isinstance(question.actual, list) or len(question.actual) != len(left):
        return False
    return _pairs(question, question.actual, left)


def _pairs(question: Question, items: list[Any], left: list[Matcher]) -> bool:
    if not items:
        return True
    fitting = (one for one in left if question.judge.fits(one, items[0], question.path))
    return any(_pairs(question, items[1:], [other for other in left if other is not one]) for one in fitting)


def _chain(actual: object) -> Any:
    """What a text of certificates says. Raises Unreadable."""
    from csms_harness.certificates.reading import chain_facts  # noqa: PLC0415  X.509 is slow to load, and seldom needed

    return chain_facts(actual if isinstance(actual, str) else "")


_TABLE: Final = (
    Predicate(
        "equals", VALUE, "{}", "Is this value; objects may hold more members.",
        lambda question: question.same(question.wanted()),
    ),
    Predicate(
        "not", MATCHER, "not {}", "Does not match this.",
        lambda question: not question.fits(question.actual),
    ),
    Predicate(
        "one_of", VALUES, "one of {}", "Is one of these values.",
        lambda question: any(question.same(choice) for choice in question.wanted()),
    ),
    Predicate(
        "only", ITEMS, "a list of only {}", "Is a list of these and nothing else, each once, in any order.",
        _only, kinds=_LISTS,
    ),
    Predicate(
        "matches", PATTERN, "text like {}", "Is a text that this regular expression matches from begin to end.",
        _matches, kinds=("string",),
    ),
    Predicate(
        "at_least", BOUND, "at least {}", "Is this number or more.",
        lambda question: question.compared(lambda one, other: one >= other), kinds=_NUMBERS, moments=True,
    ),
    Predicate(
        "at_most", BOUND, "at most {}", "Is this number or less.",
        lambda question: question.compared(lambda one, other: one <= other), kinds=_NUMBERS, moments=True,
    ),
    Predicate(
        "more_than", BOUND, "more than {}", "Is more than this number.",
        lambda question: question.compared(lambda one, other: one > other), kinds=_NUMBERS,
    ),
    Predicate(
        "less_than", BOUND, "less than {}", "Is less than this number.",
        lambda question: question.compared(lambda one, other: one < other), kinds=_NUMBERS,
    ),
    Predicate(
        "near", BOUND, "{} ± {tolerance}", "Is this number or date-time, give or take the tolerance.",
        _near, kinds=_NUMBERS, moments=True, needs="tolerance", example="such as {near: $now, tolerance: 5 min}",
    ),
    Predicate(
        "tolerance", LENGTH, "± {}", "How far from 'near' is near enough.",
        lambda _: True, needs="near", is_check=False,
    ),
    Predicate(
        "after", BOUND, "later than {}", "Is a date-time later than this.",
        lambda question: question.compared(lambda one, other: one > other), moments=True,
    ),
    Predicate(
        "present", FLAG, "{}", "Is there (true) or is not there (false).",
        lambda question: question.operand is (question.actual is not ABSENT), absence=Absence.ASKED,
    ),
    Predicate(
        "if_present", MATCHER, "absent or {}", "Is not there, or matches this.",
        lambda question: question.fits(question.actual), absence=Absence.HOLDS, inside=True,
    ),
    Predicate(
        "absent_means", VALUE, "absent means {}",
        "The specification's default: a member that is not there is judged as this value.",
        lambda _: True, is_check=False,
    ),
    Predicate(
        "certificates", CERTIFICATES, "{}",
        "Is a text of certificates in PEM, and they say this: leaf, number, inOrder.",
        lambda question: question.fits(_chain(question.actual)), kinds=("string",), inside=True,
        view=_chain,
    ),
    Predicate("contains", ITEM, "a list with {}", "Is a list with an element that matches this.", _any, kinds=_LISTS),
    Predicate(
        "each", ITEM, "a list in which each is {}", "Is a list whose elements all match this.", _each, kinds=_LISTS
    ),
    Predicate(
        "count", COUNT, "a list of {}", "Is a list of so many elements.",
        lambda question: isinstance(question.actual, list) and question.fits(len(question.actual)), kinds=_LISTS,
    ),
)  # fmt: skip

PREDICATES: Final[Mapping[str, Predicate]] = {one.name: one for one in _TABLE}
"""The words that make a mapping a set of predicates. None is a member name of an OCPP 1.6 payload."""


def checks(held: Predicates) -> Iterator[Requirement]:
    """The requirements that demand something."""
    return (one for one in held.requirements if PREDICATES[one.word].is_check)


def in_english(one: Requirement, among: Predicates, tells: Tells) -> str:
    """A requirement in a few words: ``at least 1``."""
    told = {other.word: _told(other, tells) for other in among.requirements if not PREDICATES[other.word].is_check}
    return PREDICATES[one.word].english.format(_told(one, tells), **told)


def _told(one: Requirement, tells: Tells) -> str:
    return PREDICATES[one.word].operand.tell(one.operand, tells)
