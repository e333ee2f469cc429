"""The pytest plugin without a Central System: what it costs whoever does not use it, and its usage errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLUGIN = "csms_harness.pytest_plugin"


def test_whoever_does_not_ask_for_it_loads_nothing_but_the_plugin_itself() -> None:
    told = "import sys, csms_harness.pytest_plugin; print(sorted(m for m in sys.modules if m.startswith('csms_')))"
    ended = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, text=True, timeout=30)
    assert ended.stdout.strip() == f"['csms_harness', '{PLUGIN}']"


def pytest_says(folder: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr


def test_a_mistake_in_the_target_is_told_before_any_test(tmp_path: Path) -> None:
    (tmp_path / "target.yaml").write_text("url: ws://127.0.0.1:9/ocpp\ncharge_point: [{id: CP_01}]\n")
    code, said = pytest_says(tmp_path, "--csms-target", "target.yaml")
    assert code == 4
    assert "target.yaml:2:1" in said
    assert "did you mean 'charge_points'" in said
    assert "Traceback" not in said


def test_more_processes_than_charge_points_are_refused(tmp_path: Path) -> None:
    (tmp_path / "target.yaml").write_text("url: ws://127.0.0.1:9/ocpp\ncharge_points: [{id: CP_01}]\n")
    code, said = pytest_says(tmp_path, "--csms-target", "target.yaml", "-n", "2")
    assert code == 4
    assert "2 test processes need 2 Charge Points, and the target names 1" in said


def test_the_cases_of_the_document_are_listed_as_tests_wherever_the_target_lies(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / "target.yaml"
    target.write_text("url: ws://127.0.0.1:9/ocpp\ncharge_points: [{id: CP_01}]\n")
    (tmp_path / "own").mkdir()
    code, said = pytest_says(
        tmp_path / "own", "--csms-target", str(target), "--collect-only", "-q", "-p", "no:randomly"
    )
    assert code == 0, said
    items = [line for line in said.splitlines() if "::TC_" in line]
    assert len(items) == 77
    assert items[0].endswith("target.yaml::TC_001_CSMS")
    _, some = pytest_says(elsewhere, "--csms-target", "target.yaml", "--collect-only", "-q", "-k", "TC_010 or TC_012")
    chosen = sorted(line for line in some.splitlines() if "::" in line)
    assert chosen == ["target.yaml::TC_010_CSMS", "target.yaml::TC_012_CSMS"]
    none = pytest_says(elsewhere, "--csms-target", "target.yaml", "--csms-cases", "none", "--collect-only", "-q")
    assert "::" not in none[1]
