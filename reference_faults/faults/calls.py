"""Faults of the CALLs a Central System sends: whole CALLs that do not come, come twice or to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from reference_csms.seams import Line, Seams
from reference_csms.wire.frames import CALL, Frame
from reference_faults.deviation import Ledger, Make
from reference_faults.edits import instead, put
from reference_faults.faults.deeds import Select, calls, nothing, only, twice
from reference_faults.faults.model import Clause, Fault, Group
from reference_faults.faults.spots import Spot, kebab
from reference_faults.landing import Deed, Turn, doing

_WHITEPAPER: Final = "security whitepaper"

CASES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "CancelReservation": ("5.1", ("TC_051_CSMS", "TC_052_CSMS")),
    "ChangeAvailability": ("5.2", ("TC_048_3_CSMS",)),
    "ChangeConfiguration": ("5.3", ("TC_021_CSMS", "TC_040_1_CSMS", "TC_040_2_CSMS")),
    "ClearCache": ("5.4", ("TC_061_CSMS",)),
    "ClearChargingProfile": ("5.5", ("TC_067_CSMS",)),
    "GetCompositeSchedule": ("5.7", ("TC_066_CSMS",)),
    "GetConfiguration": ("5.8", ("TC_019_1_CSMS", "TC_019_2_CSMS")),
    "GetDiagnostics": ("5.9", ("TC_045_1_CSMS", "TC_045_2_CSMS")),
    "GetLocalListVersion": ("5.10", ("TC_042_1_CSMS", "TC_042_2_CSMS")),
    "RemoteStartTransaction": ("5.11", ("TC_010_CSMS", "TC_011_1_CSMS", "TC_011_2_CSMS", "TC_026_CSMS", "TC_059_CSMS")),
    "RemoteStopTransaction": ("5.12", ("TC_012_CSMS", "TC_028_CSMS")),
    "ReserveNow": ("5.13", ("TC_046_CSMS", "TC_047_CSMS", "TC_048_1_CSMS", "TC_049_CSMS", "TC_051_CSMS")),
    "Reset": ("5.14", ("TC_013_CSMS", "TC_014_CSMS")),
    "SendLocalList": ("5.15", ("TC_043_1_CSMS", "TC_043_3_CSMS", "TC_043_4_CSMS")),
    "SetChargingProfile": ("5.16", ("TC_056_CSMS", "TC_057_CSMS", "TC_067_CSMS")),
    "TriggerMessage": ("5.17", ("TC_054_CSMS", "TC_055_CSMS")),
    "UnlockConnector": ("5.18", ("TC_017_1_CSMS", "TC_017_2_CSMS", "TC_030_CSMS", "TC_031_CSMS")),
    "UpdateFirmware": ("5.19", ("TC_044_1_CSMS", "TC_044_2_CSMS", "TC_044_3_CSMS")),
    "CertificateSigned": (_WHITEPAPER, ("TC_074_CSMS", "TC_077_CSMS")),
    "DeleteCertificate": (_WHITEPAPER, ("TC_076_CSMS",)),
    "ExtendedTriggerMessage": (_WHITEPAPER, ("TC_074_CSMS", "TC_077_CSMS")),
    "GetInstalledCertificateIds": (_WHITEPAPER, ("TC_075_1_CSMS", "TC_075_2_CSMS", "TC_076_CSMS")),
    "GetLog": (_WHITEPAPER, ("TC_079_CSMS",)),
    "InstallCertificate": (_WHITEPAPER, ("TC_075_1_CSMS", "TC_075_2_CSMS", "TC_076_CSMS", "TC_078_CSMS")),
    "SignedUpdateFirmware": (_WHITEPAPER, ("TC_080_CSMS", "TC_081_CSMS")),
}
"""Section of OCPP 1.6 and the test cases, by action."""

WITHOUT_MEMBERS: Final = ("ClearCache", "ClearChargingProfile", "GetConfiguration", "GetLocalListVersion")
"""CALLs that are valid without any member."""

NOT_TWICE: Final = (
    "ChangeConfiguration",
    "ClearCache",
    "ExtendedTriggerMessage",
    "GetCompositeSchedule",
    "GetConfiguration",
    "GetInstalledCertificateIds",
    "GetLocalListVersion",
    "Reset",
    "TriggerMessage",
)
"""CALLs that a Central System may send again when it likes, and the one after which the Charge Point is gone."""


def spot(action: str) -> Spot:
    """The payload of a CALL with this action."""
    section, cases = CASES[action]
    clause = Clause(Group.CALLS, f"OCPP 1.6, {section}", cases)
    return Spot(kebab(action), f"{action}.req", calls(action), clause)


def whole_calls() -> Iterator[Fault]:
    """What can be wrong with a CALL whatever it says."""
    for action in CASES:
        yield from _sendings(action)
        yield from _forms(action)
        if action != "Reset":  # after it the Charge Point is gone
            yield _sent_twice(action)
        if action not in NOT_TWICE:
            yield _sent_again(action)


def _sendings(action: str) -> Iterator[Fault]:
    at = spot(action)
    yield at.clause.fault(f"{at.name}-never-sent", f"never sends {action}.req", only(at.select, nothing))
    what = f"sends {action}.req to another Charge Point that is connected"
    yield at.clause.made(f"{at.name}-sent-elsewhere", what, _sending_elsewhere(at.select))
    other = "ClearCache" if action == "GetConfiguration" else "GetConfiguration"
    what = f"sends {other}.req instead of {action}.req"
    yield at.clause.fault(f"{at.name}-another-instead", what, only(at.select, _another(other)))


def _forms(action: str) -> Iterator[Fault]:
    at, cases = spot(action), CASES[action][1]
    yield at.wrong("extra-member", "has a member that it must not have", put("extra", "x"), "WIRE_006", *cases)
    if action not in WITHOUT_MEMBERS:
        yield at.wrong("empty", "has none of its members", instead({}), "WIRE_006", *cases)


def _sending_elsewhere(select: Select) -> Make:
    def make(ledger: Ledger) -> Seams:
        return Seams(opened=(partial(_met, ledger),)) + doing(only(select, _elsewhere))(ledger)

    return make


def _met(ledger: Ledger, line: Line) -> None:
    ledger.memory[line.charge_point_id] = line


async def _elsewhere(turn: Turn) -> None:
    others = (other for other in turn.memory.values() if other is not turn.line)
    other = next((one for one in others if not one.is_over), None)
    await (turn.send() if other is None else other.write(turn.frame))


def _another(action: str) -> Deed:
    async def deed(turn: Turn) -> None:
        await turn.send(Frame(action, [CALL, turn.frame.message[1], action, {}]))

    return deed


def _sent_twice(action: str) -> Fault:
    clause = Clause(Group.CALLS, "OCPP-J 1.6, 4.1.1 and 4.1.4", ("WIRE_004",))
    what = f"sends each {action}.req twice, with one uniqueId"
    return clause.fault(f"{kebab(action)}-sent-twice", what, only(calls(action), twice))


def _sent_again(action: str) -> Fault:
    clause = Clause(Group.CALLS, f"OCPP 1.6, {CASES[action][0]}", ("RULE_005",))
    what = f"sends {action}.req again when it was answered"
    return clause.fault(f"{kebab(action)}-sent-again", what, only(calls(action), _again))


async def _again(turn: Turn) -> None:
    """Queue it once more; it has landed when that second one comes by."""
    copies = turn.connection_memory.setdefault("copies", set())
    unique_id, action, payload = turn.frame.message[1:]
    if unique_id in copies:
        turn.land()
    else:
        copies.add(turn.line.queue(action, payload).unique_id)
    await turn.send()
