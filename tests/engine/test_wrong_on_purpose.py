"""Messages that are wrong on purpose, and a second connection beside the first."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.engine.events import Lost, Refused
from csms_harness.engine.stage import Limits
from csms_harness.evidence import Kind, What
from csms_harness.verdict import Verdict
from tests.engine.play import (
    a_booted_line,
    a_case,
    a_line,
    frames,
    kinds,
    messages,
    once,
    only,
    payload,
    play,
    while_awaiting,
)
from tests.support.scripted_csms import Answer, ScriptedCsms

LIMITS = Limits(action=10.0, responses={"": 5.0})
ACCEPTED_EMPTY: dict[str, Answer] = {"Authorize": lambda _csms, _request: {}}


def refusing(code: str) -> ScriptedCsms:
    return ScriptedCsms(answers={"Authorize": lambda _csms, _request: [4, "$ID", code, "", {}]})


RAW = """
- step: [1, 2]
  send: Authorize
  raw: {idTag: null, extra: [1]}
  expect_error: {code: {one_of: [TypeConstraintViolation]}}
"""


def test_a_raw_payload_goes_out_as_it_stands() -> None:
    result = play(RAW, refusing("TypeConstraintViolation"))
    assert result.verdict is Verdict.PASS
    assert payload(frames(result, "CP", "Authorize.req")[0]) == {"idTag": None, "extra": [1]}


def test_a_raw_payload_that_is_taken_or_refused_otherwise_fails() -> None:
    assert play(RAW, ScriptedCsms(answers=ACCEPTED_EMPTY)).verdict is Verdict.FAIL
    assert play(RAW, refusing("InternalError")).verdict is Verdict.FAIL


def test_an_action_that_nobody_knows_can_be_sent() -> None:
    csms = ScriptedCsms(answers={"MakeCoffee": lambda _csms, _request: [4, "$ID", "NotImplemented", "", {}]})
    result = play("- {send: MakeCoffee, raw: {}, expect_error: {code: NotImplemented}}", csms)
    assert (result.verdict, csms.seen[-1]) == (Verdict.PASS, ("MakeCoffee", {}))


def test_the_charge_point_learns_nothing_from_the_refusal_of_what_was_wrong() -> None:
    line = a_booted_line()
    csms = ScriptedCsms(answers={"BootNotification": lambda _csms, _request: [4, "$ID", "GenericError", "", {}]})
    play("- {send: BootNotification, raw: {}, expect_error: {code: GenericError}}", csms, line=line)
    assert line.charge_point.booted


@pytest.mark.parametrize("said", [{}, None, [4, "$ID", "InternalError", "", {}]], ids=["taken", "silence", "refused"])
def test_whatever_becomes_of_a_tolerant_message_the_next_one_is_judged(said: object) -> None:
    csms = ScriptedCsms(answers={"Authorize": lambda _csms, _request: said})
    result = play("- {send: Authorize, raw: {}, tolerant: true, within: 1 s}\n- send: Heartbeat", csms)
    assert (result.verdict, result.checks) == (Verdict.PASS, 1)
    silent = ScriptedCsms(answers={"Authorize": lambda *_: said, "Heartbeat": lambda *_: None})
    assert play("- {send: Authorize, raw: {}, tolerant: true}\n- send: Heartbeat", silent).verdict is Verdict.FAIL


def test_a_raw_payload_stands_alone_and_a_tolerant_message_demands_nothing() -> None:
    for step in ("raw: {}, with: {}", "raw: {}, tolerant: true, expect_error: {code: GenericError}"):
        with pytest.raises(Mistakes, match="cannot stand in one step"):
            a_case(f"- {{send: Authorize, {step}}}")


# -- beside ------------------------------------------------------------------------------------------------

BESIDE = """
- step: 1
  connect: beside
- step: [2, 3]
  send: Heartbeat
- step: 4
  disconnect: former
- step: [5, 6]
  send: Heartbeat
"""


def test_a_second_connection_goes_on_where_the_first_was_and_needs_no_boot() -> None:
    line = a_booted_line()
    result = play(BESIDE, line=line)
    assert result.verdict is Verdict.PASS
    assert messages(result, "CP") == ["Heartbeat.req", "Heartbeat.req"]
    assert (line.connected, line.former, line.charge_point.booted) == (True, False, True)
    first, second = (json.loads(frame.text)[1] for frame in frames(result, "CP"))
    assert first.rpartition("-")[0] == second.rpartition("-")[0]


def test_a_central_system_has_a_moment_to_take_in_the_second_connection() -> None:
    came: list[float] = []

    def heartbeat(csms: ScriptedCsms, _request: Any) -> Any:
        came.append(csms.now)
        return {"currentTime": csms.utc()}

    csms = ScriptedCsms(answers={"Heartbeat": heartbeat})
    line = a_booted_line()
    limits = Limits(action=10.0, responses={"": 5.0}, settle=0.5)
    assert play(BESIDE, csms, line=line, limits=limits).verdict is Verdict.PASS
    assert came[0] - csms.knocks[-1] >= limits.pace


def test_what_was_left_open_is_closed_at_the_end_of_the_case() -> None:
    line = a_booted_line()
    result = play("- {step: 1, connect: beside}\n- {step: [2, 3], send: Heartbeat}", line=line)
    assert (result.verdict, line.former, line.connected) == (Verdict.PASS, False, True)


ORDERED = """
- {step: 1, connect: beside}
- {step: [2, 3], send: Heartbeat}
- {step: [4, 5], receive: ClearCache, trigger: {}, reply: {status: Accepted}}
"""
OVER_THE_FORMER = ('[3,"1",{}]', '[2,"2","Reset",{"type":"Soft"}]', "no JSON", '[2,"3","ClearCache",{}]')


@pytest.mark.parametrize("outcome", [("performed", ""), ("failed", "no answer within 5 s")])
def test_a_call_over_the_former_connection_is_told_so_whatever_became_of_the_wish(outcome: tuple[str, str]) -> None:
    """An API that waits for the answer of the Charge Point waits in vain."""
    silent: Any = {"ClearCache": lambda *_: []}
    csms = ScriptedCsms(calls=silent, trigger_outcome=lambda _: outcome, astray=OVER_THE_FORMER)
    result = play(ORDERED, csms, line=a_booted_line())
    found = result.findings[-1]
    assert (result.verdict, found.what, found.detail) == (Verdict.FAIL, What.ASTRAY, '[2,"3","ClearCache",{}]')


def test_what_else_came_over_the_former_connection_is_not_what_was_asked_for() -> None:
    silent: Any = {"ClearCache": lambda *_: []}
    csms = ScriptedCsms(calls=silent, trigger_outcome=lambda _: ("failed", "HTTP 500"), astray=OVER_THE_FORMER[:3])
    result = play(ORDERED, csms, line=a_booted_line())
    assert (result.verdict, result.findings[-1].what) == (Verdict.INCONCLUSIVE, What.TRIGGER)


def test_a_second_connection_that_is_refused_is_a_fail_for_the_identity_was_let_in() -> None:
    line = a_booted_line()
    refused = once(while_awaiting("a second connection"), lambda _run, now: [Refused(now, "HTTP 409")])
    result = play(BESIDE, line=line, events=refused)
    assert (result.verdict, only(result, Kind.REFUSED).decides) == (Verdict.FAIL, Verdict.FAIL)
    assert not line.former


def busy_after_the_first(csms: ScriptedCsms) -> Refused | None:
    began = csms.knocks[1] if len(csms.knocks) > 1 else csms.now
    return Refused(csms.now, "HTTP 503", passing=True) if len(csms.knocks) > 1 and csms.now < began + 2.5 else None


def test_a_second_connection_is_wanted_again_where_the_central_system_only_needs_a_moment() -> None:
    csms, line = ScriptedCsms(door=busy_after_the_first), a_line()
    result = play(f"- send: Heartbeat\n{BESIDE}", csms, line=line, limits=replace(LIMITS, reconnect=10.0))
    assert (result.verdict, line.former, line.connected) == (Verdict.PASS, False, True)
    assert kinds(result) == [Kind.RECONNECT]


def test_a_second_connection_that_is_not_borne_for_as_long_as_our_patience_lasts_is_a_fail() -> None:
    csms, line = ScriptedCsms(door=busy_after_the_first), a_line()
    result = play(f"- send: Heartbeat\n{BESIDE}", csms, line=line, limits=replace(LIMITS, reconnect=2.0))
    assert (result.verdict, line.former, kinds(result)) == (Verdict.FAIL, False, [Kind.REFUSED])


def test_a_second_connection_comes_no_sooner_after_an_end_than_a_restart_takes() -> None:
    csms, line = ScriptedCsms(), a_line()
    parted = play(BESIDE, csms, line=line).raw.ended
    play(BESIDE, csms, line=line, limits=replace(LIMITS, reboot=3.0))
    assert csms.knocks[-1] >= parted + 3.0 - 0.2


def test_a_second_connection_that_is_closed_at_once_is_a_fail_and_not_tried_again() -> None:
    line = a_booted_line()
    closed = once(while_awaiting("Heartbeat.conf"), lambda _run, now: [Lost(now, "closed with 1008", 1008)])
    result = play(BESIDE, line=line, events=closed)
    assert (result.verdict, only(result, Kind.DISCONNECT).decides) == (Verdict.FAIL, Verdict.FAIL)


OWN_ID = '- {frame: \'[2,"0002","Heartbeat",{}]\', accept: [answered]}'


def _under(unique_id: str) -> ScriptedCsms:
    answer: Answer = lambda csms, _request: [3, unique_id, {"currentTime": csms.utc()}]  # noqa: E731
    return ScriptedCsms(answers={"Heartbeat": answer})


def test_a_frame_may_name_its_own_unique_id_and_is_answered_under_it() -> None:
    assert play(OWN_ID, _under("0002")).verdict is Verdict.PASS


def test_an_answer_under_another_unique_id_is_none() -> None:
    result = play(OWN_ID, _under("2"))
    assert (result.verdict, only(result, Kind.MISMATCH).observed) == (
        Verdict.FAIL, "answered under another uniqueId",
    )  # fmt: skip


def test_no_scenario_can_accept_an_answer_under_another_unique_id() -> None:
    with pytest.raises(Mistakes, match="a frame is not 'answered under another uniqueId'"):
        a_case("- {frame: '[]', accept: [answered under another uniqueId]}")
