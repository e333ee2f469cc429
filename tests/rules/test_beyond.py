"""Rules beyond the certification document: frames of a run held against each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from csms_harness.evidence import Finding, Kind, Role, What
from csms_harness.message import MessageType
from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact
from csms_harness.report.breaches import told_rule
from csms_harness.rules.beyond import CHECKS, LEAST_CONNECTOR
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.scenario.shapes import payload_shape
from csms_harness.verdict import Verdict
from tests.runner.runs import Frames, ran, remark


def told(rule: str, *cases: CaseFact) -> tuple[int, list[str]]:
    """How much was looked at, and the breaches in words."""
    looked_at, found = CHECKS[rule]([Indexed(case) for case in cases])
    return looked_at, in_words(rule, [one for one in found if not one.remark])


def remarked(rule: str, *cases: CaseFact) -> list[str]:
    """The remarks in words."""
    return in_words(rule, [one for one in CHECKS[rule]([Indexed(case) for case in cases])[1] if one.remark])


def in_words(rule: str, found: list[RuleBreach]) -> list[str]:
    verdict = RuleVerdict("R", "t", "c", Verdict.FAIL, 1, breaches=tuple(found), rule=rule)
    return [breach.text for breach in told_rule(verdict).breaches]


def start(transaction_id: Any, *, tag: str = "TAG-001", status: str = "Accepted", **info: Any) -> Frames:
    answer = {"transactionId": transaction_id, "idTagInfo": {"status": status, **info}}
    return Frames().ours("StartTransaction", {"idTag": tag, "connectorId": 1}, answer)


def test_a_start_that_is_sent_again_is_the_same_transaction() -> None:
    again = {"connectorId": 1, "idTag": "TAG-001", "meterStart": 0, "timestamp": "2026-01-31T12:00:00Z"}
    later = again | {"timestamp": "2026-01-31T12:05:00Z"}
    answer = {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}
    same = ran(Frames().ours("StartTransaction", again, answer))
    other = ran(Frames().ours("StartTransaction", later, answer), minute=1)
    assert told("transaction_ids", same, same) == (2, [])
    assert len(told("transaction_ids", same, other)[1]) == 1


def test_a_transaction_id_that_is_given_twice_on_one_charge_point_is_told_with_both_places() -> None:
    looked_at, breaches = told("transaction_ids", ran(start(7)), ran(start(7), name="TC_007_CSMS", minute=1))
    assert looked_at == 2
    assert breaches == ["TC_007_CSMS frame 2: transactionId 7 was given before, TC_003_CSMS frame 2"]


def test_two_charge_points_may_have_the_same_transaction_id_which_is_a_remark() -> None:
    cases = ran(start(7)), ran(start(7), name="TC_007_CSMS", lane="CP_02"), ran(start(8), lane="CP_03")
    assert told("transaction_ids", *cases) == (3, [])
    assert remarked("transaction_ids", *cases) == [
        "TC_007_CSMS frame 2: transactionId 7 was given at another Charge Point, TC_003_CSMS frame 2"
    ]


@pytest.mark.parametrize("status", ["Invalid", "ConcurrentTx", "Blocked", "Expired"])
@pytest.mark.parametrize("number", [0, 7])
def test_a_start_that_was_refused_may_carry_any_transaction_id(status: str, number: int) -> None:
    refused = start(number, status=status).ours("StartTransaction", {}, {"transactionId": number, "idTagInfo": {}})
    cases = ran(start(7)), ran(refused, minute=1), ran(start(number, status=status), minute=2)
    assert told("transaction_ids", *cases) == (1, [])
    assert remarked("transaction_ids", *cases) == []


def test_an_answer_without_a_transaction_id_is_nothing_to_this_rule() -> None:
    silent = Frames().ours("StartTransaction", {"idTag": "TAG-001"}, None)
    assert told("transaction_ids", ran(start("seven")), ran(silent)) == (0, [])


def test_an_id_tag_that_is_accepted_here_and_invalid_there_is_told() -> None:
    authorized = Frames().ours("Authorize", {"idTag": "TAG-001"}, {"idTagInfo": {"status": "Accepted"}})
    _, breaches = told("one_status", ran(authorized), ran(start(1, status="Invalid"), minute=1))
    assert breaches == [
        "TC_003_CSMS frame 2: status of TAG-001 is Invalid in StartTransaction.conf, not as in TC_003_CSMS frame 2"
    ]


def test_another_refusal_than_before_bills_nobody_and_is_a_remark() -> None:
    invalid, blocked = start(1, status="Invalid"), start(2, status="Blocked")
    _, found = CHECKS["one_status"]([Indexed(ran(invalid)), Indexed(ran(blocked, minute=1))])
    _, accepted = CHECKS["one_status"]([Indexed(ran(invalid)), Indexed(ran(start(2), minute=1))])
    assert ([one.remark for one in found], [one.remark for one in accepted]) == ([True], [False])


def stop(transaction_id: Any, status: str = "Invalid") -> Frames:
    request = {"transactionId": transaction_id, "idTag": "TAG-001"}
    return Frames().ours("StopTransaction", request, {"idTagInfo": {"status": status}})


def test_what_is_said_at_the_stop_of_a_transaction_that_nobody_gave_out_is_a_remark() -> None:
    assert told("one_status", ran(start(7)), ran(stop(8), minute=1)) == (2, [])
    assert len(remarked("one_status", ran(start(7)), ran(stop(8), minute=1))) == 1
    assert len(told("one_status", ran(start(7)), ran(stop(7), minute=1))[1]) == 1


def test_what_is_said_at_the_second_stop_of_a_transaction_is_a_remark() -> None:
    cases = (
        ran(start(7)),
        ran(stop(7, "Accepted"), name="FIELD_012", minute=1),
        ran(stop(7), name="FIELD_013", minute=2),
    )
    assert told("one_status", *cases) == (3, [])
    assert len(remarked("one_status", *cases)) == 1


@pytest.mark.parametrize(("said", "breaches"), [("Blocked", 0), ("Accepted", 1)])
def test_who_was_refused_at_the_start_cannot_be_accepted_at_the_stop(said: str, breaches: int) -> None:
    cases = ran(start(7, status="Invalid")), ran(stop(7, said), name="FIELD_071", minute=1)
    assert len(told("one_status", *cases)[1]) == breaches


@pytest.mark.parametrize("wrong", [None, "one", [7]])
def test_a_stop_that_names_no_number_is_about_no_transaction(wrong: Any) -> None:
    silent = Frames().ours("StartTransaction", {"idTag": "TAG-001"}, None)
    cases = (
        ran(start(7)),
        ran(silent, name="NEG_006"),
        ran(start([7]), name="NEG_007"),
        ran(stop(wrong), name="NEG_008"),
    )
    assert told("one_status", *cases)[1] == []


def test_what_is_longer_than_an_id_tag_is_about_nobody() -> None:
    """What is too long on purpose may be refused here and looked over there."""
    long = "TAG-001" + 14 * "x"
    assert told("one_status", ran(start(1, tag=long)), ran(start(2, tag=long, status="Invalid"), minute=1)) == (0, [])


def test_id_tags_and_their_parents_are_the_same_in_any_letter_case() -> None:
    one = start(1, parentIdTag="PARENT")
    other = start(2, tag="tag-001", parentIdTag="parent")
    assert told("one_status", ran(one), ran(other, minute=1)) == (2, [])


def test_another_parent_of_the_same_id_tag_is_told() -> None:
    _, breaches = told("one_status", ran(start(1, parentIdTag="A")), ran(start(2, parentIdTag="B"), minute=1))
    assert len(breaches) == 1
    assert "parentIdTag" in breaches[0]


def listed(status: str, id_tag: str = "tag-001", **info: str) -> Frames:
    entry = {"idTag": id_tag, "idTagInfo": {"status": status, **info}}
    return Frames().theirs("SendLocalList", {"updateType": "Full", "listVersion": 1, "localAuthorizationList": [entry]})


@pytest.mark.parametrize(
    ("sent", "breaches", "remarks"),
    [
        (listed("Accepted"), 0, 0),
        (listed("ConcurrentTx"), 1, 0),
        (listed("Blocked", "TAG-002"), 0, 0),
        (listed("Blocked", "TAG-001" + 14 * "x"), 0, 0),
        (listed("Blocked"), 1, 0),
        (listed("Accepted", parentIdTag="other"), 1, 0),
        (listed("Accepted", parentIdTag="parent"), 0, 0),
        (listed("Expired"), 1, 0),
        (Frames().theirs("ReserveNow", {"idTag": "TAG-001", "parentIdTag": "OTHER"}), 0, 1),
        (Frames().theirs("ReserveNow", {"idTag": "TAG-001"}), 0, 0),
        (Frames().theirs("SendLocalList", {"localAuthorizationList": ["TAG-001", {"idTag": 7}, {}]}), 0, 0),
    ],
)
def test_a_list_and_a_reservation_tell_of_an_id_tag_what_the_answers_tell(
    sent: Frames, breaches: int, remarks: int
) -> None:
    cases = ran(start(1, parentIdTag="PARENT")), ran(sent, minute=1)
    assert (len(told("one_status", *cases)[1]), len(remarked("one_status", *cases))) == (breaches, remarks)


def test_an_end_in_a_list_may_come_and_two_lists_may_be_made_by_two_hands() -> None:
    over = ran(start(1, status="Expired"))
    ending = ran(listed("Accepted", expiryDate="2026-01-31T12:00:30Z"), minute=1)
    assert (told("one_status", over, ending), len(remarked("one_status", over, ending))) == ((2, []), 1)
    assert len(told("one_status", over, ran(listed("Accepted"), minute=1))[1]) == 1
    assert told("one_status", ran(listed("Blocked")), ran(listed("Accepted"), minute=1)) == (2, [])


def test_an_answer_that_accepts_whom_another_calls_expired_is_told_whatever_its_end() -> None:
    accepted = start(2, expiryDate="2099-01-31T12:00:00Z")
    assert len(told("one_status", ran(start(1, status="Expired")), ran(accepted, minute=1))[1]) == 1


def test_what_a_list_tells_otherwise_is_told_as_a_request() -> None:
    _, (breach,) = told("one_status", ran(start(1)), ran(listed("Blocked"), minute=1))
    assert "status of tag-001 is Blocked in SendLocalList.req, not as in" in breach


def test_concurrent_tx_depends_on_what_else_goes_on_and_is_no_breach() -> None:
    assert told("one_status", ran(start(1)), ran(start(2, status="ConcurrentTx"), minute=1)) == (2, [])


@pytest.mark.parametrize(
    ("expiry", "broken", "remarks"),
    [
        ("2026-01-31T11:54:59Z", 1, 0),
        ("2020-01-01T00:00:00Z", 1, 0),
        ("2026-01-31T11:55:01Z", 0, 1),  # as far off as the clock may be
        ("2026-01-31T12:00:00.020Z", 0, 1),  # the very moment
        ("2026-01-31T12:00:01Z", 0, 0),
        ("9999-12-31T23:59:59.9999999-05:00", 0, 0),
        ("yesterday", 0, 0),
    ],
)
def test_an_accepted_id_tag_that_has_expired_is_told_and_one_that_expires_now_remarked(
    expiry: str, broken: int, remarks: int
) -> None:
    case = ran(start(1, expiryDate=expiry))
    assert len(told("expired", case)[1]) == broken
    assert len(remarked("expired", case)) == remarks


def test_an_expired_id_tag_may_have_an_expiry_date_in_the_past() -> None:
    assert told("expired", ran(start(1, status="Expired", expiryDate="2020-01-01T00:00:00Z"))) == (0, [])


def test_a_call_that_is_not_what_was_asked_for_is_told_with_both_values() -> None:
    finding = remark("UnlockConnector", MessageType.CALL, path="connectorId", frame=3)
    _, breaches = told("as_asked", ran(findings=(finding,)))
    assert breaches == ["TC_003_CSMS frame 3: connectorId is 2; asked for was 1"]


def test_a_payload_that_is_no_object_is_told_by_its_form_and_not_by_what_it_lacks() -> None:
    array = Breach("frame", "the payload is an array, not an object", keyword="payload")
    finding = remark("UnlockConnector", MessageType.CALL, path="connectorId", frame=1)
    assert told("as_asked", ran(Frames().theirs("UnlockConnector", {}, array), findings=(finding,)))[1] == []


@pytest.mark.parametrize("action", ["RemoteStartTransaction", "ReserveNow"])
def test_another_id_tag_than_was_asked_for_is_a_remark(action: str) -> None:
    case = ran(findings=(remark(action, MessageType.CALL, path="idTag", frame=3),))
    assert told("as_asked", case) == (0, [])
    assert remarked("as_asked", case) == ["TC_003_CSMS frame 3: idTag is 2; asked for was 1"]


@pytest.mark.parametrize(
    ("asked", "sent"), [("TAG-0013456789012", "TAG-0013456"), ('"12345678901234"', '"12345678901"')]
)
def test_an_id_tag_that_was_cut_is_none_that_somebody_chose(asked: str, sent: str) -> None:
    finding = replace(remark("RemoteStartTransaction", MessageType.CALL, path="idTag"), required=asked, observed=sent)
    assert len(told("as_asked", ran(findings=(finding,)))[1]) == 1


def test_a_remark_on_an_answer_is_nothing_to_what_was_asked_for() -> None:
    shortened = Finding(Kind.OBSERVATION, None, "1", What.SHORTENED, seconds=10.0, limit=60.0)
    of_an_answer = remark("Heartbeat", MessageType.CALLRESULT, path="currentTime")
    assert told("as_asked", ran(findings=(shortened, of_an_answer)))[1] == []


@pytest.mark.parametrize("what", [What.CALLERROR, What.NOT_PASSED])
def test_a_remark_that_is_not_about_what_the_central_system_was_asked_breaks_nothing(what: What) -> None:
    other = replace(remark("Reset", MessageType.CALL, path="type", frame=3), what=what)
    assert told("as_asked", ran(findings=(other,)))[1] == []


AGAIN = Role.AMBIENT
STATUS = {"connectorId": 1, "status": "Preparing"}
REMOTE_START = {"connectorId": 1, "idTag": "TAG-001"}


@pytest.mark.parametrize(
    ("action", "request_"),
    [("Reset", {"type": "Hard"}), ("ClearCache", {}), ("UnlockConnector", {"connectorId": 1}), ("ReserveNow", {})],
)
def test_an_equal_call_that_comes_again_in_its_case_is_told(action: str, request_: dict[str, Any]) -> None:
    frames = Frames().theirs(action, request_).ours("Heartbeat", {}, {}).theirs(action, request_, role=AGAIN)
    assert told("once", ran(frames)) == (
        1,
        [f"TC_003_CSMS frame 5: {action}.req came again, as in TC_003_CSMS frame 1"],
    )


def test_an_equal_call_just_after_the_end_of_its_case_is_told() -> None:
    first = ran(Frames().theirs("ClearCache", {}), name="TC_061_CSMS")
    again = ran(Frames().theirs("ClearCache", {}, role=AGAIN), name="TC_064_CSMS", minute=1)
    assert told("once", first, again) == (
        1, ["TC_064_CSMS frame 1: ClearCache.req came again, as in TC_061_CSMS frame 1"]
    )  # fmt: skip


@pytest.mark.parametrize("action", ["BootNotification", "StopTransaction"])
def test_an_equal_call_after_an_occasion_in_the_next_case_is_not_again(action: str) -> None:
    first = ran(Frames().theirs("Reset", {"type": "Hard"}), name="TC_013_CSMS")
    later = Frames().ours(action, {}, {}).theirs("Reset", {"type": "Hard"}, role=AGAIN)
    assert told("once", first, ran(later, name="TC_014_CSMS", minute=1)) == (1, [])


@pytest.mark.parametrize(("action", "told_again"), [("ClearCache", 0), ("CancelReservation", 0), ("Reset", 1)])
def test_a_harmless_call_of_a_later_case_may_follow_any_call_of_the_charge_point(action: str, told_again: int) -> None:
    first = ran(Frames().theirs(action, {}), name="TC_061_CSMS")
    later = ran(Frames().ours("Authorize", {}, {}).theirs(action, {}, role=AGAIN), name="TC_064_CSMS", minute=1)
    assert len(told("once", first, later)[1]) == told_again


@pytest.mark.parametrize(
    ("action", "wish", "told_again"),
    [("CancelReservation", "ReserveNow", 0), ("Reset", "ReserveNow", 1), ("CancelReservation", "CancelReservation", 1)],
)
def test_a_harmless_call_of_a_later_case_may_make_room_for_another_wish(
    action: str, wish: str, told_again: int
) -> None:
    first = ran(Frames().theirs(action, {}), name="TC_048_1_CSMS")
    later = ran(Frames().asked(wish).theirs(action, {}, role=AGAIN), name="TC_048_2_CSMS", minute=1)
    assert len(told("once", first, later)[1]) == told_again


@pytest.mark.parametrize(("action", "told_again"), [("CancelReservation", 0), ("Reset", 1)])
def test_what_a_case_gives_back_may_have_been_taken_back_by_itself(action: str, told_again: int) -> None:
    first = ran(Frames().theirs(action, {}, role=Role.CLEANUP), name="TC_047_CSMS")
    later = ran(Frames().theirs(action, {}, role=AGAIN), name="TC_048_1_CSMS", minute=1)
    assert len(told("once", first, later)[1]) == told_again


def test_an_equal_call_that_comes_long_after_its_case_is_not_again() -> None:
    first = ran(Frames().theirs("ClearCache", {}), name="TC_061_CSMS")
    later = Frames()
    for _ in range(60):
        later.ours("Heartbeat", {}, {})
    assert told("once", first, ran(later.theirs("ClearCache", {}, role=AGAIN), minute=1)) == (1, [])


@pytest.mark.parametrize("status", ["Rejected", "Faulted", "Occupied", "NotSupported"])
def test_a_call_that_was_not_taken_on_may_come_again(status: str) -> None:
    frames = Frames().theirs("ReserveNow", {}, status=status).theirs("ReserveNow", {}, role=AGAIN)
    assert told("once", ran(frames)) == (1, [])


def test_a_call_without_an_answer_may_come_again() -> None:
    frames = Frames().theirs("Reset", {}).theirs("Reset", {}, role=AGAIN)
    del frames.entries[1]
    assert told("once", ran(frames)) == (1, [])


@pytest.mark.parametrize("action", ["BootNotification", "StartTransaction", "StopTransaction"])
def test_a_policy_may_act_on_an_occasion(action: str) -> None:
    frames = Frames().theirs("ClearCache", {}).ours(action, {}, {}).theirs("ClearCache", {}, role=AGAIN)
    assert told("once", ran(frames)) == (1, [])


@pytest.mark.parametrize(
    ("action", "occasion", "told_again"),
    [
        ("RemoteStopTransaction", "MeterValues", 0),
        ("RemoteStopTransaction", "BootNotification", 1),
        ("ReserveNow", "BootNotification", 0),
        ("ReserveNow", "StartTransaction", 1),
    ],
)
def test_what_has_not_happened_yet_or_still_stands_may_be_ordered_again(
    action: str, occasion: str, told_again: int
) -> None:
    frames = Frames().theirs(action, {}).ours(occasion, {}, {}).theirs(action, {}, role=AGAIN)
    assert len(told("once", ran(frames))[1]) == told_again


@pytest.mark.parametrize(("status", "told_again"), [("Blocked", 0), ("Accepted", 1)])
def test_a_start_may_be_ordered_again_when_that_of_another_driver_was_refused(status: str, told_again: int) -> None:
    frames = Frames().theirs("RemoteStartTransaction", REMOTE_START)
    frames.ours("StartTransaction", {"idTag": "TAG-002"}, {"transactionId": 3, "idTagInfo": {"status": status}})
    assert len(told("once", ran(frames.theirs("RemoteStartTransaction", REMOTE_START, role=AGAIN)))[1]) == told_again


def test_to_stop_or_to_reset_is_no_policy() -> None:
    frames = Frames().theirs("Reset", {}).ours("BootNotification", {}, {}).theirs("Reset", {}, role=AGAIN)
    assert len(told("once", ran(frames))[1]) == 1


def test_a_remote_start_when_a_cable_is_plugged_in_is_a_remark() -> None:
    frames = Frames().theirs("RemoteStartTransaction", REMOTE_START).ours("StatusNotification", STATUS, {})
    case = ran(frames.theirs("RemoteStartTransaction", REMOTE_START, role=AGAIN))
    assert told("once", case) == (1, [])
    assert remarked("once", case) == [
        "TC_003_CSMS frame 5: RemoteStartTransaction.req came by itself, when a cable was plugged in"
    ]


def test_a_remote_start_that_comes_twice_after_the_cable_is_told() -> None:
    frames = Frames().ours("StatusNotification", STATUS, {}).theirs("RemoteStartTransaction", REMOTE_START)
    case = ran(frames.theirs("RemoteStartTransaction", REMOTE_START, role=AGAIN))
    assert len(told("once", case)[1]) == 1


def test_a_stop_of_the_central_systems_own_before_the_one_that_was_asked_for_is_not_again() -> None:
    stop = {"transactionId": 7}
    frames = Frames().theirs("RemoteStopTransaction", stop, role=AGAIN).theirs("RemoteStopTransaction", stop)
    assert told("once", ran(frames)) == (1, [])


def test_a_call_that_is_asked_for_twice_may_come_twice() -> None:
    twice = Frames().theirs("ClearCache", {}).theirs("ClearCache", {})
    assert told("once", ran(twice)) == (2, [])


def test_a_call_that_the_preparation_of_the_next_case_asked_for_is_no_second_one() -> None:
    first = ran(Frames().theirs("Reset", {"type": "Hard"}), name="TC_013_CSMS")
    asked = ran(Frames().theirs("Reset", {"type": "Hard"}, role=Role.PREPARATION), name="TC_014_CSMS", minute=1)
    assert told("once", first, asked) == (2, [])


def test_configuration_may_be_read_at_any_time() -> None:
    frames = Frames().theirs("GetConfiguration", {}).theirs("GetConfiguration", {}, role=Role.AMBIENT)
    assert told("once", ran(frames)) == (0, [])


def test_another_charge_point_may_be_reset_too() -> None:
    frames = Frames().theirs("Reset", {"type": "Hard"})
    other = Frames().theirs("Reset", {"type": "Hard"}, role=Role.AMBIENT)
    assert told("once", ran(frames), ran(other, lane="CP_02", minute=1)) == (1, [])


@pytest.mark.parametrize(("version", "count"), [(1, 0), (0, 1), (-1, 1), (True, 0)])
def test_a_local_list_with_a_version_that_has_another_meaning_is_told(version: Any, count: int) -> None:
    looked_at, breaches = told("list_version", ran(Frames().theirs("SendLocalList", {"listVersion": version})))
    assert (looked_at, len(breaches)) == (1, count)


@pytest.mark.parametrize(
    ("more", "version", "count"),
    [
        ({"updateType": "Full", "localAuthorizationList": []}, 0, 0),
        ({"updateType": "Full"}, 0, 0),
        ({"updateType": "Full", "localAuthorizationList": []}, -1, 1),
        ({"updateType": "Full", "localAuthorizationList": [{"idTag": "A"}]}, 0, 1),
        ({"updateType": "Differential", "localAuthorizationList": []}, 0, 1),
    ],
)
def test_a_full_list_that_is_empty_may_have_the_version_zero(more: dict[str, Any], version: int, count: int) -> None:
    frames = Frames().theirs("SendLocalList", {"listVersion": version, **more})
    assert len(told("list_version", ran(frames))[1]) == count


@pytest.mark.parametrize(
    ("action", "number", "count"),
    [
        ("RemoteStartTransaction", 0, 1),
        ("RemoteStartTransaction", 1, 0),
        ("UnlockConnector", 0, 1),
        ("UnlockConnector", -1, 1),
        ("TriggerMessage", 0, 1),
        ("ExtendedTriggerMessage", 0, 1),
        ("ChangeAvailability", 0, 0),
        ("ReserveNow", 0, 0),
        ("SetChargingProfile", 0, 0),
        ("ClearChargingProfile", -1, 1),
        ("GetCompositeSchedule", -1, 1),
    ],
)
def test_a_connector_id_below_the_least_of_its_call_is_told(action: str, number: int, count: int) -> None:
    looked_at, breaches = told("connector_ids", ran(Frames().theirs(action, {"connectorId": number})))
    assert (looked_at, len(breaches)) == (1, count)


def test_a_connector_id_below_the_least_is_told_with_its_place() -> None:
    _, breaches = told("connector_ids", ran(Frames().theirs("UnlockConnector", {"connectorId": 0})))
    assert breaches == ["TC_003_CSMS frame 1: connectorId is 0 in UnlockConnector.req, where 1 is the least"]


def test_a_connector_id_that_is_left_out_or_no_number_is_nothing_to_the_rule_of_the_least() -> None:
    frames = Frames().theirs("RemoteStartTransaction", {"idTag": "A"}).theirs("UnlockConnector", {"connectorId": "0"})
    assert told("connector_ids", ran(frames)) == (0, [])


def test_every_call_that_can_have_a_connector_id_has_a_least_one() -> None:
    shapes = {action: payload_shape(action, Direction.REQUEST) for action in CENTRAL_SYSTEM_ACTIONS}
    assert {action for action, shape in shapes.items() if "connectorId" in shape.members} == LEAST_CONNECTOR.keys()


@pytest.mark.parametrize(
    ("action", "number", "looked_at", "count"),
    [
        ("UnlockConnector", 1, 1, 0),
        ("UnlockConnector", 0, 1, 1),
        ("TriggerMessage", 0, 1, 1),
        ("ReserveNow", 0, 1, 0),
        ("ReserveNow", -1, 1, 1),
        ("UnlockConnector", True, 0, 0),
        ("UnlockConnector", "0", 0, 0),
        ("Reset", 0, 0, 0),
    ],
)
def test_a_connector_below_the_least_one_of_its_call_is_told(
    action: str, number: Any, looked_at: int, count: int
) -> None:
    seen, breaches = told("connector_ids", ran(Frames().theirs(action, {"connectorId": number})))
    assert (seen, len(breaches)) == (looked_at, count)


def test_a_call_that_could_not_be_read_is_nothing_to_any_rule() -> None:
    unread = Breach("frame", "the payload is no object", keyword="payload")
    frames = Frames().theirs("UnlockConnector", {"connectorId": 0}, unread).theirs("SendLocalList", {}, unread)
    assert told("connector_ids", ran(frames)) == told("list_version", ran(frames)) == (0, [])
