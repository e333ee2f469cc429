"""The page about the cases beyond the document is made from them."""

from __future__ import annotations

from pathlib import Path

from csms_harness.resources import folder
from csms_harness.scenario.load import load_library
from csms_harness.scenario.show import pack_table

PAGE = Path(__file__).parents[2] / "docs" / "beyond.md"


def test_the_page_holds_each_case_with_its_level_its_clause_and_who_reported_it() -> None:
    library = load_library(folder("scenarios"))
    assert PAGE.read_text("utf-8").endswith(pack_table(library.pack.values()) + "\n")
