from __future__ import annotations

from collections.abc import Callable

import pytest

from csms_harness.engine.case import CaseRun, Limits
from csms_harness.engine.effects import OpenConnection, RequestProvision
from csms_harness.engine.events import Interrupted, TriggerFinished
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import CONFIG, EPOCH, ScriptedCsms

from .play import STATES, a_case, a_line, only, play

EXPIRED = """
before:
  memory:
    - {idTag: $config.expired_id_tag, status: Expired, expiryDate: $now - 24 h, parentIdTag: null}
"""
AUTHORIZE = """
- step: [1, 2]
  send: Authorize
  with: {idTag: $config.expired_id_tag}
  expect: {idTagInfo: {status: Expired}}
"""


def notes(result: CaseResult) -> list[str]:
    return [entry.text for entry in result.entries if entry.kind == "trigger"]


def outcome(word: str, text: str = "") -> Callable[[str], tuple[str, str]]:
    return lambda _: (word, text)


def test_an_item_is_asked_for_before_the_scenario_and_stands_in_the_transcript() -> None:
    result = play(AUTHORIZE, more=EXPIRED)
    assert result.verdict is Verdict.PASS
    assert notes(result) == [
        "asked for the idTag (idTag TAG-EXPIRED, status Expired, expiryDate 2026-01-30T12:00:00.000Z)",
        "idTag: performed",
    ]


@pytest.mark.parametrize(("word", "told"), [("declined", "was declined"), ("failed", "failed")])
def test_an_item_that_cannot_be_had_makes_the_case_inconclusive_in_its_own_words(word: str, told: str) -> None:
    result = play(AUTHORIZE, ScriptedCsms(trigger_outcome=outcome(word, "HTTP 500: no disk")), more=EXPIRED)
    assert result.verdict is Verdict.INCONCLUSIVE
    found = only(result, Kind.TRIGGER)
    assert (found.step, found.text) == ("before", f"provisioning the idTag TAG-EXPIRED {told}: HTTP 500: no disk")


def test_the_case_waits_until_the_item_is_there_and_connects_only_then() -> None:
    run = _started(EXPIRED)
    effects = run.begin(0.0)
    assert effects == [
        RequestProvision(
            1, "idTag", {"idTag": "TAG-EXPIRED", "status": "Expired", "expiryDate": "2026-01-30T12:00:00.000Z"}
        )
    ]
    assert run.awaiting == ("the idTag to be provisioned", None)
    assert run.handle(TriggerFinished(1.0, 1, "performed")) == [OpenConnection()]


def test_a_run_that_is_stopped_does_not_wait_for_the_item() -> None:
    run = _started(EXPIRED)
    run.begin(0.0)
    run.handle(Interrupted(1.0))
    assert run.result is not None
    assert run.result.verdict is Verdict.INCONCLUSIVE


def test_a_password_is_asked_for_and_not_written_down() -> None:
    more = "before: {memory: [{chargePointId: $charge_point.id, password: s3cret-s3cret}]}"
    run = _started(more)
    (wish,) = run.begin(0.0)
    assert isinstance(wish, RequestProvision)
    assert (wish.item, wish.fields["password"]) == ("password", "s3cret-s3cret")
    assert notes(play("- send: Heartbeat", more=more))[0] == "asked for the password (chargePointId CP_01)"


def _started(more: str) -> CaseRun:
    return CaseRun(a_case(AUTHORIZE, more), STATES, a_line(), CONFIG, Limits(), EPOCH)
