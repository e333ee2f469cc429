"""What the scenarios send is measured by playing them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from csms_harness.matrix.coverage import Covered, coverage, of_ocpp, share, wanted, what_was_sent
from csms_harness.matrix.coverage_paper import lines, markdown
from csms_harness.matrix.trial import run_trial
from csms_harness.ocpp16.members import Member
from csms_harness.ocpp16.payloads import Direction
from csms_harness.resources import folder
from csms_harness.scenario.load import load_library
from csms_harness.target.target import read_target
from reference_csms.seams import Seams

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"


@cache
def measured() -> tuple[Covered, ...]:
    """The coverage of the shipped scenarios."""
    return coverage(load_library(folder("scenarios")), read_target(folder("targets") / "reference.yaml"))


def test_every_member_and_value_of_ocpp_1_6_and_of_the_security_whitepaper_is_sent_by_some_case() -> None:
    gaps = [(one.action, one.member.path, one.missing) for one in measured() if not one.complete]
    assert gaps == []
    sent, members, values, of = share(of_ocpp(measured()))
    assert (sent, values) == (members, of)
    assert members > 70
    assert of > 200


def test_the_page_holds_what_is_measured() -> None:
    page, told = PAGE.read_text("utf-8").splitlines(), markdown(of_ocpp(measured())).splitlines()
    assert [line for line in told if line not in page and "whitepaper" not in line] == []


def test_the_page_names_the_members_of_the_security_whitepaper_too() -> None:
    page = PAGE.read_text("utf-8")
    assert [one for one in measured() if f"| {one.action}.{one.direction} | {one.member.path} |" not in page] == []


def test_what_is_wrong_on_purpose_covers_nothing() -> None:
    library, target = load_library(folder("scenarios")), read_target(folder("targets") / "reference.yaml")
    sent = what_was_sent(run_trial(library, target, Seams(), ("LINE_014", "FIELD_010")).cases)
    assert ("StatusNotification", Direction.REQUEST, "status", "Faulted") in sent
    assert ("StatusNotification", Direction.REQUEST, "status", "Occupied") not in sent


def test_members_are_those_of_the_schema_in_lists_too() -> None:
    paths = {(action, member.path) for action, direction, member in wanted() if direction is Direction.REQUEST}
    assert ("MeterValues", "meterValue[].sampledValue[].phase") in paths
    assert ("StopTransaction", "transactionData[].timestamp") in paths
    assert ("Heartbeat", "") not in paths


def test_the_text_names_what_is_not_sent_and_with_an_action_all_cases() -> None:
    member = Member("status", "string", required=True, values=("Idle", "Uploaded"))
    one = Covered("X", Direction.REQUEST, member, ("A", "B", "C", "D"), {"Idle": ("A", "B", "C", "D"), "Uploaded": ()})
    short, long = list(lines([one], whole=False)), list(lines([one], whole=True))
    assert short[:2] == ["X.req status: A, B, C and 1 more", "    Uploaded: not sent"]
    assert "    Idle: A, B, C and 1 more" in long
    assert short[-1] == "1 of 1 members and 1 of 2 values of enumerations are sent"
    assert one.witnesses == ("A",)
