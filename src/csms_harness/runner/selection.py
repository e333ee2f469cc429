"""The catalogue, and what of it is selected. Reading it needs no target, so this imports little and is quick."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES
from csms_harness.runner.keywords import keywords
from csms_harness.scenario.library import Entry, Library
from csms_harness.verdict import BEYOND


class NothingSelected(ValueError):
    """The selection matches no case; the text says what it could have been."""


PACK: Final = "Beyond"
"""The pattern that selects the cases beyond the certification document."""
EVERYTHING: Final = "all"
"""The pattern that selects the cases of the document and those beyond it."""


def pack_entries(library: Library) -> tuple[Entry, ...]:
    """The cases beyond the document, as lines like those of the catalogue."""
    return tuple(Entry(case.id, case.name, case.section, PACK, BEYOND) for case in library.pack.values())


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


def pack(library: Library) -> tuple[dict[str, Any], ...]:
    """Every case beyond the document: id, name, clause, level, what it is counted under, and who reported it."""
    return tuple(
        {
            "id": case.id,
            "name": case.name,
            "clause": case.section,
            "level": case.level,
            "functionality": BEYOND,
            "reported": list(case.reported),
        }
        for case in library.pack.values()
    )


def select(patterns: Sequence[str], library: Library) -> list[Entry]:
    """The entries that match: an id, its beginning, a pattern with ``*``, a functionality, ``Beyond``, or ``all``.

    The beginning ends where a number does: TC_023 is TC_023_1_CSMS and its like, and TC_04 is nothing.
    No pattern selects all of the document. Raises NothingSelected for a pattern that matches nothing.
    """
    if not patterns:
        return list(library.catalogue)
    everything = (*library.catalogue, *pack_entries(library))
    chosen: set[str] = set()
    for pattern in patterns:
        found = {entry.id for entry in everything if _matches(pattern, entry)}
        if not found:
            raise NothingSelected(_unknown(pattern, library))
        chosen |= found
    return [entry for entry in everything if entry.id in chosen]


def narrowed(entries: Sequence[Entry], keyword: str, only: Sequence[str] | None) -> list[Entry]:
    """Those of the entries for which a ``keyword`` expression holds, and which are among ``only``, where given.

    An expression is about id, name, section, functionality and profile. Raises NothingSelected, and ValueError for an
    expression that is none.
    """
    holds = keywords(keyword) if keyword else None
    wanted = None if only is None else set(only)
    found = [
        entry
        for entry in entries
        if (wanted is None or entry.id in wanted)
        and (holds is None or holds(f"{entry.id} {entry.name} {entry.section} {entry.functionality} {entry.profile}"))
    ]
    if not found:
        which = f"-k {keyword!r}" if keyword else "--last-failed"
        raise NothingSelected(f"{which} leaves none of the {len(entries)} selected cases")
    return found


def _matches(pattern: str, entry: Entry) -> bool:
    folded = pattern.casefold()
    id_, names = entry.id.casefold(), (entry.functionality.casefold(), entry.profile.casefold())
    if folded == EVERYTHING or folded in names or (folded and _squeezed(folded) == _squeezed(names[0])):
        return True
    return fnmatchcase(id_, folded) or (bool(folded) and id_.startswith(f"{folded}_"))


def _squeezed(name: str) -> str:
    return "".join(char for char in name if char.isalnum())


def _unknown(pattern: str, library: Library) -> str:
    known = [entry.id for entry in library.catalogue] + [str(name) for name in FUNCTIONALITY_NAMES.values()]
    known += [*library.pack, PACK, EVERYTHING]
    family = pattern.partition("_")[0].casefold()
    hint = did_you_mean(pattern, [one for one in known if one.partition("_")[0].casefold() == family] or known)
    advice = "write an id such as TC_010_CSMS, a pattern such as 'TC_04*', or a functionality such as Core"
    return f"no test case matches {pattern!r}; {hint or advice}"
