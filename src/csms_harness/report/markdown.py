"""report.md: what a pull request comment or a build summary shows; below GitHub's 65,536 characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from csms_harness.evidence import Finding
from csms_harness.foreign import for_markdown, markdown_code
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack, sections, summary, timing
from csms_harness.report.telling import said_apart
from csms_harness.report.wording import ATTENTION, SIGNS, counted, frame_of, sender, telling_order
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict

SIZE_LIMIT: Final = 60_000
_FRAME: Final = 1200
_FINDINGS: Final = 5
_LINES: Final = 60
_LINE: Final = "| --- "
_COLUMNS: Final = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.ERROR)


def report_markdown(facts: Facts) -> str:
    """Return the report as GitHub-flavoured Markdown; cases that do not fit are counted, never half shown."""
    head = "\n\n".join((*_opening(facts), _functionalities(facts), _figures(facts)))
    tail = "\n\n".join(_certificate(facts))
    parts, size, left_out = [head], len(head) + len(tail), 0
    for section in (*_broken_rules(facts), *_cases(facts), *_pack(facts)):
        if size + len(section) > SIZE_LIMIT:
            left_out += 1
            continue
        parts.append(section)
        size += len(section) + 2
    if left_out:
        parts.append(f"{counted(left_out, 'more section')} did not fit here: see certificate.html.")
    return "\n\n".join((*parts, tail)) + "\n"


def _opening(facts: Facts) -> Iterator[str]:
    product = facts.pics.product
    named = " ".join(filter(None, (product.vendor, product.designation, product.software_version)))
    yield f"## OCPP 1.6 self-test: {for_markdown(named, 300)}"
    if not facts.run.complete:
        yield "> **INCOMPLETE.** The run was interrupted; it says nothing about the cases not reached."
    yield f"**{summary.overall(facts)}.** {summary.headline(facts)}"
    yield from (f"> {for_markdown(remark)}" for remark in facts.run.remarks[:_FINDINGS])
    yield _pairs(sections.identity(facts))
    yield f"**{sections.SELF_TEST}** {sections.DISCLAIMER}"


def _functionalities(facts: Facts) -> str:
    heads = (
        "Functionality",
        "Result",
        "Passed",
        "Failed",
        "Inconclusive",
        "Not applicable",
        "Error",
        "Not run",
        "Description",
    )
    lines = ["### Test result summary", "", _row(heads), _row(("---", "---", *("--:",) * 6, "---"))]
    for result in summary.functionality_results(facts):
        counts = [str(result.counts[verdict]) for verdict in _COLUMNS]
        name = for_markdown(result.name, 80)
        lines.append(_row((name, result.outcome, *counts, str(result.not_run), result.description)))
    return "\n".join(lines)


def _figures(facts: Facts) -> str:
    lines = [
        "### Performance measurement results",
        "",
        _row(("Name", "PICS value", "Measured value", "Exactly", "Samples", "Description")),
        _row(("---", "---", "---", "--:", "--:", "---")),
    ]
    figures = sections.figures(facts)
    for figure in figures:
        measured = ("–", "not measured", "0")
        if figure.spread:
            exact = f"{timing.milliseconds(figure.spread.maximum)}{' †' if figure.stalled else ''}"
            measured = (timing.clock_text(figure.spread.maximum), exact, str(figure.spread.count))
        about = " ".join((figure.description, *sections.caveats(figure)))
        lines.append(_row((figure.name, timing.plain_seconds(figure.declared), *measured, about)))
    if any(figure.stalled for figure in figures):
        lines += ["", sections.DISTURBED]
    return "\n".join(lines)


def _certificate(facts: Facts) -> Iterator[str]:
    """Yield what a certificate holds beside its results."""
    yield f"### Abstract of test report\n\n{_pairs(sections.abstract(facts))}"
    yield f"### Test configuration\n\n{_pairs(sections.configuration(facts)[:_LINES])}"
    yield _settings(facts)
    for _, heading, about, rules in sections.rule_groups(facts):
        yield f"### {heading}\n\n{about}.\n\n{_rules(rules)}"
    if sections.remarks(facts):
        remarks = (f"- {for_markdown(remark)}" for remark in sections.remarks(facts))
        yield "\n".join(("### Remarks", "", *remarks))
    yield f"### Statement of approval\n\n{sections.APPROVAL}"
    for party, rows in sections.signatories(facts):
        yield f"**{party}**\n\n{_pairs(rows)}"


def _settings(facts: Facts) -> str:
    lines = [
        "### Limits and settings",
        "",
        _row(("Limit / setting", "Declared", "Observed on the wire")),
        _LINE * 3 + "|",
    ]
    for name, declared, observed in list(sections.settings(facts))[:_LINES]:
        lines.append(_row((for_markdown(name, 120), for_markdown(declared, 120) or "–", observed or "–")))
    return "\n".join(lines)


def _rules(rules: tuple[RuleVerdict, ...]) -> str:
    lines = [_row(("Rule", "Verdict", "What it asks", "Looked at")), _LINE * 3 + "| --: |"]
    for rule in rules[:_LINES]:
        verdict = f"{SIGNS[rule.verdict]} {rule.verdict}"
        lines.append(_row((for_markdown(rule.id, 80), verdict, for_markdown(rule.title, 160), str(rule.looked_at))))
    return "\n".join(lines)


def _pairs(rows: Iterable[sections.Row]) -> str:
    """Return a table of names and values."""
    lines = [_row(("Item", "Value")), _LINE * 2 + "|"]
    lines += [_row((for_markdown(row.name, 120), for_markdown(row.text, 300))) for row in rows]
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _cases(facts: Facts) -> Iterator[str]:
    for verdict in ATTENTION:
        for case in facts.cases:
            if case.verdict is verdict:
                yield "\n\n".join(_case(case))


def _pack(facts: Facts) -> Iterator[str]:
    """Yield the cases beyond the document: all in a table, then those to act on."""
    if not facts.pack:
        return
    lines = [_row(("Check", "Level", "Verdict", "Name", "Clause")), _LINE * 5 + "|"]
    for case in facts.pack:
        verdict = f"{SIGNS[case.verdict]} {pack.word_of(case)}"
        told = (case.id, case.level, verdict, for_markdown(case.name, 160), for_markdown(case.section, 160))
        lines.append(_row(told))
    yield "\n".join((f"### {pack.HEADING}", "", pack.ABOUT, "", pack.sentence(facts), "", *lines))
    for case in pack.to_act_on(facts):
        yield "\n\n".join(_case(case))


def _broken_rules(facts: Facts) -> Iterator[str]:
    for rule in facts.rules:
        if rule.verdict in ATTENTION:
            breaches = [f"- {for_markdown(breach.text)}" for breach in rule.breaches[:_FINDINGS]]
            more = len(rule.breaches) - len(breaches)
            named = f"{for_markdown(rule.id, 80)} {for_markdown(rule.title, 160)}"
            told = [f"### {SIGNS[rule.verdict]} {rule.verdict} {named}", "", *breaches]
            yield "\n".join([*told, f"- and {more} more"] if more > 0 else told)


def _case(case: CaseFact) -> Iterator[str]:
    named = f"{for_markdown(case.id, 80)} {for_markdown(case.name, 160)}"
    yield f"### {SIGNS[case.verdict]} {pack.word_of(case)} {named}"
    if case.reason:
        yield for_markdown(case.reason)
    findings = telling_order(case.findings)
    for found in findings[:_FINDINGS]:
        yield from _finding(case, found)
    if len(findings) > _FINDINGS:
        yield f"{counted(len(findings) - _FINDINGS, 'more finding')}: see certificate.html."
    if case.reproduce:
        yield f"Run this case alone:\n\n{markdown_code(case.reproduce)}"


def _finding(case: CaseFact, found: Finding) -> Iterator[str]:
    lines = [f"- **{found.decides or 'Remark'}** at {for_markdown(found.step, 160)}: {for_markdown(found.text)}"]
    if said_apart(found):
        lines.append(f"  - required: {for_markdown(found.required)}")
        lines.append(f"  - observed: {for_markdown(found.observed)}")
    yield "\n".join(lines)
    frame = frame_of(case, found)
    if frame:
        yield f"Frame {frame.number}, {sender(frame) or frame.kind}:\n\n{markdown_code(frame.text, _FRAME)}"
