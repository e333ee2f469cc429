"""The recipes for pipelines, as a pipeline runs them: their shell steps, against the reference CSMS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command_line import environment

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def bash(script: str, folder: Path, **env: str) -> tuple[int, str]:
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    ended = subprocess.run(
        command, cwd=folder, env=environment(**env), capture_output=True, check=False, text=True, timeout=120
    )
    return ended.returncode, ended.stdout + ended.stderr


def installed(place: Path) -> Path:
    """As if pip had been there."""
    (place / "csms-harness" / "bin").mkdir(parents=True)
    (place / "csms-harness" / "bin" / "csms-harness").symlink_to(Path(sys.executable).with_name("csms-harness"))
    return place


def action_step(name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in read("action.yml")["runs"]["steps"] if step["name"] == name)
    return found


@pytest.mark.parametrize(("patterns", "code"), [("TC_003_CSMS TC_012_CSMS", 0), ("TC_999", 5)])
def test_the_github_action_runs_shows_the_report_and_fails_as_the_run_does(
    patterns: str, code: int, target: Path, tmp_path: Path
) -> None:
    step = action_step("Run")
    given = {"inputs.target": str(target), "inputs.patterns": patterns, "inputs.wait": "10 s", "inputs.out": "out"}
    env = {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: given.get(found[1], ""), value)
        for name, value in step["env"].items()
    }
    places = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    ended, said = bash(step["run"], tmp_path, RUNNER_TEMP=str(installed(tmp_path)), **places, **env)
    assert ended == code, said
    assert (tmp_path / "output").read_text() == f"exit-code={code}\n"
    if not code:
        assert "TC_003_CSMS" in (tmp_path / "summary.md").read_text("utf-8")
        assert (tmp_path / "out" / "junit.xml").is_file()


def test_the_github_action_passes_on_every_input_that_it_declares() -> None:
    action = read("action.yml")
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text("utf-8")))
    assert used == set(action["inputs"])
    assert all(step["shell"] == "bash" for step in action["runs"]["steps"])
    # What a user writes reaches the shell by the environment, never as a part of the script.
    assert all("${{" not in step["run"] for step in action["runs"]["steps"])


def test_the_gitlab_template_runs_and_leaves_what_it_names(target: Path, tmp_path: Path) -> None:
    job = read("integrations/gitlab.yml")["csms-compliance"]
    (tmp_path / ".csms-harness").symlink_to(installed(tmp_path) / "csms-harness")
    run = next(line for line in job["script"] if "csms-harness run" in line)
    env = {**job["variables"], "TARGET": str(target), "PATTERNS": "TC_003_CSMS"}
    code, said = bash(run, tmp_path, **env)
    assert code == 0, said
    junit = job["artifacts"]["reports"]["junit"].replace("$OUT", job["variables"]["OUT"])
    assert (tmp_path / junit).is_file()


def test_the_image_is_no_root_and_starts_the_command() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    assert "USER 1000" in lines
    assert 'ENTRYPOINT ["csms-harness"]' in lines
    assert lines.index("USER 1000") < lines.index('ENTRYPOINT ["csms-harness"]')


def test_the_pre_commit_hook_lints_what_it_is_given(target: Path, tmp_path: Path) -> None:
    (hook,) = read(".pre-commit-hooks.yaml")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    assert bash(f"{hook['entry']} --target {target}", tmp_path, PATH=path)[0] == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("url: ws://localhost/ocpp\ncharge_point: []\n")
    code, said = bash(f"{hook['entry']} --target {wrong}", tmp_path, PATH=path)
    assert code == 2
    assert "did you mean 'charge_points'" in said
