"""What the person running it reads when the run is over. Foreign strings are ``Text``, never markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from csms_harness.evidence import Finding
from csms_harness.foreign import for_terminal
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack, summary, timing
from csms_harness.report.telling import said_apart
from csms_harness.report.wording import ATTENTION, SIGNS, counted, frame_of, sender, telling_order
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict

STYLES: Final = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.ERROR: "bold magenta",
}
_OUTCOME_STYLES: Final = {
    summary.Outcome.PASS: "green",
    summary.Outcome.FAIL: "bold red",
    summary.Outcome.ERROR: "bold magenta",
    summary.Outcome.INCONCLUSIVE: "yellow",
    summary.Outcome.INCOMPLETE: "yellow",
    summary.Outcome.PARTIAL: "yellow",
}
_COLUMNS: Final = {
    "Pass": Verdict.PASS,
    "Fail": Verdict.FAIL,
    "Inconcl.": Verdict.INCONCLUSIVE,
    "N/A": Verdict.NOT_APPLICABLE,
    "Error": Verdict.ERROR,
}
_FINDINGS: Final = 5
_EXCERPT: Final = 400


def render_summary(facts: Facts, reports: Mapping[str, Path] | None = None) -> Group:
    """Return the document for standard output: verdicts, what to act on, the figures, the reports."""
    parts: list[RenderableType] = [*_incomplete(facts), _table(facts), Text()]
    for verdict in ATTENTION:
        parts += [part for case in facts.cases if case.verdict is verdict for part in _case(case)]
    parts += [part for case in pack.to_act_on(facts) for part in _case(case)]
    parts += [part for rule in facts.rules if rule.verdict in ATTENTION for part in _rule(rule)]
    parts += [
        *_figures(facts),
        *_remarks(facts),
        Text(),
        *_reports(reports or {}),
        Text(),
        *([Text(pack.sentence(facts))] if facts.pack else []),
        _verdict_line(facts),
    ]
    return Group(*parts)


def _incomplete(facts: Facts) -> Iterator[Text]:
    if not facts.run.complete:
        yield Text(
            "INCOMPLETE: interrupted; this run says nothing about the cases not reached.",
            "bold yellow",
        )


def _table(facts: Facts) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Functionality")
    table.add_column("Result", no_wrap=True)
    for name in (*_COLUMNS, "Not run"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in summary.functionality_results(facts):
        counts = [_count(row.counts[verdict], STYLES[verdict]) for verdict in _COLUMNS.values()]
        table.add_row(
            Text(for_terminal(row.name, 60)),
            Text(row.outcome, _OUTCOME_STYLES.get(row.outcome, "dim")),
            *counts,
            _count(row.not_run, "dim"),
        )
    return table


def _count(number: int, style: str) -> Text:
    return Text(str(number), style if number else "dim")


def verdict_label(verdict: Verdict) -> Text:
    """Return a verdict as a coloured word."""
    return Text(str(verdict), STYLES[verdict])


def case_label(case: CaseFact) -> Text:
    """Return the verdict of a case as a coloured word; what does not weigh is no alarm."""
    word = pack.word_of(case)
    return Text(word, STYLES[Verdict.INCONCLUSIVE]) if word == pack.REMARK else verdict_label(case.verdict)


def _case(case: CaseFact) -> Iterator[RenderableType]:
    yield Text.assemble(
        (f"{SIGNS[case.verdict]} ", STYLES[case.verdict] if pack.weighs(case) else STYLES[Verdict.INCONCLUSIVE]),
        case_label(case),
        "  ",
        (for_terminal(case.id, 80), "bold"),
        "  ",
        for_terminal(case.name, 160),
    )
    if case.reason:
        yield _indented(case.reason)
    findings = telling_order(case.findings)
    for found in findings[:_FINDINGS]:
        yield Padding(_finding(case, found), (0, 0, 0, 4), expand=False)
    if len(findings) > _FINDINGS:
        yield _indented(f"{counted(len(findings) - _FINDINGS, 'more finding')} in the report")
    if case.reproduce:
        yield _indented(f"run it alone: {case.reproduce}", "dim")
    yield Text()


def _finding(case: CaseFact, found: Finding) -> Table:
    """Lay a finding out as two columns: step, what it is, required, observed, frame."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True, min_width=8)
    grid.add_column(overflow="fold")
    rows = {"step": found.step, str(found.decides or "remark").lower(): found.text, "member": found.path}
    if said_apart(found):
        rows |= {"required": found.required, "observed": found.observed}
    frame = frame_of(case, found)
    if frame:
        rows[f"frame {frame.number}"] = f"{sender(frame)} {frame.text[:_EXCERPT]}".strip()
    for label, text in rows.items():
        if text:
            grid.add_row(label, Text(for_terminal(text, _EXCERPT)))
    return grid


def _rule(rule: RuleVerdict) -> Iterator[RenderableType]:
    yield Text.assemble(
        verdict_label(rule.verdict),
        "  ",
        (for_terminal(rule.id, 80), "bold"),
        "  ",
        for_terminal(rule.title, 200),
    )
    for breach in rule.breaches[:_FINDINGS]:
        yield _indented(breach.text)
    if len(rule.breaches) > _FINDINGS:
        yield _indented(f"{len(rule.breaches) - _FINDINGS} more in the report")
    yield Text()


def _indented(text: str, style: str = "") -> Padding:
    return Padding(Text(for_terminal(text, _EXCERPT), style), (0, 0, 0, 4), expand=False)


def _figures(facts: Facts) -> Iterator[Text]:
    for figure in (timing.response_figure(facts), timing.authorize_figure(facts)):
        if figure.spread:
            measured = f"{timing.clock_text(figure.spread.maximum)} ({timing.milliseconds(figure.spread.maximum)}"
            measured += f", {counted(figure.spread.count, 'sample')})"
        else:
            measured = "not measured"
        line = Text(f"{figure.name}: {measured}, PICS value {timing.plain_seconds(figure.declared)}")
        if figure.exceeded:
            line.append("  longer than declared", "yellow")
        if figure.stalled:
            line.append("  the harness itself was late by more than 5 % of it", "yellow")
        yield line


def _remarks(facts: Facts) -> Iterator[Text]:
    remarks = summary.compatibility_remarks(facts)
    if remarks:
        yield Text(f"{counted(remarks, 'compatibility remark')}: --strictness octt lets them decide.", "yellow")
    for text in timing.threshold_remarks(facts):
        yield Text(for_terminal(text, 220), "yellow")


def _reports(reports: Mapping[str, Path]) -> Iterator[Text]:
    for kind, path in reports.items():
        yield Text(f"{for_terminal(kind, 20):<16}{for_terminal(str(path))}", no_wrap=True, overflow="ignore")


def _verdict_line(facts: Facts) -> Text:
    result = summary.overall(facts)
    style = _OUTCOME_STYLES.get(result, "")
    return Text.assemble((f"{result.upper()}  ", style), summary.headline(facts))
