"""Every command line of the documents, run as it stands there, in a folder as the documents have it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from csms_harness.cli.main import app
from tests.docs.test_documents import BLOCKS, COMMANDS

pytestmark = pytest.mark.e2e

PLACEHOLDERS: Final = {
    "RUN": "reports/mine", "RUN_A": "reports/mine", "RUN_B": "reports/before", "RUN_C": "reports/ours",
    "reports": "reports", "FOLDER": "steve", "…": "--target=target.yaml",
}  # fmt: skip
"""What stands for a word that the reader replaces."""

FEW: Final = ("-k", "TC_003 or TC_023_1 or FIELD_003 or SEC_003 or TC_046 or TC_051 or TC_079 or FIELD_101")
"""A run over many cases is narrowed to some of them: that a command is right shows with these."""

QUICK: Final = {"run": FEW, "probe": ("--patience", "1 s")}

NOT_RUN: Final = {
    r"^(run|run all|doctor|provision|report|faults)$": "only named in a sentence",
    r"--target (?!target\.yaml)[\w./-]+": "needs that product; tests/interop runs those that can be had",
    r"^(serve|demo)\b": "serves until Ctrl-C; tests/e2e/test_no_orphans.py",
    r"^record\b": "listens until Ctrl-C; tests/e2e/test_record.py",
    r"^faults\b(?!.* NAME)": "takes minutes; tests/matrix",
    r"^coverage( --format .*)?$": "takes seconds; tests/matrix/test_coverage.py",
    r"^(doctor|probe|provision) (--target target.yaml|…)( --into .*| --remove)?$": "runs with more, or needs more",
    r"--unprovision": "needs a target with an entry for it; tests/doctor",
    r"--watch|--step": "waits for changes or keys; tests/cli/test_watching.py, tests/engine/test_stepwise.py",
    r"^--install-completion$": "writes into the start file of the user's shell; tests/cli/test_completing.py",
    r"^schema --write scenarios/": "writes into the checkout; make check compares",
}
"""Why a command line is not run here."""


def reason(line: str) -> str:
    return next((why for pattern, why in NOT_RUN.items() if re.search(pattern, line)), "")


def lines() -> dict[str, str]:
    """Each command line without its comment, and the first document that shows it; the changelog only names some."""
    found: dict[str, str] = {}
    for document, text in COMMANDS:
        if document != "CHANGELOG.md":
            found.setdefault(shlex.join(shlex.split(text, comments=True)).replace("'…'", "…"), document)
    return found


SHOWN: Final = lines()
LINES: Final = [line for line in SHOWN if not reason(line)]


def words_of(line: str) -> list[str]:
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(line)]
    if "NAME" in words:
        words[words.index("NAME")] = "steve" if words[0] == "init" else "heartbeat-late"
    return words if "--resume" in words else [*words, *QUICK.get(words[0], ())]


def invoke(words: list[str]) -> Result:
    return CliRunner().invoke(app, words, input="\n" * 30)


@pytest.fixture(scope="module")
def prepared(target: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the documents speak of."""
    place = tmp_path_factory.mktemp("documents")
    shutil.copy(target, place / "target.yaml")
    (place / "pics.yaml").write_text("product: {designation: Mine}\n", "utf-8")
    known = "- {case: TC_047_CSMS, expected: FAIL, reason: known, issue: CSMS-7, until: 2099-12-31}\n"
    (place / "expected.yaml").write_text(known, "utf-8")
    (place / "my-scenarios").mkdir()
    head = "# yaml-language-server"
    (whole,) = (one.text for one in BLOCKS if one.text.startswith(head) and "TC_051_CSMS" in one.text)
    (place / "my-scenarios" / "TC_051_CSMS.yaml").write_text(whole, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        runs = ("mine", "before", "ours", "steve", "citrine")
        made = [f"run TC_003_CSMS TC_023_1_CSMS --target target.yaml --out reports/{name}" for name in runs]
        for line in ("new FIELD_101 --from TC_012_CSMS", *made):
            ended = invoke(line.split())
            assert ended.exit_code == 0, ended.output
    (place / "reports" / "latest").unlink(missing_ok=True)
    (place / "reports" / "latest").symlink_to("mine")
    transcript = (place / "reports" / "mine" / "transcripts" / "TC_003_CSMS.jsonl").read_text("utf-8")
    for name in ("traffic.jsonl", "central.log"):
        (place / name).write_text(transcript, "utf-8")
    frames = [json.loads(line) for line in transcript.splitlines()]
    messages = [
        {"type": "send" if one["side"] == "CP" else "receive", "opcode": 1, "data": one["text"]}
        for one in (frame.get("message") for frame in frames)
        if one
    ]
    har = {"log": {"entries": [{"request": {"url": "ws://localhost/CP_01"}, "_webSocketMessages": messages}]}}
    (place / "traffic.har").write_text(json.dumps(har), "utf-8")
    return place


MADE_BY: Final = {
    "--out": "reports/*", "--write-expected": "expected.yaml", "new": "my-scenarios/*", "init": "*.yaml",
}  # fmt: skip
"""What a command makes, so it must not be there yet, by one of its words."""


@pytest.mark.parametrize("line", LINES)
def test_a_command_of_the_documents_does_what_its_page_says(
    line: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "here"
    shutil.copytree(prepared, place, symlinks=True)
    monkeypatch.chdir(place)
    words = words_of(line)
    for word, pattern in MADE_BY.items():
        for path in place.glob(pattern) if word in words else ():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    ended = invoke(words)
    assert ended.exit_code == 0, f"{SHOWN[line]}: csms-harness {' '.join(words)}\n{ended.output}"


def test_most_command_lines_are_run_and_each_reason_is_needed() -> None:
    assert len(LINES) > 50
    assert [why for pattern, why in NOT_RUN.items() if not any(re.search(pattern, line) for line in SHOWN)] == []
