"""Live progress, and plain lines when nobody watches."""

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from csms_harness.report.progress import Progress
from csms_harness.verdict import Verdict
from tests.report.paper import recording
from tests.report.realistic import case, facts

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> tuple[Console, io.StringIO]:
    """A terminal that somebody watches, and what it shows."""
    monkeypatch.delenv("CI", raising=False)
    return recording(100, terminal=True)


def test_without_a_terminal_each_finished_case_is_one_plain_line() -> None:
    console, file = recording(40)
    progress = Progress(console)
    progress.case_started("1", "TC_001_CSMS", "Cold Boot Charge Point")
    progress.awaiting("1", "BootNotification.conf", 29.5)
    progress.case_finished(case())
    progress.case_finished(facts().cases[1])
    progress.close()
    assert file.getvalue().splitlines() == [
        "PASS  TC_001_CSMS  Cold Boot Charge Point  2.01 s",
        "FAIL  TC_010_CSMS  Remote Start Charging Session: Cable Plugged in First  1.46 s  " + facts().cases[1].reason,
    ]


def test_in_a_build_the_lines_are_plain_even_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    console, file = recording(100, terminal=True)
    progress = Progress(console)
    progress.case_started("1", "TC_001_CSMS", "Cold Boot")
    progress.close()
    assert file.getvalue() == ""


def test_on_a_terminal_every_lane_shows_its_case_and_what_it_awaits(terminal: tuple[Console, io.StringIO]) -> None:
    progress = Progress(terminal[0], total=34)
    progress.case_started("1", "TC_010_CSMS", "Remote Start")
    progress.case_started("2", "TC_014_CSMS", "Soft Reset")
    progress.awaiting("1", "RemoteStartTransaction.req", 12.4)
    progress.awaiting("2", "the operator")
    shown = ESCAPES.sub("", terminal[1].getvalue())
    progress.close()
    last = shown[shown.rindex("1  TC_010_CSMS") :]
    assert "RemoteStartTransaction.req, 12 s left" in last
    assert "2  TC_014_CSMS  Soft Reset" in last
    assert "the operator" in last
    assert "0 of 34 finished" in last


def test_waits_that_follow_each_other_are_drawn_once_and_the_last_one_is_shown(
    terminal: tuple[Console, io.StringIO],
) -> None:
    due: list[Callable[[], None]] = []
    progress = Progress(terminal[0], soon=due.append)
    progress.case_started("1", "TC_010_CSMS", "Remote Start")
    for number in range(9):
        progress.awaiting("1", f"message {number}")
    assert "message" not in terminal[1].getvalue()
    (draw,) = due
    draw()
    assert "message 8" in terminal[1].getvalue()
    progress.awaiting("1", "message 9")
    assert len(due) == 2
    progress.close()
    due[1]()
    assert "message 9" not in terminal[1].getvalue()


def test_a_finished_case_frees_its_lane_and_is_counted(terminal: tuple[Console, io.StringIO]) -> None:
    progress = Progress(terminal[0], total=2)
    progress.case_started("1", "TC_001_CSMS", "Cold Boot Charge Point")
    progress.case_finished(case(verdict=Verdict.PASS))
    shown = ESCAPES.sub("", terminal[1].getvalue())
    progress.close()
    assert "1 of 2 finished  1 PASS" in shown
    assert "TC_001_CSMS" not in shown[shown.rindex("Cold Boot Charge Point  2.01 s") :]


def test_a_wait_in_an_idle_lane_is_ignored() -> None:
    console, file = recording(40)
    Progress(console).awaiting("7", "nothing", 1.0)
    assert file.getvalue() == ""


def test_closing_twice_does_no_harm(terminal: tuple[Console, io.StringIO]) -> None:
    progress = Progress(terminal[0])
    progress.close()
    progress.close()
    progress.case_finished(case())
    assert "TC_001_CSMS" in terminal[1].getvalue()


def test_progress_goes_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    progress = Progress(plain=True)
    progress.case_finished(case())
    out, err = capfd.readouterr()
    assert out == ""
    assert "TC_001_CSMS" in err
