"""Remarks on scenarios that load."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from csms_harness.documents.location import Location
from csms_harness.scenario.library import Entry, Library
from csms_harness.scenario.lint import FIRST_LINE, Remark, lint, remarks
from csms_harness.scenario.numbering import misnumbered
from tests.scenario.documents import BOOTED, case, case_text, states

ENTRY = Entry("TC_010_CSMS", "Remote Start", "3.4.1", "Core", "Core")


def told(steps: str, more: str = "", *further: str) -> list[str]:
    """What is remarked on a case, states apart."""
    known = states(*further)
    found = case(steps, more, known)
    placed = replace(found, where=Location("scenarios/core/TC_010_CSMS.yaml", 1, 1))
    library = Library({placed.id: placed}, known, (), "")
    return [remark.text for remark in remarks(library) if remark.where.file != "state.yaml"]


def numbered(*numbers: str) -> list[str]:
    steps = "".join(f"- {{step: {number}, send: Heartbeat}}\n" for number in numbers)
    return [text for _, text in misnumbered(case(steps).steps)]


def test_a_good_case_calls_for_no_remark() -> None:
    assert told("- {step: [1, 2], send: Heartbeat}\n") == []


def test_a_receive_without_reply() -> None:
    assert told("- receive: Reset\n") == ["Reset.req gets no 'reply'; say 'reply: $answer' if any will do"]
    assert told("- {receive: Reset, reply_error: {code: InternalError}}\n") == []


def test_something_asked_for_that_is_optional() -> None:
    steps = "- send: Heartbeat\n- {receive: Reset, trigger: {}, optional: true, reply: $answer}\n"
    assert told(steps) == ["Reset.req is asked for, so it is not optional"]


@pytest.mark.parametrize(
    "steps",
    [
        "- {wait: 1 s, because: Patience}\n",
        "- connect:\n",
        "- disconnect:\n",
        "- {receive: Reset, optional: true, reply: $answer}\n",
    ],
)
def test_a_case_that_checks_nothing(steps: str) -> None:
    assert "TC_010_CSMS checks nothing on the Central System, so it can never pass" in told(steps)


@pytest.mark.parametrize(
    "steps",
    [
        "- {receive: Reset, reply: $answer}\n",
        "- {absent: Reset, during: 1 s}\n",
        "- connect:\n  expect: {subprotocol: ocpp1.6}\n",
        "- state: Charging\n",
        "- {repeat: 2, steps: [{send: Heartbeat}]}\n",
    ],
)
def test_a_case_that_checks_something(steps: str) -> None:
    assert told(steps) == []


def test_a_case_without_a_purpose() -> None:
    found = replace(case("- send: Heartbeat\n"), purpose="", where=Location("core/x.yaml", 1, 1))
    library = Library({"x": found}, {}, (), "")
    assert [remark.text for remark in remarks(library)] == ["TC_010_CSMS does not say its purpose"]


def test_a_case_in_the_folder_of_another_profile() -> None:
    found = replace(case("- send: Heartbeat\n"), where=Location("s/smart_charging/x.yaml", 1, 1))
    texts = [remark.text for remark in remarks(Library({"x": found}, {}, (), ""))]
    assert texts == ["a case of the feature profile Core belongs into the folder core"]


def test_step_numbers_that_skip() -> None:
    assert numbered("[1, 2]", "[4, 5]", "8") == [
        "step 4 follows step 2: step 3 is nowhere",
        "step 8 follows step 5: steps 6 to 7 are nowhere",
    ]


def test_step_numbers_that_do_not_begin_at_one() -> None:
    assert numbered("3") == ["step 3 follows step 0: steps 1 to 2 are nowhere"]


def test_step_numbers_that_go_back() -> None:
    assert numbered("[1, 2]", "[3, 4]", "2") == ["step 2 stands behind step 4"]


def test_a_round_that_begins_anew_goes_back_to_the_first_numbers() -> None:
    assert numbered("[1, 2]", "[3, 4]", "[1, 2]", "[3, 4]") == []


def test_step_numbers_that_skip_are_remarked_on_the_case() -> None:
    assert told("- {step: 2, send: Heartbeat}\n") == ["step 2 follows step 0: step 1 is nowhere"]


def test_step_numbers_that_are_no_row() -> None:
    assert numbered("[1, 3]") == ["the step numbers 1 and 3 stand in one step but not in a row"]


def test_step_numbers_may_be_repeated_by_the_next_step() -> None:
    assert numbered("[1, 2]", "2", "[3, 4]", "[3, 4]") == []


def test_the_branches_of_a_choice_may_share_numbers_or_follow_each_other() -> None:
    choice = """\
        - {{step: 1, send: Heartbeat}}
        - any_of:
            - {{name: a, steps: [{{step: {}, receive: Reset, reply: $answer}}]}}
            - {{name: b, steps: [{{step: {}, send: Heartbeat}}]}}
        - {{step: {}, send: Heartbeat}}
        """
    assert [misnumbered(case(choice.format(*numbers)).steps) for numbers in ((2, 2, 3), (2, 3, 4))] == [[], []]
    assert len(misnumbered(case(choice.format(2, 4, 5)).steps)) == 1


def test_step_numbers_inside_a_loop_are_followed() -> None:
    steps = "- {step: 1, repeat: 2, steps: [{step: 3, send: Heartbeat}]}\n"
    assert [text for _, text in misnumbered(case(steps).steps)] == ["step 3 follows step 1: step 2 is nowhere"]


def test_a_name_that_nothing_reads() -> None:
    assert told("- {send: Heartbeat, save: {time: currentTime}}\n") == ["'time' is saved, but nothing reads $time"]
    read = "- {send: DataTransfer, with: {vendorId: x, data: $time}}\n"
    assert told(f"- {{send: Heartbeat, save: {{time: currentTime}}}}\n{read}") == []


def test_a_name_saved_from_an_optional_member_and_read_blindly() -> None:
    steps = "- receive: DataTransfer\n  save: {told: data}\n  reply: {status: Accepted, data: $told}\n"
    assert told(steps) == ["'data' is optional in DataTransfer.req, so $told may have no value"]


@pytest.mark.parametrize(
    "demand",
    [
        "expect: {data: {present: true}}",
        "expect: {data: x}",
        "trigger: {vendorId: v, data: x}\n  expect: $asked",
        "trigger: {vendorId: v, data: x}\n  expect: {data: {equals: $asked.data}}",
        "expect: {data: x}\n  if: {vendorId: v}\n  then: {messageId: m}",
    ],
)
def test_a_name_saved_from_an_optional_member_that_is_demanded(demand: str) -> None:
    steps = f"- receive: DataTransfer\n  {demand}\n  save: {{told: data}}\n  reply: {{status: Accepted, data: $told}}\n"
    assert told(steps) == []


def test_what_is_demanded_under_a_condition_makes_no_name_certain() -> None:
    steps = """\
        - receive: DataTransfer
          if: {vendorId: v}
          then: {data: x}
          save: {told: data}
          reply: {status: Accepted, data: $told}
        """
    assert len(told(steps)) == 1


@pytest.mark.parametrize("demand", ["{if_present: x}", "{equals: x, absent_means: x}", "{present: false}"])
def test_a_demand_that_holds_without_the_member_makes_no_name_certain(demand: str) -> None:
    steps = f"""\
        - receive: DataTransfer
          expect: {{data: {demand}}}
          save: {{told: data}}
          reply: {{status: Accepted, data: $told}}
        """
    assert told(steps) == ["'data' is optional in DataTransfer.req, so $told may have no value"]


def test_a_state_that_saves_what_no_caller_reads() -> None:
    found = case("- state: Charging\n")
    library = Library({"x": replace(found, where=Location("core/x.yaml", 1, 1))}, states(), (), "")
    assert [remark.text for remark in remarks(library)] == [
        "the state Charging saves 'transactionId', which nobody who runs it reads"
    ]


def test_a_state_whose_names_a_caller_reads_and_one_that_is_never_run() -> None:
    steps = "- state: Charging\n- {send: StopTransaction, with: {transactionId: $transactionId}}\n"
    found = replace(case(steps), where=Location("core/x.yaml", 1, 1))
    more = 'state: Lonely\nsection: "1"\nedition: "1"\nscenario: [{send: Heartbeat}]\n'
    texts = [remark.text for remark in remarks(Library({"x": found}, states(more), (), ""))]
    assert texts == ["the state Lonely is never run"]


def test_a_caller_of_a_caller_reads_too() -> None:
    outer = 'state: Outer\nsection: "1"\nedition: "1"\nscenario: [{state: Charging}]\n'
    known = states(outer)
    steps = "- state: Outer\n- {send: StopTransaction, with: {transactionId: $transactionId}}\n"
    found = replace(case(steps, known=known), where=Location("core/x.yaml", 1, 1))
    assert remarks(Library({"x": found}, known, (), "")) == []


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ((replace(ENTRY, reason="x"),), "TC_010_CSMS has a scenario, so it needs no reason"),
        ((ENTRY, replace(ENTRY, id="TC_011_CSMS")), "TC_011_CSMS has no scenario and no reason why not"),
        ((replace(ENTRY, id="TC_011_CSMS", reason="x"),), "TC_010_CSMS does not stand in the catalogue"),
        ((replace(ENTRY, name="X"),), "the name of TC_010_CSMS is 'Remote Start' here and 'X' in the catalogue"),
        ((replace(ENTRY, section="3"),), "the section of TC_010_CSMS is '3.4.1' here and '3' in the catalogue"),
    ],
)
def test_the_catalogue_and_the_cases_hold_each_other(entries: tuple[Entry, ...], text: str) -> None:
    found = replace(case("- send: Heartbeat\n"), where=Location("core/x.yaml", 1, 1))
    library = Library({found.id: found}, {}, entries, "")
    assert [remark.text for remark in remarks(library)] == [text]


def test_a_file_without_the_line_for_the_language_server(tmp_path: Path) -> None:
    root = tmp_path / "scenarios"
    for name, text in (
        ("core/TC_010_CSMS.yaml", case_text("- send: Heartbeat\n")),
        ("states/booted.yaml", f"{FIRST_LINE}\n{BOOTED}"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    where = Location("scenarios/core/TC_010_CSMS.yaml", 1, 1)
    assert lint(root) == [Remark(where, f"the first line must be {FIRST_LINE}")]
    assert str(lint(root)[0]).startswith("scenarios/core/TC_010_CSMS.yaml:1:1: the first line must be # yaml-")
