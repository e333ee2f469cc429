"""The parts that every certificate has in the same words, whatever its format: identity, abstract, settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from csms_harness.record.facts import ConnectionFact, Facts
from csms_harness.report import timing
from csms_harness.report.wording import PRODUCT_TYPE, counted, moment
from csms_harness.rules.verdicts import RuleVerdict

MILLISECONDS_SETTING: Final = "milliseconds_in_timestamps"
"""The setting of a PICS that is set beside what was observed on the wire."""

MILLISECONDS_LABEL: Final = "Supports sending milliseconds in timestamps"

REFERENCE: Final = "OCPP 1.6 edition 2 (JSON) with the OCPP 1.6 errata sheet v4.0 (release of 2019-10-23)"
"""The reference specification, as certificates print it."""

KIND: Final = "Self-test report"
TITLE: Final = "OCPP 1.6 Conformance of a Central System"
SUBTITLE: Final = "OCPP-J (JSON over WebSocket), judged frame by frame"

SELF_TEST: Final = "This is a self-test, not a certificate of the Open Charge Alliance."
DISCLAIMER: Final = (
    "It was neither issued nor reviewed by that organisation, replaces no test by an accredited laboratory, allows "
    "no use of any certification mark, and guarantees no property of the product. Its parts belong together; it "
    "holds only for the designation and version stated above."
)
APPROVAL: Final = (
    "The undersigned have read this report and state that the product and its configuration are described "
    "truthfully in it."
)
INTERRUPTED: Final = "This run was interrupted. It says nothing about the cases that were not reached."
DISTURBED: Final = "† While this value was measured, the harness itself was late by more than 5 % of it."


RULE_GROUPS: Final = {
    "wire": ("Standing wire rules", "Rules that hold for every frame of every case"),
    "beyond": ("Beyond the certification document", "What the document does not ask, judged over the whole run"),
}
"""Groups of standing rules: their heading, and what they are."""


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its value; ``otherwise`` is said when there is none, ``code`` asks for a fixed-width font."""

    name: str
    value: str
    otherwise: str = "not stated"
    code: bool = False

    @property
    def text(self) -> str:
        """The value, or what is said instead."""
        return self.value or self.otherwise


def both_verdicts(facts: Facts) -> str:
    """What the two verdicts of a case are, and which of them counted in this run."""
    counted_one = "the specification" if facts.run.strictness == "spec" else "the habits of the official test tool"
    return (
        "In the order of the certification document; by the specification, and by the habits of the official test "
        f"tool. In this run {counted_one} decided."
    )


def report_date(facts: Facts) -> str:
    """The date that stands on the report: the one of the PICS, else the day the run ended."""
    return facts.pics.product.date or facts.run.finished.date().isoformat()


def holder(facts: Facts) -> str:
    """For whom the report is made out."""
    return facts.pics.product.holder or facts.pics.product.vendor


def identity(facts: Facts) -> tuple[Row, ...]:
    """The head of the first page."""
    product = facts.pics.product
    return (
        Row("Holder", holder(facts)),
        Row("Report number", product.number, "not assigned"),
        Row("Product type", PRODUCT_TYPE),
        Row("Product designation", product.designation),
        Row("OCPP software version", product.software_version),
        Row("Report date", report_date(facts)),
    )


def attestation(facts: Facts) -> str:
    """What the report attests, and on what it rests."""
    return (
        f"This report attests what csms_harness {facts.run.tool_version} observed when it acted as a Charge Point "
        f"towards the product named above, and nothing beyond it. The product was measured against {REFERENCE}, "
        "by executable scenarios that follow the certification test cases for a Central "
        f"System, edition {facts.run.edition}. Every verdict rests on frames that crossed the wire; the frames are "
        "kept."
    )


def applied_tests(facts: Facts) -> tuple[Row, ...]:
    """What was applied, who did it when, and where the evidence is."""
    product, run = facts.pics.product, facts.run
    cases = counted(len(facts.cases), "test case")
    evidence = product.evidence or product.reference or "no reference given"
    return (
        Row(
            "Applied tests",
            f"{cases} for a Central System, edition {run.edition}, as scenarios with digest {run.scenario_digest[:19]}",
        ),
        Row("Performed by / on", f"{product.laboratory or product.vendor or 'not stated'}, {report_date(facts)}"),
        Row("Document evidence", f"{evidence}; transcripts and facts of this run"),
    )


def abstract(facts: Facts) -> tuple[Row, ...]:
    """The abstract of the test report."""
    product = facts.pics.product
    return (
        Row("Test laboratory", product.laboratory),
        Row("Location", product.location),
        Row("Test report reference", product.reference),
        Row("Vendor name", product.vendor),
        Row("Device under test", "CSMS"),
        Row("Communication", "JSON"),
        Row("OCPP software version", product.software_version),
    )


def configuration(facts: Facts) -> tuple[Row, ...]:
    """What was tested, with what, in which environment."""
    product, run = facts.pics.product, facts.run
    strict = "as the specification demands" if run.strictness == "spec" else "as the official test tool behaves"
    seed = () if run.seed is None else (Row("Seed", str(run.seed)),)
    return (
        Row("Vendor", product.vendor),
        Row("DUT / SUT", "CSMS"),
        Row("Communication", "JSON"),
        Row("OCPP software version", product.software_version),
        Row("Tool version", f"csms_harness {run.tool_version}"),
        Row("Edition of the test cases", run.edition),
        Row("Digest of the scenarios", run.scenario_digest, code=True),
        *_own_scenarios(facts),
        Row("Strictness", f"{strict} ({run.strictness})"),
        Row("Target", run.target),
        Row("URL", run.url, code=True),
        Row("Lanes", str(run.lanes)),
        *seed,
        Row("Begun, ended", f"{moment(run.started)}, {moment(run.finished)} ({run.seconds:.1f} s)"),
        *(Row("Went on after a stop", moment(when)) for when in run.resumed),
        *(Row(f"Deadline: {name}", timing.plain_seconds(seconds)) for name, seconds in run.deadlines.items()),
        *(Row(f"Threshold: {name}", timing.plain_seconds(seconds)) for name, seconds in run.thresholds.items()),
        Row("Clock of the measurements", ", ".join(timing.clocks(facts)), "nothing measured"),
        Row("Command", run.command, code=True),
        *(Row(name, value) for name, value in run.environment.items()),
    )


def _own_scenarios(facts: Facts) -> Iterator[Row]:
    """What of the scenarios is not as it was shipped."""
    own, replaced = facts.run.own_scenarios, set(facts.run.replaced_scenarios)
    for title, names in (("Scenarios replaced", set(own) & replaced), ("Scenarios added", set(own) - replaced)):
        if names:
            yield Row(title, ", ".join(f"{name} ({own[name]})" for name in sorted(names)))


def settings(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Limits and settings: name, what the vendor declared, what the wire showed."""
    observed = {True: "Yes", False: "No", None: "not observed"}
    declared = dict(facts.pics.settings)
    claim = declared.pop(MILLISECONDS_SETTING, None)
    yield (
        MILLISECONDS_LABEL,
        "not declared" if claim is None else _setting(claim),
        observed[facts.milliseconds_in_timestamps],
    )
    if facts.clock_skew is not None:
        low, high = facts.clock_skew
        yield "Clock of the CSMS minus ours", "", f"{low:+z.3f} s to {high:+z.3f} s"
    for name, value in declared.items():
        yield name.replace("_", " ").capitalize(), _setting(value), ""


def _setting(value: object) -> str:
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def rule_groups(facts: Facts) -> Iterator[tuple[str, str, str, tuple[RuleVerdict, ...]]]:
    """The groups of standing rules that were held against the run: name, heading, what they are, rules."""
    for name, (heading, about) in RULE_GROUPS.items():
        rules = tuple(rule for rule in facts.rules if rule.group == name)
        if rules:
            yield name, heading, about, rules


def figures(facts: Facts) -> tuple[timing.Figure, timing.Figure]:
    """The two rows of the performance measurement results."""
    return timing.response_figure(facts), timing.authorize_figure(facts)


def caveats(figure: timing.Figure) -> tuple[str, ...]:
    """What has to be said about a figure, a sentence each."""
    said = (
        (figure.exceeded, "Longer than declared."),
        (figure.late, f"{counted(figure.late, 'answer')} came late."),
        (figure.unanswered, f"{counted(figure.unanswered, 'CALL')} never answered."),
    )
    return tuple(text for holds, text in said if holds)


def stall_note(facts: Facts) -> str:
    """How late the harness itself was, its own health figure; empty when nothing was measured."""
    stall = timing.client_stall(facts)
    if stall is None:
        return ""
    median, p99, longest = map(timing.milliseconds, (stall.median, stall.p99, stall.maximum))
    return (
        f"The harness noticed answers later than they arrived by {median} in the median, {p99} at p99 and "
        f"{longest} at most."
    )


def stamp_note(facts: Facts) -> str:
    """How often a stamp of the kernel could not be believed; empty when all of them could."""
    misdated, answers = timing.misdated(facts)
    if not misdated:
        return ""
    return (
        f"For {misdated} of {counted(answers, 'answer')} the kernel gave no stamp, or one that cannot be right "
        "(a clock that was set meanwhile does that): the moment at which the harness read the answer counts."
    )


def signatories(facts: Facts) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Who signs, each with the lines to fill in."""
    product = facts.pics.product
    parties = (("Vendor", product.vendor, ""), ("Test laboratory", product.laboratory, product.location))
    return tuple(
        (
            party,
            (
                Row("Date", "", ""),
                Row("Name", "", ""),
                Row("Company", company, ""),
                Row("Department", "", ""),
                Row("Position", "", ""),
                Row("Location", place, ""),
                Row("Signature", "", ""),
            ),
        )
        for party, company, place in parties
    )


def connections(facts: Facts) -> list[ConnectionFact]:
    """One handshake of each Charge Point under each security profile: the first."""
    return list({(one.charge_point, one.security_profile): one for one in reversed(facts.connections)}.values())[::-1]
