"""The cases beyond the document: each has its clause, Central Systems that pass it, and one that fails it."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

import pytest

from csms_harness.matrix.trial import Result, run_trial, virtual_pack
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocpp16.members import Member, members
from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.report.breaches import told_rule
from csms_harness.report.telling import told_case
from csms_harness.resources import folder
from csms_harness.scenario.library import TestCase
from csms_harness.target.target import Target, read_target
from csms_harness.verdict import Level, Verdict
from reference_csms.seams import Seams
from reference_faults.deviation import plug
from reference_faults.faults import FAULTS
from reference_faults.faults.model import Fault, Group
from reference_faults.faults.tls import TLS_FAULTS
from reference_faults.noise import NOISES, Noise
from reference_faults.noise.controls import CONTROLS
from reference_faults.noise.doors import DOORS, STRANGERS
from reference_faults.noise.refusals import REFUSALS
from reference_faults.noise.remembering import LOST
from tests.scenarios.bench import LIBRARY, assert_verdict, fresh_line
from tests.support.scripted_csms import ScriptedCsms, run_case

PACK = tuple(LIBRARY.pack.values())
OWN = tuple(fault for fault in FAULTS.values() if fault.group is Group.BEYOND)
OVER_TLS = tuple(fault for fault in TLS_FAULTS.values() if fault.group is Group.BEYOND)
"""Those that show on real sockets only: tests/tls has them."""

UNSPOKEN = frozenset({"SEC_011"})
"""A case whose fault is another listener, which no seam can plug in: tests/tls puts it before a good Central System."""

KILLERS: dict[str, list[Fault]] = defaultdict(list)
for _fault in (*OWN, *OVER_TLS):
    for _case in _fault.cases:
        KILLERS[_case].append(_fault)


@cache
def target() -> Target:
    """The target of the reference CSMS."""
    return read_target(folder("targets") / "reference.yaml")


def trial(seams: Seams, *only: str) -> Result:
    """The cases of the pack against the reference CSMS with these seams, in virtual time."""
    return run_trial(LIBRARY, target(), seams, only)


def test_no_case_of_the_pack_stands_in_the_catalogue_of_the_document() -> None:
    assert len(PACK) >= 20
    assert {case.id for case in PACK} & {entry.id for entry in LIBRARY.catalogue} == set()
    assert {case.level for case in PACK} <= set(Level)


def test_each_case_rests_on_a_clause_of_ocpp_and_says_its_purpose() -> None:
    vague = [case.id for case in PACK if not case.section.startswith(("OCPP", "RFC")) or len(case.purpose.split()) < 6]
    assert vague == []


def test_the_reference_csms_passes_each_case_and_breaks_no_rule() -> None:
    result = trial(Seams(), *virtual_pack(LIBRARY))
    assert [case.id for case in result.cases] == sorted(virtual_pack(LIBRARY))
    assert {case.id: told_case(case).reason for case in result.cases if case.verdict is not Verdict.PASS} == {}
    assert [told_rule(rule).breaches for rule in result.rules if rule.verdict is Verdict.FAIL] == []


@pytest.mark.parametrize("case", [pytest.param(one, id=one.id) for one in PACK])
def test_another_good_csms_passes_too(case: TestCase) -> None:
    assert_verdict(run_case(case, LIBRARY, ScriptedCsms(), line=fresh_line()), Verdict.PASS)


@pytest.mark.parametrize("case_id", sorted(LIBRARY.pack.keys() - UNSPOKEN))
def test_each_case_has_a_fault_that_it_is_there_for(case_id: str) -> None:
    assert KILLERS[case_id] != []


def test_a_transaction_ends_as_the_reset_that_came_has_it() -> None:
    order = {}
    for faults in ((), ("reset-soft-as-hard",)):
        (case,) = trial(plug([FAULTS[name] for name in faults]).seams, "FIELD_099").cases
        told = [one.message.action for one in case.transcript if one.message and one.message.type is MessageType.CALL]
        assert case.verdict is Verdict.PASS
        order[faults] = [one for one in told[told.index("Reset") :] if one != "StatusNotification"][:3]
    assert order == {
        (): ["Reset", "StopTransaction", "BootNotification"],
        ("reset-soft-as-hard",): ["Reset", "BootNotification", "StopTransaction"],
    }


@pytest.mark.parametrize("fault", [pytest.param(one, id=one.name) for one in OWN])
def test_a_fault_beyond_the_document_is_seen_on_the_wire_and_caught_by_each_case_it_is_meant_for(fault: Fault) -> None:
    plugged = plug([fault])
    result = trial(plugged.seams, *fault.cases)
    assert plugged.landed(fault.name) > 0
    verdicts = {case.id: case.verdict for case in result.cases}
    assert verdicts == dict.fromkeys(sorted(fault.cases), Verdict.FAIL)


DOORS_OPEN = ("TC_073_CSMS", "TC_079_CSMS", "TC_085_CSMS", "SEC_005", "SEC_006")
"""The cases in which a Charge Point is refused for its password."""


@pytest.mark.parametrize("noise", [pytest.param(one, id=one.name) for one in DOORS])
def test_a_password_may_be_refused_in_many_ways(noise: Noise) -> None:
    plugged = plug([noise])
    result = trial(plugged.seams, *DOORS_OPEN)
    assert plugged.landed(noise.name) > 0 or noise.name == "closes-unspoken"
    assert {case.id: told_case(case).reason for case in result.cases if case.verdict is not Verdict.PASS} == {}
    assert [told_rule(rule).breaches for rule in result.rules if rule.verdict is Verdict.FAIL] == []


WRONG = tuple(case_id for case_id in LIBRARY.pack if case_id.startswith(("NEG_", "LINE_01", "LINE_03")))
"""The cases that send what is wrong."""


@pytest.mark.parametrize("noise", [pytest.param(one, id=one.name) for one in REFUSALS])
def test_what_is_wrong_may_be_refused_and_borne_in_many_ways(noise: Noise) -> None:
    plugged = plug([noise])
    result = trial(plugged.seams, *WRONG)
    assert plugged.landed(noise.name) > 0
    assert {case.id: told_case(case).reason for case in result.cases if case.verdict is not Verdict.PASS} == {}
    assert [told_rule(rule).breaches for rule in result.rules if rule.verdict is Verdict.FAIL] == []


@pytest.mark.parametrize("noise", [pytest.param(one, id=one.name) for one in STRANGERS])
def test_who_is_not_known_may_be_refused_in_many_ways(noise: Noise) -> None:
    plugged = plug([noise])
    (case,) = trial(plugged.seams, "LINE_043").cases
    assert (plugged.landed(noise.name), case.verdict) == (1, Verdict.PASS)


BELOW = tuple(case_id for case_id in LIBRARY.pack if case_id.startswith("LINE_05"))
"""The cases that send pings, pongs and fragments."""


@pytest.mark.parametrize("noise", [pytest.param(one, id=one.name) for one in (*CONTROLS, NOISES["pings"])])
def test_pings_and_pongs_may_come_late_and_unasked(noise: Noise) -> None:
    plugged = plug([noise])
    result = trial(plugged.seams, *BELOW)
    assert plugged.landed(noise.name) > 0
    assert {case.id: told_case(case).reason for case in result.cases if case.verdict is not Verdict.PASS} == {}


@pytest.mark.parametrize("name", ["cancels-when-available", "restores-reservations", "stops-again"])
def test_what_harms_nobody_may_be_ordered_again(name: str) -> None:
    plugged = plug([NOISES[name]])
    result = trial(plugged.seams, "FIELD_043", "FIELD_087", "FIELD_091", "TC_047_CSMS", "TC_048_1_CSMS")
    assert plugged.landed(name) > 0
    assert {case.id: told_case(case).reason for case in result.cases if case.verdict is not Verdict.PASS} == {}
    assert [told_rule(rule).breaches for rule in result.rules if rule.verdict is Verdict.FAIL] == []


PLAIN = frozenset({"csr", "issuerNameHash", "issuerKeyHash", "serialNumber"})
"""Members whose text is PEM or hexadecimal, whatever the schema says."""


def test_each_text_of_a_charge_point_is_sent_in_letters_beyond_ascii_as_long_as_it_may_be() -> None:
    result = trial(Seams(), "FIELD_062", "FIELD_063", "FIELD_064", "FIELD_065")
    sent = [one.message for case in result.cases for one in case.transcript if one.side is Side.CHARGE_POINT]
    lacking = [
        (action, member.path)
        for direction, actions in (
            (Direction.REQUEST, CHARGE_POINT_ACTIONS), (Direction.CONFIRMATION, CENTRAL_SYSTEM_ACTIONS)
        )
        for action in sorted(actions)
        for member in members(action, direction)
        if _is_free(member) and not any(_holds(message, action, direction, member) for message in sent if message)
    ]  # fmt: skip
    assert lacking == []


def _is_free(member: Member) -> bool:
    return member.type == "string" and not member.values and not member.moment and member.name not in PLAIN


def _holds(message: Message, action: str, direction: Direction, member: Member) -> bool:
    """Whether a message has such a text in this member: as long as it may be, and beyond ASCII."""
    kind = MessageType.CALL if direction is Direction.REQUEST else MessageType.CALLRESULT
    if (message.action, message.type) != (action, kind):
        return False
    nodes: list[Any] = [message.payload]
    for part in member.path.split("."):
        nodes = [node[part.removesuffix("[]")] for node in nodes if part.removesuffix("[]") in node]
        nodes = [one for node in nodes for one in (node if part.endswith("[]") else [node])]
    return any(not text.isascii() and len(text) == (member.longest or len(text)) for text in nodes)


@pytest.mark.parametrize("noise", [pytest.param(one, id=one.name) for one in LOST])
def test_a_call_that_was_lost_may_be_sent_again(noise: Noise) -> None:
    plugged = plug([noise])
    (case,) = trial(plugged.seams, "LINE_058").cases
    assert (plugged.landed(noise.name), case.verdict) == (1, Verdict.PASS)
