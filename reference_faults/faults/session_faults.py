"""Faults of the connection: how it begins, how long it lasts, and whether anybody speaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reference_faults.faults.model import Clause, Fault, Group
from reference_faults.faults.session import (
    CloseAfter,
    CloseInstead,
    CloseOnceCalled,
    Forgotten,
    LateFarewell,
    Refusal,
    SilentAfter,
    Subprotocol,
)

_FIRST = ("TC_001_CSMS",)
_AGAIN = ("TC_013_CSMS", "TC_014_CSMS", "TC_032_1_CSMS", "TC_037_1_CSMS", "TC_039_CSMS")
_RETURN = ("TC_013_CSMS",)
_LONG = ("TC_018_1_CSMS", "TC_054_CSMS")
_CALLED = ("TC_010_CSMS", "TC_011_1_CSMS", "TC_012_CSMS")
_BOOT = "BootNotification"

_handshake = Clause(Group.SESSION, "OCPP-J 1.6, 3.2", _FIRST).session
_admission = Clause(Group.SESSION, "OCPP-J 1.6, 3.1 and 3.3", _FIRST).session
_open = Clause(Group.SESSION, "OCPP-J 1.6, 3 and 4.1", _FIRST).session

_HANDSHAKES: Final = (
    _handshake("subprotocol-ocpp-2-0-1", "agrees on the subprotocol ocpp2.0.1", Subprotocol("ocpp2.0.1")),
    _handshake("subprotocol-ocpp-1-5", "agrees on the subprotocol ocpp1.5", Subprotocol("ocpp1.5")),
    _handshake("subprotocol-upper-case", "agrees on the subprotocol OCPP1.6", Subprotocol("OCPP1.6")),
    _handshake("subprotocol-none", "agrees on no subprotocol", Subprotocol(None)),
)
_ENDS: Final = (
    _open("closes-after-boot", "closes with 1000 when the boot is answered", CloseAfter(1, 1000)),
    _open("fails-after-boot", "closes with 1011 when the boot is answered", CloseAfter(1, 1011)),
    _open("drops-after-boot", "drops the connection when the boot is answered", CloseAfter(1, None)),
    _open(
        "closes-on-boot", "closes with 1008 instead of answering the boot", CloseInstead(_BOOT, 1008, turns_away=True)
    ),
    _open("closes-after-third-frame", "closes with 1000 after its third frame", CloseAfter(3, 1000)),
    _open("closes-after-tenth-frame", "closes with 1011 after its tenth frame", CloseAfter(10, 1011), _LONG),
    _open("drops-after-fifth-frame", "drops the connection after its fifth frame", CloseAfter(5, None)),
    _open("closes-once-it-called", "closes with 1000 before its CALL is answered", CloseOnceCalled(1000), _CALLED),
    _open("fails-once-it-called", "closes with 1011 before its CALL is answered", CloseOnceCalled(1011), _CALLED),
    _open("drops-once-it-called", "drops the connection before its CALL is answered", CloseOnceCalled(None), _CALLED),
)
_ENDS_ON_ACTIONS: Final = (
    _open(
        "closes-on-authorize",
        "closes with 1011 instead of answering Authorize.req",
        CloseInstead("Authorize", 1011),
        ("TC_003_CSMS",),
    ),
    _open(
        "closes-on-start-transaction",
        "closes with 1000 instead of answering StartTransaction.req",
        CloseInstead("StartTransaction", 1000),
        ("TC_003_CSMS",),
    ),
    _open(
        "closes-on-stop-transaction",
        "closes with 1011 instead of answering StopTransaction.req",
        CloseInstead("StopTransaction", 1011),
        ("TC_012_CSMS",),
    ),
    _open(
        "closes-on-status-notification",
        "closes with 1001 instead of answering StatusNotification.req",
        CloseInstead("StatusNotification", 1001, turns_away=True),
        ("TC_001_CSMS",),
    ),
    _open(
        "closes-on-meter-values",
        "closes with 1008 instead of answering MeterValues.req",
        CloseInstead("MeterValues", 1008),
        ("TC_054_CSMS",),
    ),
    _open(
        "closes-on-data-transfer",
        "closes with 1003 instead of answering DataTransfer.req",
        CloseInstead("DataTransfer", 1003),
        ("TC_064_CSMS",),
    ),
    _open(
        "closes-on-firmware-status-notification",
        "closes with 1000 instead of answering FirmwareStatusNotification.req",
        CloseInstead("FirmwareStatusNotification", 1000),
        ("TC_044_1_CSMS",),
    ),
    _open(
        "closes-on-diagnostics-status-notification",
        "closes with 1002 instead of answering DiagnosticsStatusNotification.req",
        CloseInstead("DiagnosticsStatusNotification", 1002),
        ("TC_045_1_CSMS",),
    ),
    _open(
        "drops-on-heartbeat",
        "drops the connection instead of answering Heartbeat.req",
        CloseInstead("Heartbeat", None),
        ("TC_001_CSMS",),
    ),
)
_SILENCES: Final = (
    _open("silent", "opens connections and never says a word", SilentAfter(0)),
    _open("silent-after-boot", "says nothing any more when the boot is answered", SilentAfter(1)),
    _open("silent-after-fourth-frame", "says nothing any more after its fourth frame", SilentAfter(4)),
    _open("silent-after-twelfth-frame", "says nothing any more after its twelfth frame", SilentAfter(12), _LONG),
    _open("silent-on-return", "says nothing to a Charge Point that comes back", SilentAfter(0, since=2), _RETURN),
    _open(
        "calls-lost-on-return", "sends its CALLs to the connection that was there before", Forgotten(), ("TC_014_CSMS",)
    ),
    _open("late-farewell", "closes a new connection when it notices the end of the old one", LateFarewell(), _RETURN),
)


def session_faults() -> Iterator[Fault]:
    """All faults of the group."""
    yield from _HANDSHAKES
    yield from _refusals()
    yield from (*_ENDS, *_ENDS_ON_ACTIONS, *_SILENCES)


def _refusals() -> Iterator[Fault]:
    for status in (401, 403, 404, 500, 503):
        what = f"refuses every connection with HTTP {status}"
        yield _admission(f"refuses-with-{status}", what, Refusal(status))
    for status in (401, 503):
        what = f"refuses a Charge Point that comes back with HTTP {status}"
        yield _admission(f"refuses-return-with-{status}", what, Refusal(status, since=2), _AGAIN)
