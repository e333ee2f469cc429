"""A run that is stopped: what was earned is on disk, said to be INCOMPLETE, and can be reported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import sleep

import pytest

from csms_harness.runner.reference import Ports
from tests.support.command_line import Ended, case_of, facts, finish, harness, started, verdicts, wait_for_cases
from tests.support.kills import Kills
from tests.support.targets import reference_target

pytestmark = pytest.mark.e2e

EARNED, STUCK, NEVER = "TC_003_CSMS", "TC_004_2_CSMS", "TC_010_CSMS"
UNDECIDED = 4


@contextmanager
def stuck(ports: Ports, place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run with one case behind it, one that goes on for a minute, and one before it."""
    config = {"connector_id": 1, "patience": "60 s"}
    target = reference_target(ports, place, config=config)
    words = [
        "run",
        EARNED,
        STUCK,
        NEVER,
        "--target",
        str(target),
        "--out",
        str(place / "run"),
        "--lanes",
        "1",
        "--force",
    ]
    with started(words) as process:
        wait_for_cases(place / "run", lambda ids: EARNED in ids, process)
        yield process


def stop(process: subprocess.Popen[bytes], number: signal.Signals) -> Ended:
    """Stop a run as ``timeout`` does: the signal goes to the process, and then to its group."""
    for _ in range(2):
        os.kill(process.pid, number)
        sleep(0.01)  # timeout leaves less between them; a process that has ended meanwhile minds no signal
    return finish(process, 20)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_cleans_up_and_reports_what_was_earned(
    number: signal.Signals, code: int, reference: Ports, tmp_path: Path
) -> None:
    with stuck(reference, tmp_path) as process:
        ended = stop(process, number)
    out = tmp_path / "run"
    assert ended.code == code, ended.said
    assert ended.is_clean
    assert "INCOMPLETE: the run was interrupted." in ended.said
    run = facts(out)["run"]
    assert run["complete"] is False
    assert verdicts(out)[EARNED] == "PASS"
    assert verdicts(out).get(STUCK, "INCONCLUSIVE") == "INCONCLUSIVE"
    assert run["not_run"][NEVER] == "the run was stopped by the user"
    for name in ("certificate.html", "report.md", "junit.xml"):
        assert (out / name).stat().st_size > 0
    assert "INCOMPLETE" in (out / "certificate.html").read_text("utf-8")
    assert "INCOMPLETE" in (out / "report.md").read_text("utf-8")


def test_the_reports_of_a_killed_run_are_made_from_its_journal(reference: Ports, tmp_path: Path) -> None:
    with stuck(reference, tmp_path) as process:
        ended = stop(process, signal.SIGKILL)
    out = tmp_path / "run"
    assert ended.code == -signal.SIGKILL
    assert sorted(path.name for path in out.iterdir()) == ["journal.jsonl"]
    report = harness("report", out)
    assert report.code == 0, report.said
    assert report.is_clean
    assert "INCOMPLETE: the run was interrupted. 1 of 1 case passed." in report.said
    assert verdicts(out) == {EARNED: "PASS"}
    run = facts(out)["run"]
    assert run["complete"] is False
    why = "the run ended before this case was finished"
    assert (run["not_run"][STUCK], run["not_run"][NEVER]) == (why, why)
    assert case_of(out, EARNED)["transcript"]
    for name in ("certificate.html", "report.md", "junit.xml"):
        assert str(out / name) in report.out
        assert "INCOMPLETE" in (out / name).read_text("utf-8") or name == "junit.xml"


def test_a_killed_run_spoils_neither_the_next_one_nor_its_own_report(reference: Ports, tmp_path: Path) -> None:
    with stuck(reference, tmp_path) as process:
        stop(process, signal.SIGKILL)
    out, journal_file = tmp_path / "run", tmp_path / "run" / "journal.jsonl"
    with journal_file.open("ab") as file:
        file.write(b'{"kind": "case", "fact": {"id": "TC_00')  # as a kill in the middle of a write leaves it
    assert harness("report", out).code == 0
    assert verdicts(out) == {EARNED: "PASS"}
    target = reference_target(reference, tmp_path)
    again = harness("run", EARNED, STUCK, NEVER, "--target", target, "--out", tmp_path / "again", "--lanes", "1")
    assert again.code == 0, again.said


def test_a_killed_run_does_not_pass_the_reports_of_an_earlier_one_off_as_its_own(
    reference: Ports, target: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    earlier = harness("run", NEVER, "TC_019_1_CSMS", "--target", target, "--out", out)
    assert earlier.code == 0
    with stuck(reference, tmp_path) as process:
        stop(process, signal.SIGKILL)
    assert not (out / "certificate.html").exists()
    assert not list((out / "transcripts").iterdir())
    assert harness("report", out).code == 0
    assert verdicts(out) == {EARNED: "PASS"}


def test_the_journal_of_a_run_that_ended_gives_the_same_facts_again(target: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    harness("run", "TC_003_CSMS", "TC_023_1_CSMS", "Reservation", "--target", target, "--out", out)
    before = facts(out)
    (out / "facts.json").unlink()
    report = harness("report", out)
    assert report.code == 0, report.said
    assert facts(out) == before
    assert before["run"]["complete"] is True


def test_a_run_that_is_killed_at_random_moments_and_goes_on_loses_nothing(target: Path, tmp_path: Path) -> None:
    kills = Kills(target, tmp_path, ("TC_003", "TC_010", "TC_023*", "TC_017*", "Reservation"), Random(3))
    kills.undisturbed()
    kills.times(3)
    assert kills.said["ended"] >= 1


def test_a_stopped_run_goes_on_with_what_is_missing(reference: Ports, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with stuck(reference, tmp_path) as process:
        stop(process, signal.SIGINT)
    reference_target(reference, tmp_path)  # in which nothing takes a minute
    ended = harness("run", "--resume", out)
    assert ended.code == 0, ended.said
    assert "1 verdicts are kept, 2 cases are run." in ended.err
    assert "3 of 3 cases passed" in ended.out
    run = facts(out)["run"]
    assert (run["complete"], len(run["resumed"]), run["not_run"]) == (True, 1, {})
    assert "Went on after a stop" in (out / "certificate.html").read_text("utf-8")
    assert harness("replay", out).code == 0
    again = harness("run", "--resume", out)
    assert (again.code, "3 verdicts are kept, 0 cases are run." in again.err) == (0, True)


def test_a_second_run_in_one_folder_says_so_and_spoils_nothing(reference: Ports, target: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with stuck(reference, tmp_path) as process:
        os.kill(process.pid, signal.SIGSTOP)  # it is there for as long as the others need
        others = [harness("run", NEVER, "--target", target, "--out", out, "--force"), harness("report", out)]
        stop(process, signal.SIGKILL)
    for ended in others:
        assert (ended.code, ended.out) == (2, "")
        assert f"{out}: another run is at work in this folder; wait for its end, or name another" in ended.err
    assert harness("report", out).code == 0
    assert verdicts(out) == {EARNED: "PASS"}


def test_a_second_run_with_the_same_identity_says_so_and_throws_nobody_out(reference: Ports, tmp_path: Path) -> None:
    with stuck(reference, tmp_path) as process:
        os.kill(process.pid, signal.SIGSTOP)
        second = harness(
            "run", NEVER, "--target", tmp_path / "target.yaml", "--lanes", "1", "--out", tmp_path / "other"
        )
        stop(process, signal.SIGKILL)
    assert (second.code, second.out) == (2, "")
    told = f"CP_01 is at work at this Central System already, in another run of this machine (process {process.pid}: "
    assert told in second.err
    assert "give this run a Charge Point of its own" in second.err


def test_a_report_of_what_is_no_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"kind": "run", "fact": {"started": "today"}}\n')
    old = harness("report", tmp_path)
    assert (old.code, old.out) == (2, "")
    assert "not the journal of a run of this version" in old.said
    (tmp_path / "journal.jsonl").write_text("")
    empty = harness("report", tmp_path)
    assert (empty.code, empty.out) == (2, "")
    assert "the run was ended before it began" in empty.said
    assert old.is_clean
    assert empty.is_clean


def test_a_signal_to_the_demo_stops_the_run_before_its_csms(tmp_path: Path) -> None:
    """As Ctrl-C in a terminal does it: the signal goes to the whole process group."""
    out = tmp_path / "demo"
    with started(["demo", "--out", out], start_new_session=True) as process:
        wait_for_cases(out, lambda ids: len(ids) >= 6, process)  # some of them decided before the first connection
        os.killpg(process.pid, signal.SIGINT)
        ended = finish(process, 20)
    assert ended.code == 130, ended.said
    assert ended.is_clean
    assert facts(out)["run"]["complete"] is False
    found = verdicts(out)
    assert set(found.values()) <= {"PASS", "INCONCLUSIVE", "NOT APPLICABLE"}, json.dumps(found)
    assert list(found.values()).count("PASS") >= 3
