"""``init``, ``doctor`` and ``provision`` as commands: exit codes, what goes to which stream, no traceback."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from csms_harness.cli.main import app
from csms_harness.target.target import read_target


def call(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def dead_url() -> str:
    """Where nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"ws://127.0.0.1:{unused.getsockname()[1]}/ocpp"


# -- init -------------------------------------------------------------------------------------------------


def test_init_writes_both_files_and_says_what_comes_next(tmp_path: Path) -> None:
    result = call("init", tmp_path / "new", "--yes", "--url", "ws://csms.example/ocpp", "--id-tag", "T-1")
    assert result.exit_code == 0
    assert result.stdout.split() == [str(tmp_path / "new" / name) for name in ("target.yaml", "pics.yaml")]
    assert f"csms-harness doctor --target {tmp_path / 'new' / 'target.yaml'}" in result.stderr
    assert read_target(tmp_path / "new" / "target.yaml").config["valid_id_tag"] == "T-1"


def test_every_answer_of_init_can_be_an_option_and_stands_in_the_files(tmp_path: Path) -> None:
    answers = {
        "id-tag": "T-1", "id-tag-2": "T-2", "parent-id-tag": "T-G", "invalid-id-tag": "T-X", "expired-id-tag": "T-E",
        "blocked-id-tag": "T-B", "control-api": "http://127.0.0.1:9177", "product": "Our CSMS", "vendor": "Us",
        "software-version": "7.1", "functionalities": "Core, Reservation", "password-variable": "OUR_PASSWORD",
    }  # fmt: skip
    words = [word for name, answer in answers.items() for word in (f"--{name}", answer)]
    result = call("init", tmp_path, "-y", "--triggers", "endpoint", *words)
    assert result.exit_code == 0, result.output
    written = "".join((tmp_path / name).read_text("utf-8") for name in ("target.yaml", "pics.yaml"))
    assert [one for one in answers.values() if one.partition(",")[0] not in written] == []
    assert "Reservation: yes" in written


def test_init_without_a_terminal_takes_the_defaults_and_says_so(tmp_path: Path) -> None:
    result = call("init", tmp_path)
    assert (result.exit_code, "Nobody is at the terminal to ask" in result.stderr) == (0, True)
    assert "export" not in result.stderr  # what a comment shows as an example is no variable that is needed


def test_init_overwrites_only_when_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "target.yaml").write_text("precious")
    refused = call("init", tmp_path, "--yes")
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    assert (tmp_path / "target.yaml").read_text() == "precious"
    assert not (tmp_path / "pics.yaml").exists()
    assert call("init", tmp_path, "--yes", "--force").exit_code == 0
    assert "precious" not in (tmp_path / "target.yaml").read_text()


def test_init_refuses_an_answer_that_cannot_be_used_and_writes_nothing(tmp_path: Path) -> None:
    result = call("init", tmp_path, "--yes", "--triggers", "magic")
    assert result.exit_code == 2
    assert "--triggers: 'magic' is none of endpoint, operator, comments" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_init_says_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = call("init", tmp_path / "file", "--yes")
    assert (result.exit_code, "the files cannot be written" in result.stderr) == (2, True)


# -- doctor -----------------------------------------------------------------------------------------------


def test_doctor_exits_4_where_nothing_listens_and_says_it_line_by_line(dead_url: str) -> None:
    result = call("doctor", "TC_001", "--url", dead_url)
    assert result.exit_code == 4
    cases, connection = result.stdout.splitlines()
    assert cases == "✓ cases      1 selected, 1 will run"
    assert connection.startswith(f"✗ CP_01      {dead_url}/CP_01: nothing listens on port")
    assert result.stderr.strip() == "1 thing will make cases INCONCLUSIVE or worse, 0 remarks."


def test_doctor_tells_machines_the_same(dead_url: str) -> None:
    result = call("doctor", "TC_001", "--url", dead_url, "--format", "json")
    checks = json.loads(result.stdout)
    assert [(check["mark"], check["subject"]) for check in checks] == [("fine", "cases"), ("wrong", "CP_01")]
    assert all(set(check) == {"mark", "subject", "text", "advice"} for check in checks)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["doctor"], 2, "say which Central System"),
        (["doctor", "--target", "nothing.yaml"], 2, "nothing.yaml: cannot be read"),
        (["doctor", "--url", "http://x"], 2, "--url: "),
        (["doctor", "--url", "ws://x", "TC_999"], 5, "no test case matches 'TC_999'"),
        (["doctor", "--url", "ws://x", "--deadline", "respond=1s"], 2, "did you mean 'response'?"),
        (["provision", "--target", "nothing.yaml"], 2, "nothing.yaml: cannot be read"),
        (["provision", "--target", "nothing.yaml", "--deadline", "action=soon"], 2, "'soon' is no duration"),
    ],
)
def test_mistakes_are_told_before_anything_is_connected(words: list[str], code: int, told: str) -> None:
    result = call(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr


# -- provision --------------------------------------------------------------------------------------------

TARGET = """\
url: ws://127.0.0.1:1/ocpp
charge_points: [{id: CP_01}]
config: {blocked_id_tag: TAG-BLOCKED}
provision: {idTag: {command: [sh, -c, "cat >/dev/null; exit STATUS"]}}
"""


@pytest.mark.parametrize(
    ("status", "code", "sign", "word"),
    [("0", 0, "✓", "done"), ("75", 4, "✗", "declined"), ("1", 4, "✗", "failed")],
)
def test_provision_exits_4_unless_all_is_done(tmp_path: Path, status: str, code: int, sign: str, word: str) -> None:
    (tmp_path / "target.yaml").write_text(TARGET.replace("STATUS", status), "utf-8")
    result = call("provision", "--target", tmp_path / "target.yaml")
    assert result.exit_code == code
    assert f"{sign} idTag      TAG-BLOCKED (Blocked): {word}" in result.stdout
