"""A scenario of one's own begins as a copy: every shipped case can be copied, and is right under its new id."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.resources import folder
from csms_harness.scenario.copying import NoCopy, copied, source_of
from csms_harness.scenario.lint import lint
from csms_harness.scenario.load import load_library

SHIPPED = folder("scenarios")
LIBRARY = load_library(SHIPPED)
CASES = [*LIBRARY.cases.values(), *LIBRARY.pack.values()]
STOP = LIBRARY.cases["TC_012_CSMS"]


def copy(case_id: str, new_id: str) -> str:
    case = LIBRARY.find(case_id)
    assert case is not None
    return copied(source_of(case, LIBRARY, SHIPPED).read_text("utf-8"), case, new_id, LIBRARY)


def test_every_shipped_case_is_the_same_under_an_id_of_its_users(tmp_path: Path) -> None:
    for number, case in enumerate(CASES):
        (tmp_path / f"{number}.yaml").write_text(copy(case.id, f"MINE_{number}"), "utf-8")
    both = load_library(SHIPPED, tmp_path)
    assert lint(SHIPPED, tmp_path) == []
    for number, case in enumerate(CASES):
        mine = both.find(f"MINE_{number}")
        assert mine is not None
        assert (mine.name, mine.profile, mine.level, len(mine.steps)) == (
            case.name,
            case.profile,
            case.level,
            len(case.steps),
        )
        assert (mine.edition, mine.reported) == ("", ())


def test_under_its_own_id_a_copy_takes_the_place_of_the_shipped_case(tmp_path: Path) -> None:
    for case in CASES:
        (tmp_path / f"{case.id}.yaml").write_text(copy(case.id, case.id), "utf-8")
    both = load_library(SHIPPED, tmp_path)
    assert {one.id for one in both.own if one.replaces} == {case.id for case in CASES}
    assert both.catalogue == LIBRARY.catalogue


def test_a_copy_can_be_copied_again(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(copy("TC_012_CSMS", "MINE_1"), "utf-8")
    both = load_library(SHIPPED, tmp_path)
    case = both.cases["MINE_1"]
    text = copied(source_of(case, both, SHIPPED).read_text("utf-8"), case, "MINE_2", both)
    assert "# Begun as a copy of MINE_1, Remote Stop Charging Session.\nid: MINE_2\n" in text
    assert text.count("#") == 2


@pytest.mark.parametrize(
    ("new_id", "why"),
    [
        ("TC_013_CSMS", "is there already; name an id that no case has, such as TC_101"),
        ("field_001", "is there already; name an id that no case has, such as field_101"),
        ("WIRE_001", "'WIRE_001' is no id of a case of your own"),
        ("../there", "is no id of a case of your own; write a letter, then letters, digits"),
        ("", "is no id"),
    ],
)
def test_an_id_that_cannot_be_used_is_refused_with_one_that_can(new_id: str, why: str) -> None:
    with pytest.raises(NoCopy) as refused:
        copied("", STOP, new_id, LIBRARY)
    assert why in str(refused.value)
