"""The whole kill matrix: every fault and every noise against all cases, on all cores, in virtual time."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from csms_harness.matrix.paper import markdown
from csms_harness.matrix.table import Table, make_table
from csms_harness.resources import folder
from reference_faults.faults import FAULTS
from reference_faults.noise import NOISES

PAGE = folder("scenarios").parent / "docs" / "kill_matrix.md"

pytestmark = pytest.mark.matrix


@pytest.fixture(scope="module")
def table() -> Table:
    return make_table(list(FAULTS), list(NOISES), lambda _: None)


def test_every_fault_is_caught_every_noise_is_borne_and_no_case_is_idle(table: Table) -> None:
    assert table.gaps() == []


def test_the_page_in_docs_is_what_the_command_writes(table: Table) -> None:
    stands, fresh = PAGE.read_text("utf-8").splitlines(), markdown(table).splitlines()
    assert list(unified_diff(stands, fresh, "docs/kill_matrix.md", "make matrix", n=0, lineterm="")) == []


def test_a_fault_is_caught_by_every_case_and_rule_that_it_is_meant_for(table: Table) -> None:
    caught = {row.name: {kill.by for kill in row.kills} for row in table.faults}
    assert {name: missed for name, fault in FAULTS.items() if (missed := {*fault.cases} - caught[name])} == {}
