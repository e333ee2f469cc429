"""What would run, and what of another run is left to do: without a Central System."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import csms_harness.cli.run as command
from csms_harness.cli.main import app
from csms_harness.cli.prompts import next_step
from csms_harness.report.write import write_reports
from csms_harness.runner.campaign import Campaign
from csms_harness.runner.world import Pace
from csms_harness.triggers.terminal import StreamTerminal
from tests.report.realistic import facts

URL = ("--url", "ws://127.0.0.1:9/ocpp")


def call(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Campaign]:
    """The campaigns that would have run."""
    found: list[Campaign] = []

    def execute(campaign: Campaign, *_: object) -> int:
        found.append(campaign)
        return 0

    monkeypatch.setattr(command, "execute", execute)
    monkeypatch.chdir(tmp_path)
    return found


def ids(campaign: Campaign) -> set[str]:
    plan = campaign.plan
    return (
        {case.id for case in plan.run} | {one.case.id for one in plan.decided} | {one.id for one in plan.unimplemented}
    )


def test_a_dry_run_shows_the_plan_and_connects_to_nothing(begun: list[Campaign], tmp_path: Path) -> None:
    pics = tmp_path / "pics.yaml"
    pics.write_text("product: {designation: A}\nfunctionalities: {Reservation: no}\n")
    result = call("run", "TC_001", "TC_010", "TC_023_2", "TC_046", *URL, "--pics", pics, "--dry-run")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("run             TC_001_CSMS      ")
    assert lines[0].endswith("(config: patience)")
    assert any(line.startswith("INCONCLUSIVE    TC_023_2_CSMS") and "config.expired_id_tag" in line for line in lines)
    assert any(line.startswith("NOT APPLICABLE  TC_046_CSMS") and "the PICS says" in line for line in lines)
    assert lines[-1] == "1 would run on 1 Charge Point, 1 NOT APPLICABLE, 2 INCONCLUSIVE, 0 not implemented"
    assert begun == []
    assert not (tmp_path / "reports").exists()


def test_words_choose_among_the_cases(begun: list[Campaign]) -> None:
    assert call("run", *URL, "-k", "reservation and not TC_046").exit_code == 0
    assert {"TC_047_CSMS", "TC_048_1_CSMS"} <= ids(begun[0])
    assert "TC_046_CSMS" not in ids(begun[0])
    assert begun[0].options.keyword == "reservation and not TC_046"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["-k", "a and"], 2, "-k 'a and', column 6: a word is due"),
        (["-k", "nobody"], 5, "-k 'nobody' leaves none of the 77 selected cases"),
        (["-x", "--max-fail", "2"], 2, "-x is --max-fail 1"),
        (["--max-fail", "0"], 2, "write how many FAILs end the run, 1 or more"),
        (["--write-expected", "there.yaml"], 2, "--write-expected there.yaml: a file is there already; name a new one"),
        (["--wait-for-target", "soon"], 2, "--wait-for-target: 'soon' is no duration"),
        (["--last-failed", "nowhere"], 2, "give the folder of a run"),
        (["--dry-run", "--resume", "nowhere"], 2, "--dry-run: it shows the plan of a new run"),
        (["--resume", "nowhere", "-k", "a"], 2, "name neither cases nor a folder"),
    ],
)
def test_what_is_written_wrongly_is_told(begun: list[Campaign], words: list[str], code: int, told: str) -> None:
    Path("there.yaml").touch()
    result = call("run", *URL, *words)
    assert (result.exit_code, result.stdout, begun) == (code, "", [])
    assert told in " ".join(result.stderr.split())


def test_only_what_has_not_passed_runs_again(begun: list[Campaign], tmp_path: Path) -> None:
    given = facts()
    write_reports(given, tmp_path / "run", ["facts"])
    assert call("run", *URL, "--last-failed", tmp_path / "run").exit_code == 0
    passed = {case.id for case in given.cases if str(case.verdict) in ("PASS", "NOT APPLICABLE")}
    others = {case.id for case in given.cases} - passed
    assert others
    assert others <= ids(begun[0])
    assert not passed & ids(begun[0])


def test_where_everything_has_passed_nothing_is_left(begun: list[Campaign], tmp_path: Path) -> None:
    run = facts().run.model_copy(update={"not_run": {}})
    write_reports(facts().model_copy(update={"run": run}), tmp_path, ["facts"])
    document = json.loads((tmp_path / "facts.json").read_text())
    for case in (*document["cases"], *document["pack"]):
        case["verdict"] = "PASS"
    (tmp_path / "facts.json").write_text(json.dumps(document))
    result = call("run", *URL, "--last-failed", tmp_path)
    assert (result.exit_code, begun) == (5, [])
    assert "every case of that run has passed" in result.stderr


@pytest.mark.parametrize(("words", "most"), [(["-x"], 1), (["--max-fail", "3"], 3), ([], 0)])
def test_how_many_failures_end_a_run(begun: list[Campaign], words: list[str], most: int) -> None:
    call("run", *URL, *words)
    assert begun[0].options.max_fail == most


def test_steps_are_looked_at_on_one_charge_point_by_somebody_at_a_terminal(
    begun: list[Campaign], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = call("run", "TC_001", *URL, "--step")
    assert (nobody.exit_code, "nobody is at a terminal" in nobody.stderr) == (2, True)
    monkeypatch.setattr(StreamTerminal, "interactive", True)
    target = tmp_path / "target.yaml"
    target.write_text("url: ws://a/\ncharge_points: [{id: A}, {id: B}]\n")
    several = call("run", "TC_001", "--target", target, "--step", "--lanes", "2")
    assert (several.exit_code, "--lanes 2 are several" in several.stderr) == (2, True)
    assert call("run", "TC_001", "--target", target, "--step").exit_code == 0
    assert [(one.lanes, one.options.stepwise) for one in begun] == [(1, True)]


@pytest.mark.parametrize(
    ("keys", "pace"), [("x\n", Pace.STEP), ("R", Pace.TO_THE_END), ("?s", Pace.STOP), ("", Pace.STOP)]
)
async def test_a_key_says_what_comes_next_and_others_are_passed_over(keys: str, pace: Pace) -> None:
    class Screen:
        interactive = True

        def __init__(self) -> None:
            self.left, self.lines = list(keys), [""]

        def show(self, text: str) -> None: ...

        def status(self, text: str) -> None:
            self.lines.append(text)

        async def key(self) -> str:
            return self.left.pop(0) if self.left else ""

    screen = Screen()
    assert await next_step(screen) is pace
    assert screen.lines == ["", "  [Enter] next step   [r] run to the end   [s] stop the run", ""]
