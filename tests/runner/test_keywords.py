"""Cases by words: and, or, not and brackets, and what is told of an expression that is none."""

from __future__ import annotations

import re

import pytest

from csms_harness.runner.keywords import keywords
from csms_harness.runner.selection import NothingSelected, narrowed
from csms_harness.scenario.library import Entry

TEXT = "TC_046_CSMS Reservation of a Connector 3.13 Reservation"


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("reservation", True),
        ("RESERV", True),
        ("TC_046", True),
        ("core", False),
        ("not core", True),
        ("not not reservation", True),
        ("reservation and not TC_046", False),
        ("core or TC_046", True),
        ("core and x or TC_046", True),
        ("core and (x or TC_046)", False),
        ("(core or reservation) and (x or connector)", True),
        ("not (core or x)", True),
        ("  reservation  ", True),
    ],
)
def test_an_expression_holds_for_a_text(expression: str, holds: bool) -> None:
    assert keywords(expression)(TEXT) is holds


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("", "-k '', column 1: a word is due, such as TC_046 or reservation, and nothing follows"),
        ("a and", "-k 'a and', column 6: a word is due, such as TC_046 or reservation, and nothing follows"),
        ("or a", "-k 'or a', column 1: a word is due, such as TC_046 or reservation, this is 'or'"),
        ("a b", "-k 'a b', column 3: 'and' or 'or' is due, this is 'b'"),
        ("(a", "-k '(a', column 3: ')' is due, and nothing follows"),
        ("a)", "-k 'a)', column 2: 'and' or 'or' is due, this is ')'"),
        ("()", "-k '()', column 2: a word is due, such as TC_046 or reservation, this is ')'"),
    ],
)
def test_an_expression_that_is_none_is_told_with_its_place(expression: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        keywords(expression)


ENTRIES = [
    Entry(f"TC_90{number}_CSMS", name, "1", "Core", "Core", "") for number, name in enumerate(("Ab", "Bc", "Ca"))
]


def test_cases_are_narrowed_by_words_and_by_ids() -> None:
    assert [entry.name for entry in narrowed(ENTRIES, "core", None)] == ["Ab", "Bc", "Ca"]
    assert [entry.name for entry in narrowed(ENTRIES, "not TC_901", None)] == ["Ab", "Ca"]
    assert [entry.name for entry in narrowed(ENTRIES, "not TC_901", ("TC_900_CSMS", "TC_901_CSMS"))] == ["Ab"]
    with pytest.raises(NothingSelected, match=r"-k 'nothing' leaves none of the 3 selected cases"):
        narrowed(ENTRIES, "nothing", None)
    with pytest.raises(NothingSelected, match="--last-failed leaves none"):
        narrowed(ENTRIES, "", ())
