"""What ``doctor`` and ``provision`` tell: one line for each thing they looked at or did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FINE_CODE, WRONG_CODE = 0, 4


class Mark(StrEnum):
    """How it stands: a remark is worth reading, what is wrong makes cases INCONCLUSIVE."""

    FINE = "fine"
    REMARK = "remark"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing: about what, what was found, and what to do about it (empty when there is nothing to do)."""

    mark: Mark
    subject: str
    text: str
    advice: str = ""


def grouped(checks: Iterable[Check]) -> list[Check]:
    """What is said of several Charge Points in the same words, once: ``CP_02 to CP_08``, ``CP_02, CP_05``."""
    told = list(checks)
    order = list(dict.fromkeys(check.subject for check in told))
    subjects: dict[tuple[Mark, str, str], list[str]] = {}
    for check in told:
        subjects.setdefault((check.mark, check.text, check.advice), []).append(check.subject)
    return [
        Check(mark, _span(list(dict.fromkeys(names)), order), text, advice)
        for (mark, text, advice), names in subjects.items()
    ]


def _span(names: list[str], order: list[str]) -> str:
    """Names in a row; three or more that follow each other are told by the first and the last."""
    first = order.index(names[0])
    if len(names) > 2 and order[first : first + len(names)] == names:
        return f"{names[0]} to {names[-1]}"
    return several(names)


def exit_code(checks: Iterable[Check]) -> int:
    """4 when something is wrong, else 0."""
    return WRONG_CODE if any(check.mark is Mark.WRONG for check in checks) else FINE_CODE


def several(names: Iterable[str], most: int = 8) -> str:
    """Names in a row; of more than ``most`` only how many follow."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
