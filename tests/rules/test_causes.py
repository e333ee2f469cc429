"""What of our own is behind a ConcurrentTx."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.evidence import Cause, Left
from csms_harness.rules.causes import concurrent_causes
from tests.runner.runs import Frames, ran


def start(frames: Frames, number: int, status: str = "Accepted", tag: str = "TAG-001") -> Frames:
    answer = {"transactionId": number, "idTagInfo": {"status": status}}
    return frames.ours("StartTransaction", {"idTag": tag, "connectorId": 1}, answer)


def stop(frames: Frames, number: int) -> Frames:
    return frames.ours("StopTransaction", {"transactionId": number}, {})


def later() -> Frames:
    """Frames that come after those of another case."""
    return Frames().ours("Heartbeat", {}, {}).ours("Heartbeat", {}, {})


def cause(*cases: Any, earlier: tuple[Cause, ...] = ()) -> Cause:
    (found,) = concurrent_causes(cases, earlier).values()
    return found


def test_a_transaction_of_another_lane_that_still_runs_is_named() -> None:
    running = ran(start(Frames(), 151))
    refused = ran(start(later(), 0, "ConcurrentTx", "tag-001"), lane="CP_02")
    assert cause(running, refused) == Cause(Left.TRANSACTION, 1, 151, "TAG-001", running.id, running.lane)


def test_one_that_was_stopped_is_named_with_the_time_since() -> None:
    ended = ran(stop(start(Frames(), 151), 151))
    refused = ran(start(later(), 0, "ConcurrentTx"), name="TC_004_1_CSMS")
    found = cause(ended, refused)
    assert (found.number, found.case) == (151, ended.id)
    assert found.ended == pytest.approx(0.02)


def test_a_refused_start_and_another_id_tag_are_behind_nothing() -> None:
    frames = start(start(Frames(), 7, "Blocked"), 8, tag="TAG-002")
    assert cause(ran(start(frames, 0, "ConcurrentTx"))) == Cause(Left.TRANSACTION, 0, None, "TAG-001")


def test_what_an_earlier_run_left_is_named() -> None:
    earlier = Cause(Left.TRANSACTION, 2, 77, "TAG-001", "", "CP_01")
    assert cause(ran(start(Frames(), 0, "ConcurrentTx")), earlier=(earlier,)) == earlier


def test_where_nobody_says_concurrent_there_is_nothing_to_explain() -> None:
    assert concurrent_causes([ran(start(Frames(), 1))], ()) == {}
