"""Facts as a run leaves them: all five verdicts, findings of most kinds, measurements, Korean names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from csms_harness.record.facts import (
    CaseFact,
    ConnectionFact,
    EntryFact,
    Facts,
    FindingFact,
    InitiatedFact,
    PicsFact,
    ProductFact,
    RuleFact,
    RunFact,
    SampleFact,
    StepFact,
)
from csms_harness.verdict import Verdict

STARTED = datetime(2025, 11, 20, 9, 30, tzinfo=UTC)
FINISHED = datetime(2025, 11, 20, 9, 31, 14, tzinfo=UTC)
AUTHORIZE_REQ = '[2,"a-7","Authorize",{"idTag":"TAG-0001"}]'
AUTHORIZE_CONF = '[3,"a-7",{"idTagInfo":{"status":"Invalid","parentIdTag":"한전-부모-01"}}]'


def frame(number: int, direction: str, message: str, text: str, **more: Any) -> EntryFact:
    at = more.pop("at", number * 0.0123)
    return EntryFact(number=number, at=at, kind="frame", direction=direction, message=message, text=text, **more)


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
    return case(
        declared=True,
        steps=(
            StepFact(step="step 1", title="connect: expect subprotocol ocpp1.6", checks=1),
            StepFact(step="step 2", title="send BootNotification.req", note="status Accepted", checks=3),
        ),
        transcript=(
            EntryFact(number=1, at=0.004, kind="connected", text="subprotocol ocpp1.6"),
            frame(2, "CP", "BootNotification.req", '[2,"b-1","BootNotification",{"chargePointVendor":"Volt"}]'),
            frame(3, "CS", "BootNotification.conf", '[3,"b-1",{"status":"Accepted"}]', latency=0.01234),
            frame(4, "CS", "GetConfiguration.req", '[2,"7","GetConfiguration",{}]', role="ambient"),
            frame(5, "CP", "GetConfiguration.conf", '[3,"7",{"configurationKey":[]}]', role="ambient"),
        ),
        samples=(
            SampleFact(action="BootNotification", seconds=0.01234, resumed=0.0124, clock="kernel"),
            SampleFact(action="Heartbeat", seconds=0.0021, resumed=0.00211, clock="kernel"),
        ),
        findings=(
            FindingFact(
                kind="compatibility",
                decides=None,
                step="step 2",
                text="An unforeseen GetConfiguration.req was answered; the official tool may object.",
                frame=4,
            ),
        ),
    )


def _failed() -> CaseFact:
    return case(
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
            StepFact(step="step 1", title="receive RemoteStartTransaction.req", checks=2),
            StepFact(step="step 4", title="send Authorize.req", checks=1, outcome="failed"),
            StepFact(step="step 6", title="send StartTransaction.req", outcome="not reached"),
        ),
        findings=(
            FindingFact(
                kind="observation",
                decides=None,
                step="step 1",
                text="connectorId is missing; this is allowed.",
                frame=2,
            ),
            FindingFact(
                kind="mismatch",
                decides=Verdict.FAIL,
                step="step 4",
                text="The Authorize.conf does not accept a valid idTag.",
                required="Accepted",
                observed="Invalid",
                path="idTagInfo.status",
                frame=5,
                where="scenarios/core/TC_010_CSMS.yaml:31:15",
            ),
        ),
        transcript=(
            EntryFact(number=1, at=0.1, kind="trigger", step="step 1", text="http: RemoteStartTransaction, 202"),
            frame(2, "CS", "RemoteStartTransaction.req", '[2,"r-1","RemoteStartTransaction",{"idTag":"TAG-0001"}]'),
            frame(3, "CP", "RemoteStartTransaction.conf", '[3,"r-1",{"status":"Accepted"}]'),
            frame(4, "CP", "Authorize.req", AUTHORIZE_REQ, filled=("idTag",)),
            frame(5, "CS", "Authorize.conf", AUTHORIZE_CONF, latency=0.4999, breaches=()),
            frame(6, "CP", "StatusNotification.req", '[2,"s-1","StatusNotification",{}]', role="cleanup"),
            frame(7, "CS", "CALLERROR InternalError", '[4,"s-1","InternalError","",{}]', role="cleanup"),
        ),
        samples=(
            SampleFact(action="Authorize", seconds=0.4999, resumed=0.5, clock="kernel"),
            SampleFact(action="StatusNotification", seconds=1.5, resumed=1.9, late=True),
            SampleFact(action="StatusNotification", seconds=30.0, resumed=30.0, answered=False),
        ),
        initiated=(InitiatedFact(action="RemoteStartTransaction", seconds=0.087, adapter="http"),),
    )


def _inconclusive() -> CaseFact:
    return case(
        "TC_014_CSMS",
        Verdict.INCONCLUSIVE,
        name="Soft Reset",
        section="3.5.2",
        purpose="The operator asks for a soft reset; the Charge Point boots again.",
        reason="The trigger for Reset.req failed: HTTP 500 “데이터베이스 오류”.",
        findings=(
            FindingFact(
                kind="trigger", decides=Verdict.INCONCLUSIVE, step="step 1", text="HTTP 500: 데이터베이스 오류"
            ),
        ),
        transcript=(
            EntryFact(number=1, at=0.0, kind="connected", text="subprotocol ocpp1.6"),
            EntryFact(number=2, at=0.05, kind="trigger", step="step 1", text="http: Reset, 500"),
            EntryFact(number=3, at=1.0, kind="disconnected", text="1011 internal error"),
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
            FindingFact(
                kind="harness",
                decides=Verdict.ERROR,
                step="step 1",
                text="No check on the CSMS was executed.",
            ),
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
            RuleFact(
                id="WIRE_001", title="A CALL is answered once", clause="OCPP-J 4.1", verdict=Verdict.PASS, looked_at=31
            ),
            RuleFact(
                id="WIRE_006",
                title="Date-times name their zone",
                clause="OCPP 1.6 3.15",
                verdict=Verdict.FAIL,
                looked_at=9,
                breaches=("TC_001_CSMS frame 3: currentTime 2025-11-20T09:30:00 names no zone",),
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
