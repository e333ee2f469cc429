"""What a message must say, held against what it says. A mismatch is a value: path, required, observed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from csms_harness.certificates.pem import Unreadable
from csms_harness.documents.location import Location
from csms_harness.frozen import dataclass
from csms_harness.scenario.comparing import same
from csms_harness.scenario.matchers import Asked, Both, Equals, Matcher, Members, Predicates, Requirement, When
from csms_harness.scenario.predicates import ABSENT, PREDICATES, Absence, Predicate, Question, checks, in_english
from csms_harness.scenario.references import Scope, resolve, seconds
from csms_harness.scenario.values import Reference, Value
from csms_harness.scenario.words import in_words

__all__ = ["ABSENT", "Mismatch", "count_checks", "match", "same", "shown"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One requirement that does not hold, in words fit for a report; ``word`` is the predicate it was made with."""

    path: str
    required: str
    observed: str
    where: Location
    word: str = "equals"


def match(matcher: Matcher, actual: Any, scope: Scope, now: datetime, path: str = "") -> list[Mismatch]:
    """Every mismatch between a value and a matcher; empty when all holds. Raises UndefinedName."""
    if isinstance(matcher, Members) and _says(matcher, actual):
        return []
    return list(_Judge(scope, now).mismatches(matcher, actual, path))


def _says(wanted: Members, actual: Any) -> bool:
    """Whether an object says, letter by letter, the texts that are written, and nothing else is wanted of it."""
    if not isinstance(actual, dict):
        return False
    for name, matcher in wanted.members.items():
        if isinstance(matcher, Equals):
            if not isinstance(matcher.value, str) or actual.get(name) != matcher.value:
                return False
        elif not isinstance(matcher, Members) or not _says(matcher, actual.get(name)):
            return False
    return True


def count_checks(matcher: Matcher | None) -> int:
    """How many single requirements a matcher makes; of two ways the shorter counts."""
    match matcher:
        case None:
            return 0
        case Members():
            return sum([count_checks(one) for one in matcher.members.values()])
        case Predicates():
            return len(list(checks(matcher)))
        case Both():
            return count_checks(matcher.first) + count_checks(matcher.second)
        case When():
            return min(count_checks(matcher.then), count_checks(matcher.otherwise))
    return 1


def shown(value: Any, limit: int = 200) -> str:
    """A value as short text for a report; foreign characters stay as they are, sinks clean them.

    A text keeps its quotes where it would read as something else: "300" is no 300, and "absent" is not absent.
    """
    if value is ABSENT:
        return "absent"
    plain = isinstance(value, str) and not _reads_otherwise(value)
    text = value if plain else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _reads_otherwise(text: str) -> bool:
    """Whether a text without its quotes is taken for a number, a list, nothing."""
    if text in ("", "absent"):
        return True
    if text[0] not in _BEGINS_JSON:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


_BEGINS_JSON: Final = frozenset('-0123456789tfn[{"NI')


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges a message at a moment of a case, and tells what is required by the values that names have then."""

    scope: Scope
    now: datetime

    def mismatches(self, matcher: Matcher, actual: Any, path: str) -> Iterable[Mismatch]:
        """Every mismatch, each looked for when it is asked for."""
        match matcher:
            case Members():
                return self._members(matcher, actual, path)
            case Equals():
                return self._equals(matcher, actual, path)
            case Asked():
                return self._asked(matcher, actual, path)
            case Predicates():
                return self._predicates(matcher, actual, path)
            case Both():
                return self._both(matcher, actual, path)
            case When(condition, then, otherwise):
                taken = then if self.fits(condition, actual, path) else otherwise
                return () if taken is None else self.mismatches(taken, actual, path)

    def _equals(self, matcher: Equals, actual: Any, path: str) -> Sequence[Mismatch]:
        wanted = self.resolved(matcher.value)
        if wanted is None and isinstance(matcher.value, Reference):
            return ()  # a parameter that was left null demands nothing, as it sends nothing
        return () if same(wanted, actual, path) else (_mismatch(path, shown(wanted), actual, matcher.where),)

    def _asked(self, matcher: Asked, actual: Any, path: str) -> Sequence[Mismatch]:
        if self.scope.has("asked") and not self.scope.has(matcher.value.name):
            return ()  # a parameter that is left out was not asked for
        wanted = self.scope.value(matcher.value)
        if same(wanted, actual, path, moments=True):
            return ()
        return (_mismatch(path, shown(wanted), actual, matcher.where, "asked"),)

    def _both(self, held: Both, actual: Any, path: str) -> Iterator[Mismatch]:
        yield from self.mismatches(held.first, actual, path)
        yield from self.mismatches(held.second, actual, path)

    def _members(self, held: Members, actual: Any, path: str) -> Iterator[Mismatch]:
        if actual is not ABSENT and not isinstance(actual, dict):
            yield _mismatch(path, "an object", actual, held.where, "members")
            return
        for name, matcher in held.members.items():
            child = actual.get(name, ABSENT) if isinstance(actual, dict) else ABSENT
            yield from self.mismatches(matcher, child, f"{path}.{name}" if path else name)

    def _predicates(self, held: Predicates, actual: Any, path: str) -> Iterator[Mismatch]:
        default = held.operand("absent_means")
        if actual is ABSENT and default is not None:
            actual = self.resolved(cast(Value, default))
        for one in checks(held):
            yield from self._requirement(one, held, actual, path)

    def _requirement(self, one: Requirement, held: Predicates, actual: Any, path: str) -> Iterator[Mismatch]:
        predicate = PREDICATES[one.word]
        if actual is ABSENT and predicate.absence is Absence.HOLDS:
            return
        if predicate.inside:
            yield from self._inside(predicate, one, held, actual, path)
            return
        is_missing = actual is ABSENT and predicate.absence is Absence.FAILS
        if is_missing or not predicate.holds(Question(actual, path, one.operand, held, self)):
            yield _mismatch(path, in_english(one, held, self), actual, held.where, one.word)

    def _inside(
        self, predicate: Predicate, one: Requirement, held: Predicates, actual: Any, path: str
    ) -> Iterator[Mismatch]:
        """What the operand finds, about the value itself or about what is seen in it."""
        if predicate.view is not None:
            try:
                actual = predicate.view(actual)
            except Unreadable as error:
                observed = f"{shown(actual, 60)}, which {error}"
                yield Mismatch(path, in_english(one, held, self), observed, held.where, one.word)
                return
        yield from self.mismatches(cast(Matcher, one.operand), actual, path)

    def fits(self, matcher: Matcher, actual: object, path: str) -> bool:
        return next(iter(self.mismatches(matcher, actual, path)), None) is None

    def resolved(self, value: Value) -> Any:
        return resolve(value, self.scope, self.now)

    def seconds(self, value: Value) -> float:
        return seconds(value, self.scope)

    def value(self, value: Value) -> str:
        return shown(self.resolved(value))

    def length(self, value: Value) -> str:
        return f"{self.seconds(value):g} s"

    def matcher(self, matcher: Matcher) -> str:
        return in_words(matcher, self)


def _mismatch(path: str, required: str, actual: Any, where: Location, word: str = "equals") -> Mismatch:
    """A mismatch; where both would read the same, what was observed also tells its kind."""
    observed = shown(actual)
    told = f"{observed} ({_kind(actual)})" if observed == required else observed
    return Mismatch(path, required, told, where, word)


def _kind(value: Any) -> str:
    return next((name for kinds, name in _KINDS if isinstance(value, kinds)), "null")


_KINDS: Final = (
    (bool, "a boolean"),
    (str, "a text"),
    ((int, float, Decimal), "a number"),
    (list, "a list"),
    (dict, "an object"),
)
