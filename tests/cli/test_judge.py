"""``csms-harness judge`` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_command_line import USAGE, call

DATA = Path(__file__).parents[1] / "traffic" / "data"


def test_a_log_in_which_nothing_is_wrong_exits_0_and_leaves_all_reports(tmp_path: Path) -> None:
    result = call("judge", DATA / "mobilityhouse.log", "--out", tmp_path)
    assert result.exit_code == 0
    assert "33 frames of Charge Points and 33 of the Central System" in result.stdout
    for name in ("certificate.html", "report.md", "junit.xml", "facts.json", "manifest.json"):
        assert (tmp_path / name).is_file()
    again = call("judge", DATA / "mobilityhouse.log", "--out", tmp_path)
    assert again.exit_code == USAGE
    assert "a run lies there already" in again.stderr
    assert call("judge", DATA / "mobilityhouse.log", "--out", tmp_path, "--force").exit_code == 0


def test_a_log_with_a_breach_exits_1_and_names_the_rule(tmp_path: Path) -> None:
    result = call("judge", DATA / "mobilityhouse_bad.log", "--out", tmp_path)
    assert result.exit_code == 1
    assert "RULE_001" in result.stdout
    last = " ".join(result.stdout.split("\n\n")[-1].split())
    assert last.startswith("FAIL No case of the certification document was run, 1 standing wire rule broken, 1 rule")
    assert "not measured" not in result.stdout
    assert "Functionality" not in result.stdout
    facts = json.loads((tmp_path / "facts.json").read_text("utf-8"))
    assert {rule["id"] for rule in facts["rules"] if rule["verdict"] == "FAIL"} == {"WIRE_008", "RULE_001"}


def test_what_holds_no_frame_is_a_sentence_and_no_report(tmp_path: Path) -> None:
    (tmp_path / "empty.log").write_text("nothing happened")
    result = call("judge", tmp_path / "empty.log", "--out", tmp_path / "run")
    assert result.exit_code == USAGE
    assert "no OCPP-J frame is in it" in result.stderr
    assert not (tmp_path / "run").exists()
