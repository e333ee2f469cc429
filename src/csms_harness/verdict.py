"""The five words a case can end with (ISO/IEC 9646), and how much a case beyond the document weighs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """A verdict may only get worse, in this order. INCONCLUSIVE never hides a FAIL, nor FAIL an ERROR of ours."""

    NOT_APPLICABLE = "NOT APPLICABLE"
    PASS = "PASS"
    INCONCLUSIVE = "INCONCLUSIVE"
    FAIL = "FAIL"
    ERROR = "ERROR"


BEYOND: Final = "Beyond the document"
"""What the cases beyond the certification document are counted under, as a functionality is."""


class Level(StrEnum):
    """How much a case beyond the certification document weighs. Only a FAIL of a ``must`` fails a run."""

    MUST = "must"
    SHOULD = "should"
    ROBUSTNESS = "robustness"


_ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; PASS when there is none."""
    return max(verdicts, key=_ORDER.__getitem__, default=Verdict.PASS)
