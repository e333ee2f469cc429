"""Facts as a run leaves them: all five verdicts, findings of most kinds, measurements, Korean names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from csms_harness.evidence import (
    Entry,
    Executed,
    Finding,
    Happening,
    Initiated,
    Kind,
    Note,
    Role,
    Sample,
    What,
)
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact, ConnectionFact, Facts, PicsFact, ProductFact, RunFact
from csms_harness.report.telling import told_case
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.verdict import Verdict

STARTED = datetime(2025, 11, 20, 9, 30, tzinfo=UTC)
FINISHED = datetime(2025, 11, 20, 9, 31, 14, tzinfo=UTC)
AUTHORIZE_REQ = '[2,"a-7","Authorize",{"idTag":"TAG-0001"}]'
AUTHORIZE_CONF = '[3,"a-7",{"idTagInfo":{"status":"Invalid","parentIdTag":"한전-부모-01"}}]'


def frame(
    number: int,
    side: str,
    kind: MessageType,
    name: str,
    text: str,
    *,
    at: float | None = None,
    role: Role = Role.SCENARIO,
    breaches: tuple[Breach, ...] = (),
    **more: Any,
) -> Entry:
    """A message of a transcript; ``name`` is its action, or the code of a CALLERROR."""
    moment = number * 0.0123 if at is None else at
    action, code = ("", name) if kind is MessageType.CALLERROR else (name, "")
    message = Message(moment, Side(side), kind, action, text=text, breaches=breaches, code=code)
    return Entry(number, role, more.pop("step", ""), message, **more)


def call(number: int, side: str, action: str, text: str, **more: Any) -> Entry:
    """A CALL."""
    return frame(number, side, MessageType.CALL, action, text, **more)


def result(number: int, side: str, action: str, text: str, **more: Any) -> Entry:
    """A CALLRESULT to a CALL of this action."""
    return frame(number, side, MessageType.CALLRESULT, action, text, **more)


def note(number: int, at: float, what: Happening, text: str = "", *, step: str = "", **more: Any) -> Entry:
    """What stands in a transcript beside messages."""
    return Entry(number, Role.SCENARIO, step, note=Note(at, what, text, **more))


def case(case_id: str = "TC_001_CSMS", verdict: Verdict = Verdict.PASS, **more: Any) -> CaseFact:
    given: dict[str, Any] = {
        "id": case_id,
        "name": "Cold Boot Charge Point",
        "section": "3.1.1",
        "profile": "Core",
        "functionality": "Core",
        "purpose": "The Charge Point boots and the Central System accepts it.",
        "file": f"scenarios/core/{case_id}.yaml",
        "verdict": verdict,
        "octt_verdict": verdict,
        "lane": "1",
        "started": STARTED,
        "seconds": 2.0123,
        "checks": 4,
        "reproduce": f"csms-harness run {case_id} --target targets/reference.yaml",
    }
    return CaseFact(**(given | more))


def _passed() -> CaseFact:
    passed = case(
        declared=True,
        steps=(
            Executed("step 1", "connect", checks=1),
            Executed("step 2", "send", "BootNotification", note="status Accepted", checks=3),
        ),
        transcript=(
            note(1, 0.004, Happening.CONNECTED, "ocpp1.6"),
            call(2, "CP", "BootNotification", '[2,"b-1","BootNotification",{"chargePointVendor":"Volt"}]'),
            result(3, "CS", "BootNotification", '[3,"b-1",{"status":"Accepted"}]', latency=0.01234),
            call(4, "CS", "GetConfiguration", '[2,"7","GetConfiguration",{}]', role=Role.AMBIENT),
            result(5, "CP", "GetConfiguration", '[3,"7",{"configurationKey":[]}]', role=Role.AMBIENT),
        ),
        samples=(
            Sample(action="BootNotification", seconds=0.01234, resumed=0.0124, clock="kernel"),
            Sample(action="Heartbeat", seconds=0.0021, resumed=0.00211, clock="kernel"),
        ),
        findings=(
            Finding(
                kind=Kind.COMPATIBILITY,
                decides=None,
                step="step 2",
                what=What.UNEXPECTED,
                text="An unforeseen GetConfiguration.req was answered; the official tool may object.",
                frame=4,
            ),
        ),
    )
    return told_case(passed)


def _failed() -> CaseFact:
    failed = case(
        "TC_010_CSMS",
        Verdict.FAIL,
        name="Remote Start Charging Session: Cable Plugged in First",
        section="3.4.1",
        purpose="The Central System starts a transaction from afar while the cable is plugged in already.",
        reason="step 4 › Authorize.conf: idTagInfo.status is Invalid where Accepted is required.",
        declared=True,
        seconds=1.4567,
        checks=7,
        readings=("A RemoteStartTransaction.req without connectorId is accepted: the document leaves it open.",),
        steps=(
            Executed("step 1", "receive", "RemoteStartTransaction", checks=2),
            Executed("step 4", "send", "Authorize", checks=1, outcome="failed"),
            Executed("step 6", "send", "StartTransaction", outcome="not reached"),
        ),
        findings=(
            Finding(
                kind=Kind.OBSERVATION,
                decides=None,
                step="step 1",
                what=What.UNUSUAL_MEMBER,
                text="connectorId is missing; this is allowed.",
                frame=2,
            ),
            Finding(
                kind=Kind.MISMATCH,
                decides=Verdict.FAIL,
                step="step 4",
                what=What.WRONG_MEMBER,
                text="The Authorize.conf does not accept a valid idTag.",
                required="Accepted",
                observed="Invalid",
                path="idTagInfo.status",
                frame=5,
                where="scenarios/core/TC_010_CSMS.yaml:31:15",
            ),
        ),
        transcript=(
            note(
                1, 0.1, Happening.TRIGGER, "HTTP 202", step="step 1", item="RemoteStartTransaction", outcome="performed"
            ),
            call(2, "CS", "RemoteStartTransaction", '[2,"r-1","RemoteStartTransaction",{"idTag":"TAG-0001"}]'),
            result(3, "CP", "RemoteStartTransaction", '[3,"r-1",{"status":"Accepted"}]'),
            call(4, "CP", "Authorize", AUTHORIZE_REQ, filled=("idTag",)),
            result(5, "CS", "Authorize", AUTHORIZE_CONF, latency=0.4999),
            call(6, "CP", "StatusNotification", '[2,"s-1","StatusNotification",{}]', role=Role.CLEANUP),
            frame(
                7, "CS", MessageType.CALLERROR, "InternalError", '[4,"s-1","InternalError","",{}]', role=Role.CLEANUP
            ),
        ),
        samples=(
            Sample(action="Authorize", seconds=0.4999, resumed=0.5, clock="kernel"),
            Sample(action="StatusNotification", seconds=1.5, resumed=1.9, late=True),
            Sample(action="StatusNotification", seconds=30.0, resumed=30.0, answered=False),
        ),
        initiated=(Initiated("RemoteStartTransaction", 0.087, "http"),),
    )
    return told_case(failed)


def _inconclusive() -> CaseFact:
    return case(
        "TC_014_CSMS",
        Verdict.INCONCLUSIVE,
        name="Soft Reset",
        section="3.5.2",
        purpose="The operator asks for a soft reset; the Charge Point boots again.",
        reason="The trigger for Reset.req failed: HTTP 500 “데이터베이스 오류”.",
        findings=(
            Finding(Kind.TRIGGER, Verdict.INCONCLUSIVE, "step 1", What.TRIGGER, text="HTTP 500: 데이터베이스 오류"),
        ),
        transcript=(
            note(1, 0.0, Happening.CONNECTED, "ocpp1.6"),
            note(2, 0.05, Happening.TRIGGER, "HTTP 500", step="step 1", item="Reset", outcome="failed"),
            note(3, 1.0, Happening.DISCONNECTED, "1011 internal error"),
        ),
    )


def _error() -> CaseFact:
    return case(
        "TC_061_CSMS",
        Verdict.ERROR,
        name="Clear Authorization Data in Authorization Cache",
        section="3.13.1",
        purpose="The operator clears the authorization cache of a Charge Point.",
        reason="No check on the CSMS was executed.",
        checks=0,
        findings=(
            Finding(Kind.HARNESS, Verdict.ERROR, "step 1", What.BROKEN, text="No check on the CSMS was executed."),
        ),
    )


def _not_applicable() -> CaseFact:
    return case(
        "TC_048_1_CSMS",
        Verdict.NOT_APPLICABLE,
        name="Reservation of a Connector: Faulted",
        section="3.17.3",
        profile="Reservation",
        functionality="Reservation",
        purpose="A reservation is refused because the connector is faulted.",
        reason="The PICS says that Reservation is not supported (profile.Reservation: no).",
        declared=False,
        seconds=0.0,
        checks=0,
    )


def product(**more: str) -> ProductFact:
    given = {
        "designation": "KCSMS-001",
        "vendor": "한국전기연구원 (KERI)",
        "software_version": "v1.0",
        "laboratory": "Own laboratory",
        "location": "Seoul / Korea",
        "reference": "SELF-017-2025",
        "number": "2025-0017",
    }
    return ProductFact(**(given | more))


def run(**more: Any) -> RunFact:
    given: dict[str, Any] = {
        "tool_version": "0.1.0",
        "edition": "2025-11",
        "scenario_digest": "sha256:4f1c9b2a7d3e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8",
        "started": STARTED,
        "finished": FINISHED,
        "seconds": 74.25,
        "strictness": "spec",
        "lanes": 8,
        "url": "ws://127.0.0.1:9000/ocpp",
        "target": "targets/reference.yaml",
        "command": "csms-harness run Core --target targets/reference.yaml",
        "seed": 7,
        "environment": {"Python": "3.11.7", "Operating system": "Linux 6.18"},
        "deadlines": {"response": 30.0, "action": 10.0},
        "remarks": ("The CSMS asked for the configuration after every boot.",),
    }
    return RunFact(**(given | more))


def _catalogue() -> tuple[dict[str, Any], ...]:
    rows = [
        ("TC_001_CSMS", "Core", True),
        ("TC_010_CSMS", "Core", True),
        ("TC_014_CSMS", "Core", True),
        ("TC_061_CSMS", "Core", True),
        ("TC_048_1_CSMS", "Reservation", True),
        ("TC_043_1_CSMS", "Local Authorization List Management", True),
        ("TC_044_1_CSMS", "Firmware Management", False),
        ("TC_056_CSMS", "Smart Charging", False),
        ("TC_054_CSMS", "Remote Trigger", False),
        ("TC_073_CSMS", "Security", False),
    ]
    return tuple(
        {"id": case_id, "name": case_id, "profile": "", "functionality": name, "implemented": done, "reason": ""}
        for case_id, name, done in rows
    )


def facts(**more: Any) -> Facts:
    given: dict[str, Any] = {
        "run": run(),
        "pics": PicsFact(
            product=product(),
            functionalities={"Core": True, "Reservation": False, "Smart Charging": None},
            ocpp_response_timeout=60,
            response_time_authorize=0.4,
            settings={"milliseconds_in_timestamps": True, "heartbeat_interval": "300 s"},
        ),
        "cases": (_passed(), _failed(), _inconclusive(), _error(), _not_applicable()),
        "rules": (
            RuleVerdict(
                id="WIRE_001", title="A CALL is answered once", clause="OCPP-J 4.1", verdict=Verdict.PASS, looked_at=31
            ),
            RuleVerdict(
                id="WIRE_006",
                title="Date-times name their zone",
                clause="OCPP 1.6 3.15",
                verdict=Verdict.FAIL,
                looked_at=9,
                breaches=(
                    RuleBreach(
                        "TC_001_CSMS", 3, text="TC_001_CSMS frame 3: currentTime 2025-11-20T09:30:00 names no zone"
                    ),
                ),
            ),
        ),
        "connections": (ConnectionFact(charge_point="CP-01", subprotocol="ocpp1.6", clock="kernel"),),
        "milliseconds_in_timestamps": True,
        "clock_skew": (-0.004, 0.019),
        "catalogue": _catalogue(),
    }
    return Facts(**(given | more))


def all_passed(**more: Any) -> Facts:
    """A small run in which everything was looked at and held."""
    catalogue = ({"id": "TC_001_CSMS", "functionality": "Core", "implemented": True},)
    return facts(**({"cases": (_passed(),), "rules": (), "catalogue": catalogue} | more))
