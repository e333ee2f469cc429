"""junit.xml for build servers: the subset of JUnit that strict readers (junit-10.xsd) accept."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC
from typing import Any, Final

import junit_xml as untyped_junit_xml

from csms_harness.foreign import for_xml
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack, sections
from csms_harness.report.account import FINDINGS, FRAME, account
from csms_harness.report.breaches import listed
from csms_harness.report.known import Reckoning, reckon
from csms_harness.report.wording import ATTENTION
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict

_junit: Any = untyped_junit_xml
_MESSAGE: Final = 1000
_NOT_IN_THE_SCHEMA: Final = ("disabled", "assertions", "file", "log", "url", "line")


def junit_xml(facts: Facts) -> str:
    """The JUnit document: a test case per case, and one per rule that was broken or has a remark.

    FAIL is a failure, INCONCLUSIVE and ERROR are errors, NOT APPLICABLE is skipped with its reason. Of a case beyond
    the document that does not weigh, the findings stand in its output. A known failure is skipped as well, and one that
    is no longer as it is known fails, as the exit code has it.
    """
    known = reckon(facts)
    suite: ET.Element = _junit.TestSuite(
        for_xml(f"csms_harness: {facts.pics.product.designation}", _MESSAGE),
        [
            *(_test_case(case, known) for case in (*facts.cases, *facts.pack)),
            *(_rule(rule, known) for rule in _rules_told(facts, known)),
        ],
        timestamp=facts.run.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        properties=_properties(facts),
    ).build_xml_doc()
    _keep_to_the_schema(suite, facts, known)
    root = ET.Element("testsuites", {name: suite.attrib[name] for name in ("tests", "failures", "errors", "time")})
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _properties(facts: Facts) -> dict[str, str]:
    run = facts.run
    values = {
        "tool_version": run.tool_version,
        "edition": run.edition,
        "scenario_digest": run.scenario_digest,
        "strictness": run.strictness,
        "complete": "yes" if run.complete else "no",
    }
    return {name: for_xml(value, _MESSAGE) for name, value in values.items()}


def _test_case(case: CaseFact, known: Reckoning) -> Any:
    test = _junit.TestCase(for_xml(f"{case.id} {case.name}", _MESSAGE), classname=for_xml(case.functionality, _MESSAGE))
    message = for_xml(" ".join(case.reason.split()) or case.verdict, _MESSAGE)
    if case.id in known.forgiven:
        test.add_skipped_info(for_xml(known.forgiven[case.id], _MESSAGE))
        test.stdout = for_xml(account(case))
    elif case.id in known.unexpected and case.verdict not in (Verdict.FAIL, Verdict.ERROR):
        test.add_failure_info(for_xml(known.unexpected[case.id], _MESSAGE), for_xml(account(case)), "unexpected")
    elif not pack.weighs(case) and case.verdict in ATTENTION:
        test.stdout = for_xml(f"{pack.word_of(case)} (level {case.level})\n\n{account(case)}")
    elif case.verdict is Verdict.FAIL:
        test.add_failure_info(message, for_xml(account(case)), failure_type="FAIL")
    elif case.verdict in (Verdict.INCONCLUSIVE, Verdict.ERROR):
        test.add_error_info(message, for_xml(account(case)), error_type=case.verdict.value)
    elif case.verdict is Verdict.NOT_APPLICABLE:
        test.add_skipped_info(message)
    return test


def _rules_told(facts: Facts, known: Reckoning) -> list[RuleVerdict]:
    told = (Verdict.FAIL, Verdict.ERROR)
    return [rule for rule in facts.rules if rule.verdict in told or rule.remarks or rule.id in known.unexpected]


def _rule(rule: RuleVerdict, known: Reckoning) -> Any:
    """A rule that was broken fails; one that only remarks something passes, and its output says what."""
    heading, _ = sections.RULE_GROUPS[rule.group]
    test = _junit.TestCase(for_xml(f"{rule.id} {rule.title}", _MESSAGE), classname=heading)
    remarks = "\n".join(f"remark: {text[:FRAME]}" for text in listed(rule.remarks, rule.more_remarks, FINDINGS))
    if remarks:
        test.stdout = for_xml(remarks)
    if rule.id in known.forgiven:
        test.add_skipped_info(for_xml(known.forgiven[rule.id], _MESSAGE))
        return test
    if rule.verdict not in (Verdict.FAIL, Verdict.ERROR):
        if rule.id in known.unexpected:
            test.add_failure_info(for_xml(known.unexpected[rule.id], _MESSAGE), rule.title, "unexpected")
        return test
    broken = (text[:FRAME] for text in listed(rule.breaches, rule.more, FINDINGS))
    lines = "\n".join((f"{rule.title} ({rule.clause})", *broken))
    add = test.add_failure_info if rule.verdict is Verdict.FAIL else test.add_error_info
    add(for_xml(f"broken: {rule.title}", _MESSAGE), for_xml(lines), rule.verdict.value)
    return test


def _keep_to_the_schema(suite: ET.Element, facts: Facts, known: Reckoning) -> None:
    """Take off what strict readers refuse, and write every time as plain digits."""
    for name in _NOT_IN_THE_SCHEMA:
        suite.attrib.pop(name, None)
    suite.set("time", f"{facts.run.seconds:.3f}")
    seconds = [*(case.seconds for case in (*facts.cases, *facts.pack)), *(0.0 for _ in _rules_told(facts, known))]
    for test, taken in zip(suite.iter("testcase"), seconds, strict=True):
        test.set("time", f"{taken:.3f}")
