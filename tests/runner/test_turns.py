"""Which cases of which lanes may not run at the same time."""

from __future__ import annotations

from dataclasses import replace

from csms_harness.runner.turns import shared_id_tags, turns
from csms_harness.scenario.library import Library
from tests.engine.play import STATES, a_case

AUTHORIZE = replace(a_case("- send: Authorize\n  with: {idTag: $config.valid_id_tag}"), id="TC_901_CSMS")
STRANGER = replace(a_case("- send: Authorize\n  with: {idTag: $config.invalid_id_tag}"), id="TC_902_CSMS")
CHARGING = replace(a_case("- state: Charging\n  with: {idTag: $config.another_id_tag}"), id="TC_903_CSMS")
CASES = [AUTHORIZE, STRANGER, CHARGING]
LIBRARY = Library({case.id: case for case in CASES}, STATES, (), "")


def test_lanes_with_id_tags_of_their_own_never_wait() -> None:
    configs = {"CP_01": {"valid_id_tag": "TAG-001"}, "CP_02": {"valid_id_tag": "TAG-002"}}
    assert turns(CASES, LIBRARY, configs).users == {}
    assert shared_id_tags(configs) == {}


def test_an_id_tag_of_two_lanes_is_used_by_one_at_a_time_under_any_name_and_letter_case() -> None:
    configs = {
        "CP_01": {"valid_id_tag": "TAG-001", "invalid_id_tag": "NOBODY", "another_id_tag": "TAG-009"},
        "CP_02": {"valid_id_tag": "TAG-002", "invalid_id_tag": "NOBODY", "another_id_tag": "tag-001"},
        "CP_03": {"valid_id_tag": "TAG-003", "invalid_id_tag": "NOBODY", "another_id_tag": "TAG-008"},
    }
    assert turns(CASES, LIBRARY, configs).users == {
        ("TC_901_CSMS", "CP_01"): frozenset({"tag-001"}),
        ("TC_903_CSMS", "CP_02"): frozenset({"tag-001"}),
    }
    assert shared_id_tags(configs) == {"TAG-001": ["CP_01", "CP_02"]}
