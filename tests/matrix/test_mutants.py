"""Mutants made by the schemas: what a case demands of its CALL is noticed member by member, what is free is let be."""

from __future__ import annotations

import pytest

from tests.support.mutants import mutants, survives

PROFILE_ID = {f"csChargingProfiles.chargingProfileId one {by}" for by in ("more", "less")}
RESERVATION = {"reservationId one more", "reservationId one less", "parentIdTag left out", "parentIdTag another text"}
FREE: dict[tuple[str, str], set[str]] = {
    ("TC_012_CSMS", "RemoteStopTransaction.req"): set(),
    ("TC_046_CSMS", "ReserveNow.req"): RESERVATION,
    ("TC_057_CSMS", "SetChargingProfile.req"): PROFILE_ID,
}
"""The CALL that a case is about, and all that may be otherwise in it: numbers that the CSMS chooses, and a group."""


@pytest.mark.parametrize(("case", "message"), FREE)
def test_only_what_is_free_can_be_otherwise_in_the_call_that_a_case_is_about(case: str, message: str) -> None:
    tried = [one for one in mutants(case) if one.message == message]
    assert len(tried) > 2
    assert {one.what for one in tried if survives(one)} == FREE[case, message]
