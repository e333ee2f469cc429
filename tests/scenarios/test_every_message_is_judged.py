"""No message of any case is only for show: each one alone, gone wrong, fails the case at its own step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from csms_harness.evidence import Kind
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS
from csms_harness.scenario.library import TestCase
from csms_harness.verdict import Verdict
from tests.scenarios.bench import CASES, LIBRARY, each_case, fresh_line, told
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import GOOD_ANSWERS, Payload, ScriptedCsms, run_case

Spoil = Callable[[Any], Any]
"""Makes a message of the Central System wrong."""

ANSWERS: Final[dict[str, tuple[Kind, Spoil]]] = {
    "silence": (Kind.NO_ANSWER, lambda _good: None),
    "a CALLERROR": (Kind.CALLERROR, lambda _good: [4, "$ID", "GenericError", "", {}]),
    "a member that OCPP does not know": (Kind.BREACH, lambda good: {**good, "vendorOnly": True}),
    "another uniqueId": (Kind.NO_ANSWER, lambda good: [3, "nobody-asked-this", good]),
}
"""What may come instead of a right answer, and the kind of finding it is."""

CALLS: Final[dict[str, tuple[Kind, Spoil]]] = {
    "nothing": (Kind.ABSENT_CALL, lambda _good: []),
    "a member that OCPP does not know": (Kind.BREACH, lambda good: [{**good, "vendorOnly": True}]),
}
"""What may come instead of a right CALL, and the kind of finding it is."""

GIVING_UP: Final = {"declined": "no such button", "failed": "HTTP 500: out of order"}
"""How a trigger ends that brings no CALL, in its own words."""


def _sent(result: CaseResult) -> list[tuple[str, str]]:
    """Role and step of each CALL that the Charge Point sent, as it sent them."""
    return [
        (entry.role, entry.step)
        for entry in result.entries
        if entry.direction == "CP" and entry.message.endswith(".req")
    ]


def _asked(result: CaseResult) -> list[tuple[str, str]]:
    """Role and step of each CALL that was asked for, in that order."""
    return [
        (entry.role, entry.step)
        for entry in result.entries
        if entry.kind == "trigger" and entry.text.startswith("asked for")
    ]


def _in_the_scenario(numbered: list[tuple[str, str]]) -> list[tuple[int, str]]:
    return [(index, step) for index, (role, step) in enumerate(numbered) if role == "scenario"]


def _answers_but(index: int, spoil: Spoil) -> ScriptedCsms:
    """It answers well, but for one CALL."""

    def answer(action: str) -> Callable[[ScriptedCsms, Payload], Any]:
        def said(csms: ScriptedCsms, request: Payload) -> Any:
            good = GOOD_ANSWERS[action](csms, request)
            return spoil(good) if len(csms.seen) - 1 == index else good

        return said

    return ScriptedCsms(answers={action: answer(action) for action in GOOD_ANSWERS})


def _calls_but(index: int, spoil: Spoil) -> ScriptedCsms:
    """It sends what it is asked for, but for one time."""
    asked: list[str] = []

    def call(action: str) -> Callable[[ScriptedCsms, Payload], list[Any]]:
        def said(csms: ScriptedCsms, wish: Payload) -> list[Any]:
            asked.append(action)
            good = csms.good_call(action, dict(wish))
            return spoil(good) if len(asked) - 1 == index else [good]

        return said

    return ScriptedCsms(calls={action: call(action) for action in CENTRAL_SYSTEM_ACTIONS})


def _gives_up(index: int, outcome: str) -> ScriptedCsms:
    """Its triggers work, but for one time."""
    asked: list[str] = []

    def ends(action: str) -> tuple[str, str]:
        if action not in CENTRAL_SYSTEM_ACTIONS:
            return "performed", ""
        asked.append(action)
        return (outcome, GIVING_UP[outcome]) if len(asked) - 1 == index else ("performed", "")

    return ScriptedCsms(trigger_outcome=ends)


def _wrong(case: TestCase, csms: ScriptedCsms, verdict: Verdict, kind: Kind, step: str) -> list[str]:
    """What is not as it must be; empty when the case ends so, at that step."""
    result = run_case(case, LIBRARY, csms, line=fresh_line())
    found = [finding for finding in result.findings if (finding.kind, finding.step) == (kind, step)]
    return [] if found and result.verdict is verdict else [f"{step}: expected {kind} and {verdict}, but {told(result)}"]


@each_case
def test_every_answer_that_goes_wrong_fails_the_case_at_its_step(case: TestCase) -> None:
    wrong = [
        f"{way} {text}"
        for index, step in _in_the_scenario(_sent(run_case(case, LIBRARY)))
        for way, (kind, spoil) in ANSWERS.items()
        for text in _wrong(case, _answers_but(index, spoil), Verdict.FAIL, kind, step)
    ]
    assert wrong == []


ASKING: Final = {case.id: _in_the_scenario(_asked(run_case(case, LIBRARY))) for case in CASES}
"""For each case the CALLs that its scenario asks for: how many were asked for before, and the step."""

each_asking_case = pytest.mark.parametrize("name", [name for name, steps in ASKING.items() if steps])


def test_the_cases_ask_for_as_many_calls_as_the_document_shows() -> None:
    without_security = [name for name in ASKING if LIBRARY.cases[name].profile != "Security"]
    assert sum(len(ASKING[name]) for name in without_security) == 59


@each_asking_case
def test_every_call_that_goes_wrong_fails_the_case_at_its_step(name: str) -> None:
    wrong = [
        f"{way} {text}"
        for index, step in ASKING[name]
        for way, (kind, spoil) in CALLS.items()
        for text in _wrong(LIBRARY.cases[name], _calls_but(index, spoil), Verdict.FAIL, kind, step)
    ]
    assert wrong == []


@each_asking_case
def test_every_trigger_that_gives_up_leaves_the_case_inconclusive_in_its_own_words(name: str) -> None:
    case = LIBRARY.cases[name]
    for index, step in ASKING[name]:
        for outcome, words in GIVING_UP.items():
            result = run_case(case, LIBRARY, _gives_up(index, outcome), line=fresh_line())
            assert (result.verdict, words in result.reason) == (Verdict.INCONCLUSIVE, True), told(result)
            assert result.reason.startswith(f"{step}: the trigger for ")
