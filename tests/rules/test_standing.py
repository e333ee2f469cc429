"""The verdicts of standing rules over a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csms_harness.evidence import Finding, Kind, Role, What
from csms_harness.message import MessageType
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact
from csms_harness.record.facts_of import between
from csms_harness.report.breaches import told_rule
from csms_harness.resources import folder
from csms_harness.rules.indexed import indexed
from csms_harness.rules.standing import SHOWN, rule_verdicts
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.scenario.load import load_library
from csms_harness.verdict import Verdict
from tests.runner.runs import STARTED, Frames, ran

RULES = load_library(folder("scenarios")).rules
HEARTBEAT = {"currentTime": "2026-01-31T12:00:00Z"}


def told(rule: str, *cases: Any) -> RuleVerdict:
    return next(told_rule(verdict) for verdict in rule_verdicts(RULES, indexed(cases)) if verdict.rule == rule)


def texts(verdict: RuleVerdict) -> list[str]:
    return [breach.text for breach in verdict.breaches]


def test_the_shipped_rules_are_those_of_the_wire_and_those_beyond_the_document() -> None:
    assert [rule.id for rule in RULES if rule.group == "wire"] == [f"WIRE_00{n}" for n in range(1, 10)]
    assert [rule.id for rule in RULES if rule.group == "beyond"] == [f"RULE_{n:03}" for n in range(1, 21)]


def test_a_rule_that_nothing_was_held_against_does_not_apply() -> None:
    assert {fact.verdict for fact in rule_verdicts(RULES, ())} == {Verdict.NOT_APPLICABLE}


def test_a_rule_that_held_passes_and_says_how_often_it_was_looked_at() -> None:
    fact = told("schema", ran(Frames().ours("Heartbeat", {}, HEARTBEAT).theirs("Reset", {"type": "Soft"})))
    assert (fact.verdict, fact.looked_at, fact.group) == (Verdict.PASS, 2, "wire")


def test_a_breach_fails_its_rule_and_no_other() -> None:
    case = ran(Frames().ours("Heartbeat", {}, {}, Breach("schema", "is missing", "currentTime")))
    assert texts(told("schema", case)) == ["TC_003_CSMS frame 2: currentTime is missing"]
    assert [fact.id for fact in rule_verdicts(RULES, indexed((case,))) if fact.verdict is Verdict.FAIL] == ["WIRE_006"]


def test_a_note_breaks_no_rule() -> None:
    note = Breach("error_code", "OCPP 2.0.1 knows it", note=True)
    assert told("error_code", ran(Frames().ours("Heartbeat", {}, HEARTBEAT, note))).verdict is not Verdict.FAIL


@pytest.mark.parametrize(("time", "verdict"), [("11:55:01", "PASS"), ("11:54:00", "FAIL"), ("14:00:00", "FAIL")])
def test_a_clock_that_is_more_than_five_minutes_off_fails_the_clock_rule(time: str, verdict: str) -> None:
    fact = told("clock", ran(Frames().ours("Heartbeat", {}, {"currentTime": f"2026-01-31T{time}Z"})))
    assert (fact.verdict.value, fact.looked_at) == (verdict, 1)


def test_the_side_of_a_wrong_clock_is_said() -> None:
    fact = told("clock", ran(Frames().ours("Heartbeat", {}, {"currentTime": "2026-01-31T11:00:00Z"})))
    assert texts(fact) == ["TC_003_CSMS frame 2: currentTime is 3600 s behind the clock of this machine"]


def _after(seconds: int, case: CaseFact) -> CaseFact:
    return case.model_copy(update={"started": STARTED + timedelta(seconds=seconds)})


def _shown(action: str, second: float, moment: str, lane: str = "CP_01") -> CaseFact:
    """A case of its own, in which the Central System tells a moment of 12:00."""
    answer = {"currentTime": f"2026-01-31T12:{moment}Z"}
    case = ran(Frames().ours(action, {}, answer), name=f"{lane} at {second}")
    return case.model_copy(update={"started": STARTED + timedelta(seconds=second), "lane": lane})


@pytest.mark.parametrize(
    ("seconds", "moment", "breaches", "remarks"),
    [
        (2, "00:17.250", 0, 0),
        (4, "00:17.250", 0, 1),
        (4, "00:17", 0, 0),
        (12, "00:17", 0, 1),
        (69, "00:17.250", 0, 1),
        (90, "00:00", 1, 0),
    ],
)
def test_a_clock_that_stands_still_is_wrong_when_no_coarse_clock_does(
    seconds: int, moment: str, breaches: int, remarks: int
) -> None:
    fact = told("clock", _shown("Heartbeat", 0, moment), _shown("Heartbeat", seconds, moment))
    assert (len(fact.breaches), len(fact.remarks)) == (breaches, remarks)
    for one in (*fact.breaches, *fact.remarks):
        said = f"currentTime is still that of CP_01 at 0 frame 2, {seconds} s later: the clock stands still"
        assert one.text == f"CP_01 at {seconds} frame 2: {said}"


@pytest.mark.parametrize("phase", [0, 0.25, 3, 7.5])
@pytest.mark.parametrize("step", [4, 10, 30, 60])
def test_a_clock_that_counts_coarsely_is_right_from_whatever_it_counts(step: int, phase: float) -> None:
    halts = [
        _shown(
            "Heartbeat", second, f"{(at := (second - phase) // step * step + phase) // 60 % 60:02.0f}:{at % 60:06.3f}"
        )
        for second in range(60, 300, 3)
    ]
    assert told("clock", *halts).breaches == ()


def test_a_clock_that_goes_for_each_connection_and_stands_still_in_it_is_wrong() -> None:
    stands = [_shown("BootNotification", 0, "00:00.100"), _shown("Heartbeat", 9, "00:00.100")]
    goes = [_shown("BootNotification", 10, "00:10.100"), _shown("Heartbeat", 12, "00:12.100")]
    elsewhere = [_shown("Heartbeat", 3, "00:03", "CP_02"), _shown("Heartbeat", 4, "00:04", "CP_02")]
    assert len(told("clock", *stands, *goes).breaches) == 1
    assert told("clock", *stands, goes[0]).breaches == (), "a clock of ten seconds"
    assert told("clock", *stands, *elsewhere).breaches == (), "a process of its own serves the other"


def test_a_unique_id_that_a_later_connection_uses_again_makes_no_clock_stand_still() -> None:
    frames = Frames()
    for moment in ("00:00.100", "00:09.100", "00:09.900"):
        frames.ours("Heartbeat", {}, {"currentTime": f"2026-01-31T12:{moment}Z"})
    first, _, second, *others = frames.entries
    assert first.message is not None
    assert second.message is not None
    frames.entries = [first, frames.entries[1], replace(
        second, message=replace(second.message, unique_id=first.message.unique_id, at=second.message.at + 9)
    ), *others]  # fmt: skip
    fact = told("clock", ran(frames))
    assert (fact.breaches, fact.remarks) == ((), ())


def test_messages_that_are_told_the_time_by_two_clocks_are_held_each_against_itself() -> None:
    minutes = [_shown("Heartbeat", second, "00:00") for second in (1, 30, 59)]
    seconds = [_shown("BootNotification", second, f"00:{second}") for second in (10, 12, 40)]
    fact = told("clock", *minutes, *seconds)
    assert (fact.breaches, len(fact.remarks)) == ((), 1)


def test_answers_that_were_made_at_once_and_came_late_show_no_clock_that_stands_still() -> None:
    shown = {"currentTime": "2026-01-31T12:00:17Z"}
    quick, slow = Frames().ours("Heartbeat", {}, shown), Frames().ours("Heartbeat", {}, shown)
    answer = slow.entries[-1]
    assert answer.message is not None
    slow.entries[-1] = replace(answer, message=replace(answer.message, at=answer.message.at + 20))
    fact = told("clock", ran(quick), ran(slow, name="TC_007_CSMS"))
    assert (fact.breaches, fact.remarks) == ((), ())


def test_a_clock_that_goes_is_right_however_coarsely_it_counts() -> None:
    minutes = [
        _after(
            60 * n, ran(Frames().ours("Heartbeat", {}, {"currentTime": f"2026-01-31T12:0{n}:00Z"}), name=f"TC_00{n}")
        )
        for n in range(4)
    ]
    assert told("clock", *minutes).breaches == ()


def test_a_flood_of_breaches_is_listed_in_part() -> None:
    breaches = [Breach("json", "NaN is not JSON") for _ in range(SHOWN + 7)]
    fact = told("json", ran(Frames().ours("Heartbeat", {}, {}, *breaches)))
    assert len(fact.breaches) == SHOWN + 1
    assert texts(fact)[-1] == "and 7 more"


def test_a_remark_breaks_no_rule_and_is_listed_apart() -> None:
    tags = Frames()
    for _ in range(SHOWN + 2):
        info = {"status": "Accepted", "expiryDate": "2026-01-31T12:00:00Z"}
        tags.ours("Authorize", {"idTag": "A"}, {"idTagInfo": info})
    fact = told("expired", ran(tags))
    assert (fact.verdict, fact.breaches, len(fact.remarks)) == (Verdict.PASS, (), SHOWN + 1)
    assert fact.remarks[-1].text == "and 2 more"
    assert fact.remarks[0].remark


def test_a_habit_is_told_once_for_each_action_and_broken_only_for_the_official_tool() -> None:
    chatty = Frames()
    for action in ("GetConfiguration", "ClearCache", "GetConfiguration", "clearcache"):
        chatty.theirs(action, {}, role=Role.BETWEEN)
    within = ran(Frames().theirs("TriggerMessage", {}, role=Role.AMBIENT), name="TC_007_CSMS")
    unasked = Finding(Kind.COMPATIBILITY, None, "", What.UNEXPECTED, ("TriggerMessage",), MessageType.CALL, frame=1)
    answered = ran(Frames().theirs("GetLocalListVersion", {}, role=Role.AMBIENT), name="TC_010_CSMS")
    wrong = Finding(Kind.MISMATCH, Verdict.FAIL, "", What.WRONG_MEMBER, ("Reset",), MessageType.CALL, "type", frame=1)
    suspect = ran(
        Frames().theirs("Reset", {}), name="TC_013_CSMS", findings=(replace(unasked, actions=("Reset",)), wrong)
    )
    cases = (ran(chatty), within.model_copy(update={"findings": (unasked,)}), answered, suspect)
    by_spec, by_octt = (
        next(one for one in rule_verdicts(RULES, indexed(cases), octt=octt) if one.rule == "by_itself")
        for octt in (False, True)
    )

    actions = ["ClearCache", "GetConfiguration", "TriggerMessage"]
    assert (by_spec.verdict, [one.observed for one in by_spec.remarks], by_spec.breaches) == (Verdict.PASS, actions, ())
    assert (by_octt.verdict, [one.observed for one in by_octt.breaches]) == (Verdict.FAIL, actions)


def test_what_crossed_between_two_cases_is_judged_by_the_wire_rules_at_a_place_of_its_own() -> None:
    frames = Frames().theirs("ClearCache", {"x": 1}, Breach("schema", "is unknown", "x"), role=Role.BETWEEN)
    case = ran(Frames().ours("Heartbeat", {}, HEARTBEAT)).model_copy(update={"between": tuple(frames.entries)})
    (gap,) = between([case])

    assert texts(told("schema", case, gap)) == ["CP_01 before TC_003_CSMS frame 1: x is unknown"]
