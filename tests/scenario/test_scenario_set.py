"""The scenarios that are shipped: they load, fast, without remark, and the catalogue and they hold each other."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from csms_harness.ocpp16.vocabulary import FeatureProfile
from csms_harness.scenario.expectations import AS
from csms_harness.scenario.library import Library
from csms_harness.scenario.lint import lint
from csms_harness.scenario.load import load_library
from csms_harness.scenario.predicates import PREDICATES
from csms_harness.scenario.shapes import all_shapes, payload_shapes

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SCENARIOS)


def test_the_catalogue_lists_all_77_cases_once(library: Library) -> None:
    ids = [entry.id for entry in library.catalogue]
    assert (len(ids), len(set(ids))) == (77, 77)
    profiles = Counter(entry.profile for entry in library.catalogue)
    assert profiles == {
        FeatureProfile.CORE: 34,
        FeatureProfile.FIRMWARE_MANAGEMENT: 5,
        FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT: 6,
        FeatureProfile.RESERVATION: 10,
        FeatureProfile.REMOTE_TRIGGER: 2,
        FeatureProfile.SMART_CHARGING: 5,
        FeatureProfile.SECURITY: 15,
    }


def test_an_entry_without_a_scenario_says_why_and_one_with_a_scenario_does_not(library: Library) -> None:
    unexplained = [entry.id for entry in library.catalogue if entry.id not in library.cases and not entry.reason]
    superfluous = [entry.id for entry in library.catalogue if entry.id in library.cases and entry.reason]
    assert (unexplained, superfluous) == ([], [])


def test_every_scenario_stands_in_the_catalogue_with_the_same_facts(library: Library) -> None:
    entries = {entry.id: (entry.name, entry.section, entry.profile) for entry in library.catalogue}
    assert [
        case.id for case in library.cases.values() if entries.get(case.id) != (case.name, case.section, case.profile)
    ] == []


def test_the_shipped_scenarios_call_for_no_remark() -> None:
    assert [str(remark) for remark in lint(SCENARIOS)] == []


def test_all_scenarios_load_in_less_than_four_tenths_of_a_second(library: Library) -> None:
    seconds = []
    for _ in range(3):  # a loaded machine may make any one of them slow
        began = time.process_time()
        assert load_library(SCENARIOS).digest == library.digest
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.4


def test_no_predicate_is_the_name_of_a_payload_member() -> None:
    names = {name for root in payload_shapes() for shape in all_shapes(root) for name in shape.members}
    assert len(names) > 80
    assert names & {*PREDICATES, AS} == set()
