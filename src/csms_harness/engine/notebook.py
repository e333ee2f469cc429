"""What is written down while a case runs: transcript, findings, steps, measurements; and the verdict they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from csms_harness.evidence import Entry, Executed, Finding, Initiated, Kind, Note, Role, Sample
from csms_harness.message import Message
from csms_harness.verdict import Verdict, worst


@dataclass(slots=True)
class Notebook:
    """Append-only; ``checks`` counts what judged the Central System. ``between`` is what crossed before the case."""

    between: list[Entry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    executed: list[Executed] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    initiated: list[Initiated] = field(default_factory=list)
    checks: int = 0

    def turn_page(self) -> None:
        """Begin the transcript of the case."""
        self.between, self.entries = self.entries, []

    def message(
        self, message: Message, role: Role, step: str, filled: tuple[str, ...] = (), latency: float | None = None
    ) -> int:
        """Write down a message; returns its number."""
        self.entries.append(Entry(len(self.entries) + 1, role, step, message, None, filled, latency))
        return len(self.entries)

    def note(self, note: Note, role: Role, step: str) -> int:
        """Write down what is no message; returns its number."""
        self.entries.append(Entry(len(self.entries) + 1, role, step, note=note))
        return len(self.entries)

    def claim(self, number: int, role: Role) -> None:
        """A message that was taken for an unasked one turned out to be expected."""
        self.entries[number - 1] = replace(self.entries[number - 1], role=role)

    def measure(self, sample: Sample, instead_of: int | None = None) -> int:
        """Keep a measurement, or put it in the place of an earlier one; returns its place."""
        if instead_of is not None:
            self.samples[instead_of] = sample
            return instead_of
        self.samples.append(sample)
        return len(self.samples) - 1

    def verdict(self, *, octt: bool = False) -> Verdict:
        """The verdict by the specification, or by the habits of the official tool; a verdict may only get worse.

        A case in which nothing was found and nothing was checked has proven nothing: ERROR.
        """
        decided = worst(_decisions(self.findings, octt=octt))
        if decided is Verdict.PASS and self.checks == 0:
            return Verdict.ERROR
        return decided


def _decisions(findings: Iterable[Finding], *, octt: bool) -> Iterable[Verdict]:
    for finding in findings:
        if finding.decides is not None:
            yield finding.decides
        elif octt and finding.kind is Kind.COMPATIBILITY:
            yield Verdict.FAIL
