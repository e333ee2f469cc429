"""A CALL that the Charge Point never answers, because its connection is gone."""

from __future__ import annotations

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.verdict import Verdict
from tests.engine.play import a_case, messages, play
from tests.support.scripted_csms import ScriptedCsms

LOST = """
- {receive: ClearCache, trigger: {}, silent: true}
- disconnect: drop
- connect:
- send: Heartbeat
- {receive: GetConfiguration, trigger: {}, reply: $answer}
"""


def test_a_call_can_be_left_unanswered() -> None:
    csms = ScriptedCsms()
    result = play(LOST, csms)
    assert result.verdict is Verdict.PASS
    assert [action for action, _ in csms.replies] == ["GetConfiguration"]
    assert "ClearCache.conf" not in messages(result, "CP")


def test_a_central_system_that_sends_no_call_any_more_is_told() -> None:
    mute = ScriptedCsms(calls={"GetConfiguration": lambda _csms, _fields: []})
    assert play(LOST, mute).verdict is Verdict.FAIL


@pytest.mark.parametrize("more", ["reply: $answer", "reply_error: {code: InternalError}", "meanwhile: [Heartbeat]"])
def test_who_is_silent_says_nothing(more: str) -> None:
    with pytest.raises(Mistakes, match="cannot stand in one step"):
        a_case(f"- {{receive: ClearCache, silent: true, {more}}}")
