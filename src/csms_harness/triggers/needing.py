"""Which fields an entry of the target cannot do without. Pure: nothing is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from csms_harness.triggers.config import Entry
from csms_harness.triggers.fieldnames import ALWAYS
from csms_harness.triggers.template import MISSING, NEW, Path, follow, references_in


def needed_and_missing(entry: Entry, fields: Mapping[str, Any], known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What an address or an argument of this entry is made of and these fields do not hold: the trigger would fail.

    As written in the target: ``{connectorId}``. ``known`` are names that the log-in saves.
    """
    return tuple(dict.fromkeys(_missing(entry, fields, {*known, NEW})))


def _missing(entry: Entry, fields: Mapping[str, Any], saved: set[str]) -> Iterator[str]:
    for text, saves in _texts(entry):
        for reference in references_in(text):
            if reference.path and not _is_there(reference.path, fields, saved):
                yield reference.written
        saved |= set(saves)


def _texts(entry: Entry) -> Iterator[tuple[str, Iterable[str]]]:
    """Every text that must be whole, and what is saved once it has been used."""
    for argument in entry.command or ():
        yield argument, ()
    if entry.http is not None:
        for step in entry.http.prepare:
            yield from ((text, ()) for text in step.compared)
            yield step.url, step.save
        yield entry.http.url, ()


def _is_there(path: Path, fields: Mapping[str, Any], saved: set[str]) -> bool:
    head, rest = path[0], path[1:] if path[0] == "request" else path
    return head in saved or head in ALWAYS or follow(fields, rest) is not MISSING
