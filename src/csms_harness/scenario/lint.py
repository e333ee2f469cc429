"""What no schema can say about scenarios that load: remarks for their author, never a reason not to run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from csms_harness.documents.location import Location
from csms_harness.ocpp16.payloads import Direction
from csms_harness.scenario.demands import BOOTED
from csms_harness.scenario.library import Entry, Library, State, TestCase
from csms_harness.scenario.load import BEYOND, CATALOGUE, load_library
from csms_harness.scenario.matchers import Both, Matcher, Members, Predicates, Requirement, When
from csms_harness.scenario.misspelt import misspelt
from csms_harness.scenario.model import Connect, Disconnect, Receive, RunState, Send, Step
from csms_harness.scenario.names import NameCheck
from csms_harness.scenario.numbering import misnumbered
from csms_harness.scenario.predicates import PREDICATES, Absence
from csms_harness.scenario.shapes import is_certain
from csms_harness.scenario.state_calls import state_calls
from csms_harness.scenario.verbs import verb_of
from csms_harness.scenario.verbs.verb import shape_of
from csms_harness.scenario.walk import all_steps, references_in, references_of

FIRST_LINE: Final = "# yaml-language-server: $schema=../scenario.schema.json"
"""The first line of every scenario file; editors find the schema by it."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Something that an author should look at: where, and one sentence."""

    where: Location
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def lint(root: Path, over: Path | None = None, configured: Collection[str] = ()) -> list[Remark]:
    """Every remark on a folder of scenarios, in order; when a folder of the user's own lies over it, on that alone.

    ``configured`` are the names that target files give under ``config``. Raises Mistakes when it does not load.
    """
    library = load_library(root, over)
    if library.own:
        own = {one.file for one in library.own}
        mine = [one for one in _documents(library) if one.where.file in own]
        others = [one for one in _documents(library) if one.where.file not in own]
        slips = (Remark(where, text) for where, text in misspelt(mine, others, configured))
        return sorted({*slips, *(remark for remark in remarks(library) if remark.where.file in own)})
    first_lines = (_first_line(root, document.where.file) for document in _documents(library))
    return sorted({*remarks(library), *(remark for remark in first_lines if remark is not None)})


def remarks(library: Library) -> list[Remark]:
    """Every remark that the content of a library calls for, in order."""
    found: set[Remark] = set()
    own = {one.file for one in library.own}
    for case in (*library.cases.values(), *library.pack.values()):
        found.update(_on_case(case, library.states))
        if case.where.file not in own:
            found.update(_on_folder(case))
    for state in library.states.values():
        found.update(_on_steps(state.steps))
        found.update(_on_state(state, library))
    return sorted(found | set(_on_catalogue(library)))


def _documents(library: Library) -> list[TestCase | State]:
    return [*library.cases.values(), *library.pack.values(), *library.states.values()]


def _first_line(root: Path, name: str) -> Remark | None:
    path = root / name.partition("/")[2]
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if lines and lines[0] == FIRST_LINE:
        return None
    return Remark(Location(name, 1, 1), f"the first line must be {FIRST_LINE}")


def _on_case(case: TestCase, states: Mapping[str, State]) -> Iterator[Remark]:
    yield from _on_steps((*case.steps, *case.after))
    if not case.purpose:
        yield Remark(case.where, f"{case.id} does not say its purpose")
    if not _checks(case.steps, states, ()):
        yield Remark(case.where, f"{case.id} checks nothing on the Central System, so it can never pass")
    for where, text in misnumbered(case.steps):
        yield Remark(where, text)
    read = _names_read(case)
    for step in all_steps((*case.steps, *case.after)):
        yield from _unread(step, read)


def _on_folder(case: TestCase) -> Iterator[Remark]:
    folder, wanted = case.where.file.split("/")[-2:-1], BEYOND if case.level else _snake(case.profile)
    if folder and folder[0] != wanted:
        what = "a case beyond the document" if case.level else f"a case of the feature profile {case.profile}"
        yield Remark(case.where, f"{what} belongs into the folder {wanted}")


def _on_steps(steps: tuple[Step, ...]) -> Iterator[Remark]:
    for step in all_steps(steps):
        if isinstance(step, Receive):
            if step.reply is None and step.reply_error is None and not step.silent:
                yield Remark(step.where, f"{step.action}.req gets no 'reply'; say 'reply: $answer' if any will do")
            if step.optional and step.trigger is not None:
                yield Remark(step.where, f"{step.action}.req is asked for, so it is not optional")
        if isinstance(step, Send | Receive):
            yield from _uncertain(step, steps)


def _uncertain(step: Send | Receive, steps: tuple[Step, ...]) -> Iterator[Remark]:
    """Names that are saved from members a valid payload may lack, and read without asking."""
    direction = Direction.REQUEST if isinstance(step, Receive) else Direction.CONFIRMATION
    for name, path in step.save.items():
        parts = tuple(path.split("."))
        if is_certain(shape_of(step.action, direction), parts) or _demanded(step.expect, parts):
            continue
        if any(reference.name == name for one in all_steps(steps) for reference in references_of(one)):
            yield Remark(step.where, f"'{path}' is optional in {step.action}.{direction}, so ${name} may have no value")


def _demanded(matcher: Matcher | None, path: tuple[str, ...]) -> bool:
    """Whether a matcher fails when the member is missing."""
    match matcher:
        case None | When():
            return False
        case Both(first, second):
            return _demanded(first, path) or _demanded(second, path)
        case Members(members) if path:
            return path[0] in members and _demanded(members[path[0]], path[1:])
        case Predicates():
            return not path and matcher.operand("absent_means") is None and any(map(_fails, matcher.requirements))
    return not path


def _fails(one: Requirement) -> bool:
    """Whether a requirement does not hold for a member that is missing."""
    predicate = PREDICATES[one.word]
    return predicate.is_check and (predicate.absence is Absence.FAILS or one.operand is True)


def _checks(steps: tuple[Step, ...], states: Mapping[str, State], inside: tuple[str, ...]) -> bool:
    for step in all_steps(steps):
        if verb_of(step).is_check(step):
            return True
        if isinstance(step, RunState) and step.name in states and step.name not in inside:
            state = states[step.name]
            if _checks((*state.before, *state.steps), states, (*inside, step.name)):
                return True
    return False


def _names_read(document: TestCase | State) -> set[str]:
    """Every bare or dotted name that a case or state reads itself."""
    if isinstance(document, State):
        steps: tuple[Step, ...] = (*document.before, *document.steps)
        names = {reference.name for reference in references_in(document.parameters)}
    else:
        steps = (*document.before.states, *document.steps, *document.after)
        names = set()
    for step in all_steps(steps):
        names |= {reference.name for reference in references_of(step)}
    return names


def _unread(step: Step, read: set[str]) -> Iterator[Remark]:
    if isinstance(step, Send | Receive | Connect | Disconnect):
        for name in step.save:
            if name not in read:
                yield Remark(step.where, f"'{name}' is saved, but nothing reads ${name}")


def _on_state(state: State, library: Library) -> Iterator[Remark]:
    own = {name for step in all_steps(state.steps) for name in getattr(step, "save", ())}
    saved = own & NameCheck(library.states, lambda *_: None).saved_by(state.name).possible
    read = _names_read(state)
    for document in _callers(state.name, library):
        read |= _names_read(document)
    for name in sorted(saved - read):
        yield Remark(state.where, f"the state {state.name} saves '{name}', which nobody who runs it reads")
    if not _callers(state.name, library) and state.name != BOOTED:
        yield Remark(state.where, f"the state {state.name} is never run")


def _callers(name: str, library: Library) -> list[TestCase | State]:
    """Every case and state that runs a state, through other states too."""
    direct = [one for one in _documents(library) if any(call.name == name for call in state_calls(one))]
    further = [caller for one in direct if isinstance(one, State) for caller in _callers(one.name, library)]
    return [*direct, *further]


def _on_catalogue(library: Library) -> Iterator[Remark]:
    """The catalogue and the files hold each other: a file or a reason, and the same facts."""
    if not library.catalogue:
        return
    entries = {entry.id: entry for entry in library.catalogue}
    where = Location(CATALOGUE, 1, 1)
    for entry in library.catalogue:
        if entry.id not in library.cases and not entry.reason:
            yield Remark(where, f"{entry.id} has no scenario and no reason why not")
        if entry.id in library.cases and entry.reason:
            yield Remark(where, f"{entry.id} has a scenario, so it needs no reason")
    for case in library.cases.values():
        if case.id not in entries:
            yield Remark(case.where, f"{case.id} does not stand in the catalogue")
        else:
            yield from _differences(case, entries[case.id])


def _differences(case: TestCase, entry: Entry) -> Iterator[Remark]:
    for what in ("name", "section", "profile"):
        here, there = getattr(case, what), getattr(entry, what)
        if here != there:
            yield Remark(case.where, f"the {what} of {case.id} is '{here}' here and '{there}' in the catalogue")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
