"""``absent`` and ``forbid``: what must not arrive."""

from __future__ import annotations

from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import arrives, call, frames, kinds, messages, once, only, play, while_awaiting
from tests.support.scripted_csms import ScriptedCsms

ABSENT = """
- step: 1
  absent: DataTransfer
  where: {vendorId: bad}
  during: 10 s
- step: 2
  send: Heartbeat
"""
BAD, GOOD = (call(f"id-{name}", "DataTransfer", {"vendorId": name}) for name in ("bad", "good"))
FORBID = "forbid: [ClearCache, Reset]"
CLEAR = call("c", "ClearCache", {})


def test_nothing_during_the_whole_time_is_a_check_that_holds() -> None:
    result = play(ABSENT)

    assert (result.verdict, result.checks, result.findings) == (Verdict.PASS, 2, ())
    assert 10.0 <= result.ended < 11.0


def test_a_call_that_must_be_absent_fails_with_its_frame_and_is_answered_politely() -> None:
    result = play(ABSENT, events=once(while_awaiting("no DataTransfer"), arrives(BAD)))

    found = only(result, Kind.FORBIDDEN)
    assert (result.verdict, found.step, found.frame) == (
        Verdict.FAIL,
        "step 1",
        frames(result, "CS", "DataTransfer.req")[0].number,
    )
    assert "DataTransfer.conf" in messages(result, "CP")
    assert "Heartbeat.req" not in messages(result)


def test_another_call_of_the_action_is_no_breach_of_an_absence_with_where() -> None:
    result = play(ABSENT, events=once(while_awaiting("no DataTransfer"), arrives(GOOD)))

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.COMPATIBILITY])


def test_an_absence_is_over_when_its_time_is_over() -> None:
    result = play(ABSENT, events=once(while_awaiting("Heartbeat.conf"), arrives(BAD)))

    assert result.verdict is Verdict.PASS


def test_an_absence_has_not_begun_before_its_step() -> None:
    scenario = f"- step: 9\n  send: StatusNotification\n  with: {{connectorId: 1, status: Available}}{ABSENT}"
    result = play(scenario, events=once(while_awaiting("StatusNotification.conf"), arrives(BAD)))

    assert result.verdict is Verdict.PASS


def test_a_forbidden_call_fails_the_case_which_goes_on() -> None:
    csms = ScriptedCsms(unasked={"Heartbeat": [("ClearCache", {})]})
    result = play("- step: 1\n  send: Heartbeat\n- step: 2\n  send: MeterValues", csms, more=FORBID)

    assert (result.verdict, only(result, Kind.FORBIDDEN).text) == (
        Verdict.FAIL,
        "this case forbids ClearCache.req",
    )
    assert "MeterValues.req" in messages(result)
    assert csms.replies == [("ClearCache", {"status": "Accepted"})]


def test_every_arrival_of_a_forbidden_call_is_told() -> None:
    here = once(while_awaiting("Heartbeat.conf"), arrives(CLEAR, call("d", "Reset", {"type": "Soft"})))

    assert [one.kind for one in play("- send: Heartbeat", more=FORBID, events=here).findings].count(Kind.FORBIDDEN) == 2


def test_a_forbidden_call_while_the_case_is_being_prepared_or_tidied_up_is_no_failure() -> None:
    boot = ScriptedCsms(unasked={"BootNotification": [("ClearCache", {})]})
    scenario = "- send: StatusNotification\n  with: {connectorId: 1, status: Preparing}"
    tidy = once(while_awaiting("StatusNotification.conf"), arrives(CLEAR))

    prepared = once(while_awaiting("BootNotification.conf"), arrives(CLEAR))
    assert play(scenario, more=FORBID, events=prepared).verdict is Verdict.PASS
    assert play("- send: Heartbeat", boot, more=FORBID).verdict is Verdict.FAIL  # by then the scenario runs

    cleaning = once(lambda run: run.awaiting[0] == "StatusNotification.conf" and run.line.heard == 2, arrives(CLEAR))
    assert play(scenario, more=FORBID, events=cleaning).verdict is Verdict.PASS
    assert play(scenario, more=FORBID, events=tidy).verdict is Verdict.FAIL


def test_a_call_that_a_step_expects_is_not_forbidden_to_it() -> None:
    scenario = "- receive: Reset\n  trigger: {type: Soft}\n  reply: {status: Accepted}"

    assert play(scenario, more=FORBID).verdict is Verdict.PASS


def test_a_remark_about_an_unexpected_call_never_fails_by_the_specification() -> None:
    csms = ScriptedCsms(unasked={"Heartbeat": [("ClearCache", {})]})
    result = play("- send: Heartbeat\n- send: MeterValues", csms)

    assert (result.verdict, result.octt_verdict, kinds(result)) == (
        Verdict.PASS,
        Verdict.FAIL,
        [Kind.COMPATIBILITY],
    )
