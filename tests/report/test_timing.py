"""Measurements: percentiles, the two figures, what disturbed them."""

from typing import Any

import pytest

from csms_harness.evidence import Initiated, Sample
from csms_harness.record.facts import ConnectionFact, Facts, PicsFact
from csms_harness.report import sections, timing
from csms_harness.report.certificate import certificate_html
from csms_harness.report.pages import pages
from tests.report.realistic import case, facts, product


def _facts(*samples: Sample, **pics: float) -> Facts:
    declared = PicsFact.model_validate({"product": product(), **pics})
    return facts(cases=(case(samples=samples),), pics=declared)


def _sample(seconds: float, action: str = "Heartbeat", **more: Any) -> Sample:
    return Sample(action, seconds, more.pop("resumed", seconds), **more)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "00:00:00"),
        (0.4999, "00:00:00"),
        (0.5, "00:00:01"),
        (1.5, "00:00:02"),
        (2.5, "00:00:03"),
        (35.2, "00:00:35"),
        (59.5, "00:01:00"),
        (3599.5, "01:00:00"),
        (360000, "100:00:00"),
    ],
)
def test_a_duration_is_printed_as_certificates_do_with_halves_rounded_up(seconds: float, shown: str) -> None:
    assert timing.clock_text(seconds) == shown


def test_milliseconds_are_exact_to_the_microsecond() -> None:
    assert timing.milliseconds(0.0123455) == "12.346 ms"
    assert timing.milliseconds(35.0021) == "35002.100 ms"


def test_percentiles_are_values_that_were_really_measured() -> None:
    spread = timing.spread_of(range(100, 0, -1))
    assert spread == timing.Spread(count=100, minimum=1, median=50, p95=95, p99=99, maximum=100)
    assert timing.spread_of([7.0]) == timing.Spread(1, 7.0, 7.0, 7.0, 7.0, 7.0)
    assert timing.spread_of([]) is None


def test_waits_are_listed_per_action_with_late_and_unanswered_ones_named_apart() -> None:
    timings = timing.action_timings(
        _facts(_sample(0.2), _sample(3.0, late=True), _sample(30.0, answered=False), _sample(0.1, "Authorize"))
    )
    assert [row.action for row in timings] == ["Authorize", "Heartbeat"]
    heartbeat = timings[1]
    assert heartbeat.spread == timing.spread_of([0.2, 3.0])
    assert (heartbeat.late, heartbeat.unanswered) == (1, 1)


def test_an_action_that_was_never_answered_has_no_spread() -> None:
    (row,) = timing.action_timings(_facts(_sample(30.0, answered=False)))
    assert row.spread is None
    assert row.unanswered == 1


def test_the_two_figures_are_the_longest_waits() -> None:
    run = _facts(
        _sample(0.3, "Authorize"),
        _sample(0.7, "Authorize"),
        _sample(2.0),
        ocpp_response_timeout=30,
        response_time_authorize=0.5,
    )
    response, authorize = timing.response_figure(run), timing.authorize_figure(run)
    assert (response.spread, response.declared) == (timing.spread_of([0.3, 0.7, 2.0]), 30)
    assert (authorize.spread, authorize.declared) == (timing.spread_of([0.3, 0.7]), 0.5)
    assert not response.exceeded
    assert authorize.exceeded


def test_a_figure_is_marked_only_when_the_harness_was_late_by_more_than_a_twentieth_of_it() -> None:
    assert timing.response_figure(_facts(_sample(1.0, resumed=1.06))).stalled
    assert not timing.response_figure(_facts(_sample(1.0, resumed=1.04))).stalled
    assert not timing.response_figure(_facts(_sample(1.0), _sample(0.1, resumed=0.9))).stalled


def test_a_run_without_samples_has_figures_without_values() -> None:
    figure = timing.response_figure(_facts())
    assert figure.spread is None
    assert not figure.exceeded
    assert not figure.stalled


def test_the_client_stall_is_how_much_later_the_harness_looked() -> None:
    stall = timing.client_stall(_facts(_sample(1.0, resumed=1.25), _sample(2.0, resumed=1.9)))
    assert stall == timing.spread_of([0.0, 0.25])


def test_what_the_central_system_initiated_is_grouped_by_action_and_trigger() -> None:
    initiated = [Initiated(action="Reset", seconds=s, adapter=a) for s, a in ((1, "http"), (3, "http"), (9, ""))]
    rows = timing.initiated_timings(facts(cases=(case(initiated=tuple(initiated)),)))
    assert [(row.action, row.adapter, row.spread.count, row.spread.maximum) for row in rows] == [
        ("Reset", "", 1, 9),
        ("Reset", "http", 2, 3),
    ]


def test_a_threshold_above_which_a_wait_lies_is_named_in_a_sentence() -> None:
    run = _facts(_sample(0.3, "Authorize"), _sample(2.0))
    broken = timing.broken_thresholds(run, {"response": 1.5, "Authorize": 0.5, "Reset": 0.0})
    assert broken == ("response: the longest wait was 2000.000 ms, above 1500.000 ms.",)


def test_stamps_that_could_not_be_believed_are_counted_where_the_kernel_stamps() -> None:
    samples = (_sample(1.0, clock="kernel"), _sample(1.0, clock="user"), _sample(30.0, answered=False))
    stamped, plain = (
        ConnectionFact(charge_point=name, subprotocol="ocpp1.6", clock=clock)
        for name, clock in (("CP_01", "kernel"), ("CP_02", "user"))
    )
    run = facts(
        cases=(case(lane="CP_01", samples=samples), case(lane="CP_02", samples=samples)), connections=(stamped, plain)
    )
    assert timing.misdated(run) == (1, 2)
    assert "For 1 of 2 answers the kernel gave no stamp" in sections.stamp_note(run)
    for page in (certificate_html(run), str(pages(run))):
        assert "For 1 of 2 answers the kernel gave no stamp" in page
    assert sections.stamp_note(_facts(_sample(1.0))) == ""
