"""What is written down of a case, and what is not."""

from __future__ import annotations

from typing import Any

from csms_harness.evidence import Kind
from csms_harness.foreign import MASK
from tests.engine.play import arrives, call, frames, once, only, play, while_awaiting
from tests.support.scripted_csms import CONFIG, ScriptedCsms

SECRET = "correct-horse-battery"
KEY = """
- receive: ChangeConfiguration
  trigger: {key: AuthorizationKey, value: $config.new_password}
  expect: {key: AuthorizationKey, value: $config.new_password}
  reply: {status: Accepted}
"""
WITH_PASSWORD = {**CONFIG, "new_password": SECRET}


def told(result: Any) -> str:
    """Everything that a report could show of a case."""
    return repr((result.findings, result.entries, result.breaches, result.reason, result.executed))


def test_entries_are_numbered_in_the_order_in_which_things_happened() -> None:
    result = play("- state: Charging")

    assert [entry.number for entry in result.entries] == list(range(1, len(result.entries) + 1))
    assert [entry.at for entry in result.entries] == sorted(entry.at for entry in result.entries)


def test_each_entry_says_who_in_which_role_and_step() -> None:
    result = play("- step: [1, 2]\n  state: Charging", events=once(while_awaiting("Auth"), arrives(_unasked)))

    roles = {entry.message: entry.role for entry in result.entries if entry.kind == "frame"}
    assert roles["BootNotification.req"] == roles["BootNotification.conf"] == "preparation"
    assert roles["Authorize.req"] == roles["Authorize.conf"] == "scenario"
    assert roles["ClearCache.req"] == roles["ClearCache.conf"] == "ambient"
    assert roles["StopTransaction.req"] == roles["StopTransaction.conf"] == "cleanup"
    steps = {entry.message: entry.step for entry in result.entries}
    assert steps["StartTransaction.conf"] == "steps 1-2 › Charging › steps 3-4"


_unasked = call("x", "ClearCache", {})


def test_an_answer_shows_its_latency_and_a_call_its_filled_members() -> None:
    result = play("- send: StatusNotification\n  with: {connectorId: 1, status: Available}")

    (request,) = frames(result, "CP", "StatusNotification.req")
    (answer,) = frames(result, "CS", "StatusNotification.conf")
    assert set(request.filled) == {"errorCode", "timestamp"}
    assert round(answer.latency or 0.0, 6) == 0.001


def test_a_frame_shows_every_breach_that_it_has() -> None:
    broken = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: '[3, "$ID", {"currentTime": 1}, "more"]'})
    (answer,) = frames(play("- send: Heartbeat", broken), "CS", "Heartbeat.conf")

    assert len(answer.breaches) == 2
    assert any(text.startswith("currentTime: ") for text in answer.breaches)


def test_unreadable_frames_are_kept_as_they_came() -> None:
    result = play("- send: Heartbeat", events=once(while_awaiting("Heart"), arrives("hello", b"\xff\x00", "[9]")))

    unreadable = frames(result, "CS", "unreadable frame")
    assert [entry.text for entry in unreadable] == ["hello", "\\xff\x00", "[9]"]


def test_the_same_transcript_is_written_every_time() -> None:
    assert play("- state: Charging").entries == play("- state: Charging").entries


def test_a_new_password_is_masked_in_the_trigger_the_frame_and_the_findings() -> None:
    wrong = ScriptedCsms(
        calls={"ChangeConfiguration": lambda _csms, _fields: [{"key": "AuthorizationKey", "value": "another-secret"}]}
    )
    result = play(KEY, wrong, config=WITH_PASSWORD)

    assert only(result, Kind.MISMATCH).observed == MASK
    assert SECRET not in told(result)
    assert "another-secret" not in told(result)


def test_a_new_password_is_masked_in_the_breaches_of_its_frame() -> None:
    long = SECRET * 30
    wrong = ScriptedCsms(
        calls={"ChangeConfiguration": lambda _csms, _fields: [{"key": "AuthorizationKey", "value": long, "x": SECRET}]}
    )
    result = play(KEY, wrong, config=WITH_PASSWORD)

    assert result.breaches
    assert long not in told(result)


def test_a_password_that_does_not_stand_beside_its_key_is_masked_too() -> None:
    body = f'[2,"x","ChangeConfiguration",{{"value":"{SECRET}","more":1,"key":"\\u0041uthorizationKey"}}]'
    result = play("- send: Heartbeat", events=once(while_awaiting("Heart"), arrives(body)))

    assert SECRET not in told(result)


def test_the_password_of_a_url_is_masked_in_findings() -> None:
    scenario = """
    - receive: GetDiagnostics
      trigger: {location: $config.diagnostics_url}
      expect: {location: $config.diagnostics_url}
      reply: {}
    """
    body = {"location": f"ftp://user:{SECRET}@host/"}
    result = play(scenario, ScriptedCsms(calls={"GetDiagnostics": lambda _csms, _fields: [body]}))

    assert only(result, Kind.MISMATCH).observed == f"ftp://user:{MASK}@host/"
    assert SECRET not in told(result)
