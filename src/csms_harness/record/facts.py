"""The facts of a run: all that a report may know. Written as ``facts.json``; versioned."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from csms_harness.evidence import Cause, Entry, Executed, Finding, Initiated, Left, Sample
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict

FACTS_VERSION = 2


class Fact(BaseModel):
    """What all facts share: unknown members are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseFact(Fact):
    """One case of the run. ``verdict`` by the run's strictness, ``octt_verdict`` by the official tool's habits.

    Moments of the transcript are monotonic seconds; ``began`` is when the case did on that clock, ``started`` on the
    wall clock. ``between`` is what crossed since the case before on the same lane: it belongs to the run, and
    ``Facts.between`` holds it once the run is put together.
    """

    id: str
    name: str
    section: str
    profile: str
    functionality: str
    purpose: str
    file: str
    verdict: Verdict
    octt_verdict: Verdict
    reason: str = ""  # one sentence: why not PASS
    follows: str = ""  # the case after which this one was not tried any more
    declared: bool | None = None  # the PICS claim for its functionality; None when not declared
    lane: str = ""
    started: datetime | None = None
    began: float = 0.0
    seconds: float = 0.0
    checks: int = 0
    readings: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    steps: tuple[Executed, ...] = ()
    transcript: tuple[Entry, ...] = ()
    between: tuple[Entry, ...] = ()
    samples: tuple[Sample, ...] = ()
    initiated: tuple[Initiated, ...] = ()
    limits: dict[str, int | str] = Field(default_factory=dict)  # what the Charge Point can take, by configuration key
    reproduce: str = ""  # the command that runs this case alone
    security_profile: int | None = None  # the one it ran under
    negative: bool = False  # it sends what is wrong, to see that refused
    level: str = ""  # how much a case beyond the document weighs: must, should or robustness

    def after(self, entry: Entry) -> float:
        """Seconds from the beginning of the case to an entry of its transcript."""
        return entry.at - self.began

    def moment(self, entry: Entry) -> datetime | None:
        """When an entry of the transcript was, by our wall clock."""
        return None if self.started is None else self.started + timedelta(seconds=self.after(entry))


class BetweenFact(Fact):
    """What crossed on a lane between two cases, while none was running: the business of the run, and of no case.

    ``next`` is the case that came afterwards; moments count as in a case.
    """

    lane: str
    next: str
    started: datetime | None = None
    began: float = 0.0
    transcript: tuple[Entry, ...] = ()

    @property
    def id(self) -> str:
        """How a rule names the place."""
        return f"{self.lane} before {self.next}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """None: no step was running."""
        return ()

    @property
    def initiated(self) -> tuple[Initiated, ...]:
        """None: nothing was asked for."""
        return ()

    @property
    def limits(self) -> dict[str, int | str]:
        """Those of the cases around."""
        return {}

    def after(self, entry: Entry) -> float:
        """Seconds from the beginning of the next case to an entry; negative, for it was before."""
        return entry.at - self.began

    def moment(self, entry: Entry) -> datetime | None:
        """When an entry of the transcript was, by our wall clock."""
        return None if self.started is None else self.started + timedelta(seconds=self.after(entry))


class ConnectionFact(Fact):
    """One accepted handshake; ``security_profile`` is the one that it was opened under."""

    charge_point: str
    security_profile: int | None = None
    subprotocol: str | None
    tls_version: str | None = None
    cipher: str | None = None
    clock: Literal["kernel", "user"] = "user"


class ProductFact(Fact):
    """Who and what the report is about; from the PICS. Every member but the designation may be empty.

    ``holder`` is for whom the report is made out, the vendor by default; ``evidence`` names the documents the
    results stand in, the report reference by default.
    """

    designation: str
    vendor: str = ""
    holder: str = ""
    software_version: str = ""
    laboratory: str = ""
    location: str = ""
    reference: str = ""
    number: str = ""
    date: str = ""
    evidence: str = ""


class PicsFact(Fact):
    """What the vendor declared. ``functionalities``: name to yes (True), no (False) or not declared (None)."""

    product: ProductFact
    functionalities: dict[str, bool | None] = Field(default_factory=dict)
    ocpp_response_timeout: float | None = None
    response_time_authorize: float | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    security_profiles: tuple[int, ...] | None = None


class LeftFact(Fact):
    """Something of ours that is open in the Central System: a transaction, a reservation, or an Inoperative.

    ``connector_id`` 0 is the whole Charge Point; ``case`` took it, an earlier run where it is empty. ``meter_start`` in
    Wh; ``since`` is when a transaction began, ``until`` when a reservation expires.
    """

    charge_point: str
    what: Left
    connector_id: int
    number: int | None = None
    id_tag: str = ""
    case: str = ""
    meter_start: int = 0
    since: datetime | None = None
    until: datetime | None = None

    def cause(self) -> Cause:
        """As what may stand behind a finding."""
        return Cause(self.what, self.connector_id, self.number, self.id_tag, self.case, self.charge_point)


class WaitFact(Fact):
    """What the control API had wishes of this run wait for: method and URL as the target has them, status, seconds."""

    address: str
    status: int
    times: int
    seconds: float


class KnownFact(Fact):
    """A known failure: a case or rule, its verdict of today, why, where it is tracked, and the last day of grace.

    ``within``: the only cases in which a rule may be broken; empty for all.
    """

    case: str
    expected: str
    reason: str
    issue: str
    until: date
    within: tuple[str, ...] = ()


class RunFact(Fact):
    """The run itself. ``complete`` is False when it was interrupted; ``not_run`` says what was left and why.

    ``found_open`` is what an earlier run had left in the Central System, ``left_open`` what this one leaves.
    """

    tool_version: str
    edition: str
    scenario_digest: str
    started: datetime
    finished: datetime
    seconds: float
    strictness: Literal["spec", "octt"]
    lanes: int
    url: str
    target: str
    command: str
    complete: bool = True
    seed: int | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    deadlines: dict[str, float] = Field(default_factory=dict)
    thresholds: dict[str, float] = Field(default_factory=dict)  # longest allowed waits in seconds, by action
    not_run: dict[str, str] = Field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    own_scenarios: dict[str, str] = Field(default_factory=dict)  # files of the user's own by id of case, state or rule
    replaced_scenarios: tuple[str, ...] = ()  # those of them that stand in the place of a shipped one
    found_open: tuple[LeftFact, ...] = ()
    left_open: tuple[LeftFact, ...] = ()
    waits: tuple[WaitFact, ...] = ()  # requests to the control API that had to come again later
    known: tuple[KnownFact, ...] = ()  # what the exit code and junit.xml forgive for a while
    resumed: tuple[datetime, ...] = ()  # when the run went on after it was stopped or killed


class ProbeFigure(Fact):
    """A figure that was measured apart from any case, in seconds; of several samples all percentiles are nearest-rank.

    ``declared`` is the name of the PICS value it may be held beside; ``about`` says how it came about. Without a sample
    the numbers are None.
    """

    name: str
    samples: int
    minimum: float | None = None
    median: float | None = None
    p95: float | None = None
    p99: float | None = None
    maximum: float | None = None
    declared: str = ""
    about: str = ""


class ProbeFact(Fact):
    """What ``csms-harness probe`` measured, as which Charge Point and when. It judges nobody."""

    charge_point: str
    measured: datetime
    figures: tuple[ProbeFigure, ...]


class Facts(Fact):
    """All facts of one run, in the order of the certification document; ``pack`` are the cases beyond it."""

    version: int = FACTS_VERSION
    run: RunFact
    pics: PicsFact
    cases: tuple[CaseFact, ...] = ()
    pack: tuple[CaseFact, ...] = ()
    between: tuple[BetweenFact, ...] = ()
    rules: tuple[RuleVerdict, ...] = ()
    connections: tuple[ConnectionFact, ...] = ()
    milliseconds_in_timestamps: bool | None = None  # observed on the wire
    clock_skew: tuple[float, float] | None = None  # smallest and largest (their clock minus ours), seconds
    catalogue: tuple[
        dict[str, Any], ...
    ] = ()  # every case of the document: id, name, profile, functionality, implemented, reason
    probe: ProbeFact | None = None  # what was measured beside the run
