"""``before``: what has to be true before the first step, and what it means when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.engine.case import CaseRun, Limits
from csms_harness.engine.effects import RequestProvision, SendFrame
from csms_harness.engine.events import Connected, TriggerFinished
from csms_harness.evidence import Kind, Role
from csms_harness.verdict import Verdict
from tests.engine.play import (
    STATES,
    a_booted_line,
    a_case,
    a_line,
    a_state,
    frames,
    kinds,
    messages,
    only,
    payload,
    play,
)
from tests.support.reading import read
from tests.support.scripted_csms import CONFIG, EPOCH, ScriptedCsms

HEARTBEAT = "- send: Heartbeat"
MEMORY = "before: {memory: [{idTag: $config.blocked_id_tag, status: Blocked}]}"


def test_a_case_boots_a_charge_point_that_has_not_booted() -> None:
    result = play(HEARTBEAT)

    assert messages(result, "CP") == ["BootNotification.req", "Heartbeat.req"]
    assert [entry.role for entry in frames(result, "CP")] == ["preparation", "scenario"]
    assert result.checks == 1


def test_a_charge_point_that_has_booted_is_not_booted_again() -> None:
    assert messages(play(HEARTBEAT, line=a_booted_line()), "CP") == ["Heartbeat.req"]


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_a_boot_that_is_not_accepted_leaves_the_case_inconclusive_and_the_next_one_tries_again(status: str) -> None:
    refusing = ScriptedCsms(
        answers={"BootNotification": lambda csms, _: {"status": status, "currentTime": csms.utc(), "interval": 60}}
    )
    line = a_line()
    result = play(HEARTBEAT, refusing, line=line)

    assert (result.verdict, only(result, Kind.MISMATCH).observed) == (Verdict.INCONCLUSIVE, status)
    assert "Heartbeat.req" not in messages(result)
    assert messages(play(HEARTBEAT, line=line), "CP")[0] == "BootNotification.req"


def test_states_before_the_scenario_run_in_order_and_count_no_checks() -> None:
    result = play(HEARTBEAT, more="before: {states: [Authorized, Charging]}")

    assert messages(result, "CP")[:4] == [
        "BootNotification.req",
        "Authorize.req",
        "Authorize.req",
        "StatusNotification.req",
    ]
    assert (result.verdict, result.checks) == (Verdict.PASS, 1)


def test_configuration_keys_are_set_before_the_scenario() -> None:
    scenario = "- receive: GetConfiguration\n  trigger: {key: [AuthorizeRemoteTxRequests]}\n  reply: $answer"
    csms = ScriptedCsms()
    play(scenario, csms, more='before: {configuration: {AuthorizeRemoteTxRequests: "true"}}')

    assert csms.replies[0][1]["configurationKey"][0]["value"] == "true"


def test_what_the_charge_point_can_take_is_what_the_case_configures() -> None:
    limits = play(HEARTBEAT, more="before: {configuration: {MaxChargingProfilesInstalled: 3}}").raw.limits

    assert limits["MaxChargingProfilesInstalled"] == 3
    assert limits["ChargingScheduleAllowedChargingRateUnit"] == "Current,Power"


def test_a_boolean_configuration_key_is_written_as_ocpp_writes_it() -> None:
    scenario = "- receive: GetConfiguration\n  trigger: {key: [AuthorizeRemoteTxRequests]}\n  reply: $answer"
    csms = ScriptedCsms()
    play(scenario, csms, more="before: {configuration: {AuthorizeRemoteTxRequests: true}}")

    assert csms.replies[0][1]["configurationKey"][0]["value"] == "true"


def test_what_has_to_be_provisioned_is_asked_for_before_the_connection_and_waited_for() -> None:
    run = CaseRun(a_case(HEARTBEAT, MEMORY), STATES, a_line(), CONFIG, Limits(), EPOCH)

    assert run.begin(0.0) == [RequestProvision(1, "idTag", {"idTag": "TAG-BLOCKED", "status": "Blocked"})]
    assert not run.done
    opening = run.handle(TriggerFinished(60.0, 1, "performed", "", "http"))
    assert len(opening) == 1
    (boot,) = run.handle(Connected(60.0, "ocpp1.6"))
    assert isinstance(boot, SendFrame)


@pytest.mark.parametrize("outcome", ["declined", "failed"])
def test_what_cannot_be_provisioned_leaves_the_case_inconclusive(outcome: str) -> None:
    csms = ScriptedCsms(trigger_outcome=lambda _item: (outcome, "the API says no"))
    result = play(HEARTBEAT, csms, more=MEMORY)

    found = only(result, Kind.TRIGGER)
    assert (result.verdict, "TAG-BLOCKED" in found.text, "the API says no" in found.text) == (
        Verdict.INCONCLUSIVE,
        True,
        True,
    )
    assert messages(result) == []


def test_a_call_before_boot_notification_is_answered_and_is_nothing_to_the_case() -> None:
    from tests.engine.play import arrives, call, once, while_awaiting

    csms = ScriptedCsms()
    here = once(while_awaiting("BootNotification.conf"), arrives(call("x", "GetLocalListVersion", {})))
    result = play(HEARTBEAT, csms, events=here)

    assert (result.verdict, result.octt_verdict, kinds(result)) == (Verdict.PASS, Verdict.PASS, [])
    assert [entry.role for entry in result.entries if entry.message == "GetLocalListVersion.req"] == [Role.BETWEEN]
    assert csms.replies[0][1] == {"listVersion": 0}


def test_a_state_that_is_missing_is_an_error_of_ours() -> None:
    line: Any = a_line()
    run = CaseRun(a_case(HEARTBEAT), {}, line, CONFIG, Limits(), EPOCH)
    run.begin(0.0)
    run.handle(Connected(0.0, "ocpp1.6"))

    assert run.result is not None
    assert (run.result.verdict, "Booted" in read(run.result).reason) == (Verdict.ERROR, True)


def test_the_argument_of_a_state_before_the_scenario_is_sent() -> None:
    more = "before: {states: [{state: Authorized, with: {idTag: $config.valid_id_tag_2}}]}"

    assert payload(frames(play(HEARTBEAT, more=more), "CP", "Authorize.req")[0]) == {"idTag": "TAG-101"}


# -- what hinders, and what does not (docs/decisions/0014) ----------------------------------------------------

BOOT_ANSWER = {"status": "Accepted", "currentTime": "2026-01-31T12:00:00Z", "interval": 300}
CHARGING = "before: {states: [Charging]}"
BOOTED = a_state("""
state: Booted
section: "1"
edition: "2025-11"
tested_by: TC_001_CSMS
scenario:
  - send: BootNotification
    expect: {status: Accepted, interval: {at_least: 0}}
  - send: StatusNotification
    with: {connectorId: 0, status: Available}
""")


def answered(action: str, answer: Any) -> ScriptedCsms:
    return ScriptedCsms(answers={action: lambda _csms, _request: answer})


@pytest.mark.parametrize(
    "changes",
    [
        {"currentTime": "2026-01-31T12:00:00"},
        {"currentTime": "2026-01-31T12:00:00+0000"},
        {"currentTime": None},
        {"extra": "x"},
        {"interval": "300"},
        {"interval": None},
    ],
)
def test_a_soft_breach_in_the_boot_is_left_to_the_rules_and_the_case_goes_on(changes: dict[str, Any]) -> None:
    answer = {name: value for name, value in (BOOT_ANSWER | changes).items() if value is not None}
    result = play(HEARTBEAT, answered("BootNotification", answer))

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [])


def test_a_member_that_a_charge_point_can_do_without_is_a_remark() -> None:
    result = play(HEARTBEAT, answered("BootNotification", BOOT_ANSWER | {"interval": -1}), states=[BOOTED])

    assert (result.verdict, only(result, Kind.OBSERVATION).path) == (Verdict.PASS, "interval")


@pytest.mark.parametrize(
    "answer",
    [
        {"currentTime": "2026-01-31T12:00:00Z", "interval": 300},
        BOOT_ANSWER | {"status": "accepted"},
        BOOT_ANSWER | {"status": 1},
        [4, "$ID", "InternalError", "", {}],
        [3, "$ID", []],
        None,
    ],
)
def test_a_boot_that_cannot_be_read_or_is_refused_stops_the_case(answer: Any) -> None:
    result = play(HEARTBEAT, answered("BootNotification", answer))

    assert result.verdict is Verdict.INCONCLUSIVE
    assert "Heartbeat.req" not in messages(result, "CP")


@pytest.mark.parametrize(
    ("answer", "found"),
    [({"connectorId": 0}, []), ([4, "$ID", "NotSupported", "", {}], [Kind.OBSERVATION]), ([3, "$ID", []], [])],
)
def test_nothing_is_needed_of_the_answer_to_a_status_notification_but_that_it_comes(
    answer: Any, found: list[Kind]
) -> None:
    result = play(HEARTBEAT, answered("StatusNotification", answer), states=[BOOTED])
    assert (result.verdict, kinds(result)) == (Verdict.PASS, found)

    silent = play(HEARTBEAT, answered("StatusNotification", None), states=[BOOTED])
    assert (silent.verdict, kinds(silent)) == (Verdict.INCONCLUSIVE, [Kind.NO_ANSWER])


def test_an_idle_member_too_many_in_a_state_is_left_to_the_rules() -> None:
    idle = {"idTagInfo": {"status": "Accepted", "why": "x"}, "transactionId": 7, "status": "Accepted"}
    csms = ScriptedCsms(answers={"Authorize": lambda *_: idle, "StartTransaction": lambda *_: idle})
    result = play(HEARTBEAT, csms, more=CHARGING)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [])


@pytest.mark.parametrize("changes", [{"transactionId": "7"}, {"transactionId": None}, {"transactionId": 7.5}])
def test_a_transaction_id_that_cannot_be_read_stops_the_case(changes: dict[str, Any]) -> None:
    whole = {"idTagInfo": {"status": "Accepted"}, "transactionId": 7} | changes
    answer = {name: value for name, value in whole.items() if value is not None}
    result = play(HEARTBEAT, answered("StartTransaction", answer), more=CHARGING)

    assert (result.verdict, kinds(result)) == (Verdict.INCONCLUSIVE, [Kind.BREACH])
    assert "Heartbeat.req" not in messages(result, "CP")


def test_an_id_tag_that_is_not_accepted_stops_the_case() -> None:
    csms = answered("Authorize", {"idTagInfo": {"status": "Blocked"}})
    assert play(HEARTBEAT, csms, more=CHARGING).verdict is Verdict.INCONCLUSIVE


def test_a_late_answer_in_a_preparation_is_a_remark() -> None:
    csms = ScriptedCsms(delay={"BootNotification": 5.02})
    result = play(HEARTBEAT, csms)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.OBSERVATION])


LIST = a_state("""
state: Listed
section: "1"
edition: "2025-11"
scenario:
  - receive: SendLocalList
    trigger: {updateType: Full}
    expect: {updateType: $asked}
    reply: {status: Accepted}
    save: {version: listVersion}
""")


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (
            {"idTag": "T", "idTagInfo": {"status": "Accepted", "expiryDate": "2026-02-01T00:00:00"}},
            Verdict.INCONCLUSIVE,
        ),
        ({"idTag": "T", "idTagInfo": {"status": "Accepted"}}, Verdict.PASS),
    ],
)
def test_a_call_of_a_preparation_that_no_charge_point_would_take_stops_the_case(entry: Any, verdict: Verdict) -> None:
    csms = ScriptedCsms(
        calls={
            "SendLocalList": lambda *_: [{"listVersion": 1, "updateType": "Full", "localAuthorizationList": [entry]}]
        }
    )
    result = play(HEARTBEAT, csms, more="before: {states: [Listed]}", states=[LIST])
    assert result.verdict is verdict
