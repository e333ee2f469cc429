"""The codes of a CALLERROR, spelled as OCPP-J spells them."""

from csms_harness.ocppj.error_codes import ERROR_CODES, LATER_ERROR_CODES, RESPELT, meant


def test_16_has_ten_error_codes_with_their_misspelling() -> None:
    assert len(ERROR_CODES) == 10
    assert {"OccurenceConstraintViolation", "FormationViolation"} <= ERROR_CODES
    assert not ERROR_CODES & LATER_ERROR_CODES


def test_a_code_that_was_only_respelt_says_the_same() -> None:
    assert set(RESPELT) <= LATER_ERROR_CODES
    assert set(RESPELT.values()) <= ERROR_CODES
    assert meant("OccurrenceConstraintViolation") == "OccurenceConstraintViolation"
    assert meant("GenericError") == "GenericError"
