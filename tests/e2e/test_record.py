"""``csms-harness record``: a proxy that changes nothing, and what is made of what passed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.runner.reference import Ports
from tests.support.recording import judged_alike
from tests.support.targets import shipped

pytestmark = pytest.mark.e2e


def test_through_the_proxy_all_is_judged_as_without_it_and_the_session_runs_again(
    reference: Ports, tmp_path: Path
) -> None:
    judged_alike(
        shipped("reference.yaml", reference), tmp_path, "TC_012_CSMS", "TC_013_CSMS", "TC_046_CSMS", direct_too=True
    )
