"""A Central System in memory with a virtual clock: the pure engine is run against it without a socket.

``ScriptedCsms`` behaves well. A wrong one is the same with something replaced:

    wrong = ScriptedCsms(answers={"Authorize": lambda csms, req: {"idTagInfo": {"status": "Blocked"}}})
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseResult, CaseRun, Limits
from csms_harness.engine.effects import (
    CloseConnection,
    Effect,
    MakeKey,
    OpenConnection,
    ProbeTls,
    ReleaseTrigger,
    RequestProvision,
    RequestTrigger,
    SendControl,
    SendFrame,
)
from csms_harness.engine.events import (
    Connected,
    Event,
    FrameReceived,
    FrameSent,
    KeyMade,
    Lost,
    Parted,
    PongReceived,
    Refused,
    TimePassed,
    TlsProbed,
    TriggerBegan,
    TriggerFinished,
)
from csms_harness.engine.line import Line
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.runner.keys import Keys
from csms_harness.scenario.library import Library, TestCase
from csms_harness.scenario.model import Credential, Password
from csms_harness.target.config import DEFAULTS
from csms_harness.target.materials import materials, requests_of
from csms_harness.transport.greeting import CLIENT_RENEGOTIATION, COMPRESSION, RENEGOTIATION, WEAK
from tests.certificates import making
from tests.support.reading import Result, read
from tests.support.tls_facts import HOST, SUITES, VERSIONS, certificate

Payload = dict[str, Any]
Answer = Callable[["ScriptedCsms", Payload], Any]
"""Gives the payload of the .conf; a ``list`` is sent as a whole frame, a ``str`` as raw text, None is silence."""

EPOCH = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

CONFIG = {
    **DEFAULTS,
    **materials(),
    **requests_of("CP_01"),
    "valid_id_tag": "TAG-001",
    "valid_id_tag_2": "TAG-101",
    "parent_id_tag": "PARENT-001",
    "invalid_id_tag": "TAG-INVALID",
    "expired_id_tag": "TAG-EXPIRED",
    "blocked_id_tag": "TAG-BLOCKED",
    "new_authorization_key": "6e65772d70617373776f72642d313233",
    "own_authorization_key": "6f776e2d70617373776f72642d313233",
}


KEYS = Keys()
ROOT, ROOT_KEY = making.root("Scripted Root")


def is_in_order(csr: str) -> bool:
    """Whether a certificate request is genuine, and for the Charge Point of these tests."""
    request = x509.load_pem_x509_csr(csr.encode())
    named = request.subject.rfc4514_string()
    return request.is_signature_valid and ("CP_01" in named or "CSMS-HARNESS-0001" in named)


def signed(csr: str) -> str:
    """The chain for a certificate request, by the authority of all these Central Systems."""
    request = x509.load_pem_x509_csr(csr.encode())
    return making.pem(making.certificate(request.subject, request.public_key(), ROOT.subject, ROOT_KEY), ROOT)


@dataclass
class ScriptedCsms:
    """A well-behaved Central System; ``answers``, ``calls`` and the flags make it wrong.

    ``calls`` maps an action to what the CSMS does when asked for it: a function from the wished fields to a list
    of payloads (or ``(action, payload)`` pairs, or raw texts) to send. ``unasked`` are CALLs sent after each
    answer to the named action. ``delay`` is the time in seconds until an answer, by action, and ``trigger_takes``
    until a trigger says that it is done; the CALL it brings comes after ``call_takes``. A CSMS that is given to a
    second ``run_case`` goes on at its own ``now``, and its frames that were still ``on_the_way`` arrive there.
    ``door`` is asked at each handshake: it gives a Refused, or a Lost that follows a handshake that was accepted, or
    None; ``parted`` are the moments at which connections ended, ``knocks`` those at which one was wanted,
    ``openings`` how; ``checks`` is what it looks at then: a password that is none or wrong, and the subprotocols;
    ``upgrades`` what of that it refuses after the handshake only. ``in_force`` is the security profile that it has
    raised the Charge Point to, ``probed`` what is found out about its TLS, ``weak`` what became of weak offers,
    ``over_tls`` what a connection shows of it.
    ``writes_time`` is how it spells a moment. ``not_passed`` are members that its target does not hand over; ``said``
    is how a trigger is answered, and ``doubtful`` whether that reads as a refusal. What it is ``asked`` for while a
    CALL is open goes into ``waiting``, if it ``queues``. ``astray`` is what it says
    over a connection that the Charge Point has left; ``pongs`` are those that a ping brings, each with its delay.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    calls: Mapping[str, Callable[[ScriptedCsms, Payload], list[Any]]] = field(default_factory=dict)
    unasked: Mapping[str, list[tuple[str, Payload]]] = field(default_factory=dict)
    delay: Mapping[str, float] = field(default_factory=dict)
    trigger_outcome: Callable[[str], tuple[str, str]] = lambda _action: ("performed", "")
    trigger_takes: float = 0.0
    not_passed: tuple[str, ...] = ()
    said: str = ""
    doubtful: bool = False
    astray: tuple[str, ...] = ()
    call_takes: float = 0.002
    queues: bool = True
    waiting: list[tuple[str, Payload]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    pongs: Callable[[str], list[tuple[float, str]]] = lambda data: [(0.001, data)]
    subprotocol: str | None = "ocpp1.6"
    refuse: str = ""
    close_on: str = ""
    door: Callable[[ScriptedCsms], Refused | Lost | None] = lambda _csms: None
    parted: list[float] = field(default_factory=list)
    knocks: list[float] = field(default_factory=list)
    openings: list[OpenConnection] = field(default_factory=list)
    upgrades: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset(
        {*Password, "user", "subprotocols", "profile", "certificate", "plain"} - {Password.OWN}
    )
    in_force: int = 0
    probed: dict[str, Any] = field(
        default_factory=lambda: {
            "suites": tuple(SUITES.items()),
            "versions": tuple(VERSIONS.items()),
            "certificates": (certificate(bits=2048), certificate()),
        }
    )
    weak: dict[str, str] = field(
        default_factory=lambda: (
            dict.fromkeys((*WEAK, COMPRESSION, CLIENT_RENEGOTIATION), "refused") | {RENEGOTIATION: "secure"}
        )
    )
    over_tls: dict[str, Any] = field(
        default_factory=lambda: {
            "host": HOST,
            "tls": "TLSv1.3",
            "suite": "TLS_AES_256_GCM_SHA384",
            "certificate": certificate(),
        }
    )
    unique_id: Callable[[str], Any] = lambda unique_id: unique_id
    clock_offset: timedelta = timedelta()
    writes_time: Callable[[datetime], str] = lambda moment: _with_z(moment.isoformat(timespec="milliseconds"))
    now: float = 0.0
    seen: list[tuple[str, Payload]] = field(default_factory=list)
    replies: list[tuple[str, Any]] = field(default_factory=list)
    reservations: itertools.count[int] = field(default_factory=lambda: itertools.count(41))
    profiles: itertools.count[int] = field(default_factory=lambda: itertools.count(77))
    requests: itertools.count[int] = field(default_factory=lambda: itertools.count(301))
    list_version: int = 0
    profile: Payload = field(default_factory=dict)
    transactions: itertools.count[int] = field(default_factory=lambda: itertools.count(1001))
    transaction_id: int = 0
    started: Payload = field(default_factory=dict)
    tags: dict[str, Payload] = field(
        default_factory=lambda: {
            "TAG-001": {"status": "Accepted", "parentIdTag": "PARENT-001"},
            "TAG-101": {"status": "Accepted", "parentIdTag": "PARENT-001"},
            "TAG-EXPIRED": {"status": "Expired"},
            "TAG-BLOCKED": {"status": "Blocked"},
        }
    )
    on_the_way: list[tuple[float, int, Event]] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _open: dict[str, str] = field(default_factory=dict)

    def utc(self) -> str:
        """Its own clock."""
        return self.writes_time(EPOCH + timedelta(seconds=self.now) + self.clock_offset)

    def receive(self, text: str) -> list[tuple[float, str]]:
        """Frames it sends because of this one, each with its delay."""
        frame = message_of(text)
        if frame is None:
            return []
        if frame[0] != 2:
            self.replies.append((self._open.pop(frame[1], "?"), frame[2]))
            if self._open or not self.waiting:
                return []
            return [(self.call_takes, one) for one in self.asked_for(*self.waiting.pop(0))]
        if len(frame) != 4 or not isinstance(frame[2], str) or not isinstance(frame[3], dict | None):
            return [(0.0, json.dumps([4, frame[1], "FormationViolation", "", {}]))]
        _, unique_id, action, payload = frame
        payload = {} if payload is None else payload
        self.seen.append((action, payload))
        said = (self.answers.get(action) or _good_answer(action, payload))(self, payload)
        frames = [] if said is None else [(self.delay.get(action, 0.0), self._frame(unique_id, said))]
        if action == "SignCertificate" and isinstance(said, dict) and is_in_order(payload["csr"]):
            wish = {"certificateChain": signed(payload["csr"])}
            frames += [(0.0, frame) for frame in self.asked_for("CertificateSigned", wish)]
        return [*frames, *((0.0, self.call(name, body)) for name, body in self.unasked.get(action, []))]

    def _frame(self, unique_id: str, said: Any) -> str:
        if isinstance(said, str):
            return said.replace("$ID", unique_id)
        frame = said if isinstance(said, list) else [3, self.unique_id(unique_id), said]
        return json.dumps([unique_id if part == "$ID" else part for part in frame])

    def call(self, action: str, payload: Any) -> str:
        """A CALL of its own as text."""
        unique_id = f"cs-{next(self._ids)}"
        self._open[unique_id] = action
        return json.dumps([2, unique_id, action, payload])

    def is_waiting(self, due: list[Event]) -> bool:
        """Whether a CALL of it came and is open, and it keeps the next one back until that is answered."""
        on_the_way = "".join(one.data for one in due if isinstance(one, FrameReceived) and isinstance(one.data, str))
        return self.queues and any(f'"{unique_id}"' not in on_the_way for unique_id in self._open)

    def begin_anew(self) -> None:
        """A new connection: nobody answers what was open on the last one."""
        self._open.clear()

    def asked_for(self, action: str, fields: Payload) -> list[str]:
        """What it sends when a trigger asks for a CALL."""
        said = self.calls[action](self, fields) if action in self.calls else [self.good_call(action, dict(fields))]
        frames = []
        for one in said:
            if isinstance(one, str):
                frames.append(one)
            elif isinstance(one, tuple):
                frames.append(self.call(*one))
            else:
                frames.append(self.call(action, one))
        return frames

    def good_call(self, action: str, fields: Payload) -> Payload:
        """The payload a well-behaved Central System sends for a wish: its own ids, the rest as asked."""
        if action == "ChangeConfiguration" and fields.get("key") == "SecurityProfile":
            self.in_force = int(fields["value"])
        if action == "ReserveNow":
            fields.setdefault("reservationId", next(self.reservations))
        if action == "SendLocalList":
            self.list_version += 1
            fields.setdefault("listVersion", self.list_version)
            self.list_version = fields["listVersion"]
        if action == "RemoteStopTransaction":
            fields.setdefault("transactionId", self.transaction_id)
        profile = fields.get("csChargingProfiles") or fields.get("chargingProfile")
        if profile is not None:
            profile.setdefault("chargingProfileId", next(self.profiles))
            profile.setdefault("stackLevel", 0)
            if profile.get("chargingProfilePurpose") == "TxProfile" and action == "SetChargingProfile":
                profile.setdefault("transactionId", self.transaction_id)
            self.profile = profile
        if action in ("GetLog", "SignedUpdateFirmware"):
            fields.setdefault("requestId", next(self.requests))
        if action == "UpdateFirmware":
            fields.setdefault("retrieveDate", self.utc())
        return fields


def message_of(text: str) -> list[Any] | None:
    """A frame of the Charge Point that a Central System can make something of; None for one it leaves alone."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, list) or len(frame) < 3 or frame[0] not in (2, 3, 4):
        return None
    return frame if isinstance(frame[1], str) and 0 < len(frame[1]) <= 36 else None


def _with_z(text: str) -> str:
    return text.replace("+00:00", "Z")


def _start_transaction(csms: ScriptedCsms, request: Payload) -> Payload:
    if request != csms.started:  # a start that is sent again is the same transaction
        csms.started, csms.transaction_id = request, next(csms.transactions)
    return {"transactionId": csms.transaction_id, "idTagInfo": _info(csms, request["idTag"])}


def _info(csms: ScriptedCsms, tag: str) -> Payload:
    return dict(csms.tags.get(tag.upper(), {"status": "Invalid"}))


def _good_answer(action: str, request: Payload) -> Answer:
    """What a well-behaved Central System answers: it knows its actions, and looks at what it is sent."""
    if action not in GOOD_ANSWERS:
        return lambda _csms, _request: [4, "$ID", "NotImplemented", "", {}]
    if judge_payload(action, Direction.REQUEST, request):
        return lambda _csms, _request: [4, "$ID", "FormationViolation", "", {}]
    return GOOD_ANSWERS[action]


GOOD_ANSWERS: dict[str, Answer] = {
    "Authorize": lambda csms, request: {"idTagInfo": _info(csms, request["idTag"])},
    "BootNotification": lambda csms, _: {"status": "Accepted", "currentTime": csms.utc(), "interval": 300},
    "DataTransfer": lambda csms, _: {"status": "UnknownVendorId"},
    "DiagnosticsStatusNotification": lambda csms, _: {},
    "FirmwareStatusNotification": lambda csms, _: {},
    "Heartbeat": lambda csms, _: {"currentTime": csms.utc()},
    "MeterValues": lambda csms, _: {},
    "StartTransaction": _start_transaction,
    "StatusNotification": lambda csms, _: {},
    "StopTransaction": lambda csms, _: {},
    "LogStatusNotification": lambda csms, _: {},
    "SecurityEventNotification": lambda csms, _: {},
    "SignCertificate": lambda csms, _: {"status": "Accepted"},
    "SignedFirmwareStatusNotification": lambda csms, _: {},
}


def run_case(
    case: TestCase,
    library: Library,
    csms: ScriptedCsms | None = None,
    *,
    line: Line | None = None,
    config: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    events: Callable[[CaseRun, float], list[Event]] | None = None,
) -> Result:
    """Run one case on the pure engine until it ends; time passes only when nothing else can happen."""
    csms = csms or ScriptedCsms()
    line = line or Line(ChargePoint("CP_01"))
    limits = limits or Limits(action=10.0, responses={"": 5.0})
    profile = 1 if case.any_connection else min(case.security_profiles, default=1)
    run = CaseRun(case, library.states, line, config or CONFIG, limits, EPOCH, profile)
    driver = _Driver(run, csms, csms.on_the_way, csms.now)
    try:
        return read(driver.drive(events))
    finally:
        csms.on_the_way = [item for item in driver.due if isinstance(item[2], FrameReceived)]


@dataclass
class _Driver:
    run: CaseRun
    csms: ScriptedCsms
    due: list[tuple[float, int, Event]] = field(default_factory=list)
    now: float = 0.0
    count: int = 0

    def drive(self, events: Callable[[CaseRun, float], list[Event]] | None) -> CaseResult:
        self._do(self.run.begin(self.now))
        for _ in range(5000):
            if self.run.result is not None:
                return self.run.result
            for extra in events(self.run, self.now) if events else ():
                self._do(self.run.handle(extra))
            if self.run.result is None:
                self._do(self.run.handle(self._next()))
        raise AssertionError("the case does not end")

    def _next(self) -> Event:
        self.due.sort(key=lambda item: item[:2])
        wake_at = self.run.wake_at
        if self.due and (wake_at is None or self.due[0][0] <= wake_at):
            at, _, event = self.due.pop(0)
            self.now = self.csms.now = max(self.now, at)
            return event
        assert wake_at is not None, f"nothing can happen any more: awaiting {self.run.awaiting[0]}"
        self.now = self.csms.now = max(self.now, wake_at)
        return TimePassed(self.now)

    def _later(self, at: float, event: Event) -> None:
        self.count += 1
        self.due.append((at, self.count, event))

    def _do(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case SendFrame(text, unique_id, framing=framing):
                    self._later(self.now, FrameSent(self.now, unique_id))
                    self._sent(text, framing.pinged)
                case SendControl(data, pong):
                    self._ponged(None if pong else data)
                case MakeKey(algorithm, common_name, organization):
                    csr = KEYS.make(algorithm, common_name, organization)
                    self._later(self.now, KeyMade(self.now, csr))
                case OpenConnection():
                    self._knock(effect)
                case ProbeTls(weak=True):
                    self._later(self.now, TlsProbed(self.now, weak=tuple(self.csms.weak.items())))
                case ProbeTls():
                    self._later(self.now, TlsProbed(self.now, **self.csms.probed))
                case CloseConnection(former=True):
                    self._later(self.now, Parted(self.now, self.csms.astray))
                case CloseConnection():
                    self.csms.parted.append(self.now)
                    self._later(self.now, Lost(self.now, "closed by the Charge Point", ours=True))
                case RequestTrigger(ticket, action, fields):
                    self._trigger(ticket, action, dict(fields))
                case RequestProvision(ticket, item, _):
                    outcome, text = self.csms.trigger_outcome(item)
                    self._later(self.now, TriggerFinished(self.now, ticket, outcome, text, "scripted"))
                case ReleaseTrigger():
                    pass

    def _ponged(self, data: str | None) -> None:
        for delay, heard in [] if data is None else self.csms.pongs(data):
            self._later(self.now + delay, PongReceived(self.now + delay, heard))

    def _knock(self, how: OpenConnection) -> None:
        self.csms.knocks.append(self.now)
        self.csms.openings.append(how)
        refused = Refused(self.now, self.csms.refuse) if self.csms.refuse else self.csms.door(self.csms)
        refused = refused or self._unfit(how)
        if isinstance(refused, Refused):
            self._later(self.now, refused)
            return
        offered = how.subprotocols or ("ocpp1.6",)
        shown: dict[str, Any] = self.csms.over_tls if (how.profile or 0) >= 2 else {}
        self.csms.begin_anew()
        connected = Connected(self.now, self.csms.subprotocol, offered=offered, profile=how.profile, **shown)
        self._later(self.now, connected)
        if refused is not None:
            self._later(refused.at, refused)

    def _unfit(self, how: OpenConnection) -> Refused | Lost | None:
        """What a good Central System refuses about an opening."""
        unfit, refusal = self._why_not(how)
        if unfit not in self.csms.checks:
            return None
        if unfit in self.csms.upgrades:
            return Lost(self.now + 0.01, "The Central System closed the connection with code 1008.", 1008)
        return refusal

    def _why_not(self, how: OpenConnection) -> tuple[str, Refused]:
        """What there is to be said against an opening, and the refusal."""
        if (how.profile or 0) < self.csms.in_force:
            return "profile", _http(self.now, 403)
        if how.certificate is not Credential.OWN:
            return "certificate", Refused(self.now, "The CSMS wants a client certificate.", "tls failed")
        if how.plain:
            return "plain", Refused(self.now, "port 443 speaks TLS", "tls wanted")
        if how.other_user:
            return "user", _http(self.now, 401)
        if how.subprotocols is not None and "ocpp1.6" not in how.subprotocols:
            return "subprotocols", _http(self.now, 400)
        return str(how.password), _http(self.now, 401)

    def _sent(self, text: str, pinged: str | None) -> None:
        self._ponged(pinged)
        message = message_of(text)
        action = None if message is None else message[2]
        if self.csms.close_on and action == self.csms.close_on:
            self._later(self.now, Lost(self.now, "closed by the Central System with 1011", 1011))
            return
        for delay, frame in self.csms.receive(text):
            at = self.now + delay + 0.001
            self._later(at, FrameReceived(at, frame))

    def _trigger(self, ticket: int, action: str, fields: Payload) -> None:
        outcome, text = self.csms.trigger_outcome(action)
        done = self.now + self.csms.trigger_takes
        self._later(self.now, TriggerBegan(self.now, ticket, "scripted", self.csms.not_passed))
        said, doubtful = self.csms.said, self.csms.doubtful
        self._later(done, TriggerFinished(done, ticket, outcome, text, "scripted", said, doubtful))
        self.csms.asked.append(action)
        if outcome == "performed" and self.csms.is_waiting([one for *_, one in self.due]):
            self.csms.waiting.append((action, fields))
        elif outcome == "performed":
            for frame in self.csms.asked_for(action, fields):
                at = self.now + self.csms.call_takes
                self._later(at, FrameReceived(at, frame))


def _http(at: float, status: int) -> Refused:
    return Refused(at, f"The Central System answered HTTP {status}.", "http status", status)
