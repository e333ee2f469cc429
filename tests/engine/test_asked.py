"""``$asked``: a CALL is held against what its trigger asked for; ``if``, ``then``, ``else`` on a CALL that came."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.engine.play import arrives, call, once, only, play, while_awaiting
from tests.support.scripted_csms import Payload, ScriptedCsms

RESERVE = """
- step: 1
  receive: ReserveNow
  trigger: {connectorId: 1, idTag: $config.valid_id_tag, expiryDate: $now + 30 min}
  expect: $asked
  reply: {status: Accepted}
"""


def sending(action: str, **changed: Any) -> ScriptedCsms:
    """It sends what it is asked for, but for these members."""

    def calls(csms: ScriptedCsms, wish: Payload) -> list[Any]:
        return [{**csms.good_call(action, dict(wish)), **changed}]

    return ScriptedCsms(calls={action: calls})


def respelling(csms: ScriptedCsms, wish: Payload) -> list[Any]:
    """The same moment and the same idTag, written in another way."""
    good = csms.good_call("ReserveNow", dict(wish))
    return [{**good, "expiryDate": good["expiryDate"].replace("Z", "+00:00"), "idTag": good["idTag"].lower()}]


def test_a_call_that_carries_what_was_asked_for_passes_with_a_check_for_each_member() -> None:
    result = play(RESERVE)
    assert (result.verdict, result.checks) == (Verdict.PASS, 4)


def test_a_moment_and_an_id_tag_may_be_written_in_another_way() -> None:
    result = play(RESERVE, ScriptedCsms(calls={"ReserveNow": respelling}))
    assert result.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("changed", "required"),
    [({"connectorId": 2}, "1"), ({"idTag": "OTHER"}, "TAG-001"), ({"expiryDate": "2030-01-01T00:00:00Z"}, "2026-")],
)
def test_each_member_that_is_not_as_asked_for_is_told(changed: dict[str, Any], required: str) -> None:
    found = only(play(RESERVE, sending("ReserveNow", **changed)), Kind.MISMATCH)
    assert [found.path] == list(changed)
    assert found.required.startswith(required)


def test_a_difference_replaces_what_was_asked_for() -> None:
    scenario = RESERVE.replace("expect: $asked", "expect: {as: $asked, connectorId: {more_than: 1}}")
    assert only(play(scenario), Kind.MISMATCH).required == "more than 1"
    assert play(scenario, sending("ReserveNow", connectorId=2)).verdict is Verdict.PASS


def test_what_was_asked_for_can_choose_the_call_and_be_answered() -> None:
    scenario = """
    - receive: DataTransfer
      trigger: {vendorId: mine, data: this}
      where: {vendorId: $asked}
      reply: {status: Accepted, data: $asked.data}
    """
    csms = ScriptedCsms()
    assert play(scenario, csms).verdict is Verdict.PASS
    assert csms.replies == [("DataTransfer", {"status": "Accepted", "data": "this"})]


def test_a_disruptive_call_that_comes_before_its_trigger_is_held_against_what_would_be_asked_for() -> None:
    scenario = """
    - send: Heartbeat
    - receive: Reset
      trigger: {type: Hard}
      expect: $asked
      reply: {status: Accepted}
    """
    early = once(while_awaiting("Heartbeat.conf"), arrives(call("r", "Reset", {"type": "Soft"})))
    found = only(play(scenario, events=early), Kind.MISMATCH)
    assert (found.required, found.observed) == ("Hard", "Soft")


CONDITIONAL = """
- receive: RemoteStartTransaction
  trigger: {connectorId: 1, idTag: $config.valid_id_tag}
  expect: {idTag: $asked}
  if: {connectorId: 2}
  then: {idTag: SECOND}
  else: {connectorId: $asked}
  reply: {status: Accepted}
"""


@pytest.mark.parametrize(
    ("changed", "paths"),
    [({}, []), ({"connectorId": 3}, ["connectorId"]), ({"connectorId": 2}, ["idTag"]), ({"idTag": "OTHER"}, ["idTag"])],
)
def test_what_is_demanded_depends_on_the_call_that_came(changed: dict[str, Any], paths: list[str]) -> None:
    result = play(CONDITIONAL, sending("RemoteStartTransaction", **changed))
    assert [finding.path for finding in result.findings if finding.kind is Kind.MISMATCH] == paths
