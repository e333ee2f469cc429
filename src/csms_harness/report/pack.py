"""What a run says beyond the certification document: what each case weighs, and the whole in one sentence."""

from __future__ import annotations

from collections import Counter
from typing import Final

from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report.wording import counted
from csms_harness.verdict import Level, Verdict

HEADING: Final = "Checks beyond the certification document"
ABOUT: Final = (
    "What real Charge Points send and the document does not ask. It is no part of the certification result: a check of "
    "level must that fails breaks OCPP, one of level should or robustness is told as a remark."
)
REMARK: Final = "remark"
"""What a FAIL is called that does not fail a run."""


def weighs(case: CaseFact) -> bool:
    """Whether the verdict of a case counts for the exit code. An ERROR is always ours to count."""
    return case.level in ("", Level.MUST) or case.verdict is Verdict.ERROR


def word_of(case: CaseFact) -> str:
    """The verdict of a case as a person reads it: a FAIL that does not weigh is a remark."""
    return REMARK if case.verdict is Verdict.FAIL and not weighs(case) else str(case.verdict)


def weighing(facts: Facts) -> tuple[CaseFact, ...]:
    """The cases beyond the document whose verdict counts for the exit code."""
    return tuple(case for case in facts.pack if weighs(case))


def sentence(facts: Facts) -> str:
    """The cases beyond the document in one sentence; empty when none was run."""
    if not facts.pack:
        return ""
    counts = Counter(word_of(case) for case in facts.pack)
    parts = [f"{counts[Verdict.PASS]} of {counted(len(facts.pack), 'check')} held"]
    told = {Verdict.FAIL: "failed", Verdict.ERROR: "with a harness error", Verdict.INCONCLUSIVE: "inconclusive"}
    parts += [f"{counts[verdict]} {word}" for verdict, word in told.items() if counts[verdict]]
    parts += [counted(counts[REMARK], REMARK)] if counts[REMARK] else []
    parts += [f"{counts[Verdict.NOT_APPLICABLE]} not applicable"] if counts[Verdict.NOT_APPLICABLE] else []
    return f"Beyond the document: {', '.join(parts)}. {shares(facts)}".strip()


def shares(facts: Facts) -> str:
    """How much of what is right was taken, and of what is wrong refused, in one sentence; empty without both.

    Over all cases that came to a verdict, those of the document too: a Central System that takes anything holds every
    check of the first kind.
    """
    told = []
    for negative, words in ((False, "that send what is right"), (True, "that send what is wrong")):
        judged = [
            one.verdict for one in (*facts.cases, *facts.pack) if one.negative is negative and one.verdict in _JUDGED
        ]
        if not judged:
            return ""
        held = judged.count(Verdict.PASS)
        told.append(f"{held} of {len(judged)} {words} ({held / len(judged):.0%})")
    return f"Of all checks held {told[0]} and {told[1]}."


_JUDGED: Final = (Verdict.PASS, Verdict.FAIL)
