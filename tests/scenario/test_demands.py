"""What a case needs of the target, how long it waits, and what it has triggered."""

from __future__ import annotations

import pytest

from csms_harness.scenario.library import Library
from csms_harness.scenario.load import needs, parse_state, triggered_actions, waits
from tests.scenario.documents import case, states

OUTER = """\
state: Asked
section: "3.22"
edition: "2025-11"
params: {tag: $config.parent_id_tag}
before: {states: [{state: Charging, with: {idTag: $tag}}]}
scenario:
  - {receive: ClearCache, trigger: {}, reply: $answer}
  - {wait: 7 s, because: Patience}
"""


def seconds(steps: str) -> float:
    known = states(OUTER)
    return waits(case(steps, known=known), Library({}, known, (), ""))


def test_a_case_needs_what_its_steps_and_surroundings_name() -> None:
    found = case(
        """\
        - {receive: ReserveNow, trigger: {expiryDate: $now + $config.expiry_offset}, reply: $answer}
        - {repeat: $config.times, at_most: $config.patience, steps: [{send: Heartbeat, within: $config.limit}]}
        """,
        """\
        before: {configuration: {A: $config.a}, memory: [{idTag: $config.b}]}
        after:
          - {send: Authorize, with: {idTag: $config.c}}
        """,
    )
    assert needs(found, states()) == {"expiry_offset", "times", "patience", "limit", "a", "b", "c"}


def test_a_case_needs_what_its_states_need_but_not_the_defaults_it_replaces() -> None:
    known = states(OUTER)
    assert needs(case("- state: Charging\n"), known) == {"valid_id_tag", "connector_id"}
    assert needs(case("- {state: Charging, with: {idTag: $config.x}}\n"), known) == {"x", "connector_id"}
    assert needs(case("- state: Asked\n", known=known), known) == {"parent_id_tag", "connector_id"}


def test_a_case_that_starts_booted_needs_what_booting_needs() -> None:
    booted = """\
state: Booted
section: "3.22"
edition: "2025-11"
scenario:
  - {send: BootNotification, with: {iccid: $config.iccid}}
"""
    known = {"Booted": parse_state(booted, "state.yaml", {})}
    assert needs(case("- send: Heartbeat\n", known=known), known) == {"iccid"}
    assert needs(case("- send: Heartbeat\n", "before: {from: disconnected}\n", known=known), known) == set()


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("- send: Heartbeat\n", 0),
        ("- {wait: 10 s, because: Patience}\n", 10),
        ("- {wait: 10 s, because: Patience, at_most: 4 s}\n", 4),
        ("- {wait: $config.x, because: Patience, at_most: 4 s}\n", 4),
        ("- {wait: $config.x, because: Patience}\n", 0),
        ("- {wait: $config.x, because: Patience, at_most: $config.patience}\n", 1),
        ("- {absent: Reset, during: 2 min}\n", 120),
        ("- {repeat: 3, every: 5 s, steps: [{wait: 1 s, because: Patience}]}\n", 18),
        ("- {repeat: $config.x, every: 5 s, steps: [{send: Heartbeat}]}\n", 5),
        ("- {for_each: {x: [1, 2]}, steps: [{wait: 1 s, because: Patience}]}\n", 2),
        ("- {for_each: {x: $charge_point.connector_ids}, steps: [{wait: 1 s, because: Patience}]}\n", 3),
        ("- state: Asked\n", 7),
        (
            """\
            - any_of:
                - {name: a, steps: [{receive: Reset, reply: $answer}]}
                - {name: b, steps: [{wait: 9 s, because: Patience}]}
            - any_of:
                - {name: a, steps: [{receive: Reset, reply: $answer}, {wait: 1 s, because: Patience}]}
                - {name: b, steps: [{receive: ClearCache, reply: $answer}, {wait: 2 s, because: Patience}]}
            """,
            11,
        ),
    ],
)
def test_the_literal_waiting_of_a_case_is_summed_up(steps: str, expected: float) -> None:
    assert seconds(steps) == expected


def test_a_restart_takes_as_long_as_it_is_said_to() -> None:
    again = case("- disconnect:\n- connect:\n- disconnect:\n- connect:\n")
    assert waits(again, Library({}, {}, (), "")) == 4
    assert waits(again, Library({}, {}, (), ""), 0.0) == 0


def test_the_triggered_actions_are_those_with_a_trigger_in_the_case_and_its_states() -> None:
    known = states(OUTER)
    found = case(
        """\
        - {receive: Reset, trigger: {type: Hard}, reply: $answer}
        - {receive: GetConfiguration, reply: $answer}
        - state: Asked
        """,
        known=known,
    )
    assert triggered_actions(found, known) == {"Reset", "ClearCache"}
