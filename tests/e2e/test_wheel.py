"""The wheel, built without a network: whole, and able to run the demo without the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reference_csms.extra import MODULES
from tests.support.command_line import environment, verdicts

pytestmark = pytest.mark.e2e

DEADLINE = 120


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The wheel of this checkout."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    options = ["--disable-pip-version-check", "--wheel-dir", str(place), str(request.config.rootpath)]
    built = subprocess.run([*command, *options], capture_output=True, check=False, text=True, timeout=DEADLINE)
    assert built.returncode == 0, built.stderr
    (path,) = place.glob("csms_harness-*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    """What the wheel installs, in a folder of its own."""
    place = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def test_the_wheel_carries_what_a_run_needs(wheel: Path, request: pytest.FixtureRequest) -> None:
    command = [sys.executable, "-m", "zipfile", "-l", str(wheel)]
    listed = subprocess.run(command, capture_output=True, check=True, text=True, timeout=DEADLINE).stdout
    root = request.config.rootpath
    for name, place in (
        ("scenarios", "csms_harness/data/scenarios"),
        ("targets", "csms_harness/data/targets"),
        ("src/csms_harness/report/templates", "csms_harness/report/templates"),
        ("reference_csms", "reference_csms"),
        ("reference_faults", "reference_faults"),
    ):
        sources = [
            path for path in (root / name).rglob("*.*") if path.suffix in (".yaml", ".json", ".j2", ".css", ".py")
        ]
        assert sources, name
        missing = [path.name for path in sources if f"{place}/{path.relative_to(root / name)} " not in listed]
        assert not missing, name
    assert "csms_harness/py.typed" in listed
    assert "licenses/LICENSE" in listed


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "csms_harness",
        "reference_csms",
        "reference_faults",
    }
    assert not [name for name in names if "test" in name.split("/") or "__pycache__" in name or name.endswith(".pyc")]


def test_the_wheel_declares_both_commands(unpacked: Path) -> None:
    text = next(unpacked.glob("*.dist-info/entry_points.txt")).read_text("utf-8")
    assert "csms-harness = csms_harness.cli.main:main" in text
    assert "reference-csms = reference_faults.__main__:main" in text
    assert "csms_harness.pytest_plugin = csms_harness.pytest_plugin" in text.partition("[pytest11]")[2]


def test_the_wheel_needs_a_web_framework_and_a_database_only_for_the_reference_csms(unpacked: Path) -> None:
    metadata = next(unpacked.glob("*.dist-info/METADATA")).read_text("utf-8")
    needs = [line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    for name in MODULES:
        mine = [need for need in needs if need.startswith(name)]
        assert any(need.endswith("; extra == 'reference'") for need in mine)
        assert any(need.endswith("; extra == 'all'") for need in mine)
        assert all("; extra == " in need for need in mine)


def test_what_the_wheel_installs_runs_the_demo_with_its_own_scenarios(unpacked: Path, tmp_path: Path) -> None:
    def call(*words: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "csms_harness.cli.main", *words],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=environment(PYTHONPATH=str(unpacked), HOME=str(tmp_path)),
            text=True,
            timeout=DEADLINE,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    assert len(json.loads(call("list", "--format", "json"))) == 77
    assert str(tmp_path) not in call("lint")
    call("demo", "TC_023_1_CSMS", "TC_013_CSMS", "--out", "run")
    assert verdicts(tmp_path / "run") == {"TC_013_CSMS": "PASS", "TC_023_1_CSMS": "PASS"}
    facts = json.loads((tmp_path / "run" / "facts.json").read_text("utf-8"))
    assert str(unpacked) in facts["run"]["target"]
