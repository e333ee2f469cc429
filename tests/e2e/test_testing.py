"""The harness from Python and in pytest, against a Central System in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from csms_harness.runner.reference import reference_csms as started_reference
from csms_harness.testing import CallFailed, charge_point, reference_csms, run
from csms_harness.verdict import Verdict
from tests.support.command_line import environment
from tests.support.targets import reference_target

pytestmark = pytest.mark.e2e

PLUGIN = (
    "-p",
    "csms_harness.pytest_plugin",
    "-p",
    "no:cacheprovider",
    "-o",
    "asyncio_default_fixture_loop_scope=function",
)
SOME = ("--csms-cases", "TC_003_CSMS", "--csms-cases", "TC_023*", "--csms-cases", "TC_010_CSMS")


def pytest_says(folder: Path, *words: str | Path, deadline: float = 120.0) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", *PLUGIN, "-q", *map(str, words)]
    ended = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, check=False, text=True, timeout=deadline
    )
    return ended.returncode, ended.stdout + ended.stderr


async def test_a_run_from_python_gives_verdicts_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with reference_csms() as csms:
        found = await run(csms, "TC_003_CSMS", "TC_010_CSMS")
        assert found.passed, found.account()
        assert list(found.cases) == ["TC_003_CSMS", "TC_010_CSMS"]
        assert found.verdict("TC_003_CSMS") is Verdict.PASS
        async with charge_point(csms, "CP_02") as caller:
            reply = await caller.call("BootNotification", {})
            assert (reply.payload["status"], reply.wrong) == ("Accepted", "")
            with pytest.raises(CallFailed, match="CALLERROR"):
                await caller.call("NoSuchAction", {})
    assert os.listdir(tmp_path) == []  # noqa: PTH208  nothing waits here any more


async def test_a_wrong_central_system_is_told_with_step_frame_required_and_observed() -> None:
    async with reference_csms("--fault", "authorize-not-implemented") as csms:
        found = await run(csms, "TC_023_1_CSMS", deadlines={"response": "2 s"})
    assert not found.passed
    text = found.account()
    for words in ("TC_023_1_CSMS", "step: steps 1-2", "required: Authorize.conf", "observed: CALLERROR", "frame "):
        assert words in text


def test_every_case_of_the_document_is_a_test_and_two_processes_find_the_same(target: Path) -> None:
    options = ("--csms-target", target.name)
    code, said = pytest_says(target.parent, *options, "--collect-only")
    collected = sorted(set(re.findall(r"::(TC_\w+_CSMS)$", said, re.MULTILINE)))
    assert (code, len(collected)) == (0, 77), said
    code, said = pytest_says(target.parent, *options, "-rA", "-n", "2")
    assert code == 0, said
    passed = re.findall(r"^PASSED .*?(TC_\w+_CSMS)", said, re.MULTILINE)
    summary = re.search(r"(\d+) passed, (\d+) skipped", said)
    assert summary is not None, said
    assert (len(passed), int(summary[1]), int(summary[1]) + int(summary[2])) == (int(summary[1]), 62, 77)


def test_a_case_that_fails_shows_what_was_required_and_observed(tmp_path: Path) -> None:
    with started_reference(["--fault", "authorize-not-implemented"]) as ports:
        target = reference_target(ports, tmp_path)
        code, said = pytest_says(tmp_path, "--csms-target", target, *SOME, "-n", "2", "--csms-out", "out")
    assert code == 1
    assert "FAILED target.yaml::TC_023_1_CSMS" in said
    part = said.partition("TC_023_1_CSMS")[2]
    for words in (
        "step: steps 1-2",
        "required: Authorize.conf",
        "observed: CALLERROR",
        "Central System → Charge Point",
    ):
        assert words in part
    assert f"csms-harness run TC_023_1_CSMS --target {target}" in said
    assert "Traceback" not in said
    assert {path.parent.name for path in (tmp_path / "out").glob("*/certificate.html")} == {"gw0", "gw1"}


def test_a_broken_rule_fails_the_case_in_which_it_was_broken(tmp_path: Path) -> None:
    with started_reference(["--fault", "heartbeat-clock-year-2001"]) as ports:
        target = reference_target(ports, tmp_path)
        code, said = pytest_says(
            tmp_path, "--csms-target", target, "--csms-cases", "TC_012_CSMS", "--csms-cases", "TC_001_CSMS"
        )
    assert code == 1, said
    assert "is broken: " in said


OWN = """
from csms_harness.testing import reference_csms as started, run

def test_it_lets_the_charge_point_in(charge_point):
    assert charge_point.call("BootNotification").payload["status"] == "Accepted"
    assert charge_point.call("Authorize", idTag="TAG-001").payload["idTagInfo"]["status"] == "Accepted"

def test_it_passes(csms_run):
    found = csms_run("TC_003_CSMS")
    assert found.passed, found.account()

async def test_by_hand():
    async with started() as csms:
        assert (await run(csms, "TC_064_CSMS")).passed
"""


@pytest.mark.parametrize("words", [(), ("--csms-target", "target.yaml", "--csms-cases", "TC_023*", "-n", "2")])
def test_the_fixtures_serve_with_a_target_and_with_none(words: tuple[str, ...], target: Path, tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(OWN)
    (tmp_path / "target.yaml").write_text(target.read_text("utf-8"))
    code, said = pytest_says(tmp_path, "-o", "asyncio_mode=auto", *words)
    assert code == 0, said
    assert f"{6 if words else 3} passed" in said
