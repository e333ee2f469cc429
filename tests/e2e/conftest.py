"""One reference CSMS for all tests of the folder that need no settings of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from csms_harness.runner.reference import Ports, reference_csms
from tests.support.targets import reference_target


@pytest.fixture(scope="session")
def reference() -> Iterator[Ports]:
    """The reference CSMS in a process of its own, on a database that all tests share."""
    with reference_csms() as ports:
        yield ports


@pytest.fixture(scope="session")
def target(reference: Ports, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target file of that CSMS: the shipped one with its ports."""
    return reference_target(reference, tmp_path_factory.mktemp("target"))
