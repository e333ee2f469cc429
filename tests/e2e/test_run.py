"""The main job: cases against a Central System in a process of its own, as a user asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from csms_harness.resources import folder
from csms_harness.runner.reference import Ports, reference_csms
from csms_harness.scenario.load import load_library
from tests.support.command_line import DEADLINE, Ended, case_of, environment, facts, harness, started, verdicts
from tests.support.targets import reference_target

pytestmark = pytest.mark.e2e

CORE = 34
_CASES = load_library(folder("scenarios")).cases
SECURED = {case.id for case in _CASES.values() if case.profile == "Security"}
"""What the security whitepaper adds: it does not apply where the target names no security profile."""
ALL = len(_CASES) - len(SECURED)


def all_pass(run: Path, count: int) -> None:
    found = verdicts(run)
    if count == ALL:
        assert {case_id for case_id, verdict in found.items() if verdict == "NOT APPLICABLE"} == SECURED
        found = {case_id: verdict for case_id, verdict in found.items() if case_id not in SECURED}
    assert {case_id: verdict for case_id, verdict in found.items() if verdict != "PASS"} == {}
    assert len(found) == count


@pytest.fixture(scope="module")
def core(target: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """All Core cases on eight lanes: how the run ended, and its folder."""
    out = tmp_path_factory.mktemp("core")
    return harness("run", "Core", "--target", target, "--out", out), out


def test_all_core_cases_pass_against_the_reference_csms(core: tuple[Ended, Path]) -> None:
    ended, out = core
    assert ended.code == 0, ended.said
    all_pass(out, CORE)
    assert f"{CORE} of {CORE} cases passed" in ended.said
    assert ended.is_clean
    assert ended.err.count("PASS  TC_") == CORE


def test_a_run_that_ends_at_its_first_failure_is_made_good_by_its_last_failed(target: Path, tmp_path: Path) -> None:
    out, wrong = tmp_path / "run", ("TC_003_CSMS", "TC_010_CSMS", "TC_023*", "-k", "not TC_023_2")
    with reference_csms(["--fault=authorize-status-accepted-as-invalid"]) as ports:
        options = ("--target", reference_target(ports, tmp_path), "--lanes", "1", "--out", out, "-q")
        ended = harness("run", *wrong, *options, "-x")
    assert ended.code == 1, ended.said
    assert len(ended.out.strip().splitlines()) == 1
    assert ended.err == ""
    run = facts(out)["run"]
    assert run["complete"] is False
    failed = [case for case, verdict in verdicts(out).items() if verdict == "FAIL"]
    assert len(failed) == 1
    again = harness("run", "--last-failed", out, "--target", target, "--out", tmp_path / "again")
    assert again.code == 0, again.said
    assert set(verdicts(tmp_path / "again")) == {*failed, *run["not_run"]}


def test_what_failed_is_written_as_known_and_the_next_run_is_green(tmp_path: Path) -> None:
    expected = tmp_path / "expected.yaml"
    with reference_csms(["--fault=authorize-status-accepted-as-invalid"]) as ports:
        options = ("TC_003", "TC_019_1", "--target", reference_target(ports, tmp_path), "--lanes", "1")
        first = harness("run", *options, "--out", tmp_path / "one", "--write-expected", expected)
        second = harness("run", *options, "--out", tmp_path / "two", "--expected", expected)
    assert first.code == 1, first.said
    assert second.code == 0, second.said
    assert "TC_003_CSMS: FAIL, as expected until" in second.err
    assert "Exit code 0: whatever did not pass is a known failure." in second.err
    (suites,) = ET.parse(tmp_path / "two" / "junit.xml").iter("testsuites")
    assert (suites.get("failures"), suites.get("errors")) == ("0", "0")
    assert facts(tmp_path / "two")["run"]["known"][0]["case"] == "TC_003_CSMS"


def test_a_central_system_that_is_not_there_is_waited_for_and_then_told(tmp_path: Path) -> None:
    words = ("run", "TC_003", "--url", "ws://127.0.0.1:1/ocpp", "--out", tmp_path / "run", "--wait-for-target", "1s")
    ended = harness(*words)
    assert (ended.code, ended.out) == (4, "")
    assert "--wait-for-target: after 1 s there was no connection: " in ended.err
    assert "nothing listens on port 1" in ended.err
    assert ended.is_clean


def test_a_central_system_that_comes_late_is_waited_for(reference: Ports, target: Path, tmp_path: Path) -> None:
    ended = harness("run", "TC_003", "--target", target, "--out", tmp_path / "run", "--wait-for-target", "20s")
    assert ended.code == 0, ended.said


def test_every_report_of_a_run_is_written_and_named(target: Path, tmp_path: Path) -> None:
    out, extra = tmp_path / "run", tmp_path / "elsewhere" / "ci.xml"
    ended = harness("run", "TC_003_CSMS", "--target", target, "--out", out, "--report", f"junit={extra}")
    assert ended.code == 0, ended.said
    for name in ("certificate.html", "junit.xml", "report.md", "facts.json"):
        assert (out / name).stat().st_size > 0
        assert str(out / name) in ended.out
    assert (out / "transcripts" / "TC_003_CSMS.jsonl").is_file()
    assert str(extra) in ended.out
    tests = ET.parse(extra).getroot().iter("testcase")
    assert [test.get("name") for test in tests] == [
        test.get("name") for test in ET.parse(out / "junit.xml").getroot().iter("testcase")
    ]
    assert "TC_003_CSMS" in extra.read_text("utf-8")


def test_the_url_option_overrides_that_of_the_target(reference: Ports, tmp_path: Path) -> None:
    target = reference_target(reference, tmp_path, url="ws://127.0.0.1:9/nobody")
    ended = harness("run", "TC_019_1_CSMS", "--target", target, "--url", reference.ocpp_url, "--out", tmp_path / "run")
    assert ended.code == 0, ended.said
    assert facts(tmp_path / "run")["run"]["url"] == reference.ocpp_url


def test_deadlines_of_the_command_line_override_those_of_target_and_pics(target: Path, tmp_path: Path) -> None:
    pics = tmp_path / "pics.yaml"
    pics.write_text("product: {designation: X}\nperformance: {ocpp_response_timeout: 20 s}\n")
    out = tmp_path / "run"
    ended = harness(
        *("run", "TC_023_1_CSMS", "--target", target, "--pics", pics, "--out", out),
        *("--deadline", "response=2s", "--deadline", "action=1500 ms"),
    )
    assert ended.code == 0, ended.said
    deadlines = facts(out)["run"]["deadlines"]
    assert (deadlines["response"], deadlines["action"]) == (2.0, 1.5)
    assert "--deadline response=2s --deadline action=1.5s" in case_of(out, "TC_023_1_CSMS")["reproduce"]


def test_a_single_case_runs_alone(target: Path, tmp_path: Path) -> None:
    ended = harness("run", "TC_023_1_CSMS", "--target", target, "--out", tmp_path)
    assert ended.code == 0, ended.said
    assert verdicts(tmp_path) == {"TC_023_1_CSMS": "PASS"}


def test_a_traced_run_tells_every_frame_with_its_step_on_standard_error(target: Path, tmp_path: Path) -> None:
    ended = harness("run", "TC_010_CSMS", "--target", target, "--out", tmp_path, "--lanes", "1", "--trace")
    assert ended.code == 0, ended.said
    shown = [entry for entry in case_of(tmp_path, "TC_010_CSMS")["transcript"] if entry["message"]]
    for entry in shown:
        assert entry["message"]["text"] in ended.err
    assert "CS → CP  RemoteStartTransaction.req" in ended.err
    assert "✓ steps 5-6: 2 checks held" in ended.err
    assert "✗" not in ended.err
    assert "CP → CS" not in ended.out


def test_the_command_that_a_report_names_runs_the_case_again(target: Path, tmp_path: Path) -> None:
    harness("run", "TC_010_CSMS", "--target", target, "--out", tmp_path)
    command = case_of(tmp_path, "TC_010_CSMS")["reproduce"].split()
    assert command[0] == "csms-harness"
    again = harness(*command[1:], "--out", tmp_path / "again")
    assert again.code == 0, again.said
    assert verdicts(tmp_path / "again") == {"TC_010_CSMS": "PASS"}


def test_one_lane_gives_the_verdicts_of_eight(core: tuple[Ended, Path], target: Path, tmp_path: Path) -> None:
    ended = harness("run", "Core", "--target", target, "--out", tmp_path, "--lanes", "1")
    assert ended.code == 0, ended.said
    assert verdicts(tmp_path) == verdicts(core[1])
    one, eight = facts(tmp_path), facts(core[1])
    assert {case["lane"] for case in one["cases"]} == {"CP_01"}
    assert len({case["lane"] for case in eight["cases"]}) > 4
    longest = max(case["seconds"] for case in eight["cases"])
    assert eight["run"]["seconds"] < one["run"]["seconds"]
    assert eight["run"]["seconds"] < longest + 5.0


def test_all_implemented_cases_pass_twice_on_one_database_and_once_shuffled(target: Path, tmp_path: Path) -> None:
    orders = []
    for name, options in (("first", ()), ("second", ()), ("shuffled", ("--shuffle", "--seed", "7"))):
        ended = harness("run", "--target", target, "--out", tmp_path / name, *options)
        assert ended.code == 0, (name, ended.said)
        all_pass(tmp_path / name, ALL)
        orders.append([line.split()[1] for line in ended.err.splitlines() if line.startswith("PASS  TC_")])
    assert facts(tmp_path / "shuffled")["run"]["seed"] == 7
    assert sorted(orders[0]) == sorted(orders[2])
    assert orders[0] != orders[2]


def test_a_chatty_central_system_passes_with_remarks_that_decide_only_when_asked(tmp_path: Path) -> None:
    with reference_csms(["--noise", "chatty"]) as ports:
        target = reference_target(ports, tmp_path)
        plain = harness("run", "Core", "--target", target, "--out", tmp_path / "spec")
        octt = harness("run", "TC_00*", "--target", target, "--out", tmp_path / "octt", "--strictness", "octt")
    assert plain.code == 0, plain.said
    all_pass(tmp_path / "spec", CORE)
    assert "compatibility remarks: --strictness octt lets them decide" in plain.said
    assert octt.code == 1, octt.said
    # Which case a chat comes into is chance; what a remark decides is not.
    for case in [*facts(tmp_path / "spec")["cases"], *facts(tmp_path / "octt")["cases"]]:
        remarked = any(finding["kind"] == "compatibility" for finding in case["findings"])
        assert case["octt_verdict"] == ("FAIL" if remarked else "PASS"), case["id"]
    assert all(case["verdict"] == case["octt_verdict"] for case in facts(tmp_path / "octt")["cases"])
    assert "FAIL" in verdicts(tmp_path / "octt").values()


def test_other_times_orders_and_spellings_of_the_same_frames_change_no_verdict(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with reference_csms(["--noise", "offset-time,member-order,whitespace,unicode-escapes"]) as ports:
        ended = harness("run", "--target", reference_target(ports, tmp_path), "--out", out)
    assert ended.code == 0, ended.said
    all_pass(out, ALL)
    messages = [entry["message"] for entry in case_of(out, "TC_001_CSMS")["transcript"] if entry["message"]]
    booted = [one for one in messages if (one["type"], one["action"]) == ("CALLRESULT", "BootNotification")]
    written = booted[0]["text"]
    assert json.loads(written)[2]["currentTime"].endswith("+02:00")
    assert "Accepted" not in written  # each sign of it is an escape


def test_the_demo_starts_its_own_csms_and_says_where_the_certificate_is(tmp_path: Path) -> None:
    ended = harness("demo", "TC_001_CSMS", "TC_023_1_CSMS", "--csms-option=--no-milliseconds", cwd=tmp_path)
    assert ended.code == 0, ended.said
    out = tmp_path / "reports" / "demo"
    all_pass(out, 2)
    assert "reports/demo/certificate.html" in ended.out
    assert "<html" in (out / "certificate.html").read_text("utf-8")
    assert facts(out)["milliseconds_in_timestamps"] is False


def test_the_demo_runs_each_case_under_the_security_profile_that_it_needs(tmp_path: Path) -> None:
    ended = harness("demo", "Security", "TC_003_CSMS", cwd=tmp_path)
    assert ended.code == 0, ended.said
    cases = {case["id"]: case for case in facts(tmp_path / "reports" / "demo")["cases"]}
    assert {case_id: case["verdict"] for case_id, case in cases.items() if case["verdict"] != "PASS"} == {}
    assert [cases[f"TC_{number}_CSMS"]["security_profile"] for number in ("085", "086", "087")] == [1, 2, 3]
    assert ended.is_clean


def test_a_reader_that_goes_away_changes_neither_the_run_nor_its_exit_code(target: Path, tmp_path: Path) -> None:
    with started(["run", "TC_001_CSMS", "TC_003_CSMS", "--target", target, "--out", tmp_path]) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stderr.close()
        assert process.wait(DEADLINE) == 0
    all_pass(tmp_path, 2)


def test_a_pics_without_reservation_makes_its_cases_not_applicable(target: Path, tmp_path: Path) -> None:
    pics, out = tmp_path / "pics.yaml", tmp_path / "run"
    pics.write_text("product: {designation: X}\nfunctionalities: {Reservation: no, RemoteTrigger: yes}\n")
    ended = harness("run", "Reservation", "RemoteTrigger", "--target", target, "--pics", pics, "--out", out)
    assert ended.code == 0, ended.said
    reserved = [case for case in facts(out)["cases"] if case["profile"] == "Reservation"]
    assert {(case["verdict"], case["reason"]) for case in reserved} == {
        ("NOT APPLICABLE", "the PICS says functionalities.Reservation: no")
    }
    assert len(reserved) == 10
    assert sum(verdict == "PASS" for verdict in verdicts(out).values()) == 2
    assert "Not supported" in (out / "certificate.html").read_text("utf-8")


def test_a_password_from_the_environment_opens_the_connection_and_is_shown_nowhere(
    reference: Ports, tmp_path: Path
) -> None:
    secret = "correct-horse-battery"
    httpx.put(f"{reference.api_url}/api/charge-points/CP_PASSWORD", json={"password": secret}, trust_env=False)
    points = [{"id": "CP_PASSWORD", "password": "$env.CP_SECRET"}]
    target = reference_target(reference, tmp_path, charge_points=points)
    with_it = ("run", "TC_023_1_CSMS", "--target", target, "--out", tmp_path / "run")
    ended = harness(*with_it, env=environment(CP_SECRET=secret))
    assert ended.code == 0, ended.said
    wrong = harness(*with_it, "--force", env=environment(CP_SECRET="wrong-horse"))
    assert wrong.code == 4
    assert "it did not take the configured password of CP_PASSWORD" in wrong.said
    written = [path.read_text("utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert not any(one in text for text in [*written, ended.said, wrong.said] for one in (secret, "wrong-horse"))
    unset = harness(*with_it)
    assert unset.code == 2
    assert "the environment variable CP_SECRET is not set" in unset.said
