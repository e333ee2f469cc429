"""Options that stand in the environment or in pyproject.toml: what they mean, and that the command line goes before."""

from __future__ import annotations

from pathlib import Path

import pytest

import csms_harness.cli.run as command
from csms_harness.cli.commands import COMMANDS
from csms_harness.runner.campaign import Campaign
from tests.cli.test_command_line import USAGE, call

TARGET = "url: ws://127.0.0.1:9/ocpp\ncharge_points: [{id: A}, {id: B}]\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "target.yaml").write_text(TARGET)
    return tmp_path


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Campaign]:
    """The campaigns that would have run."""
    found: list[Campaign] = []

    def execute(campaign: Campaign, *_: object) -> int:
        found.append(campaign)
        return 0

    monkeypatch.setattr(command, "execute", execute)
    return found


def in_file(text: str, folder: Path = Path()) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.csms_harness]\n{text}\n")


def run(begun: list[Campaign], *words: str) -> Campaign:
    result = call("run", *words)
    assert result.exit_code == 0, result.output
    return begun[-1]


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(
    begun: list[Campaign], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_file('target = "target.yaml"\nlanes = 2\nstrictness = "octt"\npatterns = ["TC_001", "TC_003*"]')
    assert run(begun).lanes == 2
    assert begun[-1].options.strictness == "octt"
    assert [case.id for case in begun[-1].plan.run] == ["TC_001_CSMS"]
    monkeypatch.setenv("CSMS_HARNESS_LANES", "1")
    monkeypatch.setenv("CSMS_HARNESS_OUT", "elsewhere")
    campaign = run(begun)
    assert (campaign.lanes, campaign.options.out) == (1, Path("elsewhere"))
    assert campaign.options.settings == (
        "pyproject.toml: 'target' in [tool.csms_harness]",
        "CSMS_HARNESS_LANES",
        "pyproject.toml: 'strictness' in [tool.csms_harness]",
        "pyproject.toml: 'patterns' in [tool.csms_harness]",
        "CSMS_HARNESS_OUT",
    )
    campaign = run(begun, "TC_013", "--lanes", "2", "--strictness=spec")
    assert (campaign.lanes, campaign.options.strictness, campaign.options.patterns) == (2, "spec", ("TC_013",))


def test_flags_lists_and_names_with_dashes(begun: list[Campaign], monkeypatch: pytest.MonkeyPatch) -> None:
    in_file('target = "target.yaml"\nmax-fail = 3\n[tool.csms_harness.run]\ndeadline = ["action=7s", "settle=0s"]')
    monkeypatch.setenv("CSMS_HARNESS_SHUFFLE", "yes")
    monkeypatch.setenv("CSMS_HARNESS_RUN_SEED", "7")
    monkeypatch.setenv("CSMS_HARNESS_FORCE", "0")
    monkeypatch.setenv("CSMS_HARNESS_K", "boot")
    options = run(begun, "--deadline", "action=5s").options
    assert (options.max_fail, options.seed, options.keyword) == (3, 7, "boot")
    assert dict(options.deadlines) == {"action": 5.0, "settle": 0.0}
    monkeypatch.setenv("CSMS_HARNESS_DEADLINE", "action=8s, pace=0s")
    assert dict(run(begun).options.deadlines) == {"action": 8.0, "pace": 0.0}
    monkeypatch.setenv("CSMS_HARNESS_DEADLINE", "")
    assert dict(run(begun).options.deadlines) == {"action": 7.0, "settle": 0.0}


def test_what_the_command_line_says_is_not_contradicted_from_elsewhere(
    begun: list[Campaign], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_file('target = "target.yaml"\nmax-fail = 3\npatterns = ["TC_001"]\nout = "out"\nwatch = true')
    monkeypatch.setenv("CSMS_HARNESS_K", "boot")
    assert "no run" in call("run", "--resume", here).stderr or "journal" in call("run", "--resume", here).stderr
    monkeypatch.delenv("CSMS_HARNESS_K")
    in_file('target = "target.yaml"\nmax-fail = 3')
    assert run(begun, "-x").options.max_fail == 1


def test_paths_begin_at_the_folder_of_the_file(
    begun: list[Campaign], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_file('target = "target.yaml"\nexpected = "known.yaml"')
    (here / "known.yaml").write_text("[]\n")
    (here / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(here / "deep" / "er")
    options = run(begun, "TC_001").options
    assert (options.target, options.expected) == (here / "target.yaml", here / "known.yaml")


def test_what_means_the_same_counts_for_other_commands_and_what_does_not_counts_for_run_alone(here: Path) -> None:
    assert call("new", "MINE_1", "--from", "TC_001", "--scenarios", "mine").exit_code == 0
    in_file('scenarios = "mine"\nout = "out"\nlanes = 1\n[tool.csms_harness.list]\nformat = "json"')
    assert '"MINE_1"' in call("list", "MINE_1").stdout
    assert call("show", "MINE_1").exit_code == 0
    assert "nothing to remark" in call("lint").stdout
    assert call("new", "MINE_2", "--from", "MINE_1").exit_code == 0
    assert (here / "mine" / "MINE_2.yaml").is_file()


TABLE = "[tool.csms_harness]:"
NO_OPTION = "csms-harness run has no option of this name;"
WRONG: dict[str, tuple[str, dict[str, str], str]] = {
    "a name in the file": ('targt = "a"', {}, f"'targt' in {TABLE} {NO_OPTION} did you mean 'target'?"),
    "a name in the environment": ("", {"MAXFAIL": "1"}, f"CSMS_HARNESS_MAXFAIL: {NO_OPTION} did you mean 'max_fail'?"),
    "a name of a command": ("[tool.csms_harness.run]\nlane = 1", {}, f"'lane' in [tool.csms_harness.run]: {NO_OPTION}"),
    "a value in the file": ('lanes = "many"', {}, f"'lanes' in {TABLE} "),  # the rest is typer's
    "a value in the environment": ("", {"STRICTNESS": "lax"}, "CSMS_HARNESS_STRICTNESS: "),
    "a flag": ("shuffle = 2", {}, f"'shuffle' in {TABLE} true or false is due, this is 2"),
    "a list where one value is due": ("out = [1]", {}, f"'out' in {TABLE} a text or a number is due"),
    "one value where a list is due": ("deadline = 5", {}, f"'deadline' in {TABLE} a list is due, this is 5"),
    "no table": ("", {}, "[tool.csms_harness] is a table of options"),
    "no TOML": ("= 1", {}, "pyproject.toml: cannot be read:"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_with_where_it_stands(what: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, variables, sentence = WRONG[what]
    in_file(text)
    if what == "no table":
        (here / "pyproject.toml").write_text("tool.csms_harness = 1\n")
    for name, value in variables.items():
        monkeypatch.setenv(f"CSMS_HARNESS_{name}", value)
    result = call("run", "TC_001", "--target", "target.yaml", "--dry-run")
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert sentence in " ".join(result.stderr.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_there_whatever_is_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMS_HARNESS_NONSENSE", "1")
    assert call(name, "--help").exit_code == 0


def test_a_file_without_our_table_and_variables_of_the_harness_itself_set_nothing(
    begun: list[Campaign], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "pyproject.toml").write_text('[project]\nname = "other"\n')
    monkeypatch.setenv("CSMS_HARNESS_DEBUG", "1")
    assert run(begun, "TC_001", "--target", "target.yaml").options.settings == ()


def test_a_variable_that_is_like_no_option_may_be_one_of_the_target_file(
    begun: list[Campaign], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSMS_HARNESS_STAGING_PASSWORD", "secret")
    result = call("run", "TC_001", "--target", "target.yaml")
    assert (result.exit_code, begun[-1].options.settings, result.stderr) == (0, (), "")
