"""Named faults: what there is, that each shows on the wire, and that none shows where it has nothing to do."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest

from csms_harness.matrix.virtual_time import run_virtually
from reference_csms.central_system import CentralSystem
from reference_csms.seams import NO_PASSWORD, SUBPROTOCOLS, WRONG_PASSWORD, Admission
from reference_csms.wire.frames import Frame
from reference_faults.choosing import UnknownNameError, chosen
from reference_faults.deviation import Plugged, plug
from reference_faults.faults import FAMILIES, FAULTS
from reference_faults.faults.model import Group
from reference_faults.faults.session import Refusal, Subprotocol

from .in_memory import ANSWERS, CALLS, Connection, answers, calls, central_system, emit, talk, whole


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end in virtual time."""

    async def main(loop: Any) -> None:
        await work

    run_virtually(main)


def plugged(*names: str) -> tuple[Plugged, CentralSystem]:
    """These faults, and a Central System that has them."""
    faults = chosen(faults=names)
    return faults, central_system(faults.seams)


def sent(name: str, frames: list[Frame]) -> tuple[list[Any], int]:
    """The messages that these frames become under a fault, and its landings."""
    (faults, csms), connection = plugged(name), Connection()

    async def work() -> None:
        nonlocal connection
        conversation, connection = talk(csms)
        await emit(csms, conversation, frames)

    run(work())
    return [json.loads(whole(message)) for message in connection.sent], faults.landed(name)


async def _live(csms: CentralSystem, group: Group) -> None:
    """Two connections of a Charge Point, with all that a group is about, while another one is connected."""
    frames = {Group.ANSWERS: answers(), Group.CALLS: calls()}.get(group, [*answers(), *calls()])
    talk(csms, "CP_99")
    for _ in range(1 if group in (Group.ANSWERS, Group.CALLS) else 2):
        csms.admit("CP_01")
        for because in (NO_PASSWORD, WRONG_PASSWORD, SUBPROTOCOLS):
            csms.admit("CP_01", Admission(400, because=because, offered=("ocpp0.1", "ocpp1.6")))
        csms.admit("CP_01", Admission(offered=("ocpp0.1", "ocpp1.6")))
        conversation, _connection = talk(csms)
        for hook in csms.seams.ordered:
            await hook(conversation, "ChangeConfiguration", {"key": "AuthorizationKey", "value": "00"})
        csms.admit("CP_01")
        await emit(csms, conversation, frames)
        for action, request, answer in ANSWERS:
            for answered in csms.seams.hooks(action):
                await answered(conversation, request, answer)
        conversation.queue("ClearCache", {})
        queued = csms.calls.of("CP_01")
        await emit(
            csms, conversation, [Frame(one.action, [2, one.unique_id, one.action, one.payload]) for one in queued]
        )


def test_there_are_enough_faults_in_every_group() -> None:
    groups = Counter(fault.group for fault in FAULTS.values())
    assert sum(groups.values()) >= 260
    assert groups[Group.ANSWERS] >= 100
    assert groups[Group.CALLS] >= 100
    assert groups[Group.FRAMES] >= 40
    assert groups[Group.SESSION] >= 25


def test_no_name_is_given_twice_and_each_is_in_kebab_case() -> None:
    names = [fault.name for family in FAMILIES for fault in family()]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if name != name.lower() or not name.replace("-", "").isalnum()] == []


def test_each_fault_says_what_is_wrong_which_clause_that_breaks_and_who_is_meant_to_catch_it() -> None:
    for fault in FAULTS.values():
        assert fault.what, fault.name
        assert fault.clause.startswith(("OCPP", "security whitepaper")), fault.name
        assert fault.cases, fault.name
        assert all(
            case.startswith(("TC_", "WIRE_", "RULE_", "FIELD_", "LINE_", "NEG_", "SEC_")) for case in fault.cases
        ), fault.name
        assert (fault.session is None) == (fault.group is not Group.SESSION), fault.name


def test_no_two_faults_of_a_group_say_the_same() -> None:
    said = Counter((fault.group, fault.what) for fault in FAULTS.values())
    assert [what for what, count in said.items() if count > 1] == []


@pytest.mark.parametrize("group", [group for group in Group if group is not Group.BEYOND])
def test_every_fault_of_a_group_lands(group: Group) -> None:
    idle = []
    for fault in FAULTS.values():
        if fault.group is group:
            alone = plug([fault])
            run(_live(central_system(alone.seams), group))
            if not alone.landed(fault.name):
                idle.append(fault.name)
    assert idle == []


def test_every_action_that_is_called_is_among_the_frames_of_this_test() -> None:
    actions = {action for action, _ in CALLS}
    assert len(actions) == 25


@pytest.mark.parametrize(
    ("name", "frames"),
    [
        ("authorize-status-expired-as-invalid", answers("BootNotification", "StartTransaction", "StopTransaction")),
        ("reset-soft-as-hard", [frame for frame in calls("Reset") if frame.message[3]["type"] == "Hard"]),
        (
            "reserve-now-parent-missing",
            [frame for frame in calls("ReserveNow") if frame.message[3]["connectorId"] == 0],
        ),
        ("answer-nan", answers("StatusNotification")),
        ("call-not-json", answers()),
        ("reset-sent-elsewhere", calls("Reset")),
        ("closes-after-tenth-frame", answers()[:9]),
        ("status-charging-unanswered", answers("StatusNotification")[:2]),
        ("silent-on-return", [*answers(), *calls()]),
    ],
)
def test_a_fault_that_changes_nothing_has_not_landed(name: str, frames: list[Frame]) -> None:
    messages, landed = sent(name, frames)
    assert messages == [frame.message for frame in frames]
    assert landed == 0


@pytest.mark.parametrize(
    ("name", "frame", "expected"),
    [
        ("boot-notification-interval-negative", answers("BootNotification")[0], [{"interval": -1}]),
        ("authorize-status-blocked-as-accepted", answers("Authorize")[2], [{"idTagInfo": {"status": "Accepted"}}]),
        ("authorize-status-accepted-as-blocked", answers("Authorize")[3], [{"idTagInfo": {"status": "Blocked"}}]),
        ("start-transaction-transaction-id-string", answers("StartTransaction")[0], [{"transactionId": "1"}]),
        ("unlock-connector-connector-off-by-seven", calls("UnlockConnector")[0], [{"connectorId": 8}]),
        ("reserve-now-expiry-in-the-past", calls("ReserveNow")[0], [{"expiryDate": "2020-01-01T00:00:00Z"}]),
        ("heartbeat-clock-year-2001", answers("Heartbeat")[0], [{"currentTime": "2001-01-31T12:00:00.000Z"}]),
        ("heartbeat-current-time-no-zone", answers("Heartbeat")[0], [{"currentTime": "2026-01-31T12:00:00.000"}]),
        ("heartbeat-answered-twice", answers("Heartbeat")[0], [{}, {}]),
        ("heartbeat-unanswered", answers("Heartbeat")[0], []),
        ("heartbeat-late", answers("Heartbeat")[0], [{}]),
    ],
)
def test_a_fault_does_what_it_says(name: str, frame: Frame, expected: list[dict[str, Any]]) -> None:
    messages, landed = sent(name, [frame])
    assert landed == 1
    assert len(messages) == len(expected)
    for message, changes in zip(messages, expected, strict=True):
        payload = message[-1]
        for member, value in changes.items():
            assert (
                payload[member] == value if not isinstance(value, dict) else payload[member] | value == payload[member]
            )


def test_a_late_answer_comes_after_all_when_nobody_waits_any_longer() -> None:
    times = []

    async def work() -> None:
        _, csms = plugged("heartbeat-late")
        conversation, _ = talk(csms)
        began = asyncio.get_running_loop().time()
        await emit(csms, conversation, answers("Heartbeat"))
        times.append(asyncio.get_running_loop().time() - began)

    run(work())
    assert times[0] >= 31


def test_a_late_answer_waits_no_longer_than_its_connection() -> None:
    async def work() -> None:
        _, csms = plugged("heartbeat-late")
        conversation, connection = talk(csms)
        conversation.ended.set()
        await emit(csms, conversation, answers("Heartbeat"))
        assert len(connection.sent) == 1
        assert asyncio.get_running_loop().time() < 1

    run(work())


def test_a_call_meant_for_one_charge_point_goes_to_another() -> None:
    async def work() -> None:
        faults, csms = plugged("reset-sent-elsewhere")
        _, other = talk(csms, "CP_99")
        conversation, own = talk(csms)
        await emit(csms, conversation, calls("Reset"))
        assert own.sent == []
        assert len(other.sent) == 2
        assert faults.landed("reset-sent-elsewhere") == 2

    run(work())


def test_a_call_that_is_sent_again_is_sent_once_more_and_not_for_ever() -> None:
    async def work() -> None:
        faults, csms = plugged("unlock-connector-sent-again")
        conversation, _ = talk(csms)
        await emit(csms, conversation, calls("UnlockConnector"))
        (copy,) = csms.calls.of("CP_01")
        assert faults.landed("unlock-connector-sent-again") == 0
        await emit(csms, conversation, [Frame("UnlockConnector", [2, copy.unique_id, copy.action, copy.payload])])
        assert len(csms.calls.of("CP_01")) == 1
        assert faults.landed("unlock-connector-sent-again") == 1

    run(work())


@pytest.mark.parametrize(
    ("name", "frames", "ends"),
    [
        ("closes-after-boot", answers("BootNotification"), [1000]),
        ("drops-after-boot", answers("BootNotification"), [None]),
        ("closes-on-authorize", answers("Authorize")[:1], [1011]),
        ("fails-once-it-called", calls("Reset")[:1], [1011]),
    ],
)
def test_a_connection_ends_as_declared(name: str, frames: list[Frame], ends: list[int | None]) -> None:
    async def work() -> None:
        _, csms = plugged(name)
        conversation, connection = talk(csms)
        await emit(csms, conversation, frames)
        assert connection.ends == ends

    run(work())


def test_a_declared_handshake_is_what_the_central_system_decides() -> None:
    for fault in FAULTS.values():
        csms = central_system(plug([fault]).seams)
        first, second = csms.admit("CP_01"), csms.admit("CP_01")
        match fault.session:
            case Refusal(status, since):
                assert (first.status, second.status) == (101 if since == 2 else status, status)
            case Subprotocol(name):
                assert (first.subprotocol, second.subprotocol) == (name, name)
            case _:
                assert (first.status, first.subprotocol) == (101, "ocpp1.6")


def test_a_fault_counts_for_each_central_system_by_itself() -> None:
    (one, csms), (other, _) = plugged("heartbeat-unanswered"), plugged("heartbeat-unanswered")

    async def work() -> None:
        await emit(csms, talk(csms)[0], answers("Heartbeat"))

    run(work())
    assert (one.landed("heartbeat-unanswered"), other.landed("heartbeat-unanswered")) == (1, 0)


def test_two_faults_show_together() -> None:
    async def work() -> None:
        _, csms = plugged("heartbeat-clock-year-2001", "status-notification-unanswered")
        conversation, connection = talk(csms)
        await emit(csms, conversation, answers("Heartbeat", "StatusNotification"))
        (message,) = connection.sent
        assert '"2001-' in whole(message)

    run(work())


def test_an_unknown_fault_is_refused_in_one_sentence() -> None:
    with pytest.raises(UnknownNameError, match=r"^--fault loud is not known; --list-faults names all \d+\.$"):
        chosen(faults=["heartbeat-late", "loud"])
