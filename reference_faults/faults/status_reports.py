"""Wrong answers to some StatusNotifications only: a status that a Central System does not know how to take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reference_csms.wire.frames import CALLRESULT, Frame
from reference_faults.edits import put
from reference_faults.faults.deeds import Select, error, nothing, only, payload
from reference_faults.faults.model import Clause, Fault, Group

_CHARGING: Final = ("TC_003_CSMS", "TC_010_CSMS")
_STATUSES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("status", "Preparing", ("TC_003_CSMS", "TC_004_2_CSMS", "TC_024_CSMS")),
    ("status", "Charging", _CHARGING),
    ("status", "SuspendedEV", ("TC_005_1_CSMS",)),
    ("status", "Finishing", ("TC_012_CSMS",)),
    ("status", "Reserved", ("TC_046_CSMS", "TC_051_CSMS")),
    ("status", "Unavailable", ("TC_044_1_CSMS", "TC_048_3_CSMS")),
    ("status", "Faulted", ("TC_024_CSMS",)),
    ("errorCode", "ConnectorLockFailure", ("TC_024_CSMS",)),
)


def status_reports() -> Iterator[Fault]:
    """Three faults for each status that a certification case reports."""
    for member, value, cases in _STATUSES:
        clause = Clause(Group.ANSWERS, "OCPP 1.6, 4.9", cases)
        name, what = f"status-{value.lower()}", f"a StatusNotification.req with {member} {value}"
        chosen = _about(member, value)
        yield clause.fault(f"{name}-unanswered", f"never answers {what}", only(chosen, nothing))
        yield clause.fault(f"{name}-refused", f"answers {what} with a CALLERROR", only(chosen, error("InternalError")))
        extra = only(chosen, payload(put("status", "Accepted")))
        yield clause.fault(f"{name}-with-status", f"answers {what} with a status, which the .conf has not", extra)


def _about(member: str, value: str) -> Select:
    def select(frame: Frame) -> bool:
        is_answer = frame.kind == CALLRESULT and frame.action == "StatusNotification"
        return is_answer and isinstance(frame.request, dict) and frame.request.get(member) == value

    return select
