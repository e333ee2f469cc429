"""What a shell offers while a command line is typed."""

import pytest
from typer.testing import CliRunner

from csms_harness.cli.main import app


def offered(line: str) -> list[str]:
    """What bash offers for the last word of a line."""
    asked = {
        "_CSMS_HARNESS_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    return CliRunner(env=asked).invoke(app, prog_name="csms-harness").stdout.split()


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("csms-harness rep", ["report", "replay"]),
        ("csms-harness run --last-f", ["--last-failed"]),
        ("csms-harness run TC_011", ["TC_011_1_CSMS", "TC_011_2_CSMS"]),
        ("csms-harness run Core TC_088", ["TC_088_CSMS"]),
        ("csms-harness doctor Sm", ["SmartCharging"]),
        ("csms-harness list Bey", ["Beyond"]),
        ("csms-harness show FIELD_001", ["FIELD_001"]),
        ("csms-harness new FIELD_101 --from TC_088", ["TC_088_CSMS"]),
        ("csms-harness run --target= --pi", ["--pics"]),
    ],
)
def test_a_word_that_was_begun_is_offered_whole(line: str, offers: list[str]) -> None:
    assert offered(line) == offers


def test_a_folder_of_settings_in_which_something_is_wrong_is_no_hindrance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMS_HARNESS_TARGTE", "nowhere.yaml")
    assert offered("csms-harness verif") == ["verify"]
