"""Legal noise: CALLs that no operator ordered, which OCPP 1.6 lets a Central System send at any time.

ClearCache is not among them, though it is allowed: it changes what a Charge Point may start offline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reference_csms.landing import Turn
from reference_csms.noise.making import noise_by
from reference_csms.seams import Deviation, Hook, Ordered, Seams
from reference_csms.wire.frames import CALL, CALLRESULT, Payload

if TYPE_CHECKING:
    from reference_csms.wire.conversation import Conversation

SLOW = 1.5
"""Seconds that a slow Central System takes; every Charge Point waits longer."""

_ALL: Payload = {}
_KEYS: Payload = {"key": ["HeartbeatInterval", "MeterValueSampleInterval"]}
_SAMPLES: Payload = {"key": "MeterValueSampleInterval", "value": "30"}
_GREETING: Payload = {"vendorId": "org.csms-harness.reference", "messageId": "Greeting", "data": "Hello"}
_SCHEDULE: Payload = {"connectorId": 1, "duration": 600}


def _trigger(message: str, connector_id: int | None = None) -> Payload:
    connector = {} if connector_id is None else {"connectorId": connector_id}
    return {"requestedMessage": message} | connector


async def _chat(conversation: Conversation, _: Payload, answer: Payload) -> None:
    if answer["status"] != "Accepted":
        return
    interval = str(answer["interval"])
    for action, payload in (
        ("GetConfiguration", _ALL),
        ("GetConfiguration", _KEYS),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": interval}),
        ("ChangeConfiguration", _SAMPLES),
        ("TriggerMessage", _trigger("StatusNotification", 1)),
        ("TriggerMessage", _trigger("Heartbeat")),
    ):
        _ask("chatty", conversation, action, payload)


def _ask(name: str, conversation: Conversation, action: str, payload: Payload) -> None:
    if conversation.is_over or conversation.is_full:
        return
    conversation.central_system.queue(conversation, action, payload)
    conversation.central_system.landed[name] += 1


def _in_words(action: str, payload: Payload) -> str:
    about = payload.get("requestedMessage") or ("two keys" if "key" in payload and action == "GetConfiguration" else "")
    return f"{action}.req" + (f" for {about}" if about else "")


def _after(name: str, answered: str, action: str, payload: Payload) -> Deviation:
    """Send a CALL when a CALL of the Charge Point was answered."""

    async def hook(conversation: Conversation, _: Payload, __: Payload) -> None:
        _ask(name, conversation, action, payload)

    hooked: Hook = hook
    return Deviation(
        name, f"sends {_in_words(action, payload)} after each {answered}.conf", Seams(after=((answered, hooked),))
    )


def _before(name: str, action: str, payload: Payload) -> Deviation:
    """Send a CALL ahead of each that the operator orders, but never one that could be taken for it."""

    async def hook(conversation: Conversation, ordered: str, _: Payload) -> None:
        if ordered != action:
            _ask(name, conversation, action, payload)

    hooked: Ordered = hook
    return Deviation(
        name, f"sends {_in_words(action, payload)} ahead of each other CALL that was ordered", Seams(ordered=(hooked,))
    )


async def _slowly_answering(turn: Turn) -> None:
    if turn.frame.kind == CALLRESULT:
        await turn.pause(SLOW)
    await turn.send()


async def _slowly_calling(turn: Turn) -> None:
    if turn.frame.kind == CALL:
        await turn.pause(SLOW)
    await turn.send()


async def _asking_first(turn: Turn) -> None:
    if turn.frame.kind == CALLRESULT:
        turn.land()
        await turn.conversation.volunteer("GetConfiguration", _KEYS)
    await turn.send()


UNASKED: Final = (
    Deviation(
        "chatty",
        "after each accepted boot, asks for and changes configuration and triggers messages, one by one",
        Seams(after=(("BootNotification", _chat),)),
    ),
    _after("list-version-after-boot", "BootNotification", "GetLocalListVersion", {}),
    _after("schedule-after-boot", "BootNotification", "GetCompositeSchedule", _SCHEDULE),
    _after("data-transfer-after-boot", "BootNotification", "DataTransfer", _GREETING),
    _after("configuration-after-status", "StatusNotification", "GetConfiguration", _ALL),
    _after("heartbeat-after-status", "StatusNotification", "TriggerMessage", _trigger("Heartbeat")),
    _after("keys-after-authorize", "Authorize", "GetConfiguration", _KEYS),
    _after("change-after-authorize", "Authorize", "ChangeConfiguration", _SAMPLES),
    _after("meter-values-after-start", "StartTransaction", "TriggerMessage", _trigger("MeterValues", 1)),
    _after("schedule-after-start", "StartTransaction", "GetCompositeSchedule", _SCHEDULE),
    _after("status-after-stop", "StopTransaction", "TriggerMessage", _trigger("StatusNotification", 1)),
    _after("data-transfer-after-stop", "StopTransaction", "DataTransfer", _GREETING),
    _after("list-version-after-heartbeat", "Heartbeat", "GetLocalListVersion", {}),
    _before("configuration-before-calls", "GetConfiguration", _ALL),
    _before("keys-before-calls", "GetConfiguration", _KEYS),
    _before("change-before-calls", "ChangeConfiguration", _SAMPLES),
    _before("heartbeat-before-calls", "TriggerMessage", _trigger("Heartbeat")),
    _before("status-before-calls", "TriggerMessage", _trigger("StatusNotification", 1)),
    _before("firmware-status-before-calls", "TriggerMessage", _trigger("FirmwareStatusNotification")),
    _before("data-transfer-before-calls", "DataTransfer", _GREETING),
    _before("list-version-before-calls", "GetLocalListVersion", {}),
    _before("schedule-before-calls", "GetCompositeSchedule", _SCHEDULE),
    noise_by("calls-before-answers", "asks for configuration before it gives an answer", _asking_first),
    noise_by("slow-answers", f"takes {SLOW:g} s for each answer", _slowly_answering),
    noise_by("slow-calls", f"takes {SLOW:g} s for each CALL", _slowly_calling),
)
"""What nobody ordered, and what takes its time."""
