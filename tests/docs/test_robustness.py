"""docs/robustness.md tells what the table of hostile situations asks for: nothing is run for it here."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.hostile.drive import MEMORY
from tests.support.hostile.paper import INTRODUCTION, MEASURED, rows
from tests.support.hostile.situation import Situation
from tests.support.hostile.table import GROUPS, SITUATIONS

PAGE = Path(__file__).parents[2] / "docs" / "robustness.md"


def _holds(row: tuple[str, str, str], one: Situation) -> bool:
    about, verdict, reason = row
    broken = all(rule in reason for rule in one.broken)
    return about == one.about and verdict.startswith(one.verdict) and broken and bool(re.search(one.reason, reason))


def test_there_are_enough_situations_of_every_group() -> None:
    assert len(SITUATIONS) >= 120
    assert {"Handshake", "Frames", "Sizes", "Life cycle", "Floods", "Trigger API"} == set(GROUPS)
    assert all(len(found) >= 15 for found in GROUPS.values())


def test_the_page_holds_every_situation_with_its_verdict_and_its_reason() -> None:
    told = rows(PAGE.read_text("utf-8"))
    assert [(name, row[0]) for name, row in told.items()] == [(name, one.about) for name, one in SITUATIONS.items()]
    wrong = [name for name, row in told.items() if not _holds(row, SITUATIONS[name])]
    assert not wrong, f"{wrong}: make robustness writes docs/robustness.md anew"


def test_the_page_says_what_it_is() -> None:
    assert INTRODUCTION.format(count=len(SITUATIONS), most=MEMORY // 1024) in PAGE.read_text("utf-8")
    assert PAGE.read_text("utf-8").endswith(MEASURED)
