"""junit.xml: valid for strict readers, with the reason of every verdict that is not PASS."""

import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

import pytest
from lxml import etree as untyped_etree  # type: ignore[attr-defined]

from csms_harness.record.facts import KnownFact
from csms_harness.report.junit import junit_xml
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Verdict
from tests.report.realistic import AUTHORIZE_CONF, all_passed, case, facts

etree: Any = untyped_etree

# What junit-10.xsd of the Jenkins xUnit plugin accepts, reduced to the elements and attributes at stake.
STRICT = etree.XMLSchema(
    etree.XML("""
<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema">
  <x:simpleType name="time"><x:restriction base="x:string">
    <x:pattern value="[0-9]+(\\.[0-9]*)?"/>
  </x:restriction></x:simpleType>
  <x:complexType name="told" mixed="true"><x:attribute name="type"/><x:attribute name="message"/></x:complexType>
  <x:complexType name="case">
    <x:choice minOccurs="0" maxOccurs="unbounded">
      <x:element name="skipped" type="told"/><x:element name="error" type="told"/>
      <x:element name="failure" type="told"/>
      <x:element name="system-out" type="x:string"/><x:element name="system-err" type="x:string"/>
    </x:choice>
    <x:attribute name="name" use="required"/><x:attribute name="time" type="time"/>
    <x:attribute name="classname"/><x:attribute name="group"/>
  </x:complexType>
  <x:complexType name="suite">
    <x:choice minOccurs="0" maxOccurs="unbounded">
      <x:element name="properties"><x:complexType><x:sequence>
        <x:element name="property" minOccurs="0" maxOccurs="unbounded"><x:complexType>
          <x:attribute name="name" use="required"/><x:attribute name="value" use="required"/>
        </x:complexType></x:element>
      </x:sequence></x:complexType></x:element>
      <x:element name="testcase" type="case"/>
    </x:choice>
    <x:attribute name="name" use="required"/><x:attribute name="tests" use="required"/>
    <x:attribute name="failures" use="required"/><x:attribute name="errors" use="required"/>
    <x:attribute name="skipped"/><x:attribute name="time" type="time"/><x:attribute name="timestamp"/>
    <x:attribute name="hostname"/><x:attribute name="id"/><x:attribute name="package"/>
  </x:complexType>
  <x:element name="testsuites"><x:complexType>
    <x:sequence><x:element name="testsuite" type="suite" minOccurs="0" maxOccurs="unbounded"/></x:sequence>
    <x:attribute name="name"/><x:attribute name="time" type="time"/><x:attribute name="tests"/>
    <x:attribute name="failures"/><x:attribute name="errors"/>
  </x:complexType></x:element>
</x:schema>""")
)


def parsed(document: str) -> ET.Element:
    """Parse with two parsers and hold the document to the strict schema."""
    STRICT.assertValid(etree.fromstring(document.encode()))
    return ET.fromstring(document.encode())


def _tests(root: ET.Element) -> dict[str, ET.Element]:
    return {test.get("name", "").split()[0]: test for test in root.iter("testcase")}


def test_each_verdict_has_its_own_element() -> None:
    tests = _tests(parsed(junit_xml(facts())))
    found = {name: (child.tag, child.get("type")) for name, test in tests.items() for child in test}
    assert found == {
        "TC_010_CSMS": ("failure", "FAIL"),
        "TC_014_CSMS": ("error", "INCONCLUSIVE"),
        "TC_061_CSMS": ("error", "ERROR"),
        "TC_048_1_CSMS": ("skipped", "skipped"),
        "WIRE_006": ("failure", "FAIL"),
    }
    assert len(tests) == 6


def test_a_test_is_named_by_its_case_and_grouped_by_its_functionality() -> None:
    test = _tests(parsed(junit_xml(facts())))["TC_001_CSMS"]
    assert test.attrib == {"name": "TC_001_CSMS Cold Boot Charge Point", "classname": "Core", "time": "2.012"}


def test_a_failure_tells_step_required_observed_and_frame() -> None:
    failure = _tests(parsed(junit_xml(facts())))["TC_010_CSMS"][0]
    assert failure.get("message") == facts().cases[1].reason
    told = failure.text or ""
    for line in (
        "step: step 4",
        "required: Accepted",
        "observed: Invalid",
        f"frame 5 Central System → Charge Point: {AUTHORIZE_CONF}",
        "transcript: transcripts/TC_010_CSMS.jsonl",
        "run this case alone: csms-harness run TC_010_CSMS --target targets/reference.yaml",
    ):
        assert line in told
    assert told.index("FAIL:") < told.index("remark:")


def test_a_case_that_does_not_apply_names_the_claim() -> None:
    skipped = _tests(parsed(junit_xml(facts())))["TC_048_1_CSMS"][0]
    assert "profile.Reservation" in (skipped.get("message") or "")


def test_the_counts_are_those_of_the_run() -> None:
    root = parsed(junit_xml(facts()))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "2", "2")
    assert root[0].get("skipped") == "1"


@pytest.mark.parametrize("seconds", [0.0, 0.0000123, 1e-12, 4000.0, 123456.7])
def test_times_are_plain_digits_whatever_their_size(seconds: float) -> None:
    root = parsed(junit_xml(all_passed(cases=(case(seconds=seconds),))))
    assert next(root.iter("testcase")).get("time") == f"{seconds:.3f}"


def test_a_case_without_reason_or_finding_still_carries_its_verdict() -> None:
    root = parsed(junit_xml(facts(cases=(case(verdict=Verdict.FAIL),), rules=())))
    assert next(root.iter("failure")).get("message") == "FAIL"


def test_a_broken_wire_rule_stands_apart_with_its_breaches() -> None:
    breaches = (RuleBreach("TC_001_CSMS", 7, text="frame 7"),)
    rule = RuleVerdict("WIRE_002", "One answer", "4.1", Verdict.FAIL, looked_at=3, breaches=breaches)
    (test,) = (
        test
        for test in parsed(junit_xml(all_passed(rules=(rule,)))).iter("testcase")
        if test.get("classname") == "Standing wire rules"
    )
    assert "frame 7" in (test[0].text or "")


def test_a_rule_that_only_remarks_passes_and_says_so() -> None:
    remarks = (RuleBreach("TC_001_CSMS", 7, remark=True, text="TC_001_CSMS frame 7: as it likes"),)
    rule = RuleVerdict("RULE_002", "One status", "4.1", Verdict.PASS, 3, "beyond", remarks=remarks)
    suite = parsed(junit_xml(all_passed(rules=(rule,))))
    (test,) = (one for one in suite.iter("testcase") if one.get("classname") == "Beyond the certification document")
    assert [(child.tag, child.text) for child in test] == [("system-out", "remark: TC_001_CSMS frame 7: as it likes")]
    assert suite.get("failures") == "0"


def test_a_run_without_cases_is_a_valid_document() -> None:
    assert parsed(junit_xml(facts(cases=(), rules=()))).get("tests") == "0"


# -- known failures -----------------------------------------------------------------------------------------


def known(*entries: KnownFact, **more: Any) -> ET.Element:
    """A run with known failures, as JUnit."""
    told = facts(**more)
    return parsed(junit_xml(told.model_copy(update={"run": told.run.model_copy(update={"known": entries})})))


def an_entry(name: str, expected: str = "FAIL", until: date = date(2099, 1, 1)) -> KnownFact:
    return KnownFact(case=name, expected=expected, reason="idTag lost", issue="CSMS-7", until=until)


def test_a_known_failure_is_skipped_with_its_reason() -> None:
    cases = (case("TC_010_CSMS", Verdict.FAIL), case("TC_001_CSMS", Verdict.INCONCLUSIVE))
    root = known(an_entry("TC_010_CSMS"), an_entry("TC_001_CSMS", "INCONCLUSIVE"), cases=cases, rules=())
    assert (root.get("failures"), root.get("errors")) == ("0", "0")
    for test in root.iter("testcase"):
        skipped = test.find("skipped")
        assert skipped is not None
        assert "as expected until 2099-01-01 (idTag lost, CSMS-7)" in (skipped.get("message") or skipped.text or "")


def test_what_is_no_longer_as_it_is_known_fails() -> None:
    cases = (case("TC_010_CSMS", Verdict.PASS), case("TC_001_CSMS", Verdict.FAIL))
    root = known(an_entry("TC_010_CSMS"), an_entry("TC_001_CSMS", until=date(2001, 1, 1)), cases=cases, rules=())
    assert root.get("failures") == "2"
    (failure,) = [test.find("failure") for test in root.iter("testcase") if "TC_010" in str(test.get("name"))]
    assert failure is not None
    assert "PASS, where FAIL was expected" in str(failure.get("message"))


def test_a_rule_that_is_known_to_be_broken_is_skipped_and_one_that_holds_again_fails() -> None:
    broken = RuleVerdict("WIRE_006", "Schemas", "4", Verdict.FAIL, 3, breaches=(RuleBreach("TC_010_CSMS"),))
    holds = RuleVerdict("WIRE_001", "Frames", "4", Verdict.PASS, 3)
    root = known(an_entry("WIRE_006"), an_entry("WIRE_001"), cases=(), rules=(broken, holds))
    tests = {str(test.get("name")): test for test in root.iter("testcase")}
    assert tests["WIRE_006 Schemas"].find("skipped") is not None
    assert tests["WIRE_001 Frames"].find("failure") is not None
    assert root.get("failures") == "1"
