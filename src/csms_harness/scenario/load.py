"""Reading scenario files: every mistake in every file is found before any of them is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, Mistakes
from csms_harness.documents.nodes import Node
from csms_harness.documents.source import MAX_BYTES, parse_bytes
from csms_harness.scenario.demands import needs, triggered_actions, waits
from csms_harness.scenario.files import RULES, read_case, read_catalogue, read_pack_case, read_rule, read_state
from csms_harness.scenario.model import Entry, Library, Rule, State, TestCase
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


@dataclass(slots=True)
class _Shelf:
    """What was read so far, each file with its reading, so that later checks can tell mistakes in it."""

    mistakes: list[Mistake] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    cases: dict[str, TestCase] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)

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

    def keep_case(self, case: TestCase | None) -> None:
        if case is not None and case.id in self.cases:
            self.tell(case.where, f"{case.id} is read already from {self.cases[case.id].where.file}")
        elif case is not None:
            self.cases[case.id] = case

    def keep_state(self, state: State | None) -> None:
        if state is not None and state.name in self.states:
            self.tell(state.where, f"{state.name} is read already from {self.states[state.name].where.file}")
        elif state is not None:
            self.states[state.name] = state

    def keep_rule(self, rule: Rule | None) -> None:
        if rule is not None:
            self.rules.append(rule)

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


def load_library(root: Path) -> Library:
    """Every case and state below a folder, and its catalogue. Raises Mistakes with all there are."""
    if not root.is_dir():
        raise Mistakes([Mistake(Location(str(root), 1, 1), "is no folder with scenarios")])
    shelf, digest = _Shelf(), hashlib.sha256()
    catalogue: tuple[Entry, ...] = ()
    for path in sorted(root.rglob("*.y*ml"), key=lambda path: path.relative_to(root).as_posix()):
        relative = path.relative_to(root).as_posix()
        name = f"{root.resolve().name}/{relative}"
        data = _bytes(path, name, shelf.mistakes)
        if relative == CATALOGUE:
            catalogue = shelf.read(data, name, read_catalogue) or ()
            continue
        digest.update(f"{relative}\0{len(data)}\0".encode() + data)
        if path.suffix != ".yaml":
            shelf.mistakes.append(Mistake(Location(name, 1, 1), "must end in .yaml to be read"))
        elif is_pack(path.parent.name, path.stem):
            shelf.keep_case(shelf.read(data, name, partial(read_pack_case, stem=path.stem)))
        elif path.parent.name in RULES:
            shelf.keep_rule(shelf.read(data, name, partial(read_rule, group=path.parent.name)))
        elif path.parent.name == STATES:
            shelf.keep_state(shelf.read(data, name, read_state))
        else:
            shelf.keep_case(shelf.read(data, name, _case_of(path.stem)))
    shelf.check(shelf.states)
    rules = tuple(sorted(shelf.rules, key=lambda rule: (rule.group != "wire", rule.id)))
    cases = {case.id: case for case in shelf.cases.values() if not case.level}
    pack = {case.id: case for case in sorted(shelf.cases.values(), key=lambda case: case.id) if case.level}
    return Library(cases, shelf.states, catalogue, digest.hexdigest(), rules, pack)


def is_pack(folder: str, stem: str) -> bool:
    """Whether a file holds a case beyond the document: it lies with the rules beyond it, and is not called like one."""
    return folder == BEYOND and not stem.startswith("RULE_")


def load_case(path: Path, states: Mapping[str, State]) -> TestCase:
    """One test case from its file. Raises Mistakes with all there are."""
    shelf = _Shelf()
    data = _bytes(path, str(path), shelf.mistakes)
    return _only_case(shelf, data, str(path), path.stem, states)


def parse_case(text: str, name: str, states: Mapping[str, State]) -> TestCase:
    """One test case from a text, whatever its file is called. Raises Mistakes with all there are."""
    return _only_case(_Shelf(), text.encode("utf-8", "surrogatepass"), name, None, states)


def parse_state(text: str, name: str, states: Mapping[str, State]) -> State:
    """One reusable state from a text; ``states`` are those it may run. Raises Mistakes with all there are."""
    shelf = _Shelf()
    state = shelf.read(text.encode("utf-8", "surrogatepass"), name, read_state)
    shelf.keep_state(state)
    shelf.check({**states, **shelf.states})
    assert state is not None  # without a document there are mistakes
    return state


def _only_case(shelf: _Shelf, data: bytes, name: str, stem: str | None, states: Mapping[str, State]) -> TestCase:
    case = shelf.read(data, name, _case_of(stem)) if data or not shelf.mistakes else None
    shelf.keep_case(case)
    shelf.check(states)
    assert case is not None  # without a document there are mistakes
    return case


def _case_of(stem: str | None) -> Callable[[Reading, Node], TestCase]:
    return lambda reading, node: read_case(reading, node, stem)


def _bytes(path: Path, name: str, mistakes: list[Mistake]) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        mistakes.append(Mistake(Location(name, 1, 1), f"cannot be read: {reason}"))
        return b""
