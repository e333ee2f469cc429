"""What a case is after."""

from __future__ import annotations

from csms_harness.resources import folder
from csms_harness.scenario.intent import is_negative
from csms_harness.scenario.load import load_library


def test_the_cases_that_send_what_is_wrong_are_known_and_no_certification_case_is_one() -> None:
    library = load_library(folder("scenarios"))
    assert not any(is_negative(case) for case in library.cases.values())
    wrong = {case.id for case in library.pack.values() if is_negative(case)}
    assert {"NEG_001", "NEG_010", "LINE_010", "LINE_016", "LINE_031"} <= wrong
    assert not {"LINE_001", "LINE_030", "LINE_038", "FIELD_001"} & wrong
