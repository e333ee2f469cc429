"""After a run: thresholds, known failures, the manifest and its signature, and two runs side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.support.command_line import Ended, facts, harness, verdicts

pytestmark = pytest.mark.e2e

CASE = "TC_064_CSMS"


def ran(target: Path, out: Path, *options: str | Path) -> Ended:
    return harness("run", CASE, "--target", target, "--out", out, *options)


def test_a_broken_threshold_exits_6_and_is_named_in_the_reports(target: Path, tmp_path: Path) -> None:
    ended = ran(target, tmp_path, "--threshold", "DataTransfer=0.001ms", "--threshold", "response=1 min")
    assert ended.code == 6, ended.said
    assert "Threshold broken. DataTransfer: the longest wait was" in ended.out
    assert "Threshold broken. response" not in ended.out
    assert facts(tmp_path)["run"]["thresholds"] == {"DataTransfer": 0.000001, "response": 60.0}
    page = (tmp_path / "certificate.html").read_text("utf-8")
    assert "Threshold: response" in page
    assert "Threshold broken. DataTransfer" in page


def test_a_threshold_that_holds_changes_nothing(target: Path, tmp_path: Path) -> None:
    assert ran(target, tmp_path, "--threshold", "response=1 min").code == 0


def test_a_known_failure_that_passes_breaks_the_build(target: Path, tmp_path: Path) -> None:
    known = tmp_path / "expected.yaml"
    known.write_text(f"- {{case: {CASE}, expected: FAIL, reason: lost, issue: CSMS-7, until: 2999-01-01}}\n")
    ended = ran(target, tmp_path / "run", "--expected", known)
    assert ended.code == 1
    assert f"{CASE}: PASS, where FAIL was expected (lost, CSMS-7); take it off the list." in ended.said


def test_a_known_failure_is_forgiven_and_still_printed_as_fail(target: Path, tmp_path: Path) -> None:
    known = tmp_path / "expected.yaml"
    known.write_text(f"- {{case: {CASE}, expected: INCONCLUSIVE, reason: off, issue: CSMS-7, until: 2999-01-01}}\n")
    at_once = ("--deadline", "connection=1s", "--deadline", "reconnect=0s")
    nowhere = ("--url", "ws://127.0.0.1:9/ocpp", "--lanes", "1", *at_once)
    assert ran(target, tmp_path / "strict", *nowhere).code == 4
    ended = ran(target, tmp_path / "run", *nowhere, "--expected", known)
    assert ended.code == 0, ended.said
    assert f"{CASE}: INCONCLUSIVE, as expected until 2999-01-01 (off, CSMS-7)" in ended.said
    assert verdicts(tmp_path / "run") == {CASE: "INCONCLUSIVE"}


def test_a_mistake_in_the_file_of_known_failures_is_told_before_the_run(target: Path, tmp_path: Path) -> None:
    known = tmp_path / "expected.yaml"
    known.write_text("- {case: TC_999_CSMS, expected: FAIL, reason: a, issue: b, until: 2999-01-01}\n")
    ended = ran(target, tmp_path / "run", "--expected", known)
    assert ended.code == 2
    assert f"{known}:1:10: no test case or rule is called 'TC_999_CSMS'" in ended.said
    assert not (tmp_path / "run").exists()


def test_a_run_can_be_signed_verified_and_made_again_byte_for_byte(target: Path, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    private, public, out = tmp_path / "key.pem", tmp_path / "public.pem", tmp_path / "run"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert ran(target, out, "--pdf", "--sign", private).code == 0
    assert harness("verify", out, "--public-key", public).code == 0
    once = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert harness("report", out).code == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == once
    (out / "transcripts" / f"{CASE}.jsonl").write_text("forged\n")
    forged = harness("verify", out)
    assert (forged.code, forged.out) == (1, f"changed  transcripts/{CASE}.jsonl\n")


def test_a_second_run_is_compared_with_the_first(target: Path, tmp_path: Path) -> None:
    assert ran(target, tmp_path / "a").code == ran(target, tmp_path / "b").code == 0
    ended = harness("diff", tmp_path / "a", tmp_path / "b")
    assert ended.code == 0, ended.said
    assert "worse" not in ended.out


def test_a_probe_measures_and_its_figures_stand_in_the_certificate_of_a_run(target: Path, tmp_path: Path) -> None:
    ran(target, tmp_path)
    ended = harness("probe", "--target", target, "--calls", "3", "--patience", "1 s", "--into", tmp_path)
    assert ended.code == 0, ended.said
    assert "Heartbeat.conf after its CALL" in ended.out
    assert "longer than 1 s: GetConfiguration.req was left unanswered" in ended.said
    figures = {one["name"]: one["samples"] for one in facts(tmp_path)["probe"]["figures"]}
    assert figures["Authorize.conf after its CALL"] == 3
    assert "Measured beside the run" in (tmp_path / "certificate.html").read_text("utf-8")
    assert harness("verify", tmp_path).code == 0
    assert harness("report", tmp_path).code == 0
    assert "Measured beside the run" in (tmp_path / "certificate.html").read_text("utf-8")
