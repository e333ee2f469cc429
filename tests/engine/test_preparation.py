"""``before``: what has to be true before the first step, and what it means when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.engine.case import CaseRun, Limits
from csms_harness.engine.effects import RequestProvision, SendFrame
from csms_harness.engine.events import Connected, TriggerFinished
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import STATES, a_booted_line, a_case, a_line, frames, kinds, messages, only, payload, play
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


def test_a_call_before_boot_notification_is_answered_and_no_failure() -> None:
    from tests.engine.play import arrives, call, once, while_awaiting

    csms = ScriptedCsms()
    here = once(while_awaiting("BootNotification.conf"), arrives(call("x", "GetLocalListVersion", {})))
    result = play(HEARTBEAT, csms, events=here)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])
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
