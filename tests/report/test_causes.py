"""Findings of many cases, and broken rules, that are one defect stand in one block."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csms_harness import evidence
from csms_harness.evidence import Entry, Finding, Happening, Kind, Left, Note, Role, What
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocppj.breach import Breach
from csms_harness.ocppj.correlation import Correlation
from csms_harness.ocppj.frames import Call, CallError, CallResult
from csms_harness.record.facts import BetweenFact, CaseFact, Facts
from csms_harness.report.blocks import blocks, breaks
from csms_harness.report.cause_keys import shape
from csms_harness.report.causes import Cause, causes
from csms_harness.report.telling import told
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Level, Verdict
from tests.report import realistic
from tests.report.realistic import all_passed, call, case, frame, result

CALL, CALLRESULT, CALLERROR = MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR
EXTRA = Breach("schema", "is not allowed", "extra", keyword="additionalProperties")


def finding(kind: Kind, what: What, action: str = "Authorize", message: str = CALLRESULT, **more: Any) -> Finding:
    decides = more.pop("decides", Verdict.FAIL)
    return Finding(kind, decides, more.pop("step", "step 2"), what, (action,), message, **more)


def breach(path: str = "extra", action: str = "Authorize", rule: str = "schema", **more: Any) -> Finding:
    given: dict[str, Any] = {"path": path, "rule": rule, "observed": "is not allowed"}
    return finding(Kind.BREACH, What.BROKEN_RULE, action, **(given | more))


def mismatch(required: str, observed: str, path: str = "idTagInfo.status", **more: Any) -> Finding:
    given: dict[str, Any] = {"path": path, "required": required, "observed": observed}
    return finding(Kind.MISMATCH, What.WRONG_MEMBER, **(given | more))


def lost(number: int, *findings: Finding, entries: tuple[Entry, ...] = (), **more: Any) -> CaseFact:
    verdict = max((one.decides for one in findings if one.decides), key=list(Verdict).index)
    return case(f"TC_{number:03}_CSMS", verdict, findings=findings, transcript=entries, reason="", **more)


def rule(identity: str, name: str, *breaches: RuleBreach, group: Any = "wire", more: int = 0) -> RuleVerdict:
    verdict = Verdict.FAIL if breaches else Verdict.PASS
    return RuleVerdict(identity, f"title of {identity}", "4.1", verdict, 9, group, breaches, name, more)


def of(*cases: CaseFact, rules: tuple[RuleVerdict, ...] = (), **more: Any) -> Facts:
    return told(all_passed(cases=cases, rules=rules, **more))


def ids(cause: Cause) -> list[str]:
    return [cost.case.id for cost in cause.costs]


def test_one_defect_in_many_cases_and_a_rule_is_one_cause() -> None:
    sent = result(13, "CS", "Authorize", "[3]", breaches=(EXTRA,))
    cases = [lost(number, breach(frame=13), entries=(sent,)) for number in range(1, 12)]
    unprepared = breach(decides=Verdict.INCONCLUSIVE, step="before › step 1", frame=13)
    open_ones = [lost(20, unprepared, entries=(sent,))]
    broken = rule(
        "WIRE_006", "schema", *(RuleBreach(one.id, 13, path="extra", observed="is not allowed") for one in cases)
    )
    (cause,) = causes(of(*cases, *open_ones, rules=(broken,)))
    assert ids(cause) == [one.id for one in (*cases, *open_ones)]
    assert cause.verdict is Verdict.FAIL
    (block,) = blocks(of(*cases, *open_ones, rules=(broken,)))
    assert [(word, len(found)) for word, found in block.costs] == [("fails", 11), ("leaves open", 1)]
    assert breaks(block) == "WIRE_006 11 times"
    assert (block.title, block.required) == ("Authorize.conf: extra is not allowed", "")


def test_a_rule_that_cost_no_case_is_a_cause_told_as_a_case_would() -> None:
    sent = result(13, "CS", "Authorize", "[3]", breaches=(EXTRA,))
    passed = case("TC_001_CSMS", transcript=(sent,))
    broken = rule("WIRE_006", "schema", RuleBreach("TC_001_CSMS", 13, path="extra", observed="is not allowed"), more=3)
    (block,) = blocks(of(passed, rules=(broken,)))
    assert block.title == "Authorize.conf: extra is not allowed"
    assert block.place == "TC_001_CSMS, frame 13 from the CSMS"
    assert breaks(block) == "WIRE_006 4 times"


def test_a_rule_beyond_the_document_is_told_by_its_title_and_what_broke_it() -> None:
    broken = rule("RULE_006", "list_version", RuleBreach("TC_1", 3, path="listVersion", observed="-1"), group="beyond")
    (block,) = blocks(of(rules=(broken,)))
    assert (block.title, block.breaches) == ("title of RULE_006", ("TC_1 frame 3: listVersion is -1",))


def test_a_rule_joins_the_cause_of_the_finding_at_the_same_member_of_the_same_frame() -> None:
    failed = lost(1, mismatch("Accepted", "Blocked", frame=4), entries=(result(4, "CS", "Authorize", "[3]"),))
    broken = rule(
        "RULE_002", "one_status", RuleBreach(failed.id, 4, path="idTagInfo.status", observed="Blocked"), group="beyond"
    )
    (cause,) = causes(of(failed, rules=(broken,)))
    assert [one.rule.id for one in cause.rules] == ["RULE_002"]


def test_what_a_case_missed_in_a_member_that_breaks_the_schema_is_the_same_cause() -> None:
    wrong = Breach("schema", "must be Accepted or Blocked", "idTagInfo.status", keyword="enum")
    sent = result(4, "CS", "Authorize", "[3]", breaches=(wrong,))
    both = lost(1, breach("idTagInfo.status", frame=4), mismatch("Accepted", "accepted", frame=4), entries=(sent,))
    only_missed = lost(2, mismatch("Accepted", "accepted", frame=4), entries=(sent,))
    (cause,) = causes(of(both, only_missed))
    assert ids(cause) == [both.id, only_missed.id]


def test_what_a_case_misses_in_a_payload_that_is_no_object_is_the_same_cause() -> None:
    list_instead = Breach("frame", "the payload is a list, not an object", keyword="payload")
    sent = result(4, "CS", "Authorize", "[3]", breaches=(list_instead,))
    whole = breach("", rule="frame", frame=4)
    assert len(causes(of(lost(1, whole, mismatch("Accepted", "absent", frame=4), entries=(sent,))))) == 1


def test_an_unreadable_answer_is_one_cause_whatever_it_should_have_answered() -> None:
    torn = frame(5, "CS", MessageType.UNREADABLE, "", "{", breaches=(Breach("json", "ends too early"),))
    cases = [
        lost(
            number,
            finding(Kind.NO_ANSWER, What.NO_ANSWER, action, outcome=MessageType.UNREADABLE, frame=5, limit=30.0),
            entries=(torn,),
        )
        for number, action in enumerate(("Authorize", "Heartbeat"), 1)
    ]
    broken = rule("WIRE_001", "json", *(RuleBreach(one.id, 5, observed="ends too early") for one in cases))
    (cause,) = causes(of(*cases, rules=(broken,)))
    assert len(cause.costs) == 2
    assert cause.rules[0].count == 2


def test_members_too_many_of_one_message_are_one_cause() -> None:
    names = ("connectorId", "status", "info", "vendorId")
    echoed = tuple(Breach("schema", "is not allowed", name, keyword="additionalProperties") for name in names)
    inner = Breach("schema", "is not allowed", "idTagInfo.extra", keyword="additionalProperties")
    sent = result(5, "CS", "Authorize", "[3]", breaches=(*echoed, inner))
    cases = [lost(n, *(breach(name, frame=5) for name in names), entries=(sent,)) for n in (1, 2)]
    broken = rule("WIRE_006", "schema", *(RuleBreach(one.id, 5, path="info", observed="x") for one in cases))

    (block,) = blocks(of(*cases, rules=(broken,)))

    said = "connectorId, status, info and vendorId are not allowed: the schema has no such members"
    assert block.title == f"Authorize.conf: {said}"
    assert breaks(block) == "WIRE_006 2 times"
    assert len(causes(of(*cases, lost(3, breach("idTagInfo.extra", frame=5), entries=(sent,))))) == 2


def test_members_that_one_message_lacks_are_one_cause() -> None:
    names = ("currentTime", "interval", "status")
    empty = tuple(Breach("schema", "is required", name, keyword="required") for name in names)
    sent = result(5, "CS", "BootNotification", "[3]", breaches=empty)
    boot = [breach(name, "BootNotification", observed="is required", frame=5) for name in names]
    cases = [lost(n, *boot, entries=(sent,)) for n in (1, 2)]
    clocked = lost(3, mismatch("now", "absent", "currentTime", frame=5), entries=(sent,))
    broken = rule("WIRE_006", "schema", *(RuleBreach("TC_001_CSMS", 5, path=one, observed="x") for one in names))

    (block,) = blocks(of(*cases, clocked, rules=(broken,)))

    assert block.title == "BootNotification.conf: currentTime, interval and status are required and not there"
    assert breaks(block) == "WIRE_006 3 times"


def test_a_member_that_is_lacking_alone_is_a_cause_of_its_own() -> None:
    lacks = [Breach("schema", "is required", name, keyword="required") for name in ("status", "interval")]
    sent = [result(n, "CS", "BootNotification", "[3]", breaches=(one,)) for n, one in enumerate(lacks, 5)]
    cases = [
        lost(n, breach(one.path, "BootNotification", frame=n), entries=tuple(sent)) for n, one in enumerate(lacks, 5)
    ]
    assert len(causes(of(*cases))) == 2


def test_null_for_what_is_not_there_is_one_cause_wherever_it_stands() -> None:
    told_of = [
        ("Authorize", "idTagInfo.expiryDate"),
        ("Authorize", "idTagInfo.parentIdTag"),
        ("StopTransaction", "idTagInfo"),
    ]
    nulls = [Breach("schema", "must be a text, is null", path, keyword="null") for _, path in told_of]
    sent = [result(n, "CS", action, "[3]", breaches=(nulls[n - 5],)) for n, (action, _) in enumerate(told_of, 5)]
    cases = [
        lost(n, breach(path, action, observed="must be a text, is null", frame=n), entries=tuple(sent))
        for n, (action, path) in enumerate(told_of, 5)
    ]
    broken = rule("WIRE_006", "schema", *(RuleBreach(one.id, 7, path="idTagInfo", observed="x") for one in cases))

    (block,) = blocks(of(*cases, rules=(broken,)))

    members = "idTagInfo.expiryDate, idTagInfo.parentIdTag and idTagInfo are null"
    assert block.title == f"Authorize.conf and StopTransaction.conf: {members}; a member without a value is left out"
    assert breaks(block) == "WIRE_006 3 times"
    assert len(causes(of(*cases, lost(9, breach("idTagInfo.status", frame=5), entries=tuple(sent))))) == 2


def test_whole_numbers_with_a_decimal_point_are_one_cause_wherever_they_stand() -> None:
    wrong = [
        (CALLRESULT, "StartTransaction", "transactionId"),
        (CALL, "SetChargingProfile", "csChargingProfiles.stackLevel"),
    ]
    whole = [Breach("schema", "must be a whole number, is 1.0", path, keyword="integral") for _, _, path in wrong]
    sent = [frame(n, "CS", kind, action, "[]", breaches=(whole[n],)) for n, (kind, action, _) in enumerate(wrong)]
    cases = [
        lost(n, breach(path, action, message=kind, frame=n), entries=tuple(sent))
        for n, (kind, action, path) in enumerate(wrong)
    ]

    (block,) = blocks(of(*cases))

    members = "transactionId and csChargingProfiles.stackLevel have a decimal point, as no whole number has"
    assert block.title == f"StartTransaction.conf and SetChargingProfile.req: {members}"


def test_members_that_are_spelt_otherwise_are_one_cause_with_what_is_missing_instead() -> None:
    def faults(missing: str, extra: str) -> tuple[Breach, ...]:
        lacks = (Breach("schema", "is required", one, keyword="required") for one in missing.split())
        return (*lacks, *(Breach("schema", "no such", one, keyword="additionalProperties") for one in extra.split()))

    boot = faults("currentTime interval", "current_time heartbeat_interval")
    start = faults("transactionId", "TransactionId")
    group = faults("", "idTagInfo.parent_id_tag")
    sent = [
        result(n, "CS", action, "[3]", breaches=wrong)
        for n, (action, wrong) in enumerate(
            (("BootNotification", boot), ("StartTransaction", start), ("Authorize", group))
        )
    ]
    cases = [
        lost(n, *(breach(one.path, entry.message.action, frame=n) for one in entry.message.breaches), entries=(entry,))
        for n, entry in enumerate(sent)
        if entry.message is not None
    ]

    (block,) = blocks(of(*cases))

    titles = "BootNotification.conf, StartTransaction.conf and Authorize.conf"
    members = "currentTime, interval, current_time and 4 others"
    assert block.title == f"{titles}: {members} are missing or too many: names are not spelt as in the schema"
    assert [len(found) for _, found in block.costs] == [3]


def test_a_member_too_many_is_not_why_another_one_is_missing() -> None:
    wrong = (
        Breach("schema", "is required", "interval", keyword="required"),
        Breach("schema", "no such", "vendor", keyword="additionalProperties"),
    )
    sent = result(4, "CS", "BootNotification", "[3]", breaches=wrong)
    found = [breach(one.path, "BootNotification", frame=4) for one in wrong]
    assert len(causes(of(lost(1, *found, entries=(sent,))))) == 2


def test_a_second_call_is_one_cause_with_the_check_that_it_came_too_early_for() -> None:
    second = Breach("one_call", "a second CALL came before the first was answered")
    sent = call(4, "CS", "GetConfiguration", "[2]", breaches=(second,))
    early = finding(Kind.FORBIDDEN, What.NOT_ABSENT, "GetConfiguration", CALL, frame=4)
    failed = lost(1, early, entries=(sent,))
    broken = rule("WIRE_005", "one_call", RuleBreach(failed.id, 4, observed=second.text))
    (cause,) = causes(of(failed, rules=(broken,)))
    assert (ids(cause), [one.rule.id for one in cause.rules]) == ([failed.id], ["WIRE_005"])


def test_a_way_to_write_moments_is_one_cause_wherever_they_stand() -> None:
    def without_a_zone(moment: str) -> str:
        return f"'{moment}': no time zone"

    told_twice = [
        ("Heartbeat", "currentTime", without_a_zone("2026-11-26T08:00:00")),
        ("Authorize", "idTagInfo.expiryDate", without_a_zone("2027-01-01 00:00:00")),
    ]
    sent = [
        result(n, "CS", action, "[3]", breaches=(Breach("datetime", said, path),))
        for n, (action, path, said) in enumerate(told_twice, 5)
    ]
    failed = lost(
        1, breach("currentTime", "Heartbeat", "datetime", observed=told_twice[0][2], frame=5), entries=(*sent,)
    )
    breaches = [RuleBreach(failed.id, n, path=path, observed=said) for n, (_, path, said) in enumerate(told_twice, 5)]

    (block,) = blocks(of(failed, rules=(rule("WIRE_008", "datetime", *breaches),)))

    assert block.title.startswith("Heartbeat.conf and Authorize.conf break ")
    assert breaks(block) == "WIRE_008 2 times"


def test_a_clock_is_one_cause_whoever_asks_it() -> None:
    sent = [result(n, "CS", action, "[3]") for n, action in enumerate(("Heartbeat", "BootNotification"), 5)]
    breaches = [RuleBreach("TC_001_CSMS", n, path="currentTime", observed="3600") for n in (5, 6)]

    assert len(causes(of(case(transcript=tuple(sent)), rules=(rule("WIRE_009", "clock", *breaches),)))) == 1


def test_a_second_answer_is_one_cause_whatever_it_answers() -> None:
    said = "an answer to {}.req, which was answered before"
    twice = [
        result(n, "CS", action, "[3]", breaches=(Breach("correlation", said.format(action)),))
        for n, action in enumerate(("Heartbeat", "Authorize"), 5)
    ]
    broken = rule("WIRE_004", "correlation", *(RuleBreach("TC_001_CSMS", n, observed=said) for n in (5, 6)))

    assert len(causes(of(case(transcript=tuple(twice)), rules=(broken,)))) == 1


def missing(action: str, **more: Any) -> Finding:
    return finding(Kind.ABSENT_CALL, What.NO_CALL, action, CALL, limit=30.0, **more)


def test_actions_that_ocpp_does_not_know_are_one_cause_with_the_calls_that_are_missing() -> None:
    cases = []
    for number, action in enumerate(("Reset", "ClearCache", "UnlockConnector", "GetConfiguration", "SendLocalList"), 1):
        unknown = Breach("schema", f"'{action.lower()}' is no action of OCPP 1.6", keyword="action")
        came = call(3, "CS", action.lower(), "[2]", step="step 2", breaches=(unknown,))
        cases.append(lost(number, missing(action), entries=(came,)))
    broken = rule("WIRE_006", "schema", *(RuleBreach(one.id, 3, observed="'x' is no action") for one in cases))

    facts = of(*cases, rules=(broken,))

    (block,) = blocks(facts)
    assert block.title == "reset, clearcache, unlockconnector and 2 others are no actions of OCPP 1.6"
    assert (len(block.cases), breaks(block)) == (5, "WIRE_006 5 times")
    assert block.place == "TC_001_CSMS, frame 3 from the CSMS"


def test_what_is_wrong_with_every_frame_is_one_cause_in_calls_and_answers() -> None:
    binary = (Breach("frame", "a binary WebSocket message; OCPP-J frames are text"),)
    answer, asked = result(5, "CS", "Authorize", "[3]", breaches=binary), call(5, "CS", "Reset", "[2]", breaches=binary)
    cases = [
        lost(1, breach("", rule="frame", observed=binary[0].text, frame=5), entries=(answer,)),
        lost(2, breach("", "Reset", "frame", message=CALL, observed=binary[0].text, frame=5), entries=(asked,)),
    ]

    (block,) = blocks(of(*cases))

    assert block.title.startswith("Authorize.conf and Reset.req break the OCPP-J message form")


def test_a_rule_that_names_no_member_is_told_once_whatever_the_action() -> None:
    again = [RuleBreach("TC_001_CSMS", n, action=action) for n, action in enumerate(("Reset", "ClearCache"), 3)]
    (block,) = blocks(of(case("TC_001_CSMS"), rules=(rule("RULE_005", "once", *again, group="run"),)))
    assert (block.title, breaks(block)) == ("title of RULE_005", "RULE_005 2 times")


def test_calls_that_came_to_another_charge_point_are_one_cause() -> None:
    elsewhere = evidence.Cause(Left.ASTRAY, 0, case="TC_009_CSMS", lane="2")
    astray = [missing(one, cause=elsewhere) for one in ("Reset", "ClearCache")]
    (block,) = blocks(of(*(lost(n, one) for n, one in enumerate(astray, 1))))
    assert block.title == "no Reset.req came; one came 0 ms after it was asked for, to 2 (TC_009_CSMS)"
    assert len(block.cases) == 2


def test_an_action_that_comes_whatever_was_asked_for_is_one_cause_with_what_is_missing() -> None:
    unknown = Breach("schema", "'SetVariables' is no action of OCPP 1.6", keyword="action")
    came = call(3, "CS", "SetVariables", "[2]", step="step 2", breaches=(unknown,))
    cases = [lost(n, missing(one), entries=(came,)) for n, one in enumerate(("Reset", "ClearCache", "GetLog"), 1)]
    broken = rule("WIRE_006", "schema", *(RuleBreach(one.id, 3, observed="'x' is no action") for one in cases))

    (block,) = blocks(of(*cases, rules=(broken,)))

    assert block.title == "SetVariables is no action of OCPP 1.6"
    assert (len(block.cases), breaks(block)) == (3, "WIRE_006 3 times")


def test_an_action_of_a_vendor_is_no_reason_for_another_call_that_is_missing() -> None:
    unknown = Breach("schema", "'AcmePing' is no action of OCPP 1.6", keyword="action")
    came = call(3, "CS", "AcmePing", "[2]", step="step 2", breaches=(unknown,))
    broken = rule("WIRE_006", "schema", RuleBreach("TC_001_CSMS", 3, observed="'AcmePing' is no action"))

    assert len(causes(of(lost(1, missing("Reset"), entries=(came,)), rules=(broken,)))) == 2


def _later(number: int, *actions: str, heard: bool = False, lane: str = "1") -> CaseFact:
    entries = (call(2, "CS", "Heartbeat", "[2]"),) if heard else ()
    started = realistic.STARTED + timedelta(minutes=number)
    if not actions:
        return case(f"TC_{number:03}_CSMS", transcript=entries, started=started, lane=lane)
    return lost(number, *map(missing, actions), entries=entries, started=started, lane=lane)


def test_a_central_system_that_sends_no_call_any_more_is_one_cause_whatever_was_asked_for() -> None:
    silent = [_later(number, action) for number, action in enumerate(("Reset", "ClearCache", "GetLog", "Reset"), 10)]

    (block,) = blocks(of(_later(1, heard=True), *silent))

    assert block.title == "no CALL came from here on, whatever was asked for: Reset.req, ClearCache.req and GetLog.req"
    assert [one.id for one in block.cases] == ["TC_010_CSMS", "TC_011_CSMS", "TC_012_CSMS", "TC_013_CSMS"]


@pytest.mark.parametrize(
    "others",
    [
        [_later(20, "Reset"), _later(21, "ClearCache")],
        [_later(20, "Reset"), _later(21, "ClearCache"), _later(22, "GetLog"), _later(23, heard=True)],
    ],
    ids=["two actions", "another CALL came afterwards"],
)
def test_actions_that_a_central_system_lacks_are_a_cause_each(others: list[CaseFact]) -> None:
    lacking = [one for one in others if one.findings]

    assert len(causes(of(_later(1, heard=True), *others))) == len(lacking)


def test_each_lane_is_listened_to_by_itself() -> None:
    silent = [_later(number, action, lane="2") for number, action in enumerate(("Reset", "ClearCache", "GetLog"), 10)]

    assert len(causes(of(*silent, _later(40, heard=True, lane="1")))) == 1


SAME = {
    "values that differ from case to case": (mismatch("TAG-001", "TAG-9"), mismatch("TAG-002", "TAG-8")),
    "moments": (
        mismatch("2026-01-31T12:00:00Z ± 300 s", "2001-01-01T00:00:00Z", "currentTime"),
        mismatch("2026-01-31T13:00:00Z ± 300 s", "2001-01-01T00:00:01Z", "currentTime"),
    ),
    "elements of a list": (breach("list[0].idTag"), breach("list[7].idTag")),
    "a silent answer in any step": (
        finding(Kind.NO_ANSWER, What.NO_ANSWER, limit=30.0, step="step 1"),
        finding(Kind.NO_ANSWER, What.NO_ANSWER, limit=5.0, step="step 9"),
    ),
    "a control API that is away, whatever was asked": (
        finding(Kind.TRIGGER, What.TRIGGER, "Reset", outcome="failed", detail="POST http://h:1/a was not reached"),
        finding(Kind.TRIGGER, What.TRIGGER, "GetLog", outcome="failed", detail="POST http://h:1/b was not reached"),
    ),
    "a control API that says no, whatever was asked": (
        finding(Kind.TRIGGER, What.SAID_NO, "Reset", detail='{"status": "error"}'),
        finding(Kind.TRIGGER, What.SAID_NO, "GetLog", detail='{"status": "error"}'),
    ),
}
OTHER = {
    "another member": (breach("a"), breach("b")),
    "another action": (breach(action="Authorize"), breach(action="Heartbeat")),
    "another rule": (breach(rule="schema"), breach(rule="datetime")),
    "the other way round": (mismatch("Accepted", "Invalid"), mismatch("Invalid", "Accepted")),
    "request and answer": (breach(message=CALL), breach(message=CALLRESULT)),
    "silence and a CALLERROR": (
        finding(Kind.NO_ANSWER, What.NO_ANSWER),
        finding(Kind.CALLERROR, What.CALLERROR, message=CALL),
    ),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_one_cause(pair: tuple[Finding, Finding]) -> None:
    assert len(causes(of(lost(1, pair[0]), lost(2, pair[1])))) == 1


@pytest.mark.parametrize("pair", OTHER.values(), ids=OTHER)
def test_two_causes(pair: tuple[Finding, Finding]) -> None:
    assert len(causes(of(lost(1, pair[0]), lost(2, pair[1])))) == 2


def test_two_codes_of_a_callerror_are_two_causes() -> None:
    cases = [
        lost(
            number, finding(Kind.CALLERROR, What.CALLERROR, message=CALL, frame=4),
            entries=(frame(4, "CS", CALLERROR, code, "[4]"),),
        )
        for number, code in enumerate(("InternalError", "NotImplemented"), 1)
    ]  # fmt: skip
    assert len(causes(of(*cases))) == 2


def test_the_dearest_of_the_worst_comes_first() -> None:
    one = lost(1, breach("a"))
    two = [lost(number, breach("b")) for number in (2, 3)]
    unsure = [lost(number, breach("c", decides=Verdict.INCONCLUSIVE)) for number in (4, 5, 6)]
    assert [ids(cause)[0] for cause in causes(of(*unsure, one, *two))] == ["TC_002_CSMS", "TC_001_CSMS", "TC_004_CSMS"]


def test_a_case_is_under_each_of_its_causes_once() -> None:
    twice = lost(1, breach("a"), breach("a"), breach("b"))
    assert [ids(cause) for cause in causes(of(twice))] == [["TC_001_CSMS"], ["TC_001_CSMS"]]


def test_a_case_that_only_says_a_reason_is_told_by_it() -> None:
    silent = case("TC_001_CSMS", Verdict.INCONCLUSIVE, reason="Nobody was there.")
    (block,) = blocks(of(silent))
    assert (block.title, block.place) == ("Nobody was there.", "TC_001_CSMS")


def test_a_case_that_was_not_tried_follows_from_the_one_that_blew_the_fuse() -> None:
    refused = finding(Kind.REFUSED, What.REFUSED, decides=Verdict.INCONCLUSIVE, detail="ws://h/CP_01: nothing listens")
    last = lost(7, refused)
    rest = [
        case(f"TC_{number:03}_CSMS", Verdict.INCONCLUSIVE, reason="not tried: …", follows=last.id) for number in (1, 2)
    ]
    (block,) = blocks(of(*rest, last))
    assert (block.title, block.place) == ("ws://h/CP_01: nothing listens", "TC_007_CSMS, step 2")
    assert [one.id for one in block.cases] == ["TC_007_CSMS", "TC_001_CSMS", "TC_002_CSMS"]


def test_what_broke_a_rule_between_two_cases_is_told_with_its_frame() -> None:
    sent = frame(3, "CS", CALL, "Reset", "[2]", breaches=(EXTRA,), at=-0.5)
    gap = BetweenFact(lane="CP_01", next="TC_001_CSMS", transcript=(sent,))
    broken = rule("WIRE_006", "schema", RuleBreach(gap.id, 3, path="extra", observed="is not allowed"))
    (block,) = blocks(of(case(), rules=(broken,), between=(gap,)))
    assert (block.title, block.place) == (
        "Reset.req: extra is not allowed",
        "CP_01 before TC_001_CSMS, frame 3 from the CSMS",
    )


def test_a_message_that_was_not_kept_is_not_named() -> None:
    torn = Breach("frame", "a CALL has 4 elements, this one has 3")
    sent = frame(3, "CS", CALL, "Reset", "[2]", breaches=(torn,))
    broken = rule("WIRE_002", "frame", *(RuleBreach("TC_001_CSMS", n, observed=torn.text) for n in (3, 4)))
    (block,) = blocks(of(case("TC_001_CSMS", transcript=(sent,)), rules=(broken,)))
    assert block.title.startswith("Reset.req breaks the OCPP-J message form")


def test_the_line_of_an_example_is_not_told_again_where_the_finding_says_the_same() -> None:
    gone = "The Central System closed the connection with code 1008: busy."
    entry = Entry(3, Role.SCENARIO, "step 2", note=Note(0.5, Happening.DISCONNECTED, gone))
    (block,) = blocks(of(lost(1, finding(Kind.DISCONNECT, What.LOST, detail=gone, frame=3), entries=(entry,))))
    assert (block.observed, block.frame, block.place) == (gone, None, "TC_001_CSMS, step 2, frame 3")


ID = "019ab"
SENT: dict[str, str | bytes] = {
    "binary": b'[3,"019ab",{}]',
    "no UTF-8, from the first byte on": b'\xff[3,"019ab",{}]',
    "no UTF-8, where a text ends": b'[3,"019ab",{"a":"\xc3"}]',
    "torn in a text": '[3,"019ab',
    "torn behind a comma": '[3,"019ab",',
    "NaN": '[3,"019ab",{"a":NaN}]',
    "Infinity": '[3,"019ab",{"a":-Infinity}]',
    "many digits": f'[3,"019ab",{{"a":{"9" * 40}}}]',
    "more digits": f'[3,"019ab",{{"a":{"8" * 50}}}]',
    "a text for a frame": '"[3]"',
    "an object for a frame": '{"id":"019ab"}',
    "another object for a frame": '{"messageId":"77"}',
    "no list but an empty one": "[]",
    "a type that is none": '[9,"019ab",{}]',
    "another that is none": '["CALLRESULT","019ab",{}]',
    "a CALLRESULT of four elements": '[3,"019ab",{},{}]',
    "a CALLRESULT of five elements": '[3,"019ab",{},{},{}]',
    "a CALL of three elements": '[2,"019ab","Reset"]',
    "a number for an action": '[2,"019ab",5,{}]',
    "another number for an action": '[2,"019ab",17,{}]',
    "a number for a uniqueId": "[3,17,{}]",
    "another number for a uniqueId": "[3,4711,{}]",
    "null for a uniqueId": "[3,null,{}]",
    "no uniqueId": '[3,"",{}]',
    "a long uniqueId": f'[2,"{"a" * 40}","Reset",{{}}]',
    "a longer uniqueId": f'[2,"{"b" * 50}","Reset",{{}}]',
    "a code that is none": '[4,"019ab","Broken","",{}]',
    "another code that is none": '[4,"019ab","Wrong","",{}]',
    "null for a description": '[4,"019ab","GenericError",null,{}]',
    "null for details": '[4,"019ab","GenericError","",null]',
    "a uniqueId that no CALL has": '[3,"abc",{}]',
    "another that no CALL has": '[3,"unasked",{}]',
    "a uniqueId in other letters": '[3,"019AB",{}]',
}
ALIKE = (
    {"no UTF-8, from the first byte on", "no UTF-8, where a text ends", "binary"},
    {"torn in a text", "torn behind a comma"},
    {"NaN", "Infinity"},
    {"many digits", "more digits"},
    {"an object for a frame", "another object for a frame"},
    {"a type that is none", "another that is none"},
    {"a CALLRESULT of four elements", "a CALLRESULT of five elements"},
    {"a number for an action", "another number for an action"},
    {"a number for a uniqueId", "another number for a uniqueId"},
    {"a long uniqueId", "a longer uniqueId"},
    {"a uniqueId that no CALL has", "another that no CALL has"},
)
"""Frames of one making; each other one in SENT is a defect of its own."""


def departed(number: int, raw: str | bytes, told: str) -> CaseFact:
    """A case that fails by a frame, with what is said of its breaches, or with other words for them."""
    correlation = Correlation()
    correlation.open_call("Heartbeat", {}, unique_id=ID)
    arrived = correlation.receive(raw).frame
    breaches = tuple(replace(one, text=told or one.text) for one in arrived.breaches)
    code = arrived.message.code if isinstance(arrived.message, CallError) else ""
    kind = {Call: CALL, CallResult: CALLRESULT, CallError: CALLERROR}.get(type(arrived.message), MessageType.UNREADABLE)
    message = Message(1.0, Side.CENTRAL_SYSTEM, kind, "", text=arrived.text, breaches=breaches, code=code)
    found = breach("", "", breaches[0].rule, observed=breaches[0].text, frame=4)
    return lost(number, found, entries=(Entry(4, Role.SCENARIO, "", message),))


@pytest.mark.parametrize("told", ["", "said in better words"])
def test_frames_of_one_making_are_one_cause_whatever_is_said_of_them(told: str) -> None:
    cases = {f"TC_{n:03}_CSMS": name for n, name in enumerate(SENT)}
    grouped = causes(of(*(departed(n, raw, told) for n, raw in enumerate(SENT.values()))))
    together = {frozenset(cases[cost.case.id] for cost in cause.costs) for cause in grouped}
    alone = {frozenset({name}) for name in SENT} - {frozenset({name}) for names in ALIKE for name in names}
    assert together == {*map(frozenset, ALIKE), *alone}


@pytest.mark.parametrize("raw", SENT.values(), ids=SENT)
def test_a_breach_of_a_frame_says_of_which_kind_it_is(raw: str | bytes) -> None:
    (entry,) = departed(1, raw, "").transcript
    assert entry.message is not None
    assert all(one.keyword for one in entry.message.breaches)


def test_breaches_in_frames_that_were_not_kept_go_where_most_are() -> None:
    torn, binary = Breach("frame", "t", keyword="elements: CALL"), Breach("frame", "b", keyword="binary")
    sent = [frame(n, "CS", CALL, "Reset", "[2]", breaches=(torn if n < 5 else binary,)) for n in (3, 4, 5)]
    broken = rule("WIRE_002", "frame", *(RuleBreach("TC_001_CSMS", n, observed="x") for n in (3, 4, 5, 6, 7)))
    found = causes(of(case("TC_001_CSMS", transcript=tuple(sent)), rules=(broken,)))
    assert [cause.rules[0].count for cause in found] == [4, 1]


def test_a_check_without_weight_is_a_remark_and_comes_last() -> None:
    light = lost(1, breach("a"), level=Level.SHOULD)
    unsure = lost(2, breach("b", decides=Verdict.INCONCLUSIVE))
    found = blocks(of(unsure, pack=(light,)))
    assert [block.word for block in found] == ["INCONCLUSIVE", "remark"]
    assert [word for word, _ in found[1].costs] == ["remark"]


def test_whoever_passed_has_no_cause() -> None:
    assert causes(told(all_passed())) == ()


def test_told_twice_the_same_causes() -> None:
    facts = told(realistic.facts())
    assert causes(told(facts)) == causes(facts)


def test_a_shape_leaves_out_what_differs_from_case_to_case() -> None:
    assert shape("POST http://h/a answered HTTP 500: no TAG-1") == "POST # answered HTTP # no #"
