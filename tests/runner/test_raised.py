"""Whether a security profile that an earlier run had raised is still in force: only a handshake says it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from csms_harness.evidence import Left
from csms_harness.record.facts import LeftFact
from csms_harness.runner.leftovers import Notes
from csms_harness.runner.raised import found_open
from csms_harness.scenario.file_keys import NEXT_PROFILE
from csms_harness.transport.refusal import Refusal, RefusalKind
from csms_harness.transport.websocket import CloseSide, Endpoint
from tests.engine.play import a_case
from tests.runner.memory import Bench, on_a_bench

RAISED = LeftFact(charge_point="CP_01", what=Left.SECURITY_PROFILE, connector_id=0, number=2, case="TC_083_CSMS")
FORBIDDEN = Refusal(RefusalKind.HTTP_STATUS, "The Central System answered HTTP 403.", 403)
DOORS = {number: Endpoint(f"ws://127.0.0.1:900{number}/ocpp", "CP_01") for number in (1, 2, 3)}
NEEDS_A_PASSWORD = replace(a_case("- send: Heartbeat"), security_profiles=(1, 2))


async def _found(bench: Bench, folder: Path) -> tuple[LeftFact, ...]:
    bench.lane.entrance.doors = DOORS
    bench.lane.notes = Notes(folder, "ws://127.0.0.1:9000/ocpp", "CP_01")
    bench.lane.notes.write((RAISED,))
    return await found_open(bench.lane)


def test_one_that_is_still_in_force_is_taken_over_with_the_case_that_raised_it(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        assert await _found(bench, tmp_path) == (RAISED,)
        assert bench.lane.charge_point.raised_to == 2
        (left,) = bench.lane.left()
        assert left.case == "TC_083_CSMS"
        result = await bench.lane.run(NEEDS_A_PASSWORD)
        assert result.security_profile == 2

    on_a_bench(work, refusals=[FORBIDDEN])


def test_one_that_was_set_back_is_found_out_and_forgotten(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        assert await _found(bench, tmp_path) == ()
        assert bench.lane.charge_point.raised_to is None
        assert (await bench.lane.run(NEEDS_A_PASSWORD)).security_profile == 1

    on_a_bench(work)


@pytest.mark.parametrize("code", [1008, 4003])
def test_who_closes_right_after_the_handshake_has_let_nobody_in(code: int, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        connect = bench.lane.world.connect

        async def closing(endpoint: Endpoint) -> object:
            opened = await connect(endpoint)
            bench.central.pipes[-1].end(CloseSide.CENTRAL_SYSTEM, code, "no")
            return opened

        bench.lane.world = replace(bench.lane.world, connect=closing)  # type: ignore[arg-type]
        assert await _found(bench, tmp_path) == (RAISED,)

    on_a_bench(work)


def test_who_is_spoken_to_right_after_the_handshake_is_let_in(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        bench.loop.call_later(0.1, lambda: bench.central.say('[2,"c","ClearCache",{}]'))
        bench.lane.limits = replace(bench.lane.limits, settle=1.0)
        assert await _found(bench, tmp_path) == ()

    on_a_bench(work)


def test_a_case_that_raises_it_further_needs_one_that_is_served(tmp_path: Path) -> None:
    raising = replace(NEEDS_A_PASSWORD, requires=(NEXT_PROFILE,))

    async def work(bench: Bench) -> None:
        await _found(bench, tmp_path)
        assert bench.lane.unable(raising) == ""
        bench.lane.entrance.doors = {1: DOORS[1], 2: DOORS[2]}
        assert "was raised to 2, and the case needs 1 or 2 with a URL for the next one" in bench.lane.unable(raising)

    on_a_bench(work, refusals=[FORBIDDEN])
