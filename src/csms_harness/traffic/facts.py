"""Judged traffic as the facts of a run, so that every report there is can be made of it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from csms_harness._version import __version__
from csms_harness.message import Side
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.record.facts import CaseFact, Facts, PicsFact, ProductFact, RunFact
from csms_harness.record.masking import masking, redacted_case, redacted_rule, secrets_of
from csms_harness.rules.clock import clock_skew, milliseconds_in_timestamps
from csms_harness.rules.indexed import Indexed, indexed
from csms_harness.rules.standing import rule_verdicts
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.scenario.library import Library
from csms_harness.traffic.judging import Lane, judge_lane
from csms_harness.traffic.reading import Found, NoTraffic, Recording, read_recording
from csms_harness.traffic.sorting import head_of, sort_out
from csms_harness.verdict import BEYOND, Level, Verdict

JUDGED: Final = frozenset(
    {
        "json", "frame", "unique_id", "correlation", "one_call", "schema", "error_code", "datetime", "clock",
        "transaction_ids", "one_status", "expired", "list_version", "connector_ids", "profiles", "listed_once",
        "locations",
    }
)  # fmt: skip
"""The standing rules that need no more than the frames; the others have to know what was asked for, and of whom."""
BY_THE_CLOCK: Final = frozenset({"clock", "expired", "one_call"})
"""Those that need to know when a frame was."""
REMARKED: Final = frozenset({"one_status"})
"""Those whose breaches may have a reason outside: in the days of a log somebody may have blocked a card."""

_QUARTER: Final = 900.0
_TWO: Final = frozenset({"TransactionEvent", "GetVariables", "SetVariables", "GetBaseReport", "NotifyReport"})
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class _Clock:
    """What the times of a log are worth: none at all, without a zone, or moments; ``offset`` seconds were guessed."""

    told: bool
    zoned: bool
    offset: float = 0.0


def judge(path: Path, library: Library) -> Facts:
    """Find the frames in a file, judge them, and put the facts together. Raises NoTraffic with one sentence."""
    recording = read_recording(path)
    _refuse_other_versions(path, recording)
    clock = _clock(recording.frames)
    frames, lost = sort_out([_moved(one, clock) for one in recording.frames], path.stem or "log")
    names = list(dict.fromkeys(one.lane for one in frames))
    lanes = [judge_lane(name, [one for one in frames if one.lane == name], recording.cut) for name in names]
    if not any(lane.heard for lane in lanes):
        raise NoTraffic(f"{path}: no frame in it is of the Central System, so there is nothing to judge")
    cases = tuple(_case(lane, path) for lane in lanes)
    redact = masking(frozenset().union(*(secrets_of(case) for case in cases)))
    verbatim = all(one.verbatim for one in recording.frames)
    looked_through = indexed(lanes)
    rules = tuple(redacted_rule(rule, redact) for rule in _rules(library, looked_through, clock, verbatim=verbatim))
    limits = (*_limits(recording, clock, rules, lost), *_transactions(lanes), *_of_the_charge_points(lanes))
    return Facts(
        run=_run(path, library, lanes, tuple(limits)),
        pics=PicsFact(product=ProductFact(designation=f"recorded traffic, {path.name}")),
        pack=tuple(redacted_case(case, redact) for case in cases),
        rules=rules,
        milliseconds_in_timestamps=milliseconds_in_timestamps(looked_through),
        clock_skew=clock_skew(looked_through) if clock.told and clock.zoned else None,
    )


def _refuse_other_versions(path: Path, recording: Recording) -> None:
    if any(head_of(one.text).action in _TWO for one in recording.frames):
        raise NoTraffic(f"{path}: these are messages of OCPP 2; this harness judges OCPP 1.6")


def _clock(frames: Sequence[Found]) -> _Clock:
    """The clock of a log. One without a zone is held against what the Central System says of the time."""
    timed = [one for one in frames if one.at is not None]
    if len(timed) < len(frames):
        return _Clock(told=False, zoned=False)
    if all(one.zoned for one in timed):
        return _Clock(told=True, zoned=True)
    apart = [(told - one.at).total_seconds() for one in timed if one.at and (told := _current_time(one)) is not None]
    return _Clock(told=True, zoned=False, offset=round(median(apart) / _QUARTER) * _QUARTER if apart else 0.0)


def _current_time(one: Found) -> datetime | None:
    _, found, rest = one.text.partition('"currentTime"')
    try:
        return parse_datetime(rest.split('"')[1]) if found else None
    except (ValueError, IndexError):
        return None


def _moved(one: Found, clock: _Clock) -> Found:
    if not clock.told or one.at is None:
        return replace(one, at=None)
    return one if one.zoned else replace(one, at=one.at + timedelta(seconds=clock.offset))


def _case(lane: Lane, path: Path) -> CaseFact:
    deciding = any(finding.decides is Verdict.FAIL for finding in lane.findings)
    verdict = Verdict.FAIL if deciding else Verdict.PASS if lane.heard else Verdict.INCONCLUSIVE
    return CaseFact(
        id=lane.id,
        name=f"Recorded traffic of {lane.lane}",
        section="",
        profile="Core",
        functionality=BEYOND,
        purpose="Every frame of the Central System that was recorded, held against OCPP 1.6.",
        file=path.name,
        verdict=verdict,
        octt_verdict=verdict,
        reason="" if lane.heard else "no frame of the Central System was recorded",
        lane=lane.lane,
        started=lane.epoch,
        seconds=lane.transcript[-1].at if lane.transcript else 0.0,
        checks=lane.heard,
        findings=lane.findings,
        transcript=lane.transcript,
        level=Level.MUST,
    )


def _rules(library: Library, lanes: Sequence[Indexed], clock: _Clock, *, verbatim: bool) -> Iterator[RuleVerdict]:
    untold = set() if clock.told else set(BY_THE_CLOCK)
    untold |= set() if verbatim else {"json"}
    for rule in rule_verdicts(library.rules, lanes):
        if rule.rule not in JUDGED or rule.rule in untold:
            yield replace(
                rule, verdict=Verdict.NOT_APPLICABLE, looked_at=0, breaches=(), remarks=(), more=0, more_remarks=0
            )
        elif rule.rule in REMARKED and rule.breaches:
            told = tuple(replace(one, remark=True) for one in rule.breaches)
            remarks, more = (*rule.remarks, *told), rule.more_remarks + rule.more
            yield replace(rule, verdict=Verdict.PASS, breaches=(), more=0, remarks=remarks, more_remarks=more)
        else:
            yield rule


def _limits(recording: Recording, clock: _Clock, rules: Sequence[RuleVerdict], lost: int) -> Iterator[str]:
    """What cannot be judged from this log, a sentence each."""
    yield (
        "Judged from a log: no test case was run, nothing was asked for, and response times are those of whoever wrote "
        "the log."
    )
    unjudged = [rule.id for rule in rules if rule.rule not in JUDGED]
    if unjudged:
        yield f"A log does not show what was asked for, so these rules are not judged: {', '.join(unjudged)}."
    if not clock.told:
        yield "The log tells no time of its frames: clocks, expiry dates and CALLs that overlap are not judged."
    elif not clock.zoned:
        hours = f"{-clock.offset / 3600:+g} h" if clock.offset else ""
        yield (
            f"The times of the log name no zone; by currentTime they were taken as UTC{hours}, so a clock that "
            "is wrong by whole quarters of an hour does not show."
        )
    if recording.cut:
        first = recording.cut[0][:80]
        yield f"{len(recording.cut)} frames are cut off in the log and were not judged, the first: {first}"
    if not all(one.verbatim for one in recording.frames):
        yield "The log does not show the characters of the wire: how JSON was spelt is not judged."
    if lost:
        yield f"{lost} frames were left out: nothing in the log tells who sent them."


def _transactions(lanes: Sequence[Lane]) -> Iterator[str]:
    """The transactions of each Charge Point in a sentence."""
    for lane in lanes:
        for one in lane.transactions[:_SHOWN]:
            begun = f"started in frame {one.started}" if one.started else "started before the log"
            ended = f"stopped in frame {one.stopped}" if one.stopped else "not stopped in the log"
            where = f" on connector {one.connector_id}, idTag {one.id_tag}" if one.started else ""
            yield f"{lane.lane}: transaction {one.number}{where}: {begun}, {ended}."
        if len(lane.transactions) > _SHOWN:
            yield f"{lane.lane}: {len(lane.transactions) - _SHOWN} more transactions."


def _of_the_charge_points(lanes: Sequence[Lane]) -> Iterator[str]:
    for lane in lanes:
        if lane.ours_wrong:
            counts = ", ".join(f"{rule} {count}" for rule, count in lane.ours_wrong.items())
            yield f"{lane.lane}: the Charge Point's own frames break rules as well (notes in the transcript): {counts}."


def _run(path: Path, library: Library, lanes: Sequence[Lane], remarks: tuple[str, ...]) -> RunFact:
    began = min((lane.epoch for lane in lanes if lane.epoch is not None), default=datetime.fromtimestamp(0, UTC))
    seconds = max((lane.transcript[-1].at for lane in lanes if lane.transcript), default=0.0)
    counts = Counter(entry.side for lane in lanes for entry in lane.transcript)
    told = (
        f"{counts[Side.CHARGE_POINT]} frames of Charge Points and {counts[Side.CENTRAL_SYSTEM]} of the Central System."
    )
    return RunFact(
        tool_version=__version__,
        edition=next((case.edition for case in library.cases.values()), ""),
        scenario_digest=library.digest,
        started=began,
        finished=began + timedelta(seconds=seconds),
        seconds=round(seconds, 3),
        strictness="spec",
        lanes=len(lanes),
        url="",
        target=str(path),
        command=shlex.join(["csms-harness", "judge", str(path)]),
        remarks=(told, *remarks),
    )
