"""The catalogue, and what of it is selected. Reading it needs no target, so this imports little and is quick."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES
from csms_harness.scenario.model import Entry, Library


class NothingSelected(ValueError):
    """The selection matches no case; the text says what it could have been."""


def catalogue(library: Library) -> tuple[dict[str, Any], ...]:
    """Every case of the document: id, name, section, profile, functionality, implemented, and why not."""
    return tuple(
        {
            "id": entry.id,
            "name": entry.name,
            "section": entry.section,
            "profile": entry.profile,
            "functionality": entry.functionality,
            "implemented": entry.id in library.cases,
            "reason": entry.reason,
        }
        for entry in library.catalogue
    )


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
