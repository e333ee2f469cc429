"""The facts of a run from its head, its cases and its end: of one that is over, and of one that was killed.

The same three things stand in the journal, so a run without ``facts.json`` is put together from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from csms_harness.evidence import Cause, Entry, Left
from csms_harness.message import Message
from csms_harness.ocppj.frames import Call, CallError, CallResult, parse_frame
from csms_harness.record.errors import ReportError
from csms_harness.record.facts import CaseFact, ConnectionFact, Facts, LeftFact, PicsFact, RunFact
from csms_harness.record.facts_of import between
from csms_harness.record.journal import NAME, Played, read_journal
from csms_harness.record.masking import masking, redacted_case, redacted_rule, secrets_of
from csms_harness.rules.causes import STATUS, concurrent_causes
from csms_harness.rules.observed import clock_skew, milliseconds_in_timestamps
from csms_harness.rules.standing import rule_verdicts
from csms_harness.rules.verdicts import Ran
from csms_harness.scenario.model import Rule

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
    """All that is known of a run before its first case. ``planned`` are the ids of the cases that are to run."""

    run: RunFact
    pics: PicsFact
    planned: tuple[str, ...]
    rules: tuple[Rule, ...]
    catalogue: tuple[dict[str, Any], ...]
    lanes: tuple[LaneFact, ...] = ()


class End(_Line):
    """All that is only known when a run is over. ``left`` says which cases were not run, and why.

    ``left_open`` is what stays open in the Central System.
    ``interrupted``: a person or a signal stopped it, so that the last case of each lane may be half done.
    """

    finished: datetime
    seconds: float
    interrupted: bool
    left: dict[str, str]
    connections: tuple[ConnectionFact, ...]
    left_open: tuple[LeftFact, ...] = ()


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
        }
    )
    everything = (*ordered, *pack)
    redact = masking(secrets.union(*(secrets_of(case) for case in everything)))
    octt = head.run.strictness == "octt"
    judged: tuple[Ran, ...] = (*everything, *between(everything))
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
    """The cases; a finding that a ConcurrentTx led to names the transaction of ours that may be behind it."""
    earlier = [one.cause() for one in found_open if one.what is Left.TRANSACTION]
    causes = concurrent_causes(cases, earlier)
    return tuple(_with_causes(case, causes) for case in cases) if causes else cases


def _with_causes(case: CaseFact, causes: Mapping[tuple[str, int], Cause]) -> CaseFact:
    findings = tuple(
        replace(one, cause=causes[case.id, one.frame])
        if one.path == STATUS and one.frame is not None and (case.id, one.frame) in causes
        else one
        for one in case.findings
    )
    return case.model_copy(update={"findings": findings})


@dataclass(slots=True)
class Told:
    """What a journal holds so far; ``played`` are the events of each case, in the order in which they ended."""

    head: Head
    cases: list[CaseFact] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    end: End | None = None


def rebuild(folder: Path) -> Facts:
    """The facts of the run in ``folder`` from its journal, INCOMPLETE when cases are missing.

    Raises ReportError with one sentence when there is no journal, or none of this version.
    """
    told = read_run(folder)
    return facts_of(told.head, told.cases, told.end or _killed(told.head, told.cases))


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
            told = Told(Head.model_validate(fact))
        elif told is None:
            continue
        elif kind == "case":
            told.cases.append(_with_payloads(CaseFact.model_validate(fact)))
        elif kind == "played":
            told.played.append(Played.from_json(fact))
        elif kind == "end":
            told.end = End.model_validate(fact)
    if told is None:
        raise ReportError(f"{folder / NAME}: the run was ended before it began; run the cases again.")
    return told


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


def _killed(head: Head, cases: Iterable[CaseFact]) -> End:
    """The end of a run that has none: its last finished case is the last that is known."""
    finished = {case.id for case in cases}
    times = [case.started + timedelta(seconds=case.seconds) for case in cases if case.started]
    last = max(times, default=head.run.started)
    left = {case_id: KILLED for case_id in head.planned if case_id not in finished}
    return End(
        finished=last,
        seconds=(last - head.run.started).total_seconds(),
        interrupted=bool(left),
        left=left,
        connections=(),
    )
