"""The reference CSMS on PostgreSQL: what it is taught and what it remembers is the same as on SQLite."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from csms_harness.runner.reference import ReferenceFailed, reference_csms
from tests.support.command_line import harness, verdicts
from tests.support.postgresql import MISSING, postgresql
from tests.support.targets import reference_target

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")]


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="csms-postgresql-") as folder:
        Path(folder).chmod(0o755)
        with postgresql(Path(folder) / "server") as url:
            yield url


def test_cases_that_make_it_remember_pass(database: str, tmp_path: Path) -> None:
    with reference_csms(["--database", database]) as ports:
        target = reference_target(ports, tmp_path)
        patterns = ("Reservation", "SmartCharging", "LocalAuthListManagement", "TC_010", "TC_023*", "TC_037*")
        ended = harness("run", *patterns, "--target", target, "--out", tmp_path / "run")
    assert ended.code == 0, ended.said
    assert set(verdicts(tmp_path / "run").values()) == {"PASS"}
    with reference_csms(["--database", database]) as ports:  # what is there is taken again
        again = harness("run", "TC_010", "--target", reference_target(ports, tmp_path), "--out", tmp_path / "again")
    assert again.code == 0, again.said


def test_a_database_that_is_not_there_is_told(database: str) -> None:
    gone = database.replace("/postgres", "/nothing")
    with pytest.raises(ReferenceFailed, match="nothing cannot be opened"), reference_csms(["--database", gone]):
        pass
