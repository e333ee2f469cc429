"""The whole kill matrix: every fault is killed by who is meant to kill it, no legal noise fails anything."""

from __future__ import annotations

import pytest

from csms_harness.matrix import table
from csms_harness.matrix.paper import fault_line
from csms_harness.resources import folder
from reference_faults.faults import FAULTS
from reference_faults.noise import NOISES

pytestmark = pytest.mark.matrix

LINES = frozenset((folder("scenarios").parent / "docs" / "kill_matrix.md").read_text("utf-8").splitlines())


@pytest.fixture(scope="session", autouse=True)
def worker() -> None:
    """Scenarios and target are read once by each process."""
    table.start_worker()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_killed_by_who_is_meant_to_kill_it_and_the_page_in_docs_says_so(name: str) -> None:
    row = table.fault_row(name)
    killers = {kill.by for kill in row.kills}
    assert row.landed
    assert killers
    assert sorted(set(FAULTS[name].cases) - killers) == []
    assert row.broken == ()
    assert fault_line(row) in LINES


@pytest.mark.parametrize("name", NOISES)
def test_a_legal_noise_lands_and_fails_nothing(name: str) -> None:
    row = table.noise_row(name)
    assert row.landed
    assert (row.kills, row.broken) == ((), ())
