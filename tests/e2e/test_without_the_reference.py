"""An installation without the extra `reference`: what needs it says how to get it, all else works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reference_csms.extra import MODULES
from tests.support.command_line import DEADLINE, Ended, environment

pytestmark = pytest.mark.e2e

HARNESS, CSMS = "csms_harness.cli.main", "reference_faults.__main__"
SENTENCE = (
    "the reference CSMS needs the extra 'reference', which is not installed "
    f"(no {', '.join(MODULES)}); run: pip install 'csms-harness[reference]'\n"
)


def without(module: str, *words: str, cwd: Path) -> Ended:
    """Run a script where the modules of the extra cannot be imported."""
    hidden = f"import sys; sys.modules.update(dict.fromkeys({MODULES!r})); "
    ended = subprocess.run(
        [sys.executable, "-c", f"{hidden}from {module} import main; sys.exit(main())", *words],
        capture_output=True,
        check=False,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        timeout=DEADLINE,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.mark.parametrize("words", [("serve",), ("demo", "TC_001_CSMS"), ("faults", "heartbeat-late")])
def test_a_command_that_needs_the_reference_csms_says_how_to_get_it(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = without(HARNESS, *words, cwd=tmp_path)
    assert ended.code == 2
    assert ended.err in (SENTENCE, f"reference-csms: {SENTENCE}")
    assert ended.out == ""
    assert list(tmp_path.iterdir()) == []


def test_the_reference_csms_itself_says_how_to_get_it(tmp_path: Path) -> None:
    ended = without(CSMS, "--fault", "heartbeat-late", "--port", "0", "--api-port", "0", cwd=tmp_path)
    assert (ended.code, ended.out, ended.err) == (2, "", f"reference-csms: {SENTENCE}")


@pytest.mark.parametrize(
    ("module", "words", "told"),
    [
        (HARNESS, ("list",), "TC_001_CSMS"),
        (HARNESS, ("lint",), ""),
        (HARNESS, ("faults", "--explain", "chatty"), "reference_faults/noise/unasked.py:"),
        (CSMS, ("--list-faults",), "heartbeat-late"),
        (CSMS, ("--explain", "heartbeat-late"), "reference_faults/faults/answers.py:"),
        (CSMS, ("--help",), "--list-noises"),
    ],
)
def test_what_needs_no_central_system_works_without_it(
    module: str, words: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    ended = without(module, *words, cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert told in ended.out
