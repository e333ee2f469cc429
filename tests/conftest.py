"""What all tests share: how thorough the generated ones are, and which tests open ports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A change is judged on the same examples as the one before it; whoever works on the code meets new ones.
SAME = bool(os.environ.get("CI"))
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=SAME)
settings.register_profile("thorough", max_examples=100, deadline=None, derandomize=SAME)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True, scope="session")
def _no_notes_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What runs of tests leave open is no business of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSMS_HARNESS_STATE", str(tmp_path_factory.mktemp("state")))
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
            patch.delenv(name, raising=False)
        yield


ON_PORTS = {"reference_csms", "reference_faults", "transport", "triggers"}
"""Folders whose tests speak over loopback; everything else below e2e is pure."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in ON_PORTS:
            item.add_marker(pytest.mark.ports)
