"""A CALL that is missing on one lane, and came to another."""

from __future__ import annotations

from dataclasses import replace

from csms_harness.evidence import Cause, Finding, Kind, Left, Role, What
from csms_harness.message import MessageType
from csms_harness.record.facts import CaseFact
from csms_harness.report.telling import told_finding
from csms_harness.rules.strayed import strayed_calls
from csms_harness.verdict import Verdict
from tests.runner.runs import Frames, ran

NEVER = Finding(Kind.ABSENT_CALL, Verdict.FAIL, "steps 1-2", What.NO_CALL, ("ClearCache",), MessageType.CALL, limit=3.0)


def waiting() -> CaseFact:
    """A case that waits for a ClearCache.req, from 0.01 s to 0.05 s."""
    frames = Frames().asked("ClearCache").ours("Heartbeat", {}, {}).ours("Heartbeat", {}, {})
    return ran(frames, name="TC_061_CSMS", findings=(NEVER,))


def test_a_call_that_came_to_another_lane_is_named_with_that_lane() -> None:
    other = ran(Frames().ours("Authorize", {}, {}).theirs("ClearCache", {}, role=Role.AMBIENT), lane="CP_02")
    cause = strayed_calls([waiting(), other])["TC_061_CSMS", "ClearCache"]
    assert (cause.what, cause.lane, cause.case, round(cause.ended or 0, 3)) == (Left.ASTRAY, "CP_02", other.id, 0.02)
    text = told_finding(replace(NEVER, cause=cause)).text
    assert text == "no ClearCache.req came; one came 20 ms after it was asked for, to CP_02 (TC_003_CSMS)"


def test_what_was_asked_for_there_or_came_at_another_time_or_is_another_action_is_not_it() -> None:
    asked_there = ran(Frames().theirs("ClearCache", {}), lane="CP_02")
    late = Frames()
    for _ in range(4):
        late.ours("Heartbeat", {}, {})
    too_late = ran(late.theirs("ClearCache", {}, role=Role.AMBIENT), lane="CP_03")
    another = ran(Frames().ours("Authorize", {}, {}).theirs("Reset", {}, role=Role.AMBIENT), lane="CP_04")
    here = ran(Frames().ours("Authorize", {}, {}).theirs("ClearCache", {}, role=Role.AMBIENT), lane="CP_01")
    assert strayed_calls([waiting(), asked_there, too_late, another, here]) == {}


def test_what_came_between_two_cases_of_the_other_lane_counts() -> None:
    between = Frames().ours("Authorize", {}, {}).theirs("ClearCache", {}, role=Role.BETWEEN).entries
    other = ran(name="TC_013_CSMS", lane="CP_02", between=tuple(between))
    cause = strayed_calls([waiting(), other])["TC_061_CSMS", "ClearCache"]
    assert replace(cause, ended=None) == Cause(Left.ASTRAY, 0, case="TC_013_CSMS", lane="CP_02")
