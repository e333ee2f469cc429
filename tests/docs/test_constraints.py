"""The lock file: what the project is developed and tested with, to the version."""

from __future__ import annotations

import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from csms_harness.resources import folder

ROOT = folder("scenarios").parent
LOCK = (ROOT / "constraints.txt").read_text("utf-8")
PINS = [Requirement(line) for line in LOCK.splitlines() if line.strip() and not line.lstrip().startswith("#")]
EXACT = {canonicalize_name(pin.name): pin for pin in PINS}


def demanded() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    groups = [project["build-system"]["requires"], project["project"]["dependencies"], *extras]
    found = [Requirement(text) for group in groups for text in group]
    return [one for one in found if one.name != project["project"]["name"]]


@pytest.mark.parametrize("requirement", demanded(), ids=str)
def test_a_dependency_is_locked_to_a_version_that_its_range_allows(requirement: Requirement) -> None:
    (locked,) = EXACT[canonicalize_name(requirement.name)].specifier
    assert requirement.specifier.contains(locked.version)


def test_a_lock_is_one_exact_version_and_nothing_else() -> None:
    assert [str(pin) for pin in PINS if [one.operator for one in pin.specifier] != ["=="]] == []
    assert [str(pin) for pin in PINS if str(pin.specifier).endswith("*")] == []
    assert len(EXACT) == len(PINS)


def test_a_lock_names_no_place_to_fetch_from() -> None:
    assert [line for line in LOCK.splitlines() if "://" in line or line.startswith("-")] == []
