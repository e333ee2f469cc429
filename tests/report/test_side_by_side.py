"""Several runs side by side, and the trend over runs in time."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from csms_harness.record.facts import Facts
from csms_harness.report.matrix_page import matrix_html
from csms_harness.report.side_by_side import (
    SideBySide,
    matrix_json,
    matrix_markdown,
    matrix_text,
    side_by_side,
    trend_json,
    trend_markdown,
    trend_text,
)
from csms_harness.verdict import Verdict
from tests.report.paper import parse_html, words
from tests.report.realistic import STARTED, all_passed, case, facts, product, run
from tests.report.test_hostile_strings import assert_clean, hostile, poisoned


def ran(verdict: Verdict | None, version: str = "1.0", hours: int = 0) -> Facts:
    """A run in which TC_010_CSMS came to this, or was not run."""
    cases = [case(id="TC_001_CSMS"), *([case(id="TC_010_CSMS", verdict=verdict)] if verdict else [])]
    began = STARTED + timedelta(hours=hours)
    pics = all_passed().pics.model_copy(update={"product": product(software_version=version)})
    return all_passed(cases=tuple(cases), pics=pics, run=run(started=began, finished=began))


def beside(*verdicts: Verdict | None, versions: str = "123456789") -> SideBySide:
    return side_by_side([(Path(f"run-{at}"), ran(one, versions[at], at)) for at, one in enumerate(verdicts)])


def test_each_run_is_a_column_and_only_what_differs_is_a_row() -> None:
    runs = beside(Verdict.PASS, Verdict.FAIL, None)
    assert [line.id for line in runs.differing] == ["TC_010_CSMS"]
    lines = matrix_text(runs).splitlines()
    (row,) = [line for line in lines if line.startswith("TC_010_CSMS")]
    assert row.split()[1:5] == ["pass", "FAIL", "not", "run"]
    assert not any(line.startswith("TC_001_CSMS") for line in lines)
    same, every = len(runs.lines) - 1, len(runs.lines)
    assert lines[-1] == f"{same} of {every} cases and rules are judged alike wherever they were run."


def test_the_columns_of_a_terminal_stand_below_their_heads() -> None:
    told = matrix_text(beside(Verdict.INCONCLUSIVE, Verdict.PASS)).splitlines()
    (result,) = [line for line in told if line.startswith("Result")]
    assert result.index("Inconclusive") == told[0].index("KCSMS-001 1")
    assert result.rindex("Pass") == told[0].index("KCSMS-001 2")


@pytest.mark.parametrize(
    ("versions", "paths", "names"),
    [
        ("12", ("a", "b"), ["KCSMS-001 1", "KCSMS-001 2"]),
        ("11", ("a", "b"), ["a", "b"]),
        ("11", ("x/run", "y/run"), ["x/run", "y/run"]),
    ],
)
def test_a_run_is_called_by_what_tells_it_apart(versions: str, paths: tuple[str, str], names: list[str]) -> None:
    runs = side_by_side([(Path(path), ran(Verdict.PASS, one)) for path, one in zip(paths, versions, strict=True)])
    assert [column.name.replace("한국전기연구원 (KERI) ", "") for column in runs.columns] == names


def test_the_formats_say_the_same() -> None:
    runs = beside(Verdict.PASS, Verdict.FAIL)
    data = json.loads(matrix_json(runs))
    assert data["differing"] == ["TC_010_CSMS"]
    assert {"id": "TC_010_CSMS", "name": runs.differing[0].name, "verdicts": ["PASS", "FAIL"]} in data["verdicts"]
    assert data["runs"][1]["counts"] == {"PASS": 1, "FAIL": 1}
    assert "| ✓ PASS | ✗ FAIL |" in matrix_markdown(runs)


def test_the_page_holds_every_case_and_marks_what_differs() -> None:
    page = parse_html(matrix_html(beside(Verdict.PASS, Verdict.FAIL)))
    marked = page.xpath("//tr[@class='m-remark']")
    assert [words(row).split()[0] for row in marked] == ["TC_010_CSMS"]
    assert "not alike" in words(marked[0])
    assert {"TC_001_CSMS", "TC_010_CSMS"} <= set(words(page).split())
    assert not page.xpath("//script")


def test_the_trend_shows_what_changed_and_what_changes_again_and_again() -> None:
    runs = beside(Verdict.PASS, Verdict.FAIL, None, Verdict.PASS, Verdict.FAIL)
    lines = trend_text(runs).splitlines()
    assert len([line for line in lines if line.startswith("2025-11-20")]) == 5
    (row,) = [line for line in lines if "TC_010_CSMS" in line]
    assert row.startswith("✓ ✗   ✓ ✗  TC_010_CSMS")
    assert row.endswith("(3 changes)")
    (changed,) = json.loads(trend_json(runs))["changed"]
    assert (changed["id"], changed["turns"]) == ("TC_010_CSMS", 3)
    assert "- `✓ ✗ · ✓ ✗` TC\\_010\\_CSMS" in trend_markdown(runs) or "`✓ ✗ · ✓ ✗` TC_010_CSMS" in trend_markdown(runs)


@hostile
def test_what_is_foreign_harms_nobody(text: str) -> None:
    runs = side_by_side([(Path("a"), poisoned(text)), (Path("b"), facts())])
    for paper in (matrix_text, trend_text, matrix_json, trend_json, matrix_markdown, trend_markdown, matrix_html):
        assert_clean(paper(runs))
