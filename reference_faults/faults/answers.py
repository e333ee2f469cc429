"""Faults of the answers to Charge Points: whole answers that are refused, missing, late or of the wrong form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reference_faults.edits import instead, put
from reference_faults.faults.deeds import answers, error, fresh_id, late, nothing, only, twice, with_id
from reference_faults.faults.model import Clause, Fault, Group
from reference_faults.faults.spots import Spot, kebab
from reference_faults.landing import Turn

_WHITEPAPER: Final = "security whitepaper"

CASES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Authorize": ("4.1", ("TC_003_CSMS", "TC_010_CSMS", "TC_023_1_CSMS")),
    "BootNotification": ("4.2", ("TC_001_CSMS",)),
    "DataTransfer": ("4.3", ("TC_064_CSMS",)),
    "DiagnosticsStatusNotification": ("4.4", ("TC_045_1_CSMS", "TC_045_2_CSMS", "TC_054_CSMS")),
    "FirmwareStatusNotification": ("4.5", ("TC_044_1_CSMS", "TC_044_2_CSMS", "TC_044_3_CSMS", "TC_054_CSMS")),
    "Heartbeat": ("4.6", ("TC_001_CSMS", "TC_054_CSMS")),
    "MeterValues": ("4.7", ("TC_054_CSMS",)),
    "StartTransaction": ("4.8", ("TC_003_CSMS", "TC_007_CSMS", "TC_037_1_CSMS")),
    "StatusNotification": ("4.9", ("TC_001_CSMS",)),
    "StopTransaction": ("4.10", ("TC_012_CSMS", "TC_018_1_CSMS", "TC_032_1_CSMS", "TC_039_CSMS")),
    "LogStatusNotification": (_WHITEPAPER, ("TC_079_CSMS",)),
    "SecurityEventNotification": (_WHITEPAPER, ("TC_077_CSMS", "TC_078_CSMS", "TC_080_CSMS")),
    "SignCertificate": (_WHITEPAPER, ("TC_074_CSMS", "TC_077_CSMS")),
    "SignedFirmwareStatusNotification": (_WHITEPAPER, ("TC_080_CSMS", "TC_081_CSMS")),
}
"""Section of OCPP 1.6 and the test cases, by the action of the CALL that is answered.

Without a good boot no other case than the first can be prepared, so none other can fail.
"""

EMPTY: Final = (
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "LogStatusNotification",
    "MeterValues",
    "SecurityEventNotification",
    "SignedFirmwareStatusNotification",
    "StatusNotification",
)
"""CALLs whose `.conf` has no members at all."""

CODES: Final = (
    "NotSupported",
    "ProtocolError",
    "SecurityError",
    "FormationViolation",
    "PropertyConstraintViolation",
    "OccurenceConstraintViolation",
    "TypeConstraintViolation",
    "GenericError",
    "InternalError",
)
"""The codes of a CALLERROR besides NotImplemented (OCPP-J 1.6, 4.2.3)."""


def spot(action: str) -> Spot:
    """The payload of the answer to an action."""
    section, cases = CASES[action]
    clause = Clause(Group.ANSWERS, f"OCPP 1.6, {section}", cases)
    return Spot(kebab(action), f"{action}.conf", answers(action), clause)


HINDERED = {"StopTransaction": ("TC_032_1_CSMS",)}
"""Cases that a late answer does not fail: that of the case before them holds up their preparation."""


def whole_answers() -> Iterator[Fault]:
    """What can be wrong with an answer whatever it says."""
    for action in CASES:
        yield from _not_given(action)
        yield from _misdirected(action)
        yield from _of_no_use(action)
    for code in CODES:
        at = spot("Heartbeat")
        deed = only(at.select, error(code))
        yield at.clause.fault(f"heartbeat-error-{kebab(code)}", f"refuses a valid Heartbeat.req with {code}", deed)


def _not_given(action: str) -> Iterator[Fault]:
    at = spot(action)
    what = f"refuses a valid {action}.req with NotImplemented"
    yield at.clause.fault(f"{at.name}-not-implemented", what, only(at.select, error("NotImplemented")))
    yield at.clause.fault(f"{at.name}-unanswered", f"never answers {action}.req", only(at.select, nothing))
    in_time = tuple(case for case in CASES[action][1] if case not in HINDERED.get(action, ()))
    yield at.clause.fault(
        f"{at.name}-late", f"answers {action}.req when it is too late", only(at.select, late), in_time
    )


def _misdirected(action: str) -> Iterator[Fault]:
    name, select = kebab(action), answers(action)
    clause = Clause(Group.ANSWERS, "OCPP-J 1.6, 4.1.4 and 4.2.2", ("WIRE_004", *CASES[action][1]))
    yield clause.fault(f"{name}-answered-twice", f"answers {action}.req twice", only(select, twice), ("WIRE_004",))
    deed = only(select, with_id(lambda _: fresh_id()))
    yield clause.fault(f"{name}-wrong-unique-id", f"answers {action}.req with a uniqueId of its own", deed)


def _of_no_use(action: str) -> Iterator[Fault]:
    at, also = spot(action), ("WIRE_006", *CASES[action][1])
    yield at.wrong("extra-member", "has a member that it must not have", put("extra", "x"), *also)
    yield at.wrong("array", "is an array instead of an object", instead([]), "WIRE_002", *CASES[action][1])
    if action in EMPTY:
        yield at.wrong("with-status", "has a status, which it has not", put("status", "Accepted"), *also)
        yield at.clause.fault(f"{at.name}-echoed", f"sends the members of {action}.req back", only(at.select, _echo))
        return
    if action == "StopTransaction":
        return
    yield at.wrong("empty", "has none of its members", instead({}), *also)
    yield at.wrong("payload-null", "is null, though it must have members", instead(None), *also)


async def _echo(turn: Turn) -> None:
    await turn.send(turn.frame.with_payload(turn.frame.request))
