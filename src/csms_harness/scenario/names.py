"""Which ``$names`` are known where: given by the harness, or saved on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.scenario.given import ASKED, CHARGE_POINT_NAMES, COUNTED, CSR_NAMES, GROUPS, HASH_DATA_NAMES
from csms_harness.scenario.library import State, TestCase
from csms_harness.scenario.model import (
    AnyOf,
    Branch,
    Connect,
    Disconnect,
    ForEach,
    Receive,
    Repeat,
    RunState,
    Send,
    Step,
)
from csms_harness.scenario.values import Reference, Value
from csms_harness.scenario.walk import references_in, references_of

Tell = Callable[[Location, str, str], None]


@dataclass(frozen=True, slots=True)
class Known:
    """Names that surely have a value, names that may have one, and whether others may exist unseen.

    ``open`` is set behind a step or state that could not be read: what it saves is not known.
    """

    certain: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    open: bool = False

    def saving(self, names: Sequence[str] | frozenset[str], *, surely: bool = True) -> Known:
        """These and more names."""
        more = frozenset(names)
        certain = self.certain | more if surely else self.certain
        return replace(self, certain=certain, possible=self.possible | more)


class NameCheck:
    """Follows the steps of one case or state and tells every name that has no value where it is used."""

    def __init__(self, states: Mapping[str, State], tell: Tell) -> None:
        self._states = states
        self._tell = tell
        self._saved: dict[str, Known] = {}

    def case(self, case: TestCase) -> Known:
        """Check a case; the answer is what it knows at its end."""
        self._references(references_in((case.before.configuration, case.before.memory)), Known())
        known = self._steps(case.before.states, Known())
        known = self._steps(case.steps, known)
        return self._steps(case.after, known)

    def state(self, state: State) -> Known:
        """Check a state; the answer is what it knows at its end."""
        self._references(references_in(state.parameters), Known())
        known = self._steps(state.before, Known(frozenset(state.parameters), frozenset(state.parameters)))
        return self._steps(state.steps, known)

    def _steps(self, steps: Sequence[Step], known: Known) -> Known:
        for step in steps:
            known = self._step(step, known)
        return known

    def _step(self, step: Step, known: Known) -> Known:
        match step:
            case Receive():
                return self._receive(step, known)
            case Send() | Connect() | Disconnect():
                self._references(references_of(step), known)
                return known.saving(list(step.save))
            case RunState():
                self._references(references_of(step), known)
                return self._run(step, known)
            case AnyOf():
                return self._any_of(step.branches, known)
            case ForEach() | Repeat():
                return self._loop(step, known)
        self._references(references_of(step), known)
        return replace(known, open=known.open or type(step) is Step)

    def _receive(self, step: Receive, known: Known) -> Known:
        """The answer may already use what this step saves from the request."""
        self._references(references_of(step, *_OF_THE_REQUEST, "reply", "reply_error"), known)
        self._references(self._unasked(step, references_in([getattr(step, name) for name in _OF_THE_REQUEST])), known)
        if not isinstance(step.reply, Reference):
            answer = self._unasked(step, references_in((step.reply, step.reply_error)))
            self._references(answer, known.saving(list(step.save)))
        return known.saving(list(step.save), surely=not step.optional)

    def _unasked(self, step: Receive, references: Iterator[Reference]) -> Iterator[Reference]:
        """The references that do not name what was asked for; those that do are checked against the trigger."""
        for reference in references:
            bare, _, path = reference.name.partition(".")
            if bare != ASKED or step.trigger is None:
                yield reference
            elif not path:
                hint = f"such as {reference}.{next(iter(step.trigger), 'idTag')}"
                self._tell(reference.where, f"{reference} as a value needs the path to a member", hint)
            elif not _leads_somewhere(step.trigger, path):
                hint = did_you_mean(path, [name for name, value in step.trigger.items() if value is not None])
                self._tell(reference.where, f"the trigger of this step asks for no '{path}'", hint)

    def _loop(self, step: ForEach | Repeat, known: Known) -> Known:
        """The steps at least once; what ``for_each`` names is known only inside."""
        self._references(references_of(step), known)
        names = frozenset({step.name} if isinstance(step, ForEach) else ()) - known.possible
        end = self._steps(step.steps, known.saving(names))
        return replace(end, certain=end.certain - names, possible=end.possible - names)

    def _run(self, step: RunState, known: Known) -> Known:
        saved = self.saved_by(step.name)
        known = known.saving(saved.certain).saving(saved.possible, surely=False)
        return replace(known, open=known.open or saved.open)

    def saved_by(self, name: str) -> Known:
        """What a state leaves to its caller. Nothing is told about the state itself."""
        if name not in self._saved:
            self._saved[name] = Known(open=True)  # what holds inside a recursion, and for an unknown state
            if name in self._states:
                state = self._states[name]
                quiet = NameCheck(self._states, lambda *_: None)
                quiet._saved = self._saved
                known = quiet.state(state)
                names = frozenset(state.parameters)
                self._saved[name] = Known(known.certain - names, known.possible - names, known.open)
        return self._saved[name]

    def _any_of(self, branches: Sequence[Branch], known: Known) -> Known:
        ends = [self._steps(branch.steps, known) for branch in branches] or [known]
        certain = frozenset.intersection(*(end.certain for end in ends))
        possible = _union(end.possible for end in ends)
        return Known(certain, possible, any(end.open for end in ends))

    def _references(self, references: Iterator[Reference], known: Known) -> None:
        for reference in references:
            group, _, member = reference.name.partition(".")
            if group == ASKED:
                self._tell(reference.where, f"{reference} stands only in a 'receive' that has a 'trigger'", "")
            elif member:
                self._given(reference, group, member)
            elif reference.name == "answer":
                self._tell(reference.where, "$answer stands only for a whole answer, as 'reply: $answer'", "")
            elif reference.name not in known.certain and not known.open:
                self._undefined(reference, known)

    def _given(self, reference: Reference, group: str, member: str) -> None:
        if group not in GROUPS:
            text = f"{reference} is not known; only {', '.join(f'${name}.' for name in GROUPS)} have members"
            self._tell(reference.where, text, did_you_mean(group, GROUPS))
        elif group in _MEMBERS and member not in _MEMBERS[group][1]:
            owner, known = _MEMBERS[group]
            hint = did_you_mean(member, known) or f"one of {', '.join(known)}"
            self._tell(reference.where, f"{owner} has no '{member}'", hint)
        elif group in COUNTED and not (member.isdecimal() and 0 < int(member) <= COUNTED[group]):
            text = f"{reference} needs a number from 1 to {COUNTED[group]}"
            self._tell(reference.where, text, f"such as ${group}.600")

    def _undefined(self, reference: Reference, known: Known) -> None:
        if reference.name in known.possible:
            self._tell(reference.where, f"{reference} is saved only sometimes, so it may have no value here", "")
        else:
            hint = did_you_mean(reference.name, {*known.possible, "now"})
            self._tell(reference.where, f"nothing before this saves {reference}", hint)


_MEMBERS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "charge_point": ("the Charge Point", CHARGE_POINT_NAMES),
    "csr": ("the certificate request", CSR_NAMES),
    "hash_data": ("the hash data", HASH_DATA_NAMES),
}
"""The groups whose members are known, and how people call what they belong to."""

_OF_THE_REQUEST: Final = ("match", "expect", "observe", "octt")


def _leads_somewhere(asked: Value, path: str) -> bool:
    """Whether a path leads to something that is asked for; into a name it may."""
    for part in path.split(".") if path else ():
        if isinstance(asked, Reference):
            return True
        if isinstance(asked, list) and part.isdigit() and int(part) < len(asked):
            asked = asked[int(part)]
        else:
            asked = asked.get(part) if isinstance(asked, Mapping) else None
    return asked is not None


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(name for names in sets for name in names)
