"""The verbs ``spoil`` and ``frame``: what is wrong on purpose, and what each reaction to it is worth."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, Lost
from csms_harness.evidence import Finding, Kind, What
from csms_harness.report.telling import told_finding
from csms_harness.verdict import Verdict
from tests.engine.play import a_booted_line, a_case, arrives, frames, once, play, while_awaiting
from tests.support.reading import Result
from tests.support.scripted_csms import ScriptedCsms

SPOIL = "- {step: [1, 2], spoil: Authorize, with: {idTag: TAG-001}, within: 2 s}"


def saying(answer: Any, action: str = "Authorize") -> ScriptedCsms:
    return ScriptedCsms(answers={action: lambda _csms, _request: answer})


def found(result: Result) -> dict[str, Finding]:
    return {f"{one.what}: {one.outcome}": one for one in result.findings}


def test_a_central_system_that_refuses_each_passes_and_is_asked_something_right_after_each() -> None:
    csms = ScriptedCsms()
    result = play(SPOIL, csms)
    assert (result.verdict, result.findings) == (Verdict.PASS, ())
    sent = [action for action, _ in csms.seen]
    assert sent[-10:] == ["Authorize", "Heartbeat"] * 5
    assert result.checks == 10


def test_one_that_takes_what_is_wrong_fails_with_one_finding_to_each_ill() -> None:
    result = play(SPOIL, saying({"idTagInfo": {"status": "Accepted"}}))
    assert result.verdict is Verdict.FAIL
    assert list(found(result)) == [
        "wrong message taken: missing",
        "wrong message taken: null",
        "wrong message taken: wrong type",
        "wrong message taken: too long",
    ]
    first = told_finding(result.findings[0])
    assert first.text == "Authorize.req without idTag was answered, but must be refused"
    assert first.step == "steps 1-2"


def test_members_with_the_same_ill_stand_in_one_finding() -> None:
    wish = "- {spoil: StatusNotification, with: {connectorId: 1, errorCode: NoError, status: Available}}"
    result = play(wish, saying({}, "StatusNotification"))
    assert found(result)["wrong message taken: missing"].path == "connectorId, errorCode, status"


@pytest.mark.parametrize(
    ("code", "verdict", "kinds"),
    [
        ("FormationViolation", Verdict.PASS, []),
        ("FormatViolation", Verdict.PASS, []),
        ("GenericError", Verdict.PASS, [Kind.OBSERVATION]),
        ("OccurrenceConstraintViolation", Verdict.PASS, [Kind.OBSERVATION]),
        ("InternalError", Verdict.FAIL, [Kind.MISMATCH]),
        ("SecurityError", Verdict.FAIL, [Kind.MISMATCH]),
        ("NotImplemented", Verdict.INCONCLUSIVE, [Kind.PREREQUISITE]),
    ],
)
def test_a_code_fits_or_will_do_or_says_something_else(code: str, verdict: Verdict, kinds: list[Kind]) -> None:
    result = play(SPOIL, saying([4, "$ID", code, "", {}]))
    assert result.verdict is verdict
    assert sorted({one.kind for one in result.findings}) == kinds


def test_who_knows_the_action_but_says_otherwise_for_some_ill_has_judged_them() -> None:
    def answer(_: ScriptedCsms, request: Any) -> Any:
        if request == {"idTag": "TAG-001"}:
            return {"idTagInfo": {"status": "Accepted"}}
        return [4, "$ID", "NotImplemented" if "idTag" in request else "FormationViolation", "", {}]

    result = play(SPOIL, ScriptedCsms(answers={"Authorize": answer}))
    assert result.verdict is Verdict.FAIL
    assert {one.what for one in result.findings} == {What.SPOILT_MISJUDGED}


def test_who_looks_at_the_payload_before_the_action_and_does_not_know_that_has_judged_nothing() -> None:
    """As gocpp does: it decodes a message before it looks for who handles it."""

    def answer(_: ScriptedCsms, request: Any) -> Any:
        return [4, "$ID", "NotSupported" if isinstance(request.get("idTag"), str) else "FormationViolation", "", {}]

    result = play(SPOIL, ScriptedCsms(answers={"Authorize": answer}))
    assert (result.verdict, [one.what for one in result.findings]) == (Verdict.INCONCLUSIVE, [What.UNKNOWN_ACTION])


def test_silence_costs_one_wait_for_each_ill() -> None:
    wish = "- {spoil: StatusNotification, with: {connectorId: 1, errorCode: NoError, status: Available}, within: 2 s}"
    csms = saying(None, "StatusNotification")
    result = play(wish, csms)
    silent = found(result)["wrong message not answered: missing"]
    assert (silent.kind, silent.path) == (Kind.NO_ANSWER, "connectorId")
    assert csms.now < 2.2 * 7


def test_a_central_system_that_says_nothing_any_more_fails_at_the_message_after() -> None:
    csms = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None})
    result = play(SPOIL, csms)
    assert result.verdict is Verdict.FAIL
    assert result.findings[0].what is What.NO_ANSWER
    assert result.findings[0].step == "steps 1-2 › idTag: missing"


def test_an_end_of_the_connection_names_what_was_sent() -> None:
    result = play(SPOIL, ScriptedCsms(close_on="Authorize"), line=a_booted_line())
    assert result.verdict is Verdict.FAIL
    assert [(one.what, one.step) for one in result.findings] == [(What.LOST, "steps 1-2 › idTag: missing")]


# -- frames -------------------------------------------------------------------------------------------------

BECOMES = while_awaiting("what becomes of a frame")


def _closed(_: CaseRun, now: float) -> list[Event]:
    return [Lost(now, "closed with 1007", 1007)]


NO_MESSAGE = "- {step: 1, frame: '{\"broken', accept: [ignored, refused, closed]}\n- send: Heartbeat"


def test_a_frame_goes_out_as_it_stands_and_may_be_looked_over() -> None:
    result = play(NO_MESSAGE)
    assert result.verdict is Verdict.PASS
    assert '{"broken' in [entry.text for entry in frames(result)]


@pytest.mark.parametrize(
    ("accept", "verdict"), [("answered", Verdict.PASS), ("refused", Verdict.FAIL), ("ignored, closed", Verdict.FAIL)]
)
def test_what_becomes_of_a_frame_is_judged(accept: str, verdict: Verdict) -> None:
    result = play(f'- {{frame: \'[2,"$id","Heartbeat",{{}}]\', accept: [{accept}]}}')
    assert result.verdict is verdict
    assert [one.observed for one in result.findings] == ([] if verdict is Verdict.PASS else ["answered"])


def test_a_callerror_that_names_no_id_of_ours_answers_a_frame_that_has_none() -> None:
    result = play(
        NO_MESSAGE.replace("ignored, refused, closed", "refused"),
        events=once(BECOMES, arrives('[4,"-1","FormationViolation","",{}]')),
    )
    assert result.verdict is Verdict.PASS


def test_a_connection_that_may_be_closed_is_opened_again() -> None:
    assert play(NO_MESSAGE, events=once(BECOMES, _closed)).verdict is Verdict.PASS
    result = play(NO_MESSAGE.replace(", closed", ""), events=once(BECOMES, _closed))
    assert (result.verdict, result.findings[0].what) == (Verdict.FAIL, What.LOST)


def test_an_unknown_reaction_is_a_mistake_of_the_file() -> None:
    with pytest.raises(Mistakes, match="a frame is not 'ignred'"):
        a_case("- {frame: x, accept: [ignred]}")
    with pytest.raises(Mistakes, match="accept"):
        a_case("- {frame: x}")
