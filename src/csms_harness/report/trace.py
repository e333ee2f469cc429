"""Cases told while they run, for ``--trace``: every frame as it passes, what each step checked, what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from csms_harness.evidence import Entry, Executed, Finding
from csms_harness.foreign import cut
from csms_harness.message import Message, Side
from csms_harness.record.masking import masking, redacted_entry, redacted_finding, secrets_in
from csms_harness.report.telling import said_apart, told_finding
from csms_harness.report.titles import note_text, step_title, title_of
from csms_harness.report.wording import counted

HELD: Final = "✓"
BROKEN: Final = "✗"
REMARK: Final = "·"
_FRAME: Final = 1500
_TITLE: Final = 30
_MARGIN: Final = " " * 12


class Notes(Protocol):
    """What is written down while a case runs (csms_harness.engine.notebook.Notebook)."""

    @property
    def between(self) -> Sequence[Entry]:
        """What crossed before the case."""

    @property
    def entries(self) -> Sequence[Entry]:
        """What crossed in it."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What was found."""

    @property
    def executed(self) -> Sequence[Executed]:
        """The steps that have begun."""


@dataclass(slots=True)
class _Page:
    """How far the notes of one case have been told."""

    notes: Notes
    began: float | None = None
    entries: int = 0
    findings: int = 0
    begun: int = 0
    open: list[Executed] = field(default_factory=list)


@dataclass(slots=True)
class Trace:
    """Says what is new in the notes of each lane; ``secrets`` are those known beside what the frames show as such."""

    say: Callable[[str], None]
    secrets: Callable[[], frozenset[str]] = frozenset
    named: bool = False
    _pages: dict[str, _Page] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)

    def look(self, lane: str, notes: Notes, *, over: bool = False) -> None:
        """Say what has happened on a lane since the last look; ``over`` when the case has ended."""
        page = self._pages.get(lane)
        if page is None or page.notes is not notes:
            page = self._pages[lane] = _Page(notes)
        for line in self._news(page, over=over):
            self.say(f"{lane}  {line}" if self.named else line)

    def _news(self, page: _Page, *, over: bool) -> Iterator[str]:
        """What is new, each step before the first message that it sends or takes."""
        notes = page.notes
        entries, begun = (*notes.between, *notes.entries), list(notes.executed[page.begun :])
        page.begun = len(notes.executed)
        for entry in entries[page.entries :]:
            if begun and entry.step == begun[0].step:
                yield from self._turn(page, begun.pop(0))
            page.began = entry.at if page.began is None else page.began
            self._learn(entry)
            yield from _entry(self._clean(entry), entry.at - page.began)
        page.entries = len(entries)
        for step in begun:
            yield from self._turn(page, step)
        yield from self._found(page, None)
        if over:
            yield from _concluded(page.open)
            page.open = []

    def _turn(self, page: _Page, step: Executed) -> Iterator[str]:
        """The end of the steps before this one, and its beginning."""
        yield from self._found(page, step.step)
        yield from _concluded(page.open)
        page.open = [step]
        yield f"{_MARGIN}{' '.join(filter(None, (step.step, step_title(step))))}"

    def _found(self, page: _Page, until: str | None) -> Iterator[str]:
        """The findings that have not been told, up to the first of a step."""
        for finding in page.notes.findings[page.findings :]:
            if finding.step == until:
                return
            page.findings += 1
            yield from _finding(self._clean_finding(finding))

    def _learn(self, entry: Entry) -> None:
        if entry.message is not None:
            self._shown |= secrets_in(entry.message.action, entry.message.payload)
        elif entry.note is not None:
            self._shown |= secrets_in(entry.note.item, entry.note.fields)

    def _clean(self, entry: Entry) -> Entry:
        return redacted_entry(entry, masking(self.secrets() | self._shown))

    def _clean_finding(self, finding: Finding) -> Finding:
        return redacted_finding(finding, masking(self.secrets() | self._shown))


def _entry(entry: Entry, after: float) -> Iterator[str]:
    clock = f"{after:9.3f}  "
    message = entry.message
    if message is None:
        yield f"{clock} {note_text(entry.note) if entry.note is not None else ''}"
        return
    arrow = "CP → CS" if message.side is Side.CHARGE_POINT else "CS → CP"
    waited = "" if entry.latency is None else f"  {entry.latency * 1000:.0f} ms"
    filled = f"  (filled in: {', '.join(entry.filled)})" if entry.filled else ""
    judged = "" if message.side is Side.CHARGE_POINT else f"  {_judged(message)}"
    yield f"{clock} {arrow}  {title_of(message):<{_TITLE}}  {cut(message.text, _FRAME)}{waited}{filled}{judged}"
    for breach in message.breaches:
        where = f"{breach.path}: " if breach.path else ""
        yield f"{_MARGIN}{REMARK if breach.note else BROKEN} {breach.rule.replace('_', ' ')}: {where}{breach.text}"


def _judged(message: Message) -> str:
    """Whether the frame, its correlation and its payload keep to OCPP, whatever the case wants of it."""
    return BROKEN if message.faults else HELD


def _finding(found: Finding) -> Iterator[str]:
    said = told_finding(found)
    word = f"{BROKEN} {said.decides}" if said.decides is not None else f"{REMARK} remark"
    values = f" (required {said.required}, observed {said.observed})" if said_apart(said) else ""
    yield f"{_MARGIN}{word}: {said.text}{values}"


def _concluded(steps: Sequence[Executed]) -> Iterator[str]:
    for step in steps:
        if step.outcome == "failed":
            yield f"{_MARGIN}{BROKEN} {step.step}: failed"
        elif step.checks:
            yield f"{_MARGIN}{HELD} {step.step}: {counted(step.checks, 'check')} held"
