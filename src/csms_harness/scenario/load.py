"""Reading scenario files: every mistake in every file is found before any of them is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from csms_harness.documents.content import content
from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, Mistakes
from csms_harness.documents.nodes import Node
from csms_harness.documents.source import MAX_BYTES, parse_bytes
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES, FeatureProfile
from csms_harness.scenario.demands import needs, triggered_actions, waits
from csms_harness.scenario.file_keys import RULES
from csms_harness.scenario.files import read_case, read_catalogue, read_own, read_pack_case, read_rule, read_state
from csms_harness.scenario.library import Entry, Library, Own, Rule, State, TestCase
from csms_harness.scenario.names import NameCheck
from csms_harness.scenario.reading import Reading
from csms_harness.scenario.state_calls import check_recursion, check_state_calls

__all__ = ["load_case", "load_library", "needs", "parse_case", "parse_state", "triggered_actions", "waits"]

CATALOGUE: Final = "catalogue.yaml"
"""The file that lists every case of the certification document."""
STATES: Final = "states"
"""The folder of the reusable states."""
BEYOND: Final = "beyond"
"""The folder of what the certification document does not ask: rules (RULE_…) and cases."""

Document = TypeVar("Document")
Kept = TestCase | State | Rule
Key = tuple[type[Kept], str]


@dataclass(slots=True)
class _Shelf:
    """What was read so far, each file with its reading, so that later checks can tell mistakes in it.

    ``files`` holds, by name, what counts for the digest; ``shipped`` what a file of the user's own may replace.
    """

    mistakes: list[Mistake] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    cases: dict[str, TestCase] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    catalogue: dict[str, Entry] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    shipped: dict[Key, str] = field(default_factory=dict)
    own: dict[Key, Own] = field(default_factory=dict)

    def tell(self, where: Location, text: str, hint: str = "") -> None:
        self.readings[where.file].wrong_at(where, text, hint)

    def read(self, data: bytes, name: str, reader: Callable[[Reading, Node], Document]) -> Document | None:
        """One file as a document, or None when it is no YAML."""
        try:
            node = parse_bytes(data, name)
        except Mistakes as error:
            self.mistakes.extend(error.mistakes)
            return None
        reading = self.readings[name] = Reading(node.source, self.mistakes)
        return reader(reading, node)

    def keep(self, document: Kept | None) -> None:
        """A case, state or rule under its name, which only one file has."""
        if document is None:
            return
        name, shelf = _name(document), self._of(document)
        if name in shelf:
            self.tell(document.where, f"{name} is read already from {shelf[name].where.file}")
        else:
            shelf[name] = document

    def keep_own(self, document: Kept, relative: str, data: bytes) -> None:
        """A file of the user's own, in the place of the shipped one of the same name; one that is the same is none."""
        name, shelf, key = _name(document), self._of(document), _key(document)
        other = self.shipped.get(key)
        if key in self.own or (name in shelf and other is None):
            self.tell(document.where, f"{name} is read already from {shelf[name].where.file}")
        elif other is None or self.files[other] != data:
            self.files[other or relative] = data
            self.own[key] = Own(name, document.where.file, other is not None)
            shelf[name] = document

    def _of(self, document: Kept) -> dict[str, Any]:
        if isinstance(document, State):
            return self.states
        return self.rules if isinstance(document, Rule) else self.cases

    def check(self, states: Mapping[str, State]) -> None:
        """What only shows when all files are known: states that are run, and names."""
        check_recursion(self.states, states, self.tell)
        names = NameCheck(states, self.tell)
        for state in self.states.values():
            check_state_calls(state, states, self.tell)
            names.state(state)
        for case in self.cases.values():
            check_state_calls(case, states, self.tell)
            names.case(case)
        if self.mistakes:
            raise Mistakes(self.mistakes)

    def library(self) -> Library:
        """All of it. Raises Mistakes with all there are."""
        self.check(self.states)
        rules = tuple(sorted(self.rules.values(), key=lambda rule: (rule.group != "wire", rule.id)))
        cases = {case.id: case for case in self.cases.values() if not case.level}
        pack = {case.id: case for case in sorted(self.cases.values(), key=lambda case: case.id) if case.level}
        added = [case for case in cases.values() if _key(case) in self.own and case.id not in self.catalogue]
        entries = self.catalogue | {case.id: _entry_of(case) for case in added}
        own = tuple(sorted(self.own.values(), key=lambda one: one.id))
        return Library(cases, self.states, tuple(entries.values()), self.digest(), rules, pack, own)

    def digest(self) -> str:
        """SHA-256 over everything that counts, in the order of the names."""
        digest = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
        return digest.hexdigest()


def _name(document: Kept) -> str:
    return document.name if isinstance(document, State) else document.id


def _key(document: Kept) -> Key:
    return type(document), _name(document)


def _entry_of(case: TestCase) -> Entry:
    """What the catalogue says of a case of the user's own."""
    row = FUNCTIONALITY_NAMES[FeatureProfile(case.profile)]
    return Entry(case.id, case.name, case.section, case.profile, row)


def load_library(root: Path, over: Path | None = None) -> Library:
    """Every case and state below a folder, and its catalogue; a folder of the user's own may lie ``over`` it.

    There one file of the same id replaces the shipped one, any other adds to the set, and files are called as one
    likes. Raises Mistakes with all there are.
    """
    shelf = _Shelf()
    for name, relative, data in _files_below(root, root.resolve().name, shelf.mistakes):
        _read_shipped(shelf, name, relative, data)
    if over is not None and over.resolve() != root.resolve():
        for name, relative, data in _files_below(over, over.as_posix(), shelf.mistakes):
            _read_own(shelf, name, relative, data)
    return shelf.library()


def _files_below(root: Path, named: str, mistakes: list[Mistake]) -> Iterator[tuple[str, str, bytes]]:
    """Each file: the name that mistakes in it are told under, its place below the folder, its content."""
    if not root.is_dir():
        raise Mistakes([Mistake(Location.whole(str(root)), "is no folder with scenarios")])
    for path in sorted(root.rglob("*.y*ml"), key=lambda path: path.relative_to(root).as_posix()):
        relative = path.relative_to(root).as_posix()
        name = f"{named}/{relative}"
        try:
            data = _bytes(path, name)
        except Mistakes as error:
            mistakes.extend(error.mistakes)
        else:
            yield name, relative, data


def _read_shipped(shelf: _Shelf, name: str, relative: str, data: bytes) -> None:
    if relative == CATALOGUE:
        shelf.catalogue = {entry.id: entry for entry in shelf.read(data, name, read_catalogue) or ()}
        return
    shelf.files[relative] = data
    *_, folder, file = ("", *relative.split("/"))
    stem, _, ending = file.rpartition(".")
    document: Kept | None
    if ending != "yaml":
        shelf.mistakes.append(Mistake(Location(name, 1, 1), "must end in .yaml to be read"))
        return
    if is_pack(folder, stem):
        document = shelf.read(data, name, partial(read_pack_case, stem=stem))
    elif folder in RULES:
        document = shelf.read(data, name, partial(read_rule, group=folder))
    elif folder == STATES:
        document = shelf.read(data, name, read_state)
    else:
        document = shelf.read(data, name, _case_of(stem))
    shelf.keep(document)
    if document is not None:
        shelf.shipped[_key(document)] = relative


def _read_own(shelf: _Shelf, name: str, relative: str, data: bytes) -> None:
    document = shelf.read(data, name, read_own)
    if isinstance(document, tuple):
        shelf.catalogue |= {entry.id: entry for entry in document}
    elif document is not None:
        shelf.keep_own(document, relative, data)


def is_pack(folder: str, stem: str) -> bool:
    """Whether a file holds a case beyond the document: it lies with the rules beyond it, and is not called like one."""
    return folder == BEYOND and not stem.startswith("RULE_")


def load_case(path: Path, states: Mapping[str, State]) -> TestCase:
    """One test case from its file. Raises Mistakes with all there are."""
    return _only_case(_Shelf(), _bytes(path, str(path)), str(path), path.stem, states)


def parse_case(text: str, name: str, states: Mapping[str, State]) -> TestCase:
    """One test case from a text, whatever its file is called. Raises Mistakes with all there are."""
    return _only_case(_Shelf(), text.encode("utf-8", "surrogatepass"), name, None, states)


def parse_state(text: str, name: str, states: Mapping[str, State]) -> State:
    """One reusable state from a text; ``states`` are those it may run. Raises Mistakes with all there are."""
    shelf = _Shelf()
    state = shelf.read(text.encode("utf-8", "surrogatepass"), name, read_state)
    shelf.keep(state)
    shelf.check({**states, **shelf.states})
    assert state is not None  # without a document there are mistakes
    return state


def _only_case(shelf: _Shelf, data: bytes, name: str, stem: str | None, states: Mapping[str, State]) -> TestCase:
    case = shelf.read(data, name, _case_of(stem)) if data or not shelf.mistakes else None
    shelf.keep(case)
    shelf.check(states)
    assert case is not None  # without a document there are mistakes
    return case


def _case_of(stem: str | None) -> Callable[[Reading, Node], TestCase]:
    return lambda reading, node: read_case(reading, node, stem)


def _bytes(path: Path, name: str) -> bytes:
    try:
        return content(path, MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Mistakes([Mistake(Location.whole(name), f"cannot be read: {reason}")]) from None
