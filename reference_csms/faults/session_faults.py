"""Faults of the connection: how it begins, how long it lasts, and whether anybody speaks."""

from __future__ import annotations

from typing import Final

from reference_csms.faults.model import Fault, Group
from reference_csms.faults.session import (
    CloseAfter,
    CloseInstead,
    CloseOnceCalled,
    Forgotten,
    LateFarewell,
    Refusal,
    Session,
    SilentAfter,
    Subprotocol,
    session_seams,
)
from reference_csms.faults.spots import kebab

_HANDSHAKE = "OCPP-J 1.6, 3.2"
_ADMISSION = "OCPP-J 1.6, 3.1 and 3.3"
_OPEN = "OCPP-J 1.6, 3 and 4.1"
_FIRST = ("TC_001_CSMS",)
_AGAIN = ("TC_013_CSMS", "TC_014_CSMS", "TC_032_1_CSMS", "TC_037_1_CSMS", "TC_039_CSMS")
_RETURN = ("TC_013_CSMS",)
_LONG = ("TC_018_1_CSMS", "TC_054_CSMS")
_CALLED = ("TC_010_CSMS", "TC_011_1_CSMS", "TC_012_CSMS")
_BOOT = "BootNotification"
_ACTIONS: Final = (
    ("Authorize", 1011, "TC_003_CSMS"),
    ("StartTransaction", 1000, "TC_003_CSMS"),
    ("StopTransaction", 1011, "TC_012_CSMS"),
    ("StatusNotification", 1001, "TC_001_CSMS"),
    ("MeterValues", 1008, "TC_054_CSMS"),
    ("DataTransfer", 1003, "TC_064_CSMS"),
    ("FirmwareStatusNotification", 1000, "TC_044_1_CSMS"),
    ("DiagnosticsStatusNotification", 1002, "TC_045_1_CSMS"),
    ("Heartbeat", None, "TC_001_CSMS"),
)


def _fault(name: str, what: str, clause: str, cases: tuple[str, ...], session: Session) -> Fault:
    return Fault(name, Group.SESSION, what, clause, cases, session_seams(name, session), session)


def _handshakes() -> list[Fault]:
    wrong = (("ocpp-2-0-1", "ocpp2.0.1"), ("ocpp-1-5", "ocpp1.5"), ("upper-case", "OCPP1.6"))
    named = [
        _fault(f"subprotocol-{ending}", f"agrees on the subprotocol {name}", _HANDSHAKE, _FIRST, Subprotocol(name))
        for ending, name in wrong
    ]
    return [*named, _fault("subprotocol-none", "agrees on no subprotocol", _HANDSHAKE, _FIRST, Subprotocol(None))]


def _refusals() -> list[Fault]:
    always = [
        _fault(
            f"refuses-with-{status}",
            f"refuses every connection with HTTP {status}",
            _ADMISSION,
            _FIRST,
            Refusal(status),
        )
        for status in (401, 403, 404, 500, 503)
    ]
    again = [
        _fault(
            f"refuses-return-with-{status}",
            f"refuses a Charge Point that comes back with HTTP {status}",
            _ADMISSION,
            _AGAIN,
            Refusal(status, since=2),
        )
        for status in (401, 503)
    ]
    return always + again


def _ends() -> list[Fault]:
    shapes: tuple[tuple[str, str, tuple[str, ...], Session], ...] = (
        ("closes-after-boot", "closes with 1000 when the boot is answered", _FIRST, CloseAfter(1, 1000)),
        ("fails-after-boot", "closes with 1011 when the boot is answered", _FIRST, CloseAfter(1, 1011)),
        ("drops-after-boot", "drops the connection when the boot is answered", _FIRST, CloseAfter(1, None)),
        ("closes-on-boot", "closes with 1008 instead of answering the boot", _FIRST, CloseInstead(_BOOT, 1008)),
        ("closes-after-third-frame", "closes with 1001 after its third frame", _FIRST, CloseAfter(3, 1001)),
        ("closes-after-tenth-frame", "closes with 1011 after its tenth frame", _LONG, CloseAfter(10, 1011)),
        ("drops-after-fifth-frame", "drops the connection after its fifth frame", _FIRST, CloseAfter(5, None)),
        ("closes-once-it-called", "closes with 1000 before its CALL is answered", _CALLED, CloseOnceCalled(1000)),
        ("fails-once-it-called", "closes with 1011 before its CALL is answered", _CALLED, CloseOnceCalled(1011)),
        ("drops-once-it-called", "drops the connection before its CALL is answered", _CALLED, CloseOnceCalled(None)),
    )
    ends = [_fault(name, what, _OPEN, cases, session) for name, what, cases, session in shapes]
    return ends + [_end_on(action, code, case) for action, code, case in _ACTIONS]


def _end_on(action: str, code: int | None, case: str) -> Fault:
    name = f"{'drops' if code is None else 'closes'}-on-{kebab(action)}"
    end = "drops the connection" if code is None else f"closes with {code}"
    what = f"{end} instead of answering {action}.req"
    return _fault(name, what, _OPEN, (case,), CloseInstead(action, code))


def _silences() -> list[Fault]:
    shapes: tuple[tuple[str, str, tuple[str, ...], Session], ...] = (
        ("silent", "opens connections and never says a word", _FIRST, SilentAfter(0)),
        ("silent-after-boot", "says nothing any more when the boot is answered", _FIRST, SilentAfter(1)),
        ("silent-after-fourth-frame", "says nothing any more after its fourth frame", _FIRST, SilentAfter(4)),
        ("silent-after-twelfth-frame", "says nothing any more after its twelfth frame", _LONG, SilentAfter(12)),
        ("silent-on-return", "says nothing to a Charge Point that comes back", _RETURN, SilentAfter(0, since=2)),
        (
            "calls-lost-on-return",
            "sends its CALLs to the connection that was there before",
            ("TC_014_CSMS",),
            Forgotten(),
        ),
        ("late-farewell", "closes a new connection when it notices the end of the old one", _RETURN, LateFarewell()),
    )
    return [_fault(name, what, _OPEN, cases, session) for name, what, cases, session in shapes]


def session_faults() -> list[Fault]:
    """All faults of the group."""
    return [*_handshakes(), *_refusals(), *_ends(), *_silences()]
