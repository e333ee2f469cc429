"""A run from Python: what it says of itself, and what is wrong with its options."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.report.summary import ExitCode
from csms_harness.report.telling import told
from csms_harness.runner.campaign import Options, UsageError
from csms_harness.runner.heading import reproduce
from csms_harness.runner.selection import NothingSelected
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.target import Target
from csms_harness.testing import Run
from csms_harness.testing.running import prepare
from csms_harness.verdict import Verdict
from tests.report.realistic import facts as realistic_facts

TARGET = Target(url="ws://127.0.0.1:9/ocpp", charge_points=(ChargePointEntry(id="CP_01"), ChargePointEntry(id="CP_02")))


def test_a_run_with_a_failed_case_has_not_passed_and_says_why() -> None:
    run = Run(told(realistic_facts()))
    assert not run.passed
    assert run.exit_code is ExitCode.FAILED
    failed = [case for case in run.cases.values() if case.verdict is Verdict.FAIL]
    text = run.account()
    for case in failed:
        assert case.id in text
        assert run.verdict(case.id) is Verdict.FAIL
    assert "required: " in text
    assert "observed: " in text
    assert "step: " in text
    assert "transcripts/" not in text  # nothing was written


def test_a_rule_is_asked_for_by_its_id_like_a_case() -> None:
    run = Run(told(realistic_facts()))
    for name, rule in run.rules.items():
        assert run.verdict(name) is rule.verdict
    with pytest.raises(KeyError):
        run.verdict("TC_999_CSMS")


def test_a_run_is_shown_in_one_short_line() -> None:
    shown = repr(Run(told(realistic_facts())))
    assert shown.startswith("<Run: ")
    assert len(shown) < 200


def test_a_broken_rule_is_told_where_every_case_passed() -> None:
    facts = realistic_facts()
    broken = next(rule for rule in facts.rules if rule.verdict is Verdict.FAIL)
    run = Run(told(facts.model_copy(update={"cases": (), "pack": (), "rules": (broken,)})))
    assert not run.passed
    assert f"{broken.id} is broken: {broken.title}" in run.account()
    assert broken.id in repr(run)


def test_a_target_that_is_no_file_is_prepared_as_it_is(tmp_path: Path) -> None:
    prepared = prepare(TARGET, ["TC_003_CSMS"], deadlines={"response": "2 s"}, lanes=1)
    assert prepared.target is TARGET
    assert prepared.lanes == 1
    assert prepared.deadlines.response == 2.0


def test_nobody_is_told_a_command_that_could_not_work() -> None:
    assert reproduce(Options(), "TC_003_CSMS") == ""
    assert "--url ws://localhost/ocpp" in reproduce(Options(url="ws://localhost/ocpp"), "TC_003_CSMS")


def test_mistakes_are_sentences() -> None:
    with pytest.raises(UsageError, match="did you mean 'response'"):
        prepare(TARGET, deadlines={"respnse": "2 s"})
    with pytest.raises(NothingSelected, match="TC_999"):
        prepare(TARGET, ["TC_999"])
    with pytest.raises(Mistakes, match="cannot be read"):
        prepare("nowhere.yaml")
    with pytest.raises(UsageError, match="2 Charge Points"):
        prepare(TARGET, lanes=3)
