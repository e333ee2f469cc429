"""The recipes for pipelines, as a pipeline runs them: their shell steps, against the reference CSMS."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
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


DEPENDENCIES = str(Path(sysconfig.get_path("purelib")))
"""Where the packages are that pip would fetch; the harness itself is none of them, for it is linked there."""
OFFLINE = {
    "PYTHONPATH": DEPENDENCIES, "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}  # fmt: skip
"""What keeps pip from the network; it reads that 0 as no isolation."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository in a clean folder, without what a build of the image leaves out."""
    ignored = [line.strip().rstrip("/") for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()]
    place = tmp_path_factory.mktemp("clean") / "repository"
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*filter(None, ignored), ".venv", ".git"))
    return place


def test_the_github_action_installs_the_harness_that_it_belongs_to(checkout: Path, tmp_path: Path) -> None:
    install = action_step("Install")
    assert install["env"]["INSTALL"] == "${{ inputs.install || github.action_path }}"
    script = install["run"].replace("python3 ", f"{sys.executable} ")
    code, said = bash(script, tmp_path, RUNNER_TEMP=str(tmp_path), INSTALL=str(checkout), **OFFLINE)
    assert code == 0, said
    code, said = bash("csms-harness/bin/csms-harness list TC_001", tmp_path, **OFFLINE)
    assert (code, "1 cases, 1 implemented" in said) == (0, True), said


def test_the_gitlab_template_installs_runs_and_leaves_what_it_names(
    checkout: Path, target: Path, tmp_path: Path
) -> None:
    job = read("integrations/gitlab.yml")["csms-compliance"]
    env = {**job["variables"], "TARGET": str(target), "PATTERNS": "TC_003_CSMS", "INSTALL": str(checkout), **OFFLINE}
    script = "\n".join(job["script"]).replace("python3 ", f"{sys.executable} ")
    code, said = bash(script, tmp_path, **env)
    assert code == 0, said
    junit = job["artifacts"]["reports"]["junit"].replace("$OUT", job["variables"]["OUT"])
    assert (tmp_path / junit).is_file()


def workflow() -> dict[str, Any]:
    """The steps that docs/pipelines.md shows, in a job."""
    text = (ROOT / "docs" / "pipelines.md").read_text("utf-8")
    (steps,) = re.findall(r"```yml\n(steps:.*?)```", text, re.DOTALL)
    return {"on": "push", "jobs": {"compliance": {"runs-on": "ubuntu-latest", **yaml.safe_load(steps)}}}


def test_the_recipes_are_what_github_and_gitlab_take(tmp_path: Path) -> None:
    (tmp_path / "workflow.yml").write_text(yaml.safe_dump(workflow()), "utf-8")
    wrong = tmp_path / "wrong.yml"
    wrong.write_text((ROOT / "action.yml").read_text("utf-8").replace("shell: bash", "shel: bash"), "utf-8")
    for kind, file, code in (
        ("github-actions", ROOT / "action.yml", 0),
        ("github-actions", wrong, 1),
        ("github-workflows", tmp_path / "workflow.yml", 0),
        ("gitlab-ci", ROOT / "integrations" / "gitlab.yml", 0),
    ):
        check = [
            str(Path(sys.executable).with_name("check-jsonschema")),
            "--builtin-schema",
            f"vendor.{kind}",
            str(file),
        ]
        ended = subprocess.run(check, capture_output=True, check=False, text=True, timeout=60)
        assert ended.returncode == code, ended.stdout + ended.stderr


def test_the_steps_of_the_dockerfile_make_a_harness_that_needs_no_checkout(checkout: Path, tmp_path: Path) -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    steps = [line.removeprefix("RUN ") for line in text.splitlines() if line.startswith("RUN ")]
    build = next(step for step in steps if "pip install" in step).replace("/opt/", f"{tmp_path}/")
    code, said = bash(build.replace("python -m venv", f"{sys.executable} -m venv"), checkout, **OFFLINE)
    assert code == 0, said
    (tmp_path / "work").mkdir()
    path = f"{tmp_path}/csms-harness/bin{os.pathsep}{os.environ['PATH']}"
    (entry,) = re.findall(r'^ENTRYPOINT \["(.*)"\]$', text, re.MULTILINE)
    code, said = bash(f"{entry} show TC_001_CSMS", tmp_path / "work", PATH=path, **OFFLINE)
    assert (code, "BootNotification.req" in said) == (0, True), said
    assert not list((tmp_path / "work").iterdir())


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
