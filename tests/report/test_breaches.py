"""Breaches of a rule in a list: the first of them, and how many there are beside them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from csms_harness.report.breaches import listed, told_rule
from csms_harness.report.certificate import certificate_html
from csms_harness.report.junit import junit_xml
from csms_harness.report.pages import _asked
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Verdict
from tests.report.paper import parse_html, words
from tests.report.realistic import all_passed

BREACHES = tuple(RuleBreach("TC_001_CSMS", n, observed="x") for n in range(50))
BROKEN = told_rule(
    RuleVerdict(
        "WIRE_006", "Schemas", "4", Verdict.FAIL, 99, breaches=BREACHES, rule="frame", more=32,
        remarks=BREACHES[:14], more_remarks=3,
    )
)  # fmt: skip
"""50 breaches are listed of 82, 14 remarks of 17."""


@pytest.mark.parametrize(("most", "last"), [(12, "and 70 more"), (50, "and 32 more"), (60, "and 32 more")])
def test_how_many_are_not_listed_is_told_whatever_was_left_out_before(most: int, last: str) -> None:
    assert listed(BROKEN.breaches, BROKEN.more, most)[-2:] == (f"TC_001_CSMS frame {min(most, 50) - 1}: x", last)


def test_where_all_are_listed_no_more_is_said() -> None:
    assert listed(BROKEN.remarks[:2], 0, 12) == ("TC_001_CSMS frame 0: x", "TC_001_CSMS frame 1: x")


def test_the_certificate_counts_what_it_does_not_list() -> None:
    page = words(parse_html(certificate_html(all_passed(rules=(BROKEN,)))))
    assert re.findall(r"and \d+ more", page) == ["and 70 more", "and 5 more"]
    assert [line for line in _asked(BROKEN).splitlines() if "more" in line] == [
        "· and 79 more",
        "· Remark: and 14 more",
    ]


def test_junit_counts_what_it_does_not_list() -> None:
    test = next(
        one
        for one in ET.fromstring(junit_xml(all_passed(rules=(BROKEN,)))).iter("testcase")
        if "WIRE" in str(one.get("name"))
    )
    failure = test.find("failure")
    assert failure is not None
    assert re.fullmatch(r"(?s).*\nand \d+ more", str(failure.text).strip())
