"""The facts of a run from its head, its cases and its end: of one that is over, and of one that was killed.

The same three things stand in the journal, so a run without ``facts.json`` is put together from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from csms_harness.evidence import Cause, Entry, Finding, Left, What
from csms_harness.message import Message
from csms_harness.ocppj.frames import Call, CallError, CallResult, parse_frame
from csms_harness.record.errors import ReportError
from csms_harness.record.facts import CaseFact, ConnectionFact, Facts, LeftFact, PicsFact, RunFact, WaitFact
from csms_harness.record.facts_of import between
from csms_harness.record.journal import NAME, Played, read_journal
from csms_harness.record.masking import masking, redacted_case, redacted_rule, secrets_of
from csms_harness.rules.causes import STATUS, concurrent_causes
from csms_harness.rules.clock import clock_skew, milliseconds_in_timestamps
from csms_harness.rules.indexed import indexed
from csms_harness.rules.standing import rule_verdicts
from csms_harness.rules.strayed import strayed_calls
from csms_harness.scenario.library import Rule

KILLED = "the run ended before this case was finished"


class _Line(BaseModel):
    """What a line of the journal holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LaneFact(_Line):
    """A simulated Charge Point as a run began with it."""

    identity: str
    vendor: str
    model: str
    serial_number: str
    connectors: int
    configuration: dict[str, str]


class Head(_Line):
    """All that is known of a run before its first case. ``planned`` are the ids of the cases that are to run.

    ``options`` are those of the command line by name, as far as they may be kept.
    """

    run: RunFact
    pics: PicsFact
    planned: tuple[str, ...]
    rules: tuple[Rule, ...]
    catalogue: tuple[dict[str, Any], ...]
    lanes: tuple[LaneFact, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict)


class Resumed(_Line):
    """A run that goes on: when, where, with which Charge Points, and what was open in the Central System by then."""

    started: datetime
    url: str
    lanes: tuple[LaneFact, ...] = ()
    found_open: tuple[LeftFact, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict)


class End(_Line):
    """All that is only known when a run is over. ``left`` says which cases were not run, and why.

    ``left_open`` is what stays open in the Central System, ``waits`` what its control API had wishes wait for.
    ``interrupted``: a person or a signal stopped it, so that the last case of each lane may be half done.
    """

    finished: datetime
    seconds: float
    interrupted: bool
    left: dict[str, str]
    connections: tuple[ConnectionFact, ...]
    left_open: tuple[LeftFact, ...] = ()
    waits: tuple[WaitFact, ...] = ()


def facts_of(head: Head, cases: Iterable[CaseFact], end: End, secrets: frozenset[str] = frozenset()) -> Facts:
    """The facts of a run, its cases in the order of the document; rules judge what crossed, facts hold no secret.

    ``secrets`` are those that are known beside the ones which the cases themselves show.
    """
    results = {case.id: case for case in with_causes(tuple(cases), head.run.found_open)}
    ordered = tuple(results[entry["id"]] for entry in head.catalogue if entry["id"] in results)
    pack = tuple(sorted((case for case in results.values() if case.level), key=lambda case: case.id))
    left = {case_id: why for case_id, why in end.left.items() if case_id not in results}
    run = head.run.model_copy(
        update={
            "finished": end.finished,
            "seconds": round(end.seconds, 3),
            "complete": not left and not end.interrupted,
            "not_run": left | head.run.not_run,
            "left_open": end.left_open,
            "waits": end.waits,
        }
    )
    everything = (*ordered, *pack)
    redact = masking(secrets.union(*(secrets_of(case) for case in everything)))
    octt = head.run.strictness == "octt"
    judged = indexed((*everything, *between(everything)))
    return Facts(
        run=run,
        pics=head.pics,
        cases=tuple(_without_between(redacted_case(case, redact)) for case in ordered),
        pack=tuple(_without_between(redacted_case(case, redact)) for case in pack),
        between=between(redacted_case(case, redact) for case in everything if case.between),
        rules=tuple(redacted_rule(rule, redact) for rule in rule_verdicts(head.rules, judged, octt=octt)),
        connections=end.connections,
        milliseconds_in_timestamps=milliseconds_in_timestamps(judged),
        clock_skew=clock_skew(judged),
        catalogue=head.catalogue,
    )


def _without_between(case: CaseFact) -> CaseFact:
    """What crossed between the cases stands once, with the run."""
    return case.model_copy(update={"between": ()}) if case.between else case


def with_causes(cases: tuple[CaseFact, ...], found_open: Iterable[LeftFact]) -> tuple[CaseFact, ...]:
    """The cases; a finding that a ConcurrentTx led to names the transaction of ours that may be behind it.

    One about a CALL that never came names the lane to which it came instead.
    """
    earlier = [one.cause() for one in found_open if one.what is Left.TRANSACTION]
    causes = concurrent_causes(cases, earlier)
    strayed = strayed_calls(cases)
    return tuple(_with_causes(case, causes, strayed) for case in cases) if causes or strayed else cases


def _with_causes(
    case: CaseFact, causes: Mapping[tuple[str, int], Cause], strayed: Mapping[tuple[str, str], Cause]
) -> CaseFact:
    def behind(finding: Finding) -> Cause | None:
        if finding.what is What.NO_CALL:
            return strayed.get((case.id, finding.actions[0]))
        if finding.path != STATUS or finding.frame is None:
            return None
        return causes.get((case.id, finding.frame))

    findings = tuple(replace(one, cause=behind(one) or one.cause) for one in case.findings)
    return case.model_copy(update={"findings": findings})


@dataclass(slots=True)
class Act:
    """A part of a run that one process did: its lanes, what it found open, and the cases that it played, in order."""

    started: datetime
    lanes: tuple[LaneFact, ...]
    found_open: tuple[LeftFact, ...]
    played: list[tuple[Played, CaseFact]] = field(default_factory=list)
    end: End | None = None
    last: datetime | None = None

    @property
    def finished(self) -> datetime:
        """When it was over, as far as is known: a killed one is heard of last when its last case ends."""
        return self.end.finished if self.end is not None else self.last or self.started

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end.seconds if self.end is not None else (self.finished - self.started).total_seconds()


@dataclass(slots=True)
class Told:
    """What a journal holds so far: its head, and the acts of the run, of which all but the first resumed it.

    ``facts`` are the cases by id; one that was played again counts as it ended last.
    """

    head: Head
    acts: list[Act]
    facts: dict[str, CaseFact] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    _waiting: Played | None = None
    _unplayed: CaseFact | None = None

    @property
    def cases(self) -> list[CaseFact]:
        """Every case that has a verdict."""
        return list(self.facts.values())

    @property
    def played(self) -> list[Played]:
        """The events of each case that was played, in the order in which they ended."""
        return [played for act in self.acts for played, _ in act.played]

    @property
    def end(self) -> End | None:
        """The end of the run; None while it has none."""
        return self.acts[-1].end

    def case(self, fact: CaseFact) -> None:
        """A case has its verdict; what the engine was fed for it stands before."""
        act, played, self._waiting = self.acts[-1], self._waiting, None
        self.facts.pop(fact.id, None)
        self.facts[fact.id] = fact
        if played is not None and (played.case, played.lane) == (fact.id, fact.lane):
            act.played.append((played, fact))
            self._unplayed = None
        else:
            self._unplayed = fact
        if fact.started is not None:
            ended = fact.started + timedelta(seconds=fact.seconds)
            act.last = ended if act.last is None else max(act.last, ended)

    def play(self, played: Played) -> None:
        """What a case was fed; an older harness wrote it behind the case."""
        fact, self._unplayed = self._unplayed, None
        if fact is not None and (fact.id, fact.lane) == (played.case, played.lane):
            self.acts[-1].played.append((played, fact))
        else:
            self._waiting = played

    def resume(self, line: Resumed) -> None:
        """Another process goes on with the run."""
        self._waiting, self._unplayed, self.options = None, None, line.options
        self.acts.append(Act(line.started, line.lanes, line.found_open))

    def head_now(self) -> Head:
        """The head, with what later acts of the run found besides."""
        more = tuple(one for act in self.acts[1:] for one in act.found_open)
        if len(self.acts) == 1:
            return self.head
        found = tuple(dict.fromkeys((*self.head.run.found_open, *more)))
        resumed = tuple(act.started for act in self.acts[1:])
        return self.head.model_copy(
            update={"run": self.head.run.model_copy(update={"found_open": found, "resumed": resumed})}
        )

    def whole_end(self) -> End:
        """The end of all acts together; a killed one has none, and its last finished case is the last that is known."""
        last = self.acts[-1]
        ends = [act.end for act in self.acts if act.end is not None]
        left = {case_id: KILLED for case_id in self.head.planned if case_id not in self.facts}
        return End(
            finished=last.finished,
            seconds=sum(act.seconds for act in self.acts),
            interrupted=last.end.interrupted if last.end is not None else bool(left),
            left=last.end.left if last.end is not None else left,
            connections=tuple(dict.fromkeys(one for end in ends for one in end.connections)),
            left_open=last.end.left_open if last.end is not None else (),
            waits=_summed(one for end in ends for one in end.waits),
        )


def _summed(waits: Iterable[WaitFact]) -> tuple[WaitFact, ...]:
    """The waits of several acts, one for each address and status."""
    whole: dict[tuple[str, int], WaitFact] = {}
    for one in waits:
        before = whole.get((one.address, one.status))
        more = {} if before is None else {"times": one.times + before.times, "seconds": one.seconds + before.seconds}
        whole[one.address, one.status] = one.model_copy(update=more)
    return tuple(whole.values())


def rebuild(folder: Path) -> Facts:
    """The facts of the run in ``folder`` from its journal, INCOMPLETE when cases are missing.

    Raises ReportError with one sentence when there is no journal, or none of this version.
    """
    told = read_run(folder)
    return facts_of(told.head_now(), told.cases, told.whole_end())


def read_run(folder: Path) -> Told:
    """The journal of the run in ``folder``. Raises ReportError with one sentence."""
    try:
        return _read(folder)
    except OSError as error:
        why = error.strerror or error
        raise ReportError(f"{folder / NAME}: cannot be read ({why}); give the folder of a run.") from error
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise ReportError(
            f"{folder / NAME}: not the journal of a run of this version; use the harness that wrote it."
        ) from error


def _read(folder: Path) -> Told:
    told: Told | None = None
    for kind, fact in read_journal(folder):
        if kind == "run":
            told = _begun(Head.model_validate(fact))
        elif told is None:
            continue
        elif kind == "resumed":
            told.resume(Resumed.model_validate(fact))
        elif kind == "case":
            told.case(_with_payloads(CaseFact.model_validate(fact)))
        elif kind == "played":
            told.play(Played.from_json(fact))
        elif kind == "end":
            told.acts[-1].end = End.model_validate(fact)
    if told is None:
        raise ReportError(f"{folder / NAME}: the run was ended before it began; run the cases again.")
    return told


def _begun(head: Head) -> Told:
    return Told(head, [Act(head.run.started, head.lanes, head.run.found_open)], options=head.options)


def _with_payloads(case: CaseFact) -> CaseFact:
    """A case with the payloads that stand in its frames, so that the rules can judge them."""
    return case.model_copy(
        update={"transcript": _read_entries(case.transcript), "between": _read_entries(case.between)}
    )


def _read_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(
        entry if entry.message is None else replace(entry, message=_read_again(entry.message)) for entry in entries
    )


def _read_again(message: Message) -> Message:
    match parse_frame(message.text).message:
        case Call(payload=payload) | CallResult(payload=payload):
            return replace(message, payload=payload)
        case CallError(code=code, description=description, details=details):
            return replace(message, payload={"code": code, "description": description, "details": details})
    return message
