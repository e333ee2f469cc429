"""Faults with messages that are wrong: a Central System that takes them, is silent, closes, or refuses without reason.

The reference CSMS refuses each by the code of its ill; a fault is a message, such a code, and what is done instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from reference_csms.wire.frames import CALLERROR, CALLRESULT, Frame
from reference_faults.faults.beyond_parts import clause_of
from reference_faults.faults.deeds import Select, error, message, nothing, only
from reference_faults.faults.model import Fault
from reference_faults.faults.session import end
from reference_faults.landing import Turn

_CASES: Final[Mapping[str, str]] = {
    "Authorize": "NEG_001",
    "BootNotification": "NEG_002",
    "DataTransfer": "NEG_003",
    "MeterValues": "NEG_005",
    "StartTransaction": "NEG_006",
    "StatusNotification": "NEG_007",
    "StopTransaction": "NEG_008",
    "DiagnosticsStatusNotification": "NEG_009",
    "FirmwareStatusNotification": "NEG_010",
    "LogStatusNotification": "NEG_011",
    "SecurityEventNotification": "NEG_012",
    "SignedFirmwareStatusNotification": "NEG_013",
}
_CODES: Final = {
    "missing": ("OccurenceConstraintViolation", "that lacks a member"),
    "type": ("TypeConstraintViolation", "with a member of the wrong type"),
    "value": ("PropertyConstraintViolation", "with a value that is too long or unknown"),
}
_CLAUSE: Final = "OCPP-J 1.6, 4.2.3"


def spoilt_faults() -> Iterator[Fault]:
    """All faults of this table."""
    for action, case in _CASES.items():
        clause, stem = clause_of(_CLAUSE, case), action.lower()
        for name, (code, what) in _CODES.items():
            yield clause.fault(
                f"{stem}-{name}-taken", f"takes {action}.req {what}", only(_refusing(action, code), _taken)
            )
        wrong = _refusing(action)
        yield clause.fault(
            f"{stem}-wrong-internal-error", f"refuses a wrong {action}.req with InternalError",
            only(wrong, error("InternalError")),
        )  # fmt: skip
        yield clause.fault(f"{stem}-wrong-unanswered", f"does not answer a wrong {action}.req", only(wrong, nothing))
        yield clause.fault(
            f"{stem}-wrong-closes",
            f"closes the connection on a wrong {action}.req",
            only(wrong, partial(end, code=1011)),
        )
    yield from _of_members()
    clause, wrong = clause_of(_CLAUSE, "NEG_014"), _refusing("SignCertificate")
    what = "refuses a wrong SignCertificate.req with InternalError"
    yield clause.fault("signcertificate-wrong-internal-error", what, only(wrong, error("InternalError")))
    clause = clause_of(_CLAUSE, "NEG_004")
    wrong = _refusing("Heartbeat")
    yield clause.fault("heartbeat-wrong-unanswered", "does not answer a wrong Heartbeat.req", only(wrong, nothing))
    what = "answers no Heartbeat.req after a wrong one"
    yield clause.fault("heartbeat-wrong-strikes-dumb", what, _struck_dumb)


def _of_members() -> Iterator[Fault]:
    for action in ("MeterValues", "StopTransaction"):
        deep = _about(action, "[0]")
        what = f"looks at no member inside a list of {action}.req"
        yield clause_of(_CLAUSE, _CASES[action]).fault(
            f"{action.lower()}-lists-not-looked-at", what, only(deep, _taken)
        )
    for action in ("MeterValues", "StartTransaction", "StatusNotification", "StopTransaction"):
        moments = _about(action, "timestamp", "PropertyConstraintViolation")
        what = f"takes any text for a date-time in {action}.req"
        yield clause_of(_CLAUSE, _CASES[action]).fault(
            f"{action.lower()}-any-moment-taken", what, only(moments, _taken)
        )
    for action, member in (
        ("BootNotification", "iccid"), ("BootNotification", "meterSerialNumber"), ("DataTransfer", "messageId"),
        ("StartTransaction", "reservationId"), ("StatusNotification", "vendorErrorCode"), ("StopTransaction", "reason"),
    ):  # fmt: skip
        name, what = f"{action}-{member}-not-looked-at".lower(), f"looks at no {member} in {action}.req"
        yield clause_of(_CLAUSE, _CASES[action]).fault(name, what, only(_about(action, member), _taken))


def _refusing(action: str, code: str = "") -> Select:
    """CALLERRORs to this action, with this code or with any."""
    return lambda frame: frame.kind == CALLERROR and frame.action == action and code in ("", frame.message[2])


def _about(action: str, member: str, code: str = "") -> Select:
    """CALLERRORs to this action about such a member."""
    refusing = _refusing(action, code)
    return lambda frame: refusing(frame) and member in frame.message[4].get("member", "")


async def _taken(turn: Turn) -> None:
    """Answer as if nothing were wrong."""
    await message(lambda parts: [CALLRESULT, parts[1], _ANSWERS.get(turn.frame.action, {})])(turn)


_MOMENT: Final = "2026-01-31T12:00:00Z"
_ANSWERS: Final = {
    "Authorize": {"idTagInfo": {"status": "Invalid"}},
    "BootNotification": {"status": "Accepted", "currentTime": _MOMENT, "interval": 300},
    "DataTransfer": {"status": "Accepted"},
    "StartTransaction": {"transactionId": 0, "idTagInfo": {"status": "Invalid"}},
}
"""What a Central System answers that does not look; all others have nothing to say."""


async def _struck_dumb(turn: Turn) -> None:
    frame: Frame = turn.frame
    dumb = bool(turn.connection_memory.get("dumb"))
    turn.connection_memory["dumb"] = dumb or _refusing("Heartbeat")(frame)
    if dumb and frame.action == "Heartbeat":
        await nothing(turn)
    else:
        await turn.send()
