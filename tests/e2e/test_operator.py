"""No trigger but a person: prompts on a real terminal, answered by a robot."""

from __future__ import annotations

import re
import termios
from pathlib import Path

import pytest

from csms_harness.runner.reference import Ports
from tests.support.command_line import case_of, facts, harness, verdicts
from tests.support.operator_robot import Prompt, control_of, operating
from tests.support.targets import reference_target

pytestmark = pytest.mark.e2e

FAIL, UNDECIDED, INTERRUPTED = 1, 4, 130
RESET = "TC_013_CSMS"


@pytest.fixture
def by_hand(reference: Ports, tmp_path: Path) -> Path:
    """A target file without any trigger."""
    return reference_target(reference, tmp_path, triggers={})


def test_every_case_passes_when_an_operator_makes_the_csms_act(
    reference: Ports, target: Path, by_hand: Path, tmp_path: Path
) -> None:
    with (
        control_of(reference) as perform,
        operating("run", "--target", by_hand, "--out", tmp_path / "by_hand", "--lanes", "2") as operator,
    ):
        code = operator.serve(perform)
    by_http = harness("run", "--target", target, "--out", tmp_path / "http")
    assert (code, by_http.code) == (0, 0), verdicts(tmp_path / "by_hand")
    assert verdicts(tmp_path / "by_hand") == verdicts(tmp_path / "http")
    asked = {prompt.action for prompt in operator.prompts}
    assert asked >= {
        *("ChangeAvailability", "ChangeConfiguration", "ClearCache", "GetConfiguration", "RemoteStartTransaction"),
        *("RemoteStopTransaction", "Reset", "UnlockConnector", "GetDiagnostics", "UpdateFirmware"),
        *("GetLocalListVersion", "SendLocalList", "CancelReservation", "ReserveNow", "TriggerMessage"),
        *("ClearChargingProfile", "GetCompositeSchedule", "SetChargingProfile"),
    }
    assert {prompt.charge_point_id for prompt in operator.prompts} == {"CP_01", "CP_02"}
    assert all(prompt.sentence.startswith("In the CSMS, ") for prompt in operator.prompts)


def test_a_prompt_says_in_plain_words_what_its_fields_say(reference: Ports, by_hand: Path, tmp_path: Path) -> None:
    with (
        control_of(reference) as perform,
        operating("run", "TC_046_CSMS", RESET, "--target", by_hand, "--out", tmp_path, "--lanes", "1") as operator,
    ):
        assert operator.serve(perform) == 0
    reset, reserve = operator.prompts
    assert reset == Prompt("CP_01", "Reset", "In the CSMS, reset CP_01, Hard reset", {"type": "Hard"})
    assert re.fullmatch(
        r"In the CSMS, reserve connector 1 of CP_01 for idTag TAG-001, until (\d{4}-\d\d-\d\d )?\d\d:\d\d UTC",
        reserve.sentence,
    )


def test_done_without_a_call_fails_the_case(by_hand: Path, tmp_path: Path) -> None:
    arguments = ("run", RESET, "--target", by_hand, "--out", tmp_path, "--deadline", "action=3s")
    with operating(*arguments) as operator:
        assert operator.serve(lambda _: "d") == FAIL
    finding = case_of(tmp_path, RESET)["findings"][0]
    assert (finding["kind"], finding["decides"]) == ("absent-call", "FAIL")


def test_cannot_do_this_leaves_the_case_undecided_and_goes_on(reference: Ports, by_hand: Path, tmp_path: Path) -> None:
    def answer(prompt: Prompt) -> str | None:
        return "c" if prompt.action == "Reset" else perform(prompt)

    with (
        control_of(reference) as perform,
        operating("run", RESET, "TC_019_1_CSMS", "--target", by_hand, "--out", tmp_path, "--lanes", "1") as operator,
    ):
        assert operator.serve(answer) == UNDECIDED
    assert verdicts(tmp_path) == {RESET: "INCONCLUSIVE", "TC_019_1_CSMS": "PASS"}
    assert "the operator said that this cannot be done in the CSMS" in case_of(tmp_path, RESET)["reason"]


def test_stop_ends_the_run_and_keeps_what_was_earned(by_hand: Path, tmp_path: Path) -> None:
    cases = ("TC_003_CSMS", RESET, "TC_019_1_CSMS")
    with operating("run", *cases, "--target", by_hand, "--out", tmp_path, "--lanes", "1") as operator:
        assert operator.serve(lambda _: "s") == UNDECIDED
    assert len(operator.prompts) == 1
    assert verdicts(tmp_path) == {"TC_003_CSMS": "PASS", RESET: "INCONCLUSIVE"}
    assert facts(tmp_path)["run"]["complete"] is False


def test_a_person_who_does_not_answer_is_waited_for_no_longer_than_the_deadline(by_hand: Path, tmp_path: Path) -> None:
    arguments = ("run", RESET, "--target", by_hand, "--out", tmp_path, "--deadline", "operator=1s")
    with operating(*arguments) as operator:
        assert operator.serve(lambda _: None) == UNDECIDED
    assert "no answer from the operator within 1 s" in case_of(tmp_path, RESET)["reason"]


def test_ctrl_c_at_a_prompt_ends_the_run_and_leaves_the_terminal_as_it_was(by_hand: Path, tmp_path: Path) -> None:
    with operating("run", RESET, "--target", by_hand, "--out", tmp_path) as operator:
        before = termios.tcgetattr(operator.terminal.child_fd)
        operator.wait_for("[s] stop the run")
        operator.terminal.sendintr()
        operator.wait_for("INCOMPLETE")
        after = termios.tcgetattr(operator.terminal.child_fd)
        assert operator.code() == INTERRUPTED
    assert after == before
    assert facts(tmp_path)["run"]["complete"] is False


def test_without_a_terminal_nobody_is_asked_and_nothing_is_waited_for(by_hand: Path, tmp_path: Path) -> None:
    ended = harness("run", "Core", "--target", by_hand, "--out", tmp_path, "--lanes", "1", deadline=30)
    assert ended.code == UNDECIDED, ended.said
    assert ended.is_clean
    found = verdicts(tmp_path)
    assert set(found.values()) == {"PASS", "INCONCLUSIVE"}
    assert (found["TC_003_CSMS"], found["TC_064_CSMS"]) == ("PASS", "PASS")
    declined = case_of(tmp_path, RESET)
    assert "nobody is at the terminal to make the CSMS send Reset" in declined["reason"]
    assert declined["seconds"] < 3
