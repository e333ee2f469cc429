"""Where the shipped cases are tried: the library, a booted line, and one run of a case on it."""

from __future__ import annotations

from typing import Final

import pytest

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.line import Line
from csms_harness.resources import folder
from csms_harness.scenario.library import Library, TestCase
from csms_harness.scenario.load import load_library
from csms_harness.verdict import Verdict
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import ScriptedCsms, run_case

LIBRARY: Final[Library] = load_library(folder("scenarios"))
CASES: Final[tuple[TestCase, ...]] = tuple(
    LIBRARY.cases[entry.id] for entry in LIBRARY.catalogue if entry.id in LIBRARY.cases
)
"""The implemented cases, in the order of the document."""

RESPONSE: Final = 5.0
"""Seconds that an answer may take here."""
ACTION: Final = 10.0
"""Seconds that a CALL may take after its trigger here."""

each_case = pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
"""A test for every implemented case."""


def fresh_line() -> Line:
    """A line that is not connected."""
    return Line(ChargePoint("CP_01"))


def booted_line(csms: ScriptedCsms) -> Line:
    """A line whose Charge Point this Central System has accepted."""
    line = fresh_line()
    assert run_case(LIBRARY.cases["TC_061_CSMS"], LIBRARY, csms, line=line).verdict is Verdict.PASS
    return line


def line_for(case: TestCase, csms: ScriptedCsms) -> Line:
    """A line that stands where the case wants to begin."""
    return booted_line(csms) if case.before.start == "booted" else fresh_line()


def told(result: CaseResult) -> str:
    """A result in one line, for an assertion that fails."""
    findings = "; ".join(
        f"[{found.kind.value}] {found.step}: {found.text} ({found.path}, required {found.required}, "
        f"observed {found.observed})"
        for found in result.findings
    )
    return f"{result.verdict}: {result.reason} | {findings}"


def assert_verdict(result: CaseResult, verdict: Verdict, about: str = "") -> None:
    """The verdict; if it is another one, what was found."""
    assert result.verdict is verdict, f"{about} {told(result)}".strip()
