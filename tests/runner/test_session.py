"""A run over many cases: the fuse, the stop, the lanes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from csms_harness.engine.case import CaseResult, Limits
from csms_harness.evidence import Finding, Kind, What
from csms_harness.record.journal import Played
from csms_harness.report.telling import told_case
from csms_harness.runner.fuses import FUSE
from csms_harness.runner.lane import Lane
from csms_harness.runner.plan import Decided
from csms_harness.runner.restarts import Restarts
from csms_harness.runner.session import Session
from csms_harness.runner.turns import Turns
from csms_harness.scenario.library import TestCase
from csms_harness.target.pics import undeclared
from csms_harness.verdict import Verdict
from tests.engine.play import a_case
from tests.runner.memory import Watching

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
REFUSAL = "no connection: HTTP 503"


def cases(number: int) -> list[TestCase]:
    """So many cases, each with an id of its own."""
    return [replace(a_case("- send: Heartbeat"), id=f"TC_90{index}_CSMS") for index in range(number)]


def a_result(verdict: Verdict, heard: int, reason: str = "") -> CaseResult:
    """What a case came to, as far as a session looks at it."""
    remark = Finding(Kind.COMPATIBILITY, None, "step 1", What.UNEXPECTED, ("Reset",), "CALL")
    refused = Finding(Kind.REFUSED, verdict, "before", What.REFUSED, detail=reason)
    return CaseResult(
        verdict=verdict, octt_verdict=verdict, findings=(remark, refused) if reason else (remark,), checks=1,
        executed=(), entries=(), samples=(), initiated=(), began=0.0, ended=1.0, heard=heard,
    )  # fmt: skip


@dataclass
class FakeLane:
    """A lane that does what it is told to by the id of the case."""

    name: str
    results: Callable[[TestCase], CaseResult]
    ran: list[str] = field(default_factory=list)
    interrupted: int = 0
    closed: int = 0
    outgrown: dict[str, str] = field(default_factory=dict)
    settled: bool = True
    stop_asked: bool = False
    limits: Limits = field(default_factory=Limits)
    played: Played | None = None
    world: Any = field(default_factory=lambda: SimpleNamespace(utc_now=lambda: NOON))

    async def run(self, case: TestCase) -> CaseResult:
        """Run a case at once."""
        self.ran.append(case.id)
        await asyncio.sleep(0)
        return self.results(case)

    def unable(self, case: TestCase) -> str:
        """Why it cannot run a case."""
        return self.outgrown.get(case.id, "")

    def profile_of(self, case: TestCase) -> int | None:
        """The security profile that it runs a case under."""
        return next(iter(case.security_profiles), 1)

    def wall_clock(self, at: float) -> datetime:
        """The wall clock at a moment."""
        return NOON + timedelta(seconds=at)

    def interrupt(self) -> None:
        """Note it."""
        self.interrupted += 1

    async def close(self) -> None:
        """Note it."""
        self.closed += 1


def passing(_case: TestCase) -> CaseResult:
    return a_result(Verdict.PASS, 1)


def silent(_case: TestCase) -> CaseResult:
    return a_result(Verdict.INCONCLUSIVE, 0, REFUSAL)


def a_session(*lanes: FakeLane, keep: Callable[..., None] = lambda _fact, _played: None, octt: bool = False) -> Session:
    """A session over fake lanes."""
    return Session(
        cast("list[Lane]", list(lanes)), undeclared("x"), octt, lambda case_id: f"run {case_id}", Watching(), keep
    )


async def test_every_case_runs_once_in_order_on_one_lane() -> None:
    lane = FakeLane("CP_01", passing)
    session = a_session(lane)
    await session.run(cases(4), [])

    assert lane.ran == [f"TC_90{index}_CSMS" for index in range(4)]
    assert list(session.results) == lane.ran
    assert (session.left, session.interrupted, lane.closed) == ({}, False, 1)


async def test_several_lanes_share_the_cases_and_none_runs_twice() -> None:
    lanes = [FakeLane("CP_01", passing), FakeLane("CP_02", passing)]
    session = a_session(*lanes)
    await session.run(cases(6), [])

    assert sorted(lanes[0].ran + lanes[1].ran) == [f"TC_90{index}_CSMS" for index in range(6)]
    assert all(lane.ran for lane in lanes)
    assert {fact.lane for fact in session.results.values()} == {"CP_01", "CP_02"}


async def test_where_restarts_are_spared_a_lane_stays_with_the_cases_of_its_security_profile() -> None:
    lane = FakeLane("CP_01", passing)
    session = a_session(lane)
    session.restarts = Restarts()
    secure, *others = [replace(one, security_profiles=(2,) if one.id == "TC_901_CSMS" else ()) for one in cases(4)][1:]
    await session.run([cases(1)[0], secure, *others], [])

    assert lane.ran == ["TC_900_CSMS", "TC_902_CSMS", "TC_903_CSMS", "TC_901_CSMS"]


async def test_a_case_that_one_charge_point_cannot_run_is_left_to_another() -> None:
    raised = FakeLane("CP_01", passing, outgrown=dict.fromkeys(("TC_900_CSMS", "TC_901_CSMS"), "raised to 3"))
    other = FakeLane("CP_02", passing, outgrown={"TC_901_CSMS": "raised to 2"})
    session = a_session(raised, other)
    await session.run(cases(4), [])

    assert session.results["TC_900_CSMS"].lane == "CP_02"
    nobody = session.results["TC_901_CSMS"]
    assert (nobody.verdict, nobody.reason.startswith("raised to ")) == (Verdict.INCONCLUSIVE, True)
    assert "TC_901_CSMS" not in (*raised.ran, *other.ran)
    assert session.left == {}


async def test_three_silent_cases_in_a_row_blow_the_fuse_and_the_rest_is_told_with_the_last_reason() -> None:
    lane = FakeLane("CP_01", silent)
    session = a_session(lane)
    await session.run(cases(6), [])

    assert len(lane.ran) == FUSE
    left = [session.results[f"TC_90{index}_CSMS"] for index in (3, 4, 5)]
    assert {fact.verdict for fact in left} == {Verdict.INCONCLUSIVE}
    assert all(REFUSAL in fact.reason and fact.reason.startswith("not tried") for fact in left)
    assert {fact.follows for fact in left} == {"TC_902_CSMS"}
    assert not session.interrupted


async def test_a_charge_point_that_is_let_in_no_more_blows_its_own_fuse_and_the_others_go_on() -> None:
    def kept_out(_case: TestCase) -> CaseResult:
        return replace(silent(_case), kept_out=True)

    shut, welcome = FakeLane("CP_01", kept_out), FakeLane("CP_02", passing)
    session = a_session(shut, welcome)
    await session.run(cases(6), [])

    assert (len(shut.ran), len(welcome.ran)) == (1, 5)
    assert not session.fuse_blown


async def test_one_that_is_let_in_no_more_and_is_alone_ends_the_run_after_one_case() -> None:
    lane = FakeLane("CP_01", lambda case: replace(silent(case), kept_out=True))
    session = a_session(lane)
    await session.run(cases(5), [])

    assert len(lane.ran) == 1
    assert all("lets this Charge Point in no more" in session.results[f"TC_90{at}_CSMS"].reason for at in range(1, 5))


@pytest.mark.parametrize(("most", "ran"), [(1, 2), (2, 4), (3, 5), (0, 5)])
async def test_a_run_ends_after_so_many_failures_and_says_what_it_left(most: int, ran: int) -> None:
    failing = {"TC_901_CSMS", "TC_903_CSMS"}
    lane = FakeLane("CP_01", lambda case: a_result(Verdict.FAIL, 1) if case.id in failing else passing(case))
    session = a_session(lane)
    session.max_fail = most
    await session.run(cases(5), [])

    assert len(lane.ran) == ran
    assert len(session.left) == 5 - ran
    assert all(f"after {most} FAIL" in why for why in session.left.values())
    assert (session.interrupted, session.fuse_blown) == (False, False)


async def test_where_nobody_ever_said_a_word_the_lanes_count_together() -> None:
    lanes = [FakeLane(f"CP_0{number}", silent) for number in range(1, 5)]
    await a_session(*lanes).run(cases(9), [])

    assert sum(len(lane.ran) for lane in lanes) <= FUSE + len(lanes) - 1


async def test_one_frame_is_enough_to_keep_the_fuse() -> None:
    def every_third(case: TestCase) -> CaseResult:
        return passing(case) if case.id in ("TC_902_CSMS", "TC_905_CSMS") else silent(case)

    lane = FakeLane("CP_01", every_third)
    await a_session(lane).run(cases(8), [])

    assert len(lane.ran) == 8


@pytest.mark.parametrize("kind", [Kind.TRIGGER, Kind.ABSENT_CALL])
async def test_a_trigger_that_does_not_work_is_no_silence_of_the_central_system(kind: Kind) -> None:
    finding = Finding(kind, Verdict.INCONCLUSIVE, "step 1", What.TRIGGER, ("Reset",), detail="HTTP 500")
    lane = FakeLane("CP_01", lambda _case: replace(a_result(Verdict.INCONCLUSIVE, 0, "HTTP 500"), findings=(finding,)))
    await a_session(lane).run(cases(5), [])

    assert len(lane.ran) == 5


async def test_a_failure_is_no_silence() -> None:
    lane = FakeLane("CP_01", lambda _case: a_result(Verdict.FAIL, 1, "wrong"))
    await a_session(lane).run(cases(5), [])

    assert len(lane.ran) == 5


async def test_a_stopped_run_finishes_what_runs_and_lists_what_is_left() -> None:
    def stop_at_the_second(case: TestCase) -> CaseResult:
        if case.id == "TC_901_CSMS":
            session.interrupt()
        return passing(case)

    lane = FakeLane("CP_01", stop_at_the_second)
    session = a_session(lane)
    await session.run(cases(4), [])

    assert list(session.results) == ["TC_900_CSMS", "TC_901_CSMS"]
    assert session.left == dict.fromkeys(("TC_902_CSMS", "TC_903_CSMS"), "the run was stopped by the user")
    assert (session.interrupted, lane.interrupted, lane.closed) == (True, 1, 1)


async def test_an_operator_who_stops_one_lane_stops_them_all() -> None:
    def stop(case: TestCase) -> CaseResult:
        lanes[0].stop_asked = True
        return passing(case)

    lanes = [FakeLane("CP_01", stop), FakeLane("CP_02", passing)]
    session = a_session(*lanes)
    await session.run(cases(9), [])

    assert session.interrupted
    assert lanes[1].interrupted == 1
    assert session.left


async def test_what_was_decided_before_connecting_is_told_first_and_not_run() -> None:
    case, other = cases(2)
    lane = FakeLane("CP_01", passing)
    session = a_session(lane)
    await session.run([other], [Decided(case, Verdict.NOT_APPLICABLE, "the PICS says no")])

    assert lane.ran == [other.id]
    assert [fact.verdict for fact in session.results.values()] == [Verdict.NOT_APPLICABLE, Verdict.PASS]


async def test_each_result_is_recorded_before_the_next_case_begins() -> None:
    log: list[str] = []

    def noting(case: TestCase) -> CaseResult:
        log.append(f"run {case.id}")
        return passing(case)

    await a_session(FakeLane("CP_01", noting), keep=lambda fact, _played: log.append(f"wrote {fact.id}")).run(
        cases(2), []
    )

    assert log == ["run TC_900_CSMS", "wrote TC_900_CSMS", "run TC_901_CSMS", "wrote TC_901_CSMS"]


async def test_two_lanes_never_use_one_id_tag_at_a_time() -> None:
    begun: list[str] = []
    most: list[int] = []

    @dataclass
    class SlowLane(FakeLane):
        async def run(self, case: TestCase) -> CaseResult:
            begun.append(case.id)
            most.append(len([one for one in begun if one != "TC_905_CSMS"]))
            for _ in range(5):
                await asyncio.sleep(0)
            begun.remove(case.id)
            return await super().run(case)

    lanes = [SlowLane("CP_01", passing), SlowLane("CP_02", passing)]
    session = a_session(*lanes)
    tagged = {(f"TC_90{number}_CSMS", lane.name): frozenset({"tag-001"}) for number in range(5) for lane in lanes}
    session.turns = Turns(tagged)
    await session.run(cases(6), [])

    assert max(most) == 1
    assert len(session.results) == 6
    assert lanes[1].ran[0] == "TC_905_CSMS"  # what uses no idTag of another lane need not wait


async def test_a_lane_that_waits_for_an_id_tag_begins_nothing_once_the_run_is_stopped() -> None:
    def stop(case: TestCase) -> CaseResult:
        session.interrupt()
        return passing(case)

    lanes = [FakeLane("CP_01", stop), FakeLane("CP_02", passing)]
    session = a_session(*lanes)
    session.turns = Turns({(case.id, lane.name): frozenset({"tag"}) for case in cases(3) for lane in lanes})
    await session.run(cases(3), [])

    assert (lanes[0].ran, lanes[1].ran, sorted(session.left)) == (["TC_900_CSMS"], [], ["TC_901_CSMS", "TC_902_CSMS"])


async def test_lanes_are_closed_even_when_something_breaks() -> None:
    def break_down(_case: TestCase) -> CaseResult:
        raise RuntimeError("a bug")

    lane = FakeLane("CP_01", break_down)
    with pytest.raises(RuntimeError, match="a bug"):
        await a_session(lane).run(cases(2), [])

    assert lane.closed == 1


async def test_the_strictness_of_the_run_decides_which_verdict_counts() -> None:
    def remarked(_case: TestCase) -> CaseResult:
        return replace(a_result(Verdict.PASS, 1), octt_verdict=Verdict.FAIL)

    spec, octt = a_session(FakeLane("CP_01", remarked)), a_session(FakeLane("CP_01", remarked), octt=True)
    await spec.run(cases(1), [])
    await octt.run(cases(1), [])

    (by_spec,), (by_octt,) = spec.results.values(), octt.results.values()
    assert (by_spec.verdict, by_octt.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert told_case(by_octt).reason.startswith("step 1: Reset.req came although no step expects it")
    assert (by_spec.reproduce, by_spec.started) == ("run TC_900_CSMS", NOON)
