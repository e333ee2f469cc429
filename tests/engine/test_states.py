"""Reusable states: their parameters, what they save, and how their findings are labelled."""

from __future__ import annotations

from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import a_state, frames, only, payload, play
from tests.support.scripted_csms import ScriptedCsms


def test_a_state_runs_with_the_defaults_of_its_parameters() -> None:
    result = play("- state: Authorized")

    assert payload(frames(result, "CP", "Authorize.req")[0]) == {"idTag": "TAG-001"}


def test_arguments_replace_the_defaults_and_reach_the_states_inside() -> None:
    result = play("- state: Charging\n  with: {idTag: $config.valid_id_tag_2, connectorId: 2}")

    assert payload(frames(result, "CP", "Authorize.req")[0]) == {"idTag": "TAG-101"}
    assert payload(frames(result, "CP", "StartTransaction.req")[0])["connectorId"] == 2


def test_a_parameter_that_is_null_leaves_its_member_out() -> None:
    without = play("- state: Charging")
    within = play("- state: Charging\n  with: {reservationId: 41}")

    assert "reservationId" not in payload(frames(without, "CP", "StartTransaction.req")[0])
    assert payload(frames(within, "CP", "StartTransaction.req")[0])["reservationId"] == 41


def test_what_a_state_saves_its_caller_can_use() -> None:
    scenario = """
    - state: Charging
    - send: StopTransaction
      with: {transactionId: $transactionId, meterStop: 10}
    """
    csms = ScriptedCsms()
    result = play(scenario, csms)

    assert result.verdict is Verdict.PASS
    assert payload(frames(result, "CP", "StopTransaction.req")[0])["transactionId"] == csms.transaction_id


def test_what_a_state_before_the_scenario_saves_the_scenario_can_use() -> None:
    scenario = "- send: MeterValues\n  with: {connectorId: 1, transactionId: $transactionId}"
    csms = ScriptedCsms()
    result = play(scenario, csms, more="before: {states: [Charging]}")

    assert payload(frames(result, "CP", "MeterValues.req")[0])["transactionId"] == csms.transaction_id


def test_the_parameters_of_a_state_do_not_leak_into_the_one_that_is_run_next() -> None:
    scenario = """
    - state: Authorized
      with: {idTag: $config.valid_id_tag_2}
    - state: Authorized
    """
    result = play(scenario)

    assert [payload(entry)["idTag"] for entry in frames(result, "CP", "Authorize.req")] == ["TAG-101", "TAG-001"]


def test_a_failure_inside_a_state_carries_the_whole_path() -> None:
    silent = ScriptedCsms(answers={"StartTransaction": lambda _csms, _request: None})
    result = play("- step: 5\n  state: Charging", silent)

    assert only(result, Kind.NO_ANSWER).step == "step 5 › Charging › steps 3-4"
    assert result.verdict is Verdict.FAIL


def test_a_failure_in_a_state_inside_a_state_carries_both() -> None:
    silent = ScriptedCsms(answers={"Authorize": lambda _csms, _request: None})

    found = only(play("- step: [5, 6]\n  state: Charging", silent), Kind.NO_ANSWER)
    assert found.step == "steps 5-6 › Charging › Authorized › steps 1-2"


def test_the_same_failure_before_the_scenario_only_means_that_the_purpose_was_not_reached() -> None:
    silent = ScriptedCsms(answers={"StartTransaction": lambda _csms, _request: None})
    result = play("- send: Heartbeat", silent, more="before: {states: [Charging]}")

    found = only(result, Kind.NO_ANSWER)
    assert (result.verdict, found.decides) == (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE)
    assert found.step == "before › Charging › steps 3-4"


def test_a_loop_variable_of_a_state_stays_inside() -> None:
    state = a_state(
        """
        state: Everywhere
        section: "1"
        edition: "2025-11"
        scenario:
          - for_each: {number: [1, 2]}
            steps:
              - send: StatusNotification
                with: {connectorId: $number, status: Available}
        """
    )
    scenario = """
    - state: Everywhere
    - for_each: {number: [0]}
      steps:
        - send: StatusNotification
          with: {connectorId: $number, status: Available}
    """
    result = play(scenario, states=[state])

    sent = [payload(entry)["connectorId"] for entry in frames(result, "CP", "StatusNotification.req")]
    assert sent == [1, 2, 0]


def test_the_configuration_key_table_is_looked_up_when_it_is_asked_for_and_numbers_are_numbers() -> None:
    scenario = """
    - send: Heartbeat
    - wait: $configuration.HeartbeatInterval
      because: numbers of the table are lengths of time
    """
    assert 300.0 < play(scenario).ended < 301.0


def test_a_configuration_value_that_only_looks_like_a_number_stays_text() -> None:
    scenario = (
        "- send: DataTransfer\n  with: {vendorId: me, data: $configuration.Odd}\n  expect: {status: {present: true}}"
    )
    for value in ("²", "--5", "1_0"):
        result = play(scenario, more=f"before: {{configuration: {{Odd: '{value}'}}}}")
        assert payload(frames(result, "CP", "DataTransfer.req")[0])["data"] == value


def test_the_charge_point_can_be_named() -> None:
    scenario = """
    - send: BootNotification
      with: {chargePointVendor: $charge_point.vendor, chargePointModel: $charge_point.id}
    """
    sent = payload(frames(play(scenario), "CP", "BootNotification.req")[1])
    assert (sent["chargePointVendor"], sent["chargePointModel"]) == ("CSMS Harness", "CP_01")
