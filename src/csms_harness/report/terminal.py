"""What the person running it reads when the run is over. Foreign strings are ``Text``, never markup."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from csms_harness.foreign import cut, for_terminal
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack, remarks, summary, timing
from csms_harness.report.blocks import Block, blocks, breaks, costs_in_short
from csms_harness.report.wording import SIGNS, counted
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
_TABLE: Final = 76
"""So many columns the table of the functionalities needs."""
_EXCERPT: Final = 400
_LONGEST: Final = 2000
_HALF: Final = 160
_FRAME: Final = 180
_BREACHES: Final = 3
_IDS: Final = 30
_LEFT: Final = 5
_BLOCKS: Final = 20
"""So many causes are told in full; what is beyond them is a line each."""


def render_summary(facts: Facts, reports: Mapping[str, Path] | None = None) -> Group:
    """The document for standard output: verdicts, what to act on, the figures, the reports."""
    parts: list[RenderableType] = [*_incomplete(facts, reports or {})]
    if facts.catalogue:  # a log has none
        parts += [_Results(facts), Text()]
    parts += _causes(facts)
    for lines in ([*_figures(facts), *_remarks(facts)], [*_reports(reports or {})]):
        parts += [*lines, Text()] if lines else ()
    if facts.pack and facts.catalogue:
        parts.append(Text(pack.sentence(facts)))
    return Group(*parts, verdict_line(facts))


def _incomplete(facts: Facts, reports: Mapping[str, Path]) -> Iterator[Text]:
    if not facts.run.complete:
        yield Text("INCOMPLETE: interrupted; this run says nothing about the cases not reached.", "bold yellow")
    if not facts.run.complete and "facts" in reports:
        folder = shlex.quote(for_terminal(str(reports["facts"].parent)))
        yield Text(f"Go on with it: csms-harness run --resume {folder}", no_wrap=True, overflow="ignore")


class _Results:
    """The results of the functionalities of which anything was to run: a table, or where it finds no room, lines."""

    def __init__(self, facts: Facts) -> None:
        self._rows = summary.functionality_results(facts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        touched = [row for row in self._rows if row.outcome is not summary.Outcome.NOT_RUN or row.missing]
        if touched and options.max_width >= _TABLE:
            yield _table(touched)
        else:
            yield from (_line(row) for row in touched)
        others = [for_terminal(row.name, 60) for row in self._rows if row not in touched]
        if others:
            yield Text(f"Not run: {', '.join(others)}.", "dim")


def _line(row: summary.FunctionalityResult) -> Text:
    style = _OUTCOME_STYLES.get(row.outcome, "dim")
    return Text.assemble(f"{for_terminal(row.name, 60)}: ", (row.outcome, style), f" ({row.tally})")


def _table(rows: Iterable[summary.FunctionalityResult]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Functionality")
    table.add_column("Result", no_wrap=True)
    for name in (*_COLUMNS, "Not run"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
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
    """A verdict as a coloured word."""
    return Text(str(verdict), STYLES[verdict])


def case_label(case: CaseFact) -> Text:
    """The verdict of a case as a coloured word; what does not weigh is no alarm."""
    word = pack.word_of(case)
    return Text(word, STYLES[Verdict.INCONCLUSIVE]) if word == pack.REMARK else verdict_label(case.verdict)


def _block(block: Block) -> Iterator[RenderableType]:
    """Lay a cause out: its headline, then an example, the cases it costs and the rules it breaks, each labelled."""
    style = STYLES[block.verdict] if block.word == block.verdict else STYLES[Verdict.INCONCLUSIVE]
    yield Text.assemble(
        (f"{SIGNS[block.verdict]} {block.word}", style), "  ", (for_terminal(block.title, _EXCERPT), "bold")
    )
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True, min_width=9)
    grid.add_column(overflow="fold")
    for label, text in _lines(block):
        grid.add_row(label, Text(for_terminal(text, _LONGEST), overflow="fold"))
    yield Padding(grid, (0, 0, 1, 4), expand=False)


def _lines(block: Block) -> Iterator[tuple[str, str]]:
    if block.required or block.observed:
        yield "required", f"{cut(block.required, _HALF)}, observed {cut(block.observed, _HALF)}"
    yield from (("", text) for text in block.breaches[:_BREACHES])
    if block.place:
        yield "seen", block.place
    if block.frame is not None and block.frame.text:
        yield "", cut(block.frame.text, _FRAME)
    for word, cases in block.costs:
        yield word, _ids(cases)
    if block.rules:
        yield "breaks", breaks(block)


def _ids(cases: tuple[CaseFact, ...]) -> str:
    """Name the cases, those of a block as long as they fit into a few lines."""
    named = ", ".join(case.id for case in cases[:_IDS])
    more = f" and {len(cases) - _IDS} more" if len(cases) > _IDS else ""
    return f"{counted(len(cases), 'case')}: {named}{more}" if len(cases) > 1 else named


def _causes(facts: Facts) -> Iterator[RenderableType]:
    """A block to each cause; of very many the last are a line each."""
    found = blocks(facts)
    for block in found[:_BLOCKS]:
        yield from _block(block)
    for block in found[_BLOCKS:]:
        lost = ", ".join(filter(None, (costs_in_short(block), breaks(block))))
        yield Text(for_terminal(f"{SIGNS[block.verdict]} {block.word}  {block.title} ({lost})", _EXCERPT))
    if found[_BLOCKS:]:
        yield Text()
    reproduce = next((block.reproduce for block in found if block.reproduce), "")
    if reproduce:
        yield Text(f"Run a case alone: {for_terminal(reproduce, _EXCERPT)}", "dim", no_wrap=True, overflow="ignore")
        yield Text()


def _figures(facts: Facts) -> Iterator[Text]:
    for figure in (timing.response_figure(facts), timing.authorize_figure(facts)):
        if figure.spread is None and not facts.catalogue:
            continue
        if figure.spread:
            measured = f"{timing.clock_text(figure.spread.maximum)} ({timing.milliseconds(figure.spread.maximum)}"
            measured += f", {counted(figure.spread.count, 'sample')})"
        else:
            measured = "not measured"
        line = Text(f"{figure.name}: {measured}, PICS value {timing.plain_seconds(figure.declared)}")
        if figure.exceeded:
            line.append("; longer than declared", "yellow")
        if figure.stalled:
            line.append("; the harness itself was late by more than 5 % of it", "yellow")
        yield line


def _remarks(facts: Facts) -> Iterator[Text]:
    habits = summary.compatibility_remarks(facts)
    if habits:
        yield Text(f"{counted(habits, 'compatibility remark')}: --strictness octt lets them decide.", "yellow")
    for text in (*remarks.contested(facts), *remarks.open_remarks(facts))[:_LEFT]:
        yield Text(for_terminal(text, 300), "yellow")
    for text in remarks.between_cases(facts):
        yield Text(for_terminal(text, _EXCERPT))
    for rule in remarks.remarked(facts):
        yield Text(for_terminal(remarks.rule_remark(rule), _EXCERPT), "yellow")
    for text in timing.threshold_remarks(facts):
        yield Text(for_terminal(text, 220), "yellow")


def _reports(reports: Mapping[str, Path]) -> Iterator[Text]:
    for kind, path in reports.items():
        yield Text(f"{for_terminal(kind, 20):<16}{for_terminal(str(path))}", no_wrap=True, overflow="ignore")


def verdict_line(facts: Facts) -> Text:
    """The one line that a run comes to: where the document passed and a check beyond it failed, that."""
    result, headline = summary.overall(facts), summary.headline(facts)
    failed = sum(case.verdict is Verdict.FAIL for case in pack.weighing(facts))
    if failed and result in (summary.Outcome.PASS, summary.Outcome.PARTIAL):
        result, headline = summary.Outcome.FAIL, f"{headline} {counted(failed, 'check')} beyond the document failed."
    said = result is summary.Outcome.INCOMPLETE and not facts.run.complete  # the headline begins with it
    return Text.assemble(("" if said else f"{result.upper()}  ", _OUTCOME_STYLES.get(result, "")), headline)
