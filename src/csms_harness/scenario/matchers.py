"""The matchers of the scenario language: what a value that has come must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from csms_harness.documents.location import Location
from csms_harness.scenario.values import Reference, Value


@dataclass(frozen=True, slots=True)
class Equals:
    """A literal: the member equals this value (objects as subsets, lists exactly, numbers as decimals)."""

    value: Value
    where: Location


@dataclass(frozen=True, slots=True)
class Asked:
    """The member is what the trigger of its step asked for at the same place; date-times as moments, not as texts."""

    value: Reference

    @property
    def where(self) -> Location:
        """Where it is written."""
        return self.value.where


@dataclass(frozen=True, slots=True)
class Requirement:
    """One predicate with its operand; ``word`` is its name in the table of predicates."""

    word: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Predicates:
    """Named predicates, all of which must hold."""

    requirements: tuple[Requirement, ...]
    where: Location

    def operand(self, word: str) -> Operand:
        """The operand of a predicate, or None when that is not among them."""
        return next((one.operand for one in self.requirements if one.word == word), None)


@dataclass(frozen=True, slots=True)
class Members:
    """A matcher for each named member; members not named are free."""

    members: Mapping[str, Matcher]
    where: Location


@dataclass(frozen=True, slots=True)
class When:
    """``if``, ``then``, ``else``: what must hold when the condition does, and what when it does not."""

    condition: Matcher
    then: Matcher
    otherwise: Matcher | None
    where: Location


@dataclass(frozen=True, slots=True)
class Both:
    """Two matchers, both of which must hold."""

    first: Matcher
    second: Matcher

    @property
    def where(self) -> Location:
        """Where the first is written."""
        return self.first.where


Matcher: TypeAlias = Equals | Asked | Predicates | Members | When | Both
Operand: TypeAlias = "Value | Matcher | Sequence[Matcher]"
"""What stands behind a predicate: a value, a matcher, or a list of matchers."""
