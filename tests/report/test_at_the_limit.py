"""What lies exactly at a limit keeps it, and percentiles are values that were measured."""

from __future__ import annotations

import pytest

from csms_harness.evidence import Sample
from csms_harness.record.facts import CaseFact, Facts, PicsFact, ProductFact
from csms_harness.report.timing import authorize_figure, broken_thresholds, response_figure, spread_of
from csms_harness.verdict import Verdict
from tests.report.realistic import facts as realistic


def waited(*seconds: float, declared: float | None = None) -> Facts:
    """A run in which Authorize.conf took so long."""
    case = CaseFact(
        id="TC_003_CSMS", name="", section="", profile="Core", functionality="Core", purpose="", file="",
        verdict=Verdict.PASS, octt_verdict=Verdict.PASS,
        samples=tuple(Sample("Authorize", one, one) for one in seconds),
    )  # fmt: skip
    pics = PicsFact(
        product=ProductFact(designation="x"), ocpp_response_timeout=declared, response_time_authorize=declared
    )
    return realistic().model_copy(update={"cases": (case,), "pics": pics})


def test_a_wait_as_long_as_the_vendor_declared_is_within_it() -> None:
    """As on the certificate with 35 s declared and 35 s measured."""
    assert not response_figure(waited(35.0, declared=35.0)).exceeded
    assert not authorize_figure(waited(35.0, declared=35.0)).exceeded
    assert response_figure(waited(35.001, declared=35.0)).exceeded


def test_a_wait_as_long_as_the_threshold_keeps_it() -> None:
    assert broken_thresholds(waited(1.5), {"response": 1.5, "Authorize": 1.5}) == ()
    assert len(broken_thresholds(waited(1.501), {"response": 1.5, "Authorize": 1.5})) == 2


@pytest.mark.parametrize(("count", "p95", "p99"), [(62, 59, 62), (100, 95, 99), (1, 1, 1), (20, 19, 20)])
def test_a_percentile_is_the_nearest_rank(count: int, p95: int, p99: int) -> None:
    spread = spread_of(float(number) for number in range(1, count + 1))
    assert spread is not None
    assert (spread.p95, spread.p99) == (p95, p99)
