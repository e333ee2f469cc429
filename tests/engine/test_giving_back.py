"""What a case took is given back after it, and what cannot be is told to the case that meets it."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.charge_point.records import Standing
from csms_harness.engine.line import Line
from csms_harness.evidence import Cause, Kind, Left, What
from csms_harness.verdict import Verdict
from tests.engine.play import (
    a_line,
    arrives,
    call,
    frames,
    kinds,
    lost,
    messages,
    once,
    only,
    payload,
    play,
    while_awaiting,
)
from tests.support.scripted_csms import EPOCH, ScriptedCsms

RESERVE = """
- step: [1, 2]
  receive: ReserveNow
  trigger: {connectorId: 1, idTag: TAG-001, expiryDate: $now + 30 min}
  reply: {status: Accepted}
"""
INOPERATIVE = """
- step: [1, 2]
  receive: ChangeAvailability
  trigger: {connectorId: 1, type: Inoperative}
  reply: {status: Accepted}
- step: [3, 4]
  send: StatusNotification
  with: {connectorId: 1, status: Unavailable}
"""
REMOTE = """
- step: [1, 2]
  receive: RemoteStartTransaction
  trigger: {connectorId: 1, idTag: TAG-001}
  reply: {status: Accepted}
"""


def declining(*actions: str) -> ScriptedCsms:
    """A Central System whose API does not know some actions, from now on."""
    refused = ("declined", "HTTP 404")
    return ScriptedCsms(trigger_outcome=lambda action: refused if action in actions else ("performed", ""))


def silent(*actions: str) -> ScriptedCsms:
    """A Central System that never sends some CALLs."""
    return ScriptedCsms(calls={action: lambda _csms, _fields: [] for action in actions})


def test_a_reservation_that_stands_is_cancelled_and_proves_nothing() -> None:
    csms = ScriptedCsms()
    result = play(RESERVE, csms)

    assert (result.verdict, kinds(result), result.checks) == (Verdict.PASS, [], 1)
    (cancel,) = frames(result, "CS", "CancelReservation.req")
    assert (cancel.role, payload(cancel)) == ("cleanup", {"reservationId": 41})
    assert csms.replies[-1] == ("CancelReservation", {"status": "Accepted"})


def test_a_connector_that_was_made_inoperative_is_made_operative_and_reported_available() -> None:
    line, csms = a_line(), ScriptedCsms()
    result = play(INOPERATIVE, csms, line=line)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [])
    change = frames(result, "CS", "ChangeAvailability.req")[-1]
    assert payload(change) == {"connectorId": 1, "type": "Operative"}
    assert payload(frames(result, "CP", "StatusNotification.req")[-1])["status"] == "Available"
    assert line.charge_point.standing(EPOCH) == ()


@pytest.mark.parametrize(
    "ending",
    [
        "- {receive: CancelReservation, trigger: {reservationId: 41}, reply: {status: Accepted}}",
        "- {send: StartTransaction, with: {connectorId: 1, idTag: TAG-001, reservationId: 41}}",
        "- {wait: 31 min, because: the reservation expires}",
    ],
)
def test_a_reservation_that_was_cancelled_used_or_expired_needs_nothing(ending: str) -> None:
    result = play(f"{RESERVE}{ending}", ScriptedCsms())

    assert result.verdict is Verdict.PASS
    assert not [one for one in frames(result, "CS", "CancelReservation.req") if one.role == "cleanup"]


def test_what_a_failed_case_took_is_given_back_too() -> None:
    csms = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    result = play(f"{RESERVE}- send: Heartbeat", csms)

    assert result.verdict is Verdict.FAIL
    assert messages(result, "CS").count("CancelReservation.req") == 1


@pytest.mark.parametrize("how", ["declined", "silent"])
def test_what_the_central_system_does_not_take_back_is_told_and_stands(how: str) -> None:
    line, csms = a_line(), (declining if how == "declined" else silent)("CancelReservation")
    result = play(RESERVE, csms, line=line)

    assert result.verdict is Verdict.PASS
    finding = only(result, Kind.CLEANUP)
    assert (finding.what, finding.decides) == (What.STANDING, None)
    assert finding.cause == Cause(Left.RESERVATION, 1, 41, case="TC_900_CSMS")
    assert line.charge_point.standing(EPOCH) == (Standing(1, 41),)
    following = play("- send: Heartbeat", csms, line=line)
    assert following.verdict is Verdict.PASS
    assert [one.what for one in following.findings if one.kind is Kind.CLEANUP] == [What.STANDING] * (how == "silent")
    tired = play("- send: Heartbeat", csms, line=line)
    assert (tired.verdict, kinds(tired)) == (Verdict.PASS, [])


def test_what_a_central_system_does_not_take_back_at_once_is_taken_back_on_the_next_connection() -> None:
    line, csms = a_line(), silent("CancelReservation")
    play(RESERVE, csms, line=line)
    csms.calls = {}
    following = play("- send: Heartbeat", csms, line=line)

    assert [entry.kind for entry in following.entries[:2]] == ["disconnected", "connected"]
    assert (following.verdict, kinds(following)) == (Verdict.PASS, [])
    assert line.charge_point.standing(EPOCH) == ()


def test_a_connector_that_is_not_made_operative_again_stays_unavailable() -> None:
    line, csms = a_line(), ScriptedCsms()

    def once_only(_csms: ScriptedCsms, fields: dict[str, Any]) -> list[Any]:
        return [fields] if fields["type"] == "Inoperative" else []

    csms.calls = {"ChangeAvailability": once_only}
    result = play(INOPERATIVE, csms, line=line)

    assert only(result, Kind.CLEANUP).cause == Cause(Left.INOPERATIVE, 1, case="TC_900_CSMS")
    assert payload(frames(result, "CP", "StatusNotification.req")[-1])["status"] == "Unavailable"
    assert line.charge_point.statuses == {0: "Available", 1: "Unavailable", 2: "Available"}


def reserved(*known: str) -> Line:
    """A line with a reservation that stands, to a Central System that has shown what it can send."""
    line = a_line()
    for scenario in known:
        play(scenario, line=line)
    stubborn = silent("CancelReservation")
    play(RESERVE, stubborn, line=line)
    play("- send: Heartbeat", stubborn, line=line)
    return line


@pytest.mark.parametrize("how", ["silent", "declined"])
def test_a_call_that_what_stands_may_hinder_makes_a_case_inconclusive_and_names_it(how: str) -> None:
    line = reserved(REMOTE)
    hindered = silent("RemoteStartTransaction") if how == "silent" else declining("RemoteStartTransaction")
    result = play(REMOTE, hindered, line=line)

    assert result.verdict is Verdict.INCONCLUSIVE
    finding = only(result, Kind.PREREQUISITE)
    assert (finding.what, finding.cause) == (What.HINDERED, Cause(Left.RESERVATION, 1, 41, case="TC_900_CSMS"))
    assert "reservation 41 of connector 1 (TC_900_CSMS) still stands" in result.reason


def test_what_stands_excuses_no_call_that_never_came_nor_one_of_another_connector_or_of_the_case_itself() -> None:
    mute = silent("RemoteStartTransaction")
    never = play(REMOTE, mute, line=reserved())
    other = play(REMOTE.replace("connectorId: 1", "connectorId: 2"), mute, line=reserved(REMOTE))
    own = play(f"{RESERVE}{REMOTE}", silent("RemoteStartTransaction"))

    assert [result.verdict for result in (never, other, own)] == [Verdict.FAIL, Verdict.FAIL, Verdict.FAIL]


def test_what_a_lost_connection_kept_from_being_given_back_is_given_back_before_the_next_case() -> None:
    line, csms = a_line(), ScriptedCsms()

    def refuse_from_now_on(run: Any, now: float) -> Any:
        csms.refuse = "The Central System refused the connection with HTTP 503."
        return lost(run, now)

    play(f"{RESERVE}- send: Heartbeat", csms, line=line, events=once(while_awaiting("Heartb"), refuse_from_now_on))
    csms.refuse = ""
    following = play("- send: Heartbeat", csms, line=line)

    assert following.verdict is Verdict.PASS
    assert messages(following, "CS")[-2:] == ["CancelReservation.req", "Heartbeat.conf"]
    assert line.charge_point.standing(EPOCH) == ()


def test_what_is_taken_back_late_is_taken_back_all_the_same_and_disturbs_no_case() -> None:
    line, csms = a_line(), ScriptedCsms()
    csms.calls = {"CancelReservation": lambda _csms, _fields: []}
    play(RESERVE, csms, line=line)
    play("- send: Heartbeat", csms, line=line)
    late = once(while_awaiting("Heartbeat.conf"), arrives(call("cs-late", "CancelReservation", {"reservationId": 41})))
    following = play("- send: Heartbeat", csms, line=line, events=late)

    assert (following.verdict, kinds(following)) == (Verdict.PASS, [])
    assert payload(frames(following, "CP", "CancelReservation.conf")[0]) == {"status": "Accepted"}
    assert line.charge_point.standing(EPOCH) == ()


def test_a_transaction_whose_end_was_never_confirmed_is_ended_once_more_before_the_next_case() -> None:
    line, csms = a_line(), ScriptedCsms(answers={"StopTransaction": lambda _csms, _request: None})
    play("- state: Charging", csms, line=line)
    assert list(line.charge_point.unended) == [1001]

    still = play("- send: Heartbeat", csms, line=line)
    assert still.verdict is Verdict.PASS
    assert only(still, Kind.CLEANUP).cause == Cause(Left.TRANSACTION, 1, 1001, "TAG-001", "TC_900_CSMS")
    tired = play("- send: Heartbeat", csms, line=line)
    assert kinds(tired) == []


def test_a_transaction_that_is_ended_at_the_second_attempt_is_forgotten() -> None:
    line, csms = a_line(), ScriptedCsms(answers={"StopTransaction": lambda _csms, _request: None})
    play("- state: Charging", csms, line=line)
    csms.answers = {}
    following = play("- send: Heartbeat", csms, line=line)

    (stop,) = frames(following, "CP", "StopTransaction.req")
    assert (stop.role, payload(stop)["transactionId"]) == ("cleanup", 1001)
    assert following.verdict is Verdict.PASS
    assert line.charge_point.unended == {}


def test_a_central_system_that_ends_the_connection_over_an_old_transaction_costs_no_case() -> None:
    line, csms = a_line(), ScriptedCsms(answers={"StopTransaction": lambda _csms, _request: None})
    play("- state: Charging", csms, line=line)
    csms.close_on = "StopTransaction"
    following = play("- send: Heartbeat", csms, line=line)

    assert following.verdict is Verdict.PASS
    assert messages(following, "CP")[-1] == "Heartbeat.req"
