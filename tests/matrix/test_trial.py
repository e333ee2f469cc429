"""Trials in memory: the real lane, the real reference CSMS, no socket and no waiting."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.matrix.trial import run_trial, virtual_cases
from csms_harness.resources import folder
from csms_harness.scenario.load import load_library
from csms_harness.target.target import read_target
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.verdict import Verdict
from reference_csms.seams import Seams
from reference_faults.changing import changing_answers, changing_calls
from reference_faults.choosing import chosen
from reference_faults.deviation import Ledger, plug
from reference_faults.edits import put
from reference_faults.faults.deeds import answers, only, payload
from reference_faults.landing import Turn, doing
from reference_faults.noise import NOISES

LIBRARY = load_library(folder("scenarios"))
TARGET = read_target(folder("targets") / "reference.yaml")


def verdicts(seams: Seams, *only: str) -> dict[str, Verdict]:
    return {case.id: case.verdict for case in run_trial(LIBRARY, TARGET, seams, only or None).cases}


def test_every_case_passes_and_no_rule_breaks_on_the_reference_csms_as_it_is() -> None:
    result = run_trial(LIBRARY, TARGET, Seams())
    assert {case.id: case.reason for case in result.cases if case.verdict is not Verdict.PASS} == {}
    assert tuple(case.id for case in result.cases) == tuple(
        entry.id for entry in LIBRARY.catalogue if entry.id in virtual_cases(LIBRARY)
    )
    assert [rule.breaches for rule in result.rules if rule.verdict is Verdict.FAIL] == []


def test_a_wrong_answer_fails_the_case_that_reads_it_and_leaves_others_alone() -> None:
    def blocked(payload: dict[str, Any]) -> dict[str, Any]:
        return payload | {"idTagInfo": {"status": "Blocked"}}

    found = verdicts(changing_answers("Authorize", blocked), "TC_003_CSMS", "TC_007_CSMS", "TC_023_3_CSMS")
    assert found == {"TC_003_CSMS": Verdict.FAIL, "TC_007_CSMS": Verdict.PASS, "TC_023_3_CSMS": Verdict.PASS}


def test_a_wrong_call_fails_the_case_that_asked_for_it() -> None:
    soft = changing_calls("Reset", lambda payload: payload | {"type": "Soft"})
    assert verdicts(soft, "TC_013_CSMS", "TC_014_CSMS") == {"TC_013_CSMS": Verdict.FAIL, "TC_014_CSMS": Verdict.PASS}


def test_a_rule_beyond_the_document_breaks_where_every_case_passes() -> None:
    same = changing_answers("StartTransaction", lambda payload: payload | {"transactionId": 7})
    result = run_trial(LIBRARY, TARGET, same, ["TC_003_CSMS", "TC_007_CSMS"])
    assert {case.verdict for case in result.cases} == {Verdict.PASS}
    assert [rule.id for rule in result.rules if rule.verdict is Verdict.FAIL] == ["RULE_001"]


def test_a_clock_that_stands_still_in_each_connection_shows_over_several_of_them() -> None:
    async def still(turn: Turn) -> None:
        told = turn.frame.message[-1]["currentTime"]
        await payload(put("currentTime", turn.connection_memory.setdefault("told", told)))(turn)

    seams = doing(only(answers("BootNotification", "Heartbeat"), still))(Ledger())
    cases = ["LINE_031", "LINE_002", "LINE_003", "LINE_056"]
    assert [rule.id for rule in run_trial(LIBRARY, TARGET, seams, cases).rules if rule.breaches] == ["WIRE_009"]


def test_two_trials_come_to_the_same() -> None:
    first, second = (run_trial(LIBRARY, TARGET, Seams(), ["TC_012_CSMS", "TC_051_CSMS"]) for _ in range(2))
    assert [case.verdict for case in first.cases] == [case.verdict for case in second.cases]
    assert [len(case.transcript) for case in first.cases] == [len(case.transcript) for case in second.cases]


PACE = ("TC_001_CSMS", "TC_003_CSMS", "TC_010_CSMS", "TC_013_CSMS", "TC_032_1_CSMS", "TC_046_CSMS")


@pytest.mark.parametrize("noise", ["out-of-breath", "late-ends"])
@pytest.mark.parametrize("lanes", [1, 8])
def test_a_central_system_that_must_not_be_hurried_gets_the_same_verdicts_ten_times(noise: str, lanes: int) -> None:
    passed = dict.fromkeys(PACE, Verdict.PASS)
    for _ in range(10):
        result = run_trial(LIBRARY, TARGET, chosen(noises=[noise]).seams, PACE, lanes)
        assert {case.id: case.verdict for case in result.cases} == passed
        assert [rule.id for rule in result.rules if rule.verdict is Verdict.FAIL] == []


STRANGERS = ("TC_023_1_CSMS", "TC_037_3_CSMS")


def test_a_central_system_that_keeps_strangers_as_blocked_passes_again_and_in_any_order() -> None:
    plugged, unknown = plug([NOISES["strangers-blocked"]]), UnknownIdTags()
    for order in (STRANGERS, STRANGERS, STRANGERS[::-1]):
        result = run_trial(LIBRARY, TARGET, plugged.seams, order, unknown=unknown)
        assert {case.verdict for case in result.cases} == {Verdict.PASS}
        assert [rule.id for rule in result.rules if rule.verdict is Verdict.FAIL] == []
        assert [one.observed for rule in result.rules for one in rule.remarks] == ["Blocked"]


def test_an_unknown_id_tag_that_the_target_insists_on_is_known_the_second_time() -> None:
    insisting = TARGET.model_copy(update={"config": {**TARGET.config, "new_invalid_id_tags": False}})
    plugged = plug([NOISES["strangers-blocked"]])
    first, second = (run_trial(LIBRARY, insisting, plugged.seams, STRANGERS) for _ in range(2))
    assert [case.verdict for case in first.cases] == [Verdict.PASS, Verdict.PASS]
    assert [case.verdict for case in second.cases] == [Verdict.FAIL, Verdict.FAIL]


@pytest.mark.parametrize("step", [1, -1])
def test_a_central_system_that_believes_its_orders_passes_every_reservation_case_in_any_order(step: int) -> None:
    plugged = plug([NOISES["believes-its-orders"]])
    cases = [case.id for case in LIBRARY.cases.values() if case.profile == "Reservation"][::step]
    result = run_trial(LIBRARY, TARGET, plugged.seams, [*cases, "TC_010_CSMS"])
    assert {case.id: case.verdict for case in result.cases if case.verdict is not Verdict.PASS} == {}
    assert [rule.id for rule in result.rules if rule.verdict is Verdict.FAIL] == []
