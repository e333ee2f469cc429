"""Judges a run again from its journal, without a Central System: the same events through the engine of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseResult, CaseRun, Limits, distrusted
from csms_harness.engine.effects import (
    CloseConnection,
    Effect,
    Hold,
    OpenConnection,
    ProbeTls,
    RequestProvision,
    RequestTrigger,
    SendFrame,
)
from csms_harness.engine.events import (
    Connected,
    Event,
    FrameSent,
    GoOn,
    Lost,
    Parted,
    Refused,
    TimePassed,
    TlsProbed,
    TriggerFinished,
)
from csms_harness.engine.line import Line
from csms_harness.evidence import What
from csms_harness.record.facts import CaseFact
from csms_harness.record.facts_of import between, case_fact
from csms_harness.record.journal import Played
from csms_harness.record.rebuild import Act, LaneFact, Told
from csms_harness.report.breaches import told_rule
from csms_harness.report.telling import told_case
from csms_harness.rules.indexed import Indexed, indexed
from csms_harness.rules.standing import rule_verdicts
from csms_harness.runner.leftovers import take_over
from csms_harness.scenario.library import Library
from csms_harness.verdict import Verdict

PATIENCE: Final = 10_000
"""So often time may pass in a case that wants more than was recorded, before it is given up."""

UNRECORDED: Final = "the recorded run did not come to this"


@dataclass(frozen=True, slots=True)
class Difference:
    """A case or rule that is judged otherwise, and why; ``now`` is None when it can no longer be judged."""

    id: str
    recorded: Verdict
    now: Verdict | None
    why: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a run that was judged again: so many cases and rules, and those that differ."""

    cases: int
    rules: int
    differences: tuple[Difference, ...]


def replay(told: Told, library: Library) -> Replayed:
    """Judge every case of a journal again, and the standing rules over all of them."""
    recorded = dict(told.facts)
    octt = told.head.run.strictness == "octt"
    again: dict[str, CaseFact] = {}
    for act in told.acts:
        for lane in act.lanes:
            for before, fact in _on_lane(act, lane, library, octt=octt):
                if before is recorded[fact.id]:  # what was played again later counts as it was then
                    again[fact.id] = fact
    unplayed = [fact for fact in told.cases if fact.id not in again]
    everything = [*again.values(), *(fact for fact in unplayed if fact.started is None)]
    differences = [*_cases(recorded, again, unplayed), *_rules(told, library, everything)]
    return Replayed(len(again), len(library.rules), tuple(differences))


def _on_lane(act: Act, lane: LaneFact, library: Library, *, octt: bool) -> Iterator[tuple[CaseFact, CaseFact]]:
    """The cases of one Charge Point, as recorded and as judged now, in the order in which they ran, on one line."""
    line = Line(_charge_point(lane))
    found = [one for one in act.found_open if one.charge_point == lane.identity]
    take_over(line, found, act.started)
    for played, before in act.played:
        case = library.find(played.case)
        if played.lane != lane.identity or case is None:
            continue
        line.dialogue.correlation.count = played.calls
        limits = Limits(**played.limits)
        run = CaseRun(case, library.states, line, played.config, limits, played.epoch, played.security_profile)
        result = _play(run, played)
        _catch_up(line, played, before)
        started = played.epoch + timedelta(seconds=played.began) if before.started is None else before.started
        if result is not None:
            yield (
                before,
                case_fact(
                    case, result, octt=octt, declared=before.declared, lane=lane.identity, started=started, reproduce=""
                ),
            )


def _charge_point(lane: LaneFact) -> ChargePoint:
    return ChargePoint(
        lane.identity,
        vendor=lane.vendor,
        model=lane.model,
        serial_number=lane.serial_number,
        connectors=lane.connectors,
        configuration=lane.configuration,
    )


def _play(run: CaseRun, played: Played) -> CaseResult | None:
    """Feed a case what it was fed; what it wants beyond that is answered by nobody. None when that does not end it."""
    at, wanted = played.began, run.begin(played.began, played.before)
    for event in played.events:
        if run.done:
            return run.result
        at, wanted = max(at, event.at), run.handle(event)
    for _ in range(PATIENCE):
        if run.done:
            break
        answers = [event for effect in wanted for event in _nobody(effect, at)]
        if not answers and run.wake_at is None:
            break
        at = at if answers or run.wake_at is None else max(at, run.wake_at)
        wanted = [effect for event in answers or [TimePassed(at)] for effect in run.handle(event)]
    return run.result


def _nobody(effect: Effect, at: float) -> list[Event]:
    """What comes of an effect when nobody is there: a frame is written, and no more."""
    match effect:
        case SendFrame(unique_id=unique_id):
            return [FrameSent(at, unique_id)]
        case OpenConnection():
            return [Refused(at, UNRECORDED)]
        case ProbeTls():
            return [TlsProbed(at, sentence=UNRECORDED)]
        case CloseConnection(former=True):
            return [Parted(at)]
        case CloseConnection():
            return [Lost(at, UNRECORDED, ours=True)]
        case RequestTrigger(ticket=ticket) | RequestProvision(ticket=ticket):
            return [TriggerFinished(at, ticket, "failed", UNRECORDED)]
        case Hold():
            return [GoOn(at, to_the_end=True)]
    return []


def _catch_up(line: Line, played: Played, recorded: CaseFact) -> None:
    """Leave the line as the recorded case left it, so that one case that differs does not drag others along."""
    line.dialogue.abandon()
    links = [event for event in played.events if isinstance(event, Connected | Lost)]
    if links and isinstance(links[-1], Connected) is not line.connected:
        line.take(links[-1])
    unfinished = any(one.what is What.UNFINISHED for one in recorded.findings)
    line.fresh = unfinished or distrusted(recorded.verdict, recorded.findings)


def _cases(recorded: dict[str, CaseFact], again: dict[str, CaseFact], unplayed: list[CaseFact]) -> Iterator[Difference]:
    for case_id, now in again.items():
        before = recorded[case_id]
        if (before.verdict, before.octt_verdict) != (now.verdict, now.octt_verdict):
            yield Difference(case_id, before.verdict, now.verdict, told_case(now).reason)
        elif before.findings != now.findings:
            yield Difference(case_id, before.verdict, now.verdict, "the same verdict, by other findings")
    for fact in unplayed:
        if fact.started is not None:
            yield Difference(fact.id, fact.verdict, None, "it cannot be judged from what was recorded")


def _rules(told: Told, library: Library, cases: list[CaseFact]) -> Iterator[Difference]:
    octt = told.head.run.strictness == "octt"
    before = {rule.id: rule for rule in rule_verdicts(told.head.rules, _everything(told.cases), octt=octt)}
    for rule in rule_verdicts(library.rules, _everything(cases), octt=octt):
        recorded = before.get(rule.id)
        if recorded is not None and recorded.verdict is not rule.verdict:
            breaches = told_rule(rule).breaches or told_rule(recorded).breaches
            yield Difference(rule.id, recorded.verdict, rule.verdict, breaches[0].text if breaches else rule.title)


def _everything(cases: list[CaseFact]) -> list[Indexed]:
    """The cases, and what crossed between them."""
    return indexed((*cases, *between(cases)))
