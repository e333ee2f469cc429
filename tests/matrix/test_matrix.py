"""The kill matrix: what its table demands, and that the page in docs is what the command writes."""

from __future__ import annotations

import pytest

from csms_harness.matrix.paper import fault_line, html, markdown
from csms_harness.matrix.table import Kill, Row, Table
from csms_harness.resources import folder
from reference_faults.faults import FAULTS
from reference_faults.noise import NOISES

PAGE = folder("scenarios").parent / "docs" / "kill_matrix.md"


def row(name: str = "wrong-status", *kills: str, group: str = "answers", landed: int = 1, broken: str = "") -> Row:
    return Row(name, group, "what is wrong", "a clause", landed, tuple(Kill(by, "steps 1-2, mismatch") for by in kills),
               (broken,) if broken else ())  # fmt: skip


def table(*faults: Row, noises: tuple[Row, ...] = ()) -> Table:
    return Table(faults, noises, ("TC_003_CSMS",), ("WIRE_006",))


def test_a_table_without_gaps_has_two_faults_for_each_case() -> None:
    assert table(row("one", "TC_003_CSMS"), row("two", "TC_003_CSMS")).gaps() == []


@pytest.mark.parametrize(
    ("faults", "noises", "gap"),
    [
        ([row("quiet", landed=0)], (), "fault quiet never landed on the wire"),
        ([row("free")], (), "fault free landed 1 times and nothing killed it"),
        ([row("one", "TC_003_CSMS")], (), "TC_003_CSMS is failed by 1 faults: one"),
        ([row("one", "TC_003_CSMS"), row("cut", "TC_003_CSMS", group="session")], (),
         "TC_003_CSMS is failed by 1 faults: one"),
        ([], (row("chatty", "TC_021_CSMS", group="noise"),),
         "noise chatty is legal, and TC_021_CSMS failed on it (steps 1-2, mismatch)"),
        ([row("one", "WIRE_006", broken="TC_003_CSMS: KeyError")], (), "one: TC_003_CSMS: KeyError"),
    ],
)  # fmt: skip
def test_a_gap_is_named(faults: list[Row], noises: tuple[Row, ...], gap: str) -> None:
    assert gap in table(*faults, noises=noises).gaps()


def test_the_page_tells_the_first_killer_and_who_else_failed() -> None:
    line = fault_line(row("wrong-status", "TC_003_CSMS", "TC_010_CSMS", "WIRE_006"))
    assert line == "| `wrong-status` | what is wrong | TC_003_CSMS: steps 1-2, mismatch; also TC_010, WIRE_006 |"


def test_a_gap_stands_at_the_top_of_both_pages() -> None:
    gaps = table(row("free"))
    assert "fault free landed 1 times" in markdown(gaps)
    assert "fault free landed 1 times" in html(gaps)


@pytest.mark.matrix
def test_the_page_in_docs_names_every_fault_and_every_noise() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in (*FAULTS, *NOISES) if f"`{name}`" not in page] == []
    assert "## Gaps" not in page
