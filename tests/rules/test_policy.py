"""The policy of a Central System against its own words."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.evidence import Role
from tests.rules.test_beyond import remarked, start, told
from tests.runner.runs import Frames, ran

LATER, LONG_AGO = "2099-01-31T12:00:00Z", "2020-01-31T12:00:00Z"


@pytest.mark.parametrize(("number", "count"), [(2**31 - 1, 0), (1, 0), (2**31, 1), (2**40, 1)])
def test_a_number_beyond_32_bits_is_a_remark(number: int, count: int) -> None:
    assert told("narrow_numbers", ran(start(number))) == (1, [])
    assert len(remarked("narrow_numbers", ran(start(number)))) == count


@pytest.mark.parametrize("number", [0, -1, -(2**31)])
def test_a_transaction_that_is_taken_for_none_is_a_remark_and_a_refused_start_is_none(number: int) -> None:
    assert remarked("narrow_numbers", ran(start(number, status="Invalid"))) == []
    (said,) = remarked("narrow_numbers", ran(start(number)))
    assert said.endswith(f"transactionId is {number}: many Charge Points take it for none")


def test_numbers_are_looked_for_wherever_a_central_system_gives_them_out() -> None:
    frames = (
        Frames()
        .theirs("ReserveNow", {"reservationId": 2**33})
        .theirs("SendLocalList", {"listVersion": 2**33})
        .theirs("SetChargingProfile", {"csChargingProfiles": {"chargingProfileId": 2**33}})
        .theirs("RemoteStartTransaction", {"chargingProfile": None})
    )
    assert len(remarked("narrow_numbers", ran(frames))) == 3


@pytest.mark.parametrize(
    ("action", "request_", "count"),
    [
        ("GetDiagnostics", {"retries": -1, "retryInterval": -1}, 2),
        ("UpdateFirmware", {"retries": 0, "retryInterval": 60}, 0),
        ("SignedUpdateFirmware", {"retries": -2}, 1),
        ("GetCompositeSchedule", {"duration": -1}, 1),
        ("GetLog", {"retries": "-1"}, 0),
    ],
)
def test_a_number_of_times_or_seconds_below_zero_is_a_remark(action: str, request_: dict[str, Any], count: int) -> None:
    said = remarked("narrow_numbers", ran(Frames().theirs(action, request_)))
    assert len(said) == count
    assert all(f" of {action}.req is -" in one for one in said)


@pytest.mark.parametrize(
    ("action", "request_", "path"),
    [
        ("ReserveNow", {"expiryDate": LONG_AGO}, "expiryDate"),
        (
            "SendLocalList",
            {"localAuthorizationList": [{"idTag": "A", "idTagInfo": {"status": "Accepted", "expiryDate": LONG_AGO}}]},
            "localAuthorizationList[0].idTagInfo.expiryDate",
        ),
        ("GetDiagnostics", {"startTime": LATER, "stopTime": LONG_AGO}, "stopTime"),
    ],
)
def test_what_is_over_already_is_told(action: str, request_: dict[str, Any], path: str) -> None:
    looked_at, breaches = told("not_over", ran(Frames().theirs(action, request_)))
    assert looked_at == 1
    assert len(breaches) == 1
    assert path in breaches[0]


@pytest.mark.parametrize(
    ("action", "request_"),
    [
        ("ReserveNow", {"expiryDate": LATER}),
        ("ReserveNow", {"expiryDate": "soon"}),
        ("SendLocalList", {"localAuthorizationList": [{"idTagInfo": {"status": "Expired", "expiryDate": LONG_AGO}}]}),
        ("SendLocalList", {"localAuthorizationList": [3]}),
        ("GetDiagnostics", {"startTime": LONG_AGO, "stopTime": LATER}),
    ],
)
def test_what_is_not_over_or_says_so_itself_is_right(action: str, request_: dict[str, Any]) -> None:
    assert told("not_over", ran(Frames().theirs(action, request_)))[1] == []


def update(kind: str, version: int, status: str = "Accepted") -> Frames:
    return Frames().theirs("SendLocalList", {"updateType": kind, "listVersion": version}, status=status)


def test_a_differential_update_without_a_higher_version_is_a_remark() -> None:
    full, same = ran(update("Full", 3)), ran(update("Differential", 3), name="TC_007_CSMS", minute=1)
    assert told("list_growth", full, same) == (2, [])
    assert len(remarked("list_growth", full, same)) == 1


def test_a_list_that_was_not_taken_or_is_sent_whole_has_any_version() -> None:
    refused, smaller = ran(update("Full", 9, "Failed")), ran(update("Differential", 3), name="TC_2_CSMS", minute=1)
    assert remarked("list_growth", refused, smaller) == []
    assert remarked("list_growth", ran(update("Full", 9)), ran(update("Full", 1), name="TC_2_CSMS", minute=1)) == []
    other = ran(update("Differential", 3), name="TC_2_CSMS", minute=1, lane="CP_02")
    assert remarked("list_growth", ran(update("Full", 9)), other) == []


@pytest.mark.parametrize(
    ("status", "times", "role", "count"),
    [
        ("Rejected", 5, Role.AMBIENT, 1),
        ("NotSupported", 40, Role.AMBIENT, 1),
        ("Rejected", 4, Role.AMBIENT, 0),
        ("Accepted", 5, Role.AMBIENT, 0),
        ("Rejected", 5, Role.SCENARIO, 0),
    ],
)
def test_what_comes_again_and_again_though_it_is_refused_is_a_remark(
    status: str, times: int, role: Role, count: int
) -> None:
    frames = Frames()
    for _ in range(times):
        frames.theirs("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "10"}, role=role, status=status)
    said = remarked("once", ran(frames))
    assert len(said) == count
    assert all("came by itself 5 times in a few seconds, though it was refused each time" in one for one in said)


@pytest.mark.parametrize(("answer", "again"), [(None, False), ({"transactionId": 1}, True)])
def test_a_start_that_a_remote_one_crosses_is_no_reason_against_it(answer: dict[str, Any] | None, again: bool) -> None:
    wish: tuple[str, dict[str, Any]] = "RemoteStartTransaction", {"connectorId": 1, "idTag": "A"}
    frames = Frames().theirs(*wish).ours("StatusNotification", {"status": "Preparing"}, {})
    frames.ours("StartTransaction", {"idTag": "A"}, answer).theirs(*wish, role=Role.AMBIENT)
    assert bool(told("once", ran(frames))[1]) is again
