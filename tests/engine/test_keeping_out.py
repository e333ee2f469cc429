"""Openings that must be refused: what counts as a refusal, what does not, and what is left of it."""

from __future__ import annotations

import pytest

from csms_harness.engine.events import Lost, Refused
from csms_harness.engine.stage import Limits
from csms_harness.evidence import Kind, What
from csms_harness.verdict import Verdict
from tests.engine.play import a_booted_line, a_line, kinds, only, play
from tests.support.scripted_csms import ScriptedCsms

COLD = "before: {from: disconnected}"
WITHOUT = "- connect: {password: none}\n  expect_refusal: {upgraded: false}\n  observe: {status: 401}"
LIMITS = Limits(action=10.0, responses={"": 5.0}, reconnect=3.0)


def test_a_refusal_is_what_the_case_wants_and_it_is_a_check() -> None:
    result = play(WITHOUT, more=COLD)
    assert (result.verdict, result.checks, result.findings) == (Verdict.PASS, 2, ())
    assert [entry.kind for entry in result.entries] == ["refused"]


def test_another_status_is_a_remark() -> None:
    csms = ScriptedCsms(door=lambda csms: Refused(csms.now, "HTTP 403", "http status", 403))
    result = play(WITHOUT, csms, more=COLD)
    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.OBSERVATION])


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_that_says_when_to_come_again_is_one(status: int) -> None:
    said = Refused(0.0, "locked", "http status", status, passing=True, retry_after=60.0)
    csms = ScriptedCsms(door=lambda _csms: said)
    result = play("- connect: {password: none}\n  expect_refusal: {upgraded: false}", csms, more=COLD)
    assert (result.verdict, len(csms.knocks)) == (Verdict.PASS, 1)


def test_a_password_that_comes_back_in_a_refusal_is_told() -> None:
    csms = ScriptedCsms(door=lambda csms: Refused(csms.now, "HTTP 401", "http status", 401, echoes=True))
    result = play("- connect: {password: none}\n  expect_refusal: {echoes: false}", csms, more=COLD)
    assert (result.verdict, only(result, Kind.MISMATCH).path) == (Verdict.FAIL, "echoes")


@pytest.mark.parametrize("password", ["none", "wrong"])
def test_whoever_is_let_in_fails_the_case(password: str) -> None:
    csms = ScriptedCsms(checks=frozenset())
    scenario = f"- connect: {{password: {password}}}\n  expect_refusal: {{}}"
    result = play(scenario, csms, more=COLD)
    assert (result.verdict, only(result, Kind.MISMATCH).what) == (Verdict.FAIL, What.WELCOME)


def test_a_connection_that_breaks_without_a_close_frame_is_refused_after_the_upgrade() -> None:
    csms = ScriptedCsms(door=lambda csms: Lost(csms.now + 0.01, "The TCP connection was lost."))
    result = play("- connect: {password: none}\n  expect_refusal: {}", csms, more=COLD)
    assert (result.verdict, result.findings) == (Verdict.PASS, ())
    assert only(play(WITHOUT, ScriptedCsms(door=csms.door), more=COLD), Kind.MISMATCH).path == "upgraded"


@pytest.mark.parametrize(
    ("kind", "status"), [("tcp refused", None), ("http status", 503), ("answer timeout", None), ("certificate", None)]
)
def test_nobody_there_and_nobody_ready_is_no_refusal(kind: str, status: int | None) -> None:
    passing = kind != "certificate"
    csms = ScriptedCsms(door=lambda csms: Refused(csms.now, "Nobody is there.", kind, status, passing=passing))
    result = play(WITHOUT, csms, more=COLD, limits=LIMITS)
    assert (result.verdict, kinds(result)) == (Verdict.INCONCLUSIVE, [Kind.REFUSED])
    assert len(csms.knocks) > 3 or not passing


def test_a_refusal_without_a_word_counts_when_it_lasts() -> None:
    csms = ScriptedCsms(door=lambda csms: Refused(csms.now, "closed", "no answer", passing=True))
    result = play("- connect: {password: none}\n  expect_refusal: {layer: http}", csms, more=COLD, limits=LIMITS)
    assert (result.verdict, len(csms.knocks) > 3) == (Verdict.PASS, True)


def test_a_central_system_that_restarts_is_asked_again() -> None:
    answers = iter([Refused(0.0, "HTTP 503", "http status", 503, passing=True)])
    csms = ScriptedCsms(door=lambda _csms: next(answers, None))
    result = play(WITHOUT, csms, more=COLD, limits=LIMITS)
    assert (result.verdict, len(csms.knocks)) == (Verdict.PASS, 2)


def test_after_a_refusal_the_own_password_is_shown_again() -> None:
    csms = ScriptedCsms()
    result = play(f"{WITHOUT}\n- connect:\n- send: BootNotification", csms, more=COLD)
    assert result.verdict is Verdict.PASS
    assert [str(how.password) for how in csms.openings] == ["none", "own"]


def test_a_new_authorization_key_is_the_password_from_then_on_in_bytes() -> None:
    csms, line = ScriptedCsms(), a_booted_line()
    scenario = """
    - receive: ChangeConfiguration
      trigger: {key: AuthorizationKey, value: 00ff112233445566778899aabbccddee}
      reply: {status: Accepted}
    - disconnect:
    - connect:
    - send: Heartbeat
    """
    result = play(scenario, csms, line=line)
    assert result.verdict is Verdict.PASS
    assert csms.openings[-1].key == bytes.fromhex("00ff112233445566778899aabbccddee")


def test_a_raised_security_profile_is_kept_for_the_next_case() -> None:
    line = a_line()
    line.secure(1)
    line.charge_point.raised_to = 2
    line.secure(1)
    assert line.charge_point.security_profile == 2


def test_a_connection_under_another_profile_is_not_gone_on_with() -> None:
    line = a_booted_line()
    assert line.connected
    line.secure(2)
    assert line.fresh


EITHER = "- connect: {identity: unknown, slash: true}\n  tolerant: true\n  observe: {status: 404}"


def test_who_may_be_let_in_or_not_is_left_again() -> None:
    csms = ScriptedCsms()
    result = play(f"{EITHER}\n- connect:\n- send: Heartbeat", csms, more=COLD)
    assert (result.verdict, kinds(result)) == (Verdict.PASS, [Kind.OBSERVATION])
    assert [entry.kind for entry in result.entries[:3]] == ["connected", "disconnected", "connected"]
    assert [(how.stranger, how.slash) for how in csms.openings] == [(True, True), (False, False)]


def test_who_may_be_let_in_or_not_may_be_refused() -> None:
    csms = ScriptedCsms(door=lambda csms: Refused(csms.now, "HTTP 404", "http status", 404))
    result = play(EITHER, csms, more=COLD)
    assert (result.verdict, result.findings) == (Verdict.PASS, ())


def test_what_an_opening_does_otherwise_is_written_down() -> None:
    scenario = "- connect: {password: none, subprotocols: [], compression: true}\n  tolerant: true\n- connect:"
    result = play(scenario, ScriptedCsms(checks=frozenset()), more=COLD)
    told = [entry.note.fields for entry in result.raw.entries if entry.note is not None]
    tried = {"subprotocols": [], "password": "none", "compression": "offered"}
    assert told[0] == tried
    assert all(fields == {} for fields in told[1:])
