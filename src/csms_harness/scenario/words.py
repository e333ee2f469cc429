"""Matchers in a few English words; how values are told is up to whoever asks."""

from __future__ import annotations

from csms_harness.scenario.matchers import Asked, Both, Equals, Matcher, Members, Predicates, When
from csms_harness.scenario.operands import Tells
from csms_harness.scenario.predicates import checks, in_english


def in_words(matcher: Matcher, tells: Tells) -> str:
    """A matcher in a few words: ``Accepted``, ``at least 1``, ``one of Rejected, UnknownMessageId``."""
    match matcher:
        case Equals(value) | Asked(value):
            return tells.value(value)
        case Members(members):
            return "{" + ", ".join(f"{name}: {tells.matcher(inner)}" for name, inner in members.items()) + "}"
        case Predicates():
            return " and ".join(in_english(one, matcher, tells) for one in checks(matcher))
        case Both(first, second):
            return f"{tells.matcher(first)} and {tells.matcher(second)}"
        case When(condition, then, otherwise):
            other = "" if otherwise is None else f", else {tells.matcher(otherwise)}"
            return f"{tells.matcher(then)} if {tells.matcher(condition)}{other}"
