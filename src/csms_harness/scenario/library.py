"""What the files of a scenario folder hold once they have been read: cases, states, rules, the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csms_harness.documents.location import Location
from csms_harness.scenario.model import RunState, Step
from csms_harness.scenario.values import Value


@dataclass(frozen=True, slots=True)
class Before:
    """Where a case starts: ``booted`` or ``disconnected``; configuration keys; provisioned items; states."""

    start: str = "booted"
    configuration: Mapping[str, Value] = field(default_factory=dict)
    memory: tuple[Mapping[str, Value], ...] = ()
    states: tuple[RunState, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A reusable state: steps with parameters. ``tested_by`` is the case whose purpose it is."""

    name: str
    section: str
    edition: str
    parameters: Mapping[str, Value]
    before: tuple[RunState, ...]
    steps: tuple[Step, ...]
    where: Location
    tested_by: str = ""


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test case of the certification document, made executable, or one beyond it.

    One beyond the document has a ``level`` (a word of ``Level``); its ``section`` is the clause of OCPP it rests on,
    and ``reported`` are the public threads in which people met what it looks for. ``security_profiles`` are those it
    can run under; without any it runs under whichever there is. With ``any_connection`` it does so, too, where the
    vendor declares none.
    """

    __test__ = False  # pytest would collect it by its name

    id: str
    name: str
    section: str
    edition: str
    profile: str
    purpose: str
    description: str
    requires: tuple[str, ...]
    before: Before
    steps: tuple[Step, ...]
    after: tuple[Step, ...]
    forbid: tuple[str, ...]
    readings: tuple[str, ...]
    where: Location
    level: str = ""
    reported: tuple[str, ...] = ()
    security_profiles: tuple[int, ...] = ()
    any_connection: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue: a test case of the document, implemented or not, and why not; or a case beyond it."""

    id: str
    name: str
    section: str
    profile: str
    functionality: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A standing rule, held against the frames of all cases.

    ``group`` is ``wire`` (OCPP-J, judged frame by frame) or ``beyond`` (what the certification document does not
    ask, judged over the run); ``rule`` names the check, ``looks_at`` what is counted.
    """

    id: str
    title: str
    clause: str
    rule: str
    looks_at: str
    purpose: str
    group: str
    where: Location


@dataclass(frozen=True, slots=True)
class Own:
    """A file of the user's own, laid over the shipped set: what it holds by its id, and whether that was shipped."""

    id: str
    file: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class Library:
    """All cases, states and rules that were read, the catalogue, and the digest of the scenario set (SHA-256).

    ``cases`` are those of the certification document, ``pack`` those beyond it. ``own`` is what the user laid over
    the shipped set.
    """

    cases: Mapping[str, TestCase]
    states: Mapping[str, State]
    catalogue: tuple[Entry, ...]
    digest: str
    rules: tuple[Rule, ...] = ()
    pack: Mapping[str, TestCase] = field(default_factory=dict)
    own: tuple[Own, ...] = ()

    def find(self, case_id: str) -> TestCase | None:
        """A case of the document or beyond it, or None."""
        return self.cases.get(case_id) or self.pack.get(case_id)
