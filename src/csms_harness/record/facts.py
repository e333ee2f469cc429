"""The facts of a run: all that a report may know. Written as ``facts.json``; versioned."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from csms_harness.verdict import Verdict

FACTS_VERSION = 1


class Fact(BaseModel):
    """What all facts share: unknown members are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingFact(Fact):
    """Something found. ``decides`` is the verdict it forces, or None when it is only worth telling.

    ``kind``: mismatch, breach, callerror, no-answer, late, absent-call, forbidden, disconnect, disturbance,
    early, observation, compatibility, budget, trigger, cleanup, prerequisite, harness.
    ``step`` is the whole path ("step 5 › Charging steps 3-4"), ``frame`` the number of the transcript entry.
    """

    kind: str
    decides: Verdict | None
    step: str
    text: str
    required: str = ""
    observed: str = ""
    path: str = ""
    frame: int | None = None
    where: str = ""


class EntryFact(Fact):
    """One line of a case's transcript; times in seconds since the case began. Secrets are already masked.

    ``kind``: frame, connected, refused, disconnected, trigger, note.
    ``direction``: "CP" (the Charge Point sent it), "CS" (the Central System sent it) or "".
    ``role``: scenario, ambient, background, cleanup, preparation.
    """

    number: int
    at: float
    kind: str
    direction: Literal["CP", "CS", ""] = ""
    role: str = "scenario"
    step: str = ""
    message: str = ""  # "Authorize.req", "Authorize.conf", "CALLERROR NotImplemented"
    unique_id: str = ""
    text: str = ""  # the raw frame, or a sentence
    filled: tuple[str, ...] = ()  # members the Charge Point filled in by itself
    latency: float | None = None  # seconds from the write of our CALL to the arrival of its answer
    breaches: tuple[str, ...] = ()


class StepFact(Fact):
    """One executed step: its label, one line of what it does, how many checks were made, and its outcome."""

    step: str
    title: str
    note: str = ""
    checks: int = 0
    outcome: Literal["held", "failed", "not reached", "skipped"] = "held"


class SampleFact(Fact):
    """The wait for one answer, in seconds; ``resumed`` is the wait until the harness itself looked."""

    action: str
    seconds: float
    resumed: float
    late: bool = False
    answered: bool = True
    clock: Literal["kernel", "user"] = "user"


class InitiatedFact(Fact):
    """A CALL of the Central System that was asked for: seconds from the trigger to its arrival."""

    action: str
    seconds: float
    adapter: str = ""


class BreachFact(Fact):
    """A departure of a frame from a standing wire rule, by the rule's name; a ``note`` breaks nothing."""

    rule: str
    frame: int
    text: str
    note: bool = False


class CaseFact(Fact):
    """One case of the run. ``verdict`` by the run's strictness, ``octt_verdict`` by the official tool's habits."""

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
    declared: bool | None = None  # the PICS claim for its functionality; None when not declared
    lane: str = ""
    started: datetime | None = None
    seconds: float = 0.0
    checks: int = 0
    readings: tuple[str, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    steps: tuple[StepFact, ...] = ()
    transcript: tuple[EntryFact, ...] = ()
    samples: tuple[SampleFact, ...] = ()
    initiated: tuple[InitiatedFact, ...] = ()
    breaches: tuple[BreachFact, ...] = ()
    reproduce: str = ""  # the command that runs this case alone


class RuleFact(Fact):
    """A standing rule over the whole run: how often it was looked at, and what broke it.

    ``group`` is ``wire`` (OCPP-J itself) or ``beyond`` (more than the certification document asks).
    """

    id: str
    title: str
    clause: str
    verdict: Verdict
    looked_at: int
    group: Literal["wire", "beyond"] = "wire"
    breaches: tuple[str, ...] = ()


class ConnectionFact(Fact):
    """One accepted handshake."""

    charge_point: str
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


class RunFact(Fact):
    """The run itself. ``complete`` is False when it was interrupted; ``not_run`` says what was left and why."""

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


class Facts(Fact):
    """All facts of one run, in the order of the certification document."""

    version: int = FACTS_VERSION
    run: RunFact
    pics: PicsFact
    cases: tuple[CaseFact, ...] = ()
    rules: tuple[RuleFact, ...] = ()
    connections: tuple[ConnectionFact, ...] = ()
    milliseconds_in_timestamps: bool | None = None  # observed on the wire
    clock_skew: tuple[float, float] | None = None  # smallest and largest (their clock minus ours), seconds
    catalogue: tuple[
        dict[str, Any], ...
    ] = ()  # every case of the document: id, name, profile, functionality, implemented, reason
