"""Live progress on standard error: what runs, what is awaited, how long; plain lines when nobody watches."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from csms_harness.foreign import for_terminal
from csms_harness.record.facts import CaseFact
from csms_harness.report.account import account
from csms_harness.report.telling import told_case
from csms_harness.report.terminal import case_label, verdict_label
from csms_harness.verdict import Verdict


@dataclass(slots=True)
class _Running:
    case_id: str
    name: str
    awaited: str = ""


class Progress:
    """Shows a run while it goes on. Fed by the runner; it asks no clock.

    On a terminal one line per lane is kept up to date. Elsewhere (no terminal, or ``CI`` set), and whenever
    ``plain`` is True, one plain line per finished case is printed. Colours follow ``NO_COLOR``. ``quiet`` tells
    nothing but what a person is asked, ``verbose`` what was found in each case. ``soon`` is handed what draws the
    waits: to draw them costs eight times what a judged CALL costs, so it is done once for all that came till then.
    """

    def __init__(
        self,
        console: Console | None = None,
        *,
        total: int = 0,
        plain: bool | None = None,
        quiet: bool = False,
        verbose: bool = False,
        soon: Callable[[Callable[[], None]], object] = lambda draw: draw(),
    ) -> None:
        self._console = console or Console(stderr=True)
        self._total = total
        self._running: dict[str, _Running] = {}
        self._finished: Counter[Verdict] = Counter()
        self._asked, self._quiet, self._verbose = "", quiet, verbose
        self._soon, self._due = soon, False
        still = quiet or not self._console.is_terminal or bool(os.environ.get("CI")) if plain is None else plain
        self._live = None if still else Live(console=self._console, auto_refresh=False, transient=True)
        if self._live:
            self._live.start()

    def case_started(self, lane: str, case_id: str, name: str) -> None:
        """Note that ``lane`` has begun a case."""
        self._running[lane] = _Running(case_id, name)
        self._refresh()

    def awaiting(self, lane: str, what: str, seconds_left: float | None = None) -> None:
        """Note what ``lane`` waits for, and how many seconds it will go on waiting."""
        if lane in self._running:
            left = "" if seconds_left is None else f", {max(seconds_left, 0):.0f} s left"
            self._running[lane].awaited = f"{what}{left}"
            if self._live and not self._due:
                self._due = True
                self._soon(self._refresh)

    def case_finished(self, case: CaseFact) -> None:
        """Print the line of a finished case and free its lane."""
        self._running.pop(case.lane, None)
        self._finished[case.verdict] += 1
        self._refresh()
        if not self._quiet:
            told = told_case(case)
            self._console.print(finished_line(told), soft_wrap=True, highlight=False)
            for line in account(told, written=False).splitlines() if self._verbose and told.findings else ():
                self.say(f"    {line}" if line else "")

    def say(self, text: str) -> None:
        """Print a line that stays, above the live lines."""
        self._console.print(Text(for_terminal(text)), soft_wrap=True, highlight=False)

    def ask(self, line: str) -> None:
        """Keep a question to the operator below the live lines; an empty text removes it."""
        if line and not self._asked and not self._live:
            self.say(line)
        self._asked = line
        self._refresh()

    def close(self) -> None:
        """Remove the live lines; calling it twice does no harm."""
        if self._live:
            self._live.stop()
            self._live = None

    def _refresh(self) -> None:
        self._due = False
        if self._live:
            self._live.update(self._view(), refresh=True)

    def _view(self) -> Group:
        grid = Table.grid(padding=(0, 2))
        for lane in sorted(self._running):
            running = self._running[lane]
            grid.add_row(
                Text(for_terminal(lane, 20), "dim"),
                Text(for_terminal(running.case_id, 40), "bold", no_wrap=True),
                Text(for_terminal(running.name, 60)),
                Text(for_terminal(running.awaited, 120), "cyan"),
            )
        asked = (Text(for_terminal(self._asked), "bold"),) if self._asked else ()
        return Group(grid, self._counts(), *asked)

    def _counts(self) -> Text:
        done = sum(self._finished.values())
        line = Text(f"{done} of {self._total} finished" if self._total else f"{done} finished", "dim")
        for verdict in Verdict:
            if self._finished[verdict]:
                line.append_text(Text.assemble("  ", str(self._finished[verdict]), " ", verdict_label(verdict)))
        return line


def finished_line(case: CaseFact) -> Text:
    """One line for a finished case: verdict, id, name, seconds; the reason when it did not pass."""
    reason = () if case.verdict is Verdict.PASS or not case.reason else ("  ", for_terminal(case.reason, 160))
    return Text.assemble(
        case_label(case),
        f"  {for_terminal(case.id, 80)}  {for_terminal(case.name, 160)}  {case.seconds:.2f} s",
        *reason,
    )
