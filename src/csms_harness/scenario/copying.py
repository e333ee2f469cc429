"""A scenario of the user's own, begun as a copy of another: the same text under an id and a header of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from csms_harness.scenario.files import is_own_id
from csms_harness.scenario.library import Library, TestCase

SCHEMA: Final = "scenario.schema.json"
"""The file beside a copy with which an editor completes and checks it."""
_KEY: Final = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
_OF_THE_DOCUMENT: Final = frozenset({"section", "edition", "reported"})
"""What is true of the copied case and of nothing that is made of it."""


class NoCopy(ValueError):
    """The copy cannot be made; the text is one sentence."""


def source_of(case: TestCase, library: Library, root: Path) -> Path:
    """The file that a case was read from; ``root`` is the folder of the shipped ones."""
    own = next((one.file for one in library.own if one.id == case.id), None)
    return Path(own) if own is not None else root / case.where.file.partition("/")[2]


def copied(text: str, case: TestCase, new_id: str, library: Library) -> str:
    """The text of a case as that of another one. Under its own id it is copied as it is, to take its place.

    Raises NoCopy for an id that is none, or that another case has.
    """
    head = f"# yaml-language-server: $schema={SCHEMA}\n"
    before, *parts = _KEY.split(text)
    del before  # the schema of the shipped files lies elsewhere
    if new_id == case.id:
        return head + f"# Takes the place of the shipped {case.id}.\n" + "".join(parts)
    if not is_own_id(new_id):
        raise NoCopy(
            f"{new_id!r} is no id of a case of your own; write a letter, then letters, digits, '_' and '-', "
            "such as FIELD_101"
        )
    taken = {one.casefold() for one in (*library.pack, *(entry.id for entry in library.catalogue))}
    if new_id.casefold() in taken:
        raise NoCopy(f"{new_id} is there already; name an id that no case has, such as {_free(new_id, library)}")
    kept = [part for part in parts if part.partition(":")[0] not in _OF_THE_DOCUMENT]
    told = [f"id: {new_id}\n" if part.startswith("id:") else part for part in kept]
    return head + f"# Begun as a copy of {case.id}, {case.name}.\n" + "".join(told)


def _free(taken: str, library: Library) -> str:
    """An id like this one that no case has."""
    stem = re.sub(r"_?\d*(_CSMS)?$", "", taken) or "FIELD"
    return next(name for number in range(101, 10_000) if library.find(name := f"{stem}_{number}") is None)
