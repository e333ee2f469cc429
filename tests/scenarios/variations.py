"""Central Systems that are right in their own way: everything here is legal in OCPP 1.6."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS
from tests.scenarios.bench import ACTION, RESPONSE
from tests.support.scripted_csms import GOOD_ANSWERS, Answer, Payload, ScriptedCsms

Rewrite = Callable[[Payload], Payload]

KOREA: Final = timezone(timedelta(hours=9))
EMPTY: Final = (
    "DiagnosticsStatusNotification", "FirmwareStatusNotification", "MeterValues", "StatusNotification",
    "StopTransaction",
)  # fmt: skip
"""Actions whose answer may have no member."""

CHATTER: Final[list[tuple[str, Payload]]] = [
    ("GetConfiguration", {}),
    ("GetConfiguration", {"key": ["HeartbeatInterval", "NumberOfConnectors"]}),
    ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "900"}),
    ("ChangeConfiguration", {"key": "ConnectionTimeOut", "value": "45"}),
    ("ChangeConfiguration", {"key": "StopTransactionOnEVSideDisconnect", "value": "false"}),
    ("ChangeConfiguration", {"key": "UnlockConnectorOnEVSideDisconnect", "value": "false"}),
    ("ChangeConfiguration", {"key": "StopTransactionOnInvalidId", "value": "false"}),
    ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}),
    ("TriggerMessage", {"requestedMessage": "BootNotification"}),
    ("TriggerMessage", {"requestedMessage": "StatusNotification"}),
    ("TriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"}),
    ("GetLocalListVersion", {}),
]
"""What a Central System likes to send when it feels like it, the keys that cases use among it."""


def chatty() -> ScriptedCsms:
    """It talks after a boot, and before and after each CALL that it was asked for."""
    turn = itertools.cycle(range(len(CHATTER)))

    def some() -> list[tuple[str, Payload]]:
        start = next(turn)
        return [CHATTER[(start + offset * 5) % len(CHATTER)] for offset in range(3)]

    def asked(action: str) -> Callable[[ScriptedCsms, Payload], list[Any]]:
        return lambda csms, wish: [*some(), (action, csms.good_call(action, dict(wish))), *some()]

    # Asking for a boot after every boot would go on for ever.
    after_boot = [(action, payload) for action, payload in CHATTER if "BootNotification" not in payload.values()]
    return ScriptedCsms(
        calls={action: asked(action) for action in CENTRAL_SYSTEM_ACTIONS}, unasked={"BootNotification": after_boot}
    )


def _time_as(write: Callable[[datetime], str]) -> ScriptedCsms:
    return ScriptedCsms(writes_time=write, calls=_all_calls(lambda payload: _rewritten(payload, write)))


def _all_calls(rewrite: Rewrite) -> dict[str, Callable[[ScriptedCsms, Payload], list[Any]]]:
    def asked(action: str) -> Callable[[ScriptedCsms, Payload], list[Any]]:
        return lambda csms, wish: [rewrite(csms.good_call(action, dict(wish)))]

    return {action: asked(action) for action in CENTRAL_SYSTEM_ACTIONS}


def _rewritten(value: Any, write: Callable[[datetime], str]) -> Any:
    if isinstance(value, dict):
        return {name: _rewritten(item, write) for name, item in value.items()}
    if isinstance(value, list):
        return [_rewritten(item, write) for item in value]
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return write(moment.astimezone(UTC)) if moment.tzinfo else value


def _talkative_answers() -> ScriptedCsms:
    def with_all(action: str) -> Answer:
        def answer(csms: ScriptedCsms, request: Payload) -> Payload:
            good = dict(GOOD_ANSWERS[action](csms, request))
            good["idTagInfo"] = {"expiryDate": "2030-01-01T00:00:00Z", "parentIdTag": "PARENT-001", **good["idTagInfo"]}
            return good

        return answer

    return ScriptedCsms(
        answers={
            "Authorize": with_all("Authorize"),
            "StartTransaction": with_all("StartTransaction"),
            "StopTransaction": lambda _csms, _request: {
                "idTagInfo": {"status": "Accepted", "parentIdTag": "PARENT-001", "expiryDate": "2030-01-01T00:00:00Z"}
            },
            "DataTransfer": lambda _csms, _request: {"status": "UnknownVendorId", "data": "who is that"},
        }
    )


def _terse_answers() -> ScriptedCsms:
    csms = ScriptedCsms()
    csms.tags = {tag: {"status": info["status"]} for tag, info in csms.tags.items()}
    return csms


_MORE: Final[dict[str, Payload]] = {
    "ReserveNow": {"parentIdTag": "PARENT-001"},
    "GetDiagnostics": {"retries": 3, "retryInterval": 60, "startTime": "2026-01-30T00:00:00Z"},
    "UpdateFirmware": {"retries": 3, "retryInterval": 60},
}


def _talkative_calls() -> ScriptedCsms:
    def asked(action: str, more: Payload) -> Callable[[ScriptedCsms, Payload], list[Any]]:
        return lambda csms, wish: [{**more, **csms.good_call(action, dict(wish))}]

    return ScriptedCsms(calls={action: asked(action, more) for action, more in _MORE.items()})


def _start_anywhere(csms: ScriptedCsms, wish: Payload) -> list[Any]:
    call = csms.good_call("RemoteStartTransaction", dict(wish))
    if "chargingProfile" not in call:
        del call["connectorId"]
    return [call]


def _large_ids() -> ScriptedCsms:
    most = 2**31 - 1
    return ScriptedCsms(
        transactions=itertools.count(most, -1_000_003),
        reservations=itertools.count(most, -77),
        profiles=itertools.count(most, -13),
        list_version=most - 10_000,
    )


def _updated_often() -> ScriptedCsms:
    def asked(csms: ScriptedCsms, wish: Payload) -> list[Any]:
        csms.list_version += 1000
        return [csms.good_call("SendLocalList", dict(wish))]

    return ScriptedCsms(calls={"SendLocalList": asked})


class _WithoutCase(dict[str, Payload]):
    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key.upper(), default)


def _lower(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _lower(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_lower(item, name) for item in value]
    return value.lower() if name in ("idTag", "parentIdTag", "key") else value


def _other_letter_case() -> ScriptedCsms:
    csms = ScriptedCsms(calls=_all_calls(_lower))
    csms.tags = _WithoutCase({tag: _lower(info) for tag, info in csms.tags.items()})
    return csms


def _null_payloads() -> ScriptedCsms:
    def asked(action: str) -> Callable[[ScriptedCsms, Payload], list[Any]]:
        return lambda csms, wish: [csms.call(action, csms.good_call(action, dict(wish)) or None)]

    return ScriptedCsms(
        answers={action: lambda _csms, _request: [3, "$ID", None] for action in EMPTY},
        calls={action: asked(action) for action in CENTRAL_SYSTEM_ACTIONS},
    )


def _crossing() -> ScriptedCsms:
    unasked: dict[str, list[tuple[str, Payload]]] = {action: [("GetConfiguration", {})] for action in GOOD_ANSWERS}
    return ScriptedCsms(unasked=unasked, delay=dict.fromkeys(GOOD_ANSWERS, 0.01))


def _default_phases() -> ScriptedCsms:
    def asked(csms: ScriptedCsms, wish: Payload) -> list[Any]:
        call = csms.good_call("SetChargingProfile", dict(wish))
        for period in call["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"]:
            period.pop("numberPhases", None)
        return [call]

    return ScriptedCsms(calls={"SetChargingProfile": asked})


def _relative_profiles() -> ScriptedCsms:
    def asked(action: str, member: str) -> Callable[[ScriptedCsms, Payload], list[Any]]:
        def call(csms: ScriptedCsms, wish: Payload) -> list[Any]:
            good = csms.good_call(action, dict(wish))
            profile = good.get(member, {})
            if profile.get("chargingProfilePurpose") == "TxProfile":
                profile["chargingProfileKind"] = "Relative"
                del profile["chargingSchedule"]["startSchedule"]
            return [good]

        return call

    profiles = {"SetChargingProfile": "csChargingProfiles", "RemoteStartTransaction": "chargingProfile"}
    return ScriptedCsms(calls={action: asked(action, member) for action, member in profiles.items()})


def _version_first(csms: ScriptedCsms, wish: Payload) -> list[Any]:
    return [("GetLocalListVersion", {}), csms.good_call("SendLocalList", dict(wish))]


VARIATIONS: Final[dict[str, Callable[[], ScriptedCsms]]] = {
    "times in whole seconds": lambda: _time_as(lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}"),
    "times in microseconds": lambda: _time_as(lambda at: f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"),
    "times in seven decimals": lambda: _time_as(lambda at: f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z"),
    "times with the offset of Korea": lambda: _time_as(lambda at: at.astimezone(KOREA).isoformat()),
    "times with a zero offset": lambda: _time_as(lambda at: at.isoformat(timespec="seconds")),
    "answers with every optional member": _talkative_answers,
    "answers without any optional member": _terse_answers,
    "CALLs with more optional members": _talkative_calls,
    "remote starts that leave the connector open": lambda: ScriptedCsms(
        calls={"RemoteStartTransaction": _start_anywhere}
    ),
    "large ids that fall": _large_ids,
    "list versions with gaps": _updated_often,
    "list versions that are asked for first": lambda: ScriptedCsms(calls={"SendLocalList": _version_first}),
    "profiles that leave the number of phases to its default": _default_phases,
    "relative profiles for transactions": _relative_profiles,
    "idTags and keys in lower case": _other_letter_case,
    "answers that take almost as long as they may": lambda: ScriptedCsms(
        delay=dict.fromkeys(GOOD_ANSWERS, 0.9 * RESPONSE)
    ),
    "CALLs that take almost as long as they may": lambda: ScriptedCsms(trigger_takes=1.0, call_takes=0.9 * ACTION),
    "CALLs that come before the trigger is done": lambda: ScriptedCsms(trigger_takes=2.0),
    "null for every empty payload": _null_payloads,
    "CALLs that cross ours": _crossing,
}
