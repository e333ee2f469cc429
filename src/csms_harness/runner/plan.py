"""Which cases run, which do not apply, and in which order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES
from csms_harness.scenario.demands import needs, waits
from csms_harness.scenario.model import Entry, Library, TestCase
from csms_harness.target.pics import Pics
from csms_harness.verdict import Verdict


class NothingSelected(ValueError):
    """The selection matches no case; the text says what it could have been."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A case whose verdict stands before connecting, and why."""

    case: TestCase
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Cases to run, in order; cases decided before connecting; selected cases of the document without a scenario."""

    run: tuple[TestCase, ...]
    decided: tuple[Decided, ...]
    unimplemented: tuple[Entry, ...]


def select(patterns: Sequence[str], library: Library) -> list[Entry]:
    """The catalogue's entries that match: an id, its beginning, a pattern with ``*``, or a functionality.

    The beginning ends where a number does: TC_023 is TC_023_1_CSMS and its like, and TC_04 is nothing.
    No pattern selects all. Raises NothingSelected for a pattern that matches nothing.
    """
    if not patterns:
        return list(library.catalogue)
    chosen: set[str] = set()
    for pattern in patterns:
        found = {entry.id for entry in library.catalogue if _matches(pattern, entry)}
        if not found:
            raise NothingSelected(_unknown(pattern, library))
        chosen |= found
    return [entry for entry in library.catalogue if entry.id in chosen]


def _matches(pattern: str, entry: Entry) -> bool:
    folded = pattern.casefold()
    id_, names = entry.id.casefold(), (entry.functionality.casefold(), entry.profile.casefold())
    if folded in names or (folded and _squeezed(folded) == _squeezed(names[0])):
        return True
    return fnmatchcase(id_, folded) or (bool(folded) and id_.startswith(f"{folded}_"))


def _squeezed(name: str) -> str:
    return "".join(char for char in name if char.isalnum())


def _unknown(pattern: str, library: Library) -> str:
    known = [entry.id for entry in library.catalogue] + [str(name) for name in FUNCTIONALITY_NAMES.values()]
    hint = did_you_mean(pattern, known)
    return (
        f"no test case matches {pattern!r}; write an id such as TC_010_CSMS, a pattern such as 'TC_04*', "
        f"or a functionality such as Core. {hint}"
    ).strip()


def make_plan(entries: Iterable[Entry], library: Library, pics: Pics, configs: Sequence[Mapping[str, Any]]) -> Plan:
    """Sort the selected cases into those that run and those decided before connecting.

    ``configs`` are the configurations of all lanes; a case needs every name it uses in each of them.
    """
    runnable: list[TestCase] = []
    decided: list[Decided] = []
    unimplemented: list[Entry] = []
    for entry in entries:
        case = library.cases.get(entry.id)
        if case is None:
            unimplemented.append(entry)
            continue
        verdict = _not_claimed(case, pics) or _not_configured(case, library, configs)
        if verdict is None:
            runnable.append(case)
        else:
            decided.append(verdict)
    return Plan(tuple(runnable), tuple(decided), tuple(unimplemented))


def _not_claimed(case: TestCase, pics: Pics) -> Decided | None:
    claims = (case.profile, *(claim.removeprefix("profile.") for claim in case.requires))
    for profile in dict.fromkeys(claims):
        if pics.claim(profile) is False:
            return Decided(case, Verdict.NOT_APPLICABLE, f"the PICS says functionalities.{profile}: no")
    return None


def _not_configured(case: TestCase, library: Library, configs: Sequence[Mapping[str, Any]]) -> Decided | None:
    needed = needs(case, library.states)
    missing = sorted({name for config in configs for name in needed if name not in config})
    if not missing:
        return None
    names = ", ".join(f"config.{name}" for name in missing)
    return Decided(case, Verdict.INCONCLUSIVE, f"the target file gives no {names}, which this case needs")


def order(cases: Sequence[TestCase], library: Library, *, lanes: int, seed: int | None) -> list[TestCase]:
    """The order of starting: as in the document on one lane, the longest first on several, or shuffled."""
    ordered = list(cases)
    if seed is not None:
        random.Random(seed).shuffle(ordered)  # noqa: S311  an order, not a secret
    elif lanes > 1:
        ordered.sort(key=lambda case: -waits(case, library))
    return ordered
