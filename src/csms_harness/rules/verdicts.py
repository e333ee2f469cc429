"""What a standing rule came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from csms_harness.evidence import Entry, Finding, Initiated
from csms_harness.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RuleBreach:
    """One departure from a rule: where it was seen, of what, and what should have been.

    ``case`` and ``frame`` are its place, ``earlier_case`` and ``earlier_frame`` that of what it contradicts.
    ``subject`` is the idTag or the configuration key it is about; ``others`` counts more of the kind in the same place.
    A ``remark`` is legal but worth telling: it breaks nothing. ``text`` holds the sentence in what people read.
    """

    case: str
    frame: int | None = None
    subject: str = ""
    path: str = ""
    required: str = ""
    observed: str = ""
    action: str = ""
    earlier_case: str = ""
    earlier_frame: int | None = None
    remark: bool = False
    others: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """A standing rule over the whole run: how often it was looked at, and what broke it.

    ``remarks`` are what is legal but worth telling; they never decide. ``more`` and ``more_remarks`` count those beyond
    the ones listed.
    ``group`` is ``wire`` (OCPP-J itself) or ``beyond`` (more than the certification document asks); ``rule`` names the
    check.
    """

    id: str
    title: str
    clause: str
    verdict: Verdict
    looked_at: int
    group: Literal["wire", "beyond"] = "wire"
    breaches: tuple[RuleBreach, ...] = ()
    rule: str = ""
    more: int = 0
    remarks: tuple[RuleBreach, ...] = ()
    more_remarks: int = 0


class Ran(Protocol):
    """A case of the run, as far as rules look at it."""

    @property
    def id(self) -> str:
        """Which case."""

    @property
    def lane(self) -> str:
        """Which Charge Point."""

    @property
    def started(self) -> datetime | None:
        """When, by our wall clock; None when it was not run."""

    @property
    def transcript(self) -> Sequence[Entry]:
        """What crossed the wire."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What was found."""

    @property
    def initiated(self) -> Sequence[Initiated]:
        """What was asked for."""

    @property
    def limits(self) -> Mapping[str, int | str]:
        """What the Charge Point can take, by configuration key."""

    def moment(self, entry: Entry) -> datetime | None:
        """When an entry was, by our wall clock."""
