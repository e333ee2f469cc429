"""report.md: what a pull request comment or a build summary shows; below GitHub's 65,536 characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from csms_harness.foreign import for_markdown, markdown_code
from csms_harness.record.facts import Facts
from csms_harness.report import handshakes, pack, probing, remarks, sections, summary, timing
from csms_harness.report.blocks import Block, blocks, breaks
from csms_harness.report.wording import ATTENTION, SIGNS, counted
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict

SIZE_LIMIT: Final = 60_000
_FRAME: Final = 1200
_FINDINGS: Final = 5
_LINES: Final = 60
_LINE: Final = "| --- "
_COLUMNS: Final = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.ERROR)


def report_markdown(facts: Facts) -> str:
    """The report as GitHub-flavoured Markdown; cases that do not fit are counted, never half shown."""
    head = "\n\n".join((*_opening(facts), _functionalities(facts), _figures(facts)))
    tail = "\n\n".join(_certificate(facts))
    parts, size, left_out = [head], len(head) + len(tail), 0
    for section in (*_causes(facts), *_pack(facts), *_handshakes(facts)):
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
    return "\n".join((*lines, *_probed(facts)))


def _probed(facts: Facts) -> Iterator[str]:
    """The table of what was measured beside the run."""
    rows = tuple(probing.rows(facts))
    if rows:
        yield from ("", f"### {probing.HEADING}", "", probing.ABOUT, "")
        yield _row(("Name", "PICS value", "Measured value", "Samples", "How"))
        yield _row(("---", "---", "---", "--:", "---"))
        yield from (_row((row.name, row.declared, row.value, str(row.samples), row.about)) for row in rows)


def _certificate(facts: Facts) -> Iterator[str]:
    """What a certificate holds beside its results."""
    yield f"### Abstract of test report\n\n{_pairs(sections.abstract(facts))}"
    yield f"### Test configuration\n\n{_pairs(sections.configuration(facts)[:_LINES])}"
    yield _settings(facts)
    for _, heading, about, rules in sections.rule_groups(facts):
        yield f"### {heading}\n\n{about}.\n\n{_rules(rules)}"
    if remarks.remarks(facts):
        told = (f"- {for_markdown(remark)}" for remark in remarks.remarks(facts))
        yield "\n".join(("### Remarks", "", *told))
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
    """A table of names and values."""
    lines = [_row(("Item", "Value")), _LINE * 2 + "|"]
    lines += [_row((for_markdown(row.name, 120), for_markdown(row.text, 300))) for row in rows]
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _causes(facts: Facts) -> Iterator[str]:
    """A section to each cause, then what became of each case."""
    for block in blocks(facts):
        yield "\n\n".join(_block(block))
    lost = [case for verdict in ATTENTION for case in facts.cases if case.verdict is verdict]
    if lost:
        lines = [_row(("Verdict", "Case", "Name", "Reason")), _LINE * 4 + "|"]
        for case in lost:
            told = (for_markdown(case.id, 80), for_markdown(case.name, 160), for_markdown(case.reason, 300))
            lines.append(_row((f"{SIGNS[case.verdict]} {case.verdict}", *told)))
        yield "\n".join(("### Cases to act on", "", *lines))
        command = next((case.reproduce for case in lost if case.reproduce), "")
        if command:
            yield f"Run a case alone:\n\n{markdown_code(command)}"


def _block(block: Block) -> Iterator[str]:
    yield f"### {SIGNS[block.verdict]} {block.word} {for_markdown(block.title, 400)}"
    lines = [f"- {for_markdown(breach)}" for breach in block.breaches[:_FINDINGS]]
    if block.required or block.observed:
        lines += [f"- required: {for_markdown(block.required)}", f"- observed: {for_markdown(block.observed)}"]
    for word, cases in block.costs:
        named = ", ".join(for_markdown(case.id, 80) for case in cases)
        lines.append(f"- {word} {counted(len(cases), 'case')}: {named}")
    if block.rules:
        lines.append(f"- breaks {for_markdown(breaks(block), 400)}")
    yield "\n".join(lines)
    if block.frame is not None and block.frame.text:
        yield f"Seen in {for_markdown(block.place)}:\n\n{markdown_code(block.frame.text, _FRAME)}"
    elif block.place:
        yield f"Seen in {for_markdown(block.place)}."


def _pack(facts: Facts) -> Iterator[str]:
    """The cases beyond the document: all in a table, then those to act on."""
    if not facts.pack:
        return
    lines = [_row(("Check", "Level", "Verdict", "Name", "Clause")), _LINE * 5 + "|"]
    for case in facts.pack:
        verdict = f"{SIGNS[case.verdict]} {pack.word_of(case)}"
        told = (case.id, case.level, verdict, for_markdown(case.name, 160), for_markdown(case.section, 160))
        lines.append(_row(told))
    yield "\n".join((f"### {pack.HEADING}", "", pack.ABOUT, "", pack.sentence(facts), "", *lines))


def _handshakes(facts: Facts) -> Iterator[str]:
    """The openings that were not as usual, in one table."""
    tried = handshakes.rows(facts)
    if not tried:
        return
    lines = [_row(handshakes.HEAD), _LINE * len(handshakes.HEAD) + "|"]
    for one in tried:
        told = (one.tried, one.came, one.right, one.case.id)
        lines.append(_row((*(for_markdown(text, 300) for text in told), f"{SIGNS[one.case.verdict]} {one.word}")))
    yield "\n".join((f"### {handshakes.HEADING}", "", handshakes.ABOUT, "", *lines))
