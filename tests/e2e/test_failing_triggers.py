"""A trigger that does not work: the cases that need it are INCONCLUSIVE with its own words, all others are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from csms_harness.runner.reference import Ports
from tests.support.command_line import DEADLINE, Ended, case_of, harness, verdicts
from tests.support.targets import reference_target, shipped
from tests.triggers.control_api import ControlApi, control_api

pytestmark = pytest.mark.e2e

UNDECIDED = 4
RESET = ("TC_013_CSMS", "TC_014_CSMS")
OTHERS = ("TC_010_CSMS", "TC_019_1_CSMS", "TC_023_1_CSMS")


@asynccontextmanager
async def silent() -> AsyncIterator[ControlApi]:
    """A control API that takes every request and answers none."""
    async with control_api(DEADLINE) as api:
        api.silent = True
        yield api


async def run_with(ports: Ports, place: Path, reset: dict[str, Any], *options: str) -> Ended:
    """Run two cases that need Reset and three that do not, with a trigger of its own for Reset."""
    triggers = shipped("reference.yaml", ports)["triggers"] | {"Reset": reset}
    target = reference_target(ports, place, triggers=triggers)
    arguments = ("run", *RESET, *OTHERS, "--target", str(target), "--out", str(place / "run"), *options)
    return await asyncio.to_thread(harness, *arguments, deadline=40)


def only_reset_is_undecided(ended: Ended, place: Path, *sentences: str) -> None:
    assert ended.code == UNDECIDED, ended.said
    assert ended.is_clean
    assert verdicts(place / "run") == dict.fromkeys(RESET, "INCONCLUSIVE") | dict.fromkeys(OTHERS, "PASS")
    for case_id in RESET:
        reason = case_of(place / "run", case_id)["reason"]
        assert not [sentence for sentence in sentences if sentence not in reason], reason
    assert sentences[0] in ended.said


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for the target file and the run."""
    return tmp_path


async def test_an_answer_with_status_500_is_told_with_its_body(reference: Ports, place: Path) -> None:
    async with control_api(DEADLINE) as api:
        api.answers["/reset"] = ("500 Oops", '{"detail": "the queue is \x1b[31mfull"}')
        reset = {"http": {"method": "POST", "url": f"{api.url}/reset", "json": "$request"}}
        ended = await run_with(reference, place, reset)
        assert api.asked
        assert api.asked[0].json["type"] in ("Hard", "Soft")
    only_reset_is_undecided(ended, place, f"POST {api.url}/reset answered HTTP 500 Oops", "the queue is [31mfull")
    assert "\x1b" not in ended.out + ended.err


async def test_a_path_that_the_csms_does_not_know_is_told_with_status_and_body(reference: Ports, place: Path) -> None:
    url = f"{reference.api_url}/api/wrong/{{chargePointId}}/{{action}}"
    ended = await run_with(reference, place, {"http": {"method": "POST", "url": url, "json": "$request"}})
    only_reset_is_undecided(ended, place, "answered HTTP 404 Not Found", "/api/wrong/CP_0", "/Reset", "Not Found")


async def test_a_control_api_that_is_silent_is_given_up_at_its_timeout(reference: Ports, place: Path) -> None:
    async with silent() as api:
        reset = {"http": {"url": f"{api.url}/reset", "timeout": "300 ms"}}
        ended = await run_with(reference, place, reset)
    only_reset_is_undecided(ended, place, f"no answer from POST {api.url}/reset within 0.3 s")


async def test_a_silent_control_api_without_a_timeout_is_given_up_at_the_deadline_of_the_action(
    reference: Ports, place: Path
) -> None:
    async with silent() as api:
        ended = await run_with(reference, place, {"http": {"url": f"{api.url}/reset"}}, "--deadline", "action=1s")
    only_reset_is_undecided(ended, place, f"no answer from POST {api.url}/reset within 1 s")


async def test_a_control_api_that_is_not_there_is_told(reference: Ports, place: Path) -> None:
    async with control_api(DEADLINE) as api:
        gone = api.url
    ended = await run_with(reference, place, {"http": {"url": f"{gone}/reset"}})
    only_reset_is_undecided(ended, place, f"POST {gone}/reset was not reached", "correct the url")


async def test_a_command_that_fails_or_is_not_there_is_told(reference: Ports, place: Path) -> None:
    script = place / "reset.sh"
    script.write_text("#!/bin/sh\necho no permission for $1 >&2\nexit 3\n")
    script.chmod(0o755)
    ended = await run_with(reference, place, {"command": ["./reset.sh", "{chargePointId}"]})
    only_reset_is_undecided(ended, place, "the command ./reset.sh", "3", "no permission for CP_0")
    script.unlink()
    ended = await run_with(reference, place, {"command": ["./reset.sh", "{chargePointId}"]}, "--force")
    only_reset_is_undecided(ended, place, "the command ./reset.sh cannot be started (No such file or directory)")


async def test_many_failing_triggers_in_a_row_cost_no_other_case(reference: Ports, place: Path) -> None:
    url = f"{reference.api_url}/api/wrong/{{chargePointId}}/{{action}}"
    triggers = {"default": {"http": {"method": "POST", "url": url, "json": "$request"}}}
    target = reference_target(reference, place, triggers=triggers)
    cases = ("TC_013_CSMS", "TC_014_CSMS", "TC_019_1_CSMS", "TC_021_CSMS", "TC_026_CSMS")
    arguments = ("run", *cases, "TC_064_CSMS", "--target", str(target), "--out", str(place / "run"), "--lanes", "1")
    ended = await asyncio.to_thread(harness, *arguments, deadline=40)
    assert ended.code == UNDECIDED, ended.said
    assert verdicts(place / "run") == dict.fromkeys(cases, "INCONCLUSIVE") | {"TC_064_CSMS": "PASS"}
    assert all("HTTP 404" in case_of(place / "run", case_id)["reason"] for case_id in cases)


async def test_a_trigger_that_was_taken_and_not_done_fails_the_case(reference: Ports, place: Path) -> None:
    async with control_api(DEADLINE) as api:
        reset = {"http": {"url": f"{api.url}/reset"}}
        ended = await run_with(reference, place, reset, "--deadline", "action=3s")  # 0.5 s is over in a few stalls
    assert ended.code == 1, ended.said
    assert verdicts(place / "run") == dict.fromkeys(RESET, "FAIL") | dict.fromkeys(OTHERS, "PASS")
    assert case_of(place / "run", RESET[0])["findings"][0]["kind"] == "absent-call"
