"""Which case a lane takes: the one for which no Charge Point restarts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from csms_harness.runner.restarts import Restarts
from csms_harness.scenario.file_keys import NEXT_PROFILE
from csms_harness.scenario.library import Before, TestCase
from tests.engine.play import a_case

ORDINARY = a_case("- send: Heartbeat\n")
COLD = replace(ORDINARY, id="TC_901_CSMS", before=Before(start="disconnected"))
SECURE = replace(ORDINARY, id="TC_902_CSMS", security_profiles=(2,))
MUTUAL = replace(ORDINARY, id="TC_903_CSMS", security_profiles=(3,))


@dataclass
class Worker:
    """A lane that runs everything under security profile 1 but what names another one."""

    name: str
    settled: bool = True

    def profile_of(self, case: TestCase) -> int | None:
        return next(iter(case.security_profiles), 1)


def ranks(restarts: Restarts, lane: Worker) -> list[int]:
    return [restarts.rank(lane, case) for case in (ORDINARY, COLD, SECURE, MUTUAL)]


def test_a_lane_without_a_connection_begins_with_what_needs_none_and_then_with_what_no_other_lane_does() -> None:
    restarts, lane = Restarts(), Worker("CP_01", settled=False)
    assert ranks(restarts, lane) == [1, 0, 1, 1]
    restarts.begin(Worker("CP_02"), SECURE)
    restarts.begin(Worker("CP_03"), ORDINARY)
    assert ranks(restarts, lane) == [2, 0, 2, 1]


def test_a_lane_at_work_stays_under_its_security_profile() -> None:
    restarts, lane = Restarts(), Worker("CP_01")
    restarts.begin(lane, SECURE)
    restarts.begin(Worker("CP_02"), ORDINARY)
    assert ranks(restarts, lane) == [2, 2, 0, 1]
    restarts.begin(lane, MUTUAL)
    assert ranks(restarts, lane) == [2, 2, 1, 0]


def test_a_lane_alone_keeps_the_order_within_a_security_profile() -> None:
    restarts, lane = Restarts(), Worker("CP_01")
    restarts.begin(lane, ORDINARY)
    assert ranks(restarts, lane) == [0, 0, 1, 1]
    assert restarts.rank(lane, replace(ORDINARY, requires=(NEXT_PROFILE,))) == 3
