"""How the Charge Point answers CALLs that nobody expected."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.charge_point.behaviour import DISRUPTIVE, HARMLESS, Ambient, answer
from csms_harness.charge_point.model import ChargePoint
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.ocppj.error_codes import ERROR_CODES
from csms_harness.ocppj.frames import CallError, CallResult, encode, parse_frame

from .samples import FUZZ, JSON, LATER, NOW, VALID, charging, profile, schedule, spoilt

ACCEPTED = {"status": "Accepted"}
ALL = sorted(CENTRAL_SYSTEM_ACTIONS)


def state(charge_point: ChargePoint) -> str:
    """Everything the Charge Point knows, as text."""
    known = {name: value for name, value in vars(charge_point).items() if name != "configuration"}
    return repr(known) + repr(charge_point.configuration.answer_get(None))


def ask(charge_point: ChargePoint, action: str, *, willing: bool = False, **members: Any) -> Ambient:
    """The answer to the valid payload of an action with some members changed."""
    return answer(action, VALID[action] | members, charge_point, NOW, refuse_disruptive=not willing)


def status(charge_point: ChargePoint, action: str, *, willing: bool = False, **members: Any) -> str:
    """The status of that answer."""
    reply = ask(charge_point, action, willing=willing, **members).reply
    return str((reply or {}).get("status"))


def test_every_action_of_a_central_system_is_either_harmless_or_disruptive() -> None:
    assert HARMLESS | DISRUPTIVE == set(CENTRAL_SYSTEM_ACTIONS) == set(VALID)
    assert not HARMLESS & DISRUPTIVE


@pytest.mark.parametrize("action", ALL)
@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("refuse", [False, True])
def test_every_valid_call_gets_a_valid_answer(charge_point: ChargePoint, action: str, busy: bool, refuse: bool) -> None:
    if busy:
        charging(charge_point)
    ambient = answer(action, VALID[action], charge_point, NOW, refuse_disruptive=refuse)
    if ambient.reply is None:
        assert (action, refuse) == ("UpdateFirmware", True)
    else:
        assert ambient.error is None
        assert judge_payload(action, Direction.CONFIRMATION, ambient.reply) == ()


@pytest.mark.parametrize("action", ALL)
def test_answering_changes_nothing(charge_point: ChargePoint, action: str) -> None:
    charging(charge_point)
    before = state(charge_point)
    answer(action, VALID[action], charge_point, NOW, refuse_disruptive=False)
    assert state(charge_point) == before


def test_an_unknown_action_is_answered_not_implemented(charge_point: ChargePoint) -> None:
    ambient = answer("Foo", {}, charge_point, NOW)
    assert ambient.reply is None
    assert ambient.error == ("NotImplemented", "OCPP 1.6 knows no action Foo")


@pytest.mark.parametrize("action", sorted(set(CHARGE_POINT_ACTIONS) - set(CENTRAL_SYSTEM_ACTIONS)))
def test_an_action_only_charge_points_send_is_answered_not_supported(charge_point: ChargePoint, action: str) -> None:
    ambient = answer(action, {}, charge_point, NOW)
    assert ambient.error == ("NotSupported", f"{action} is sent by Charge Points only")


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("RemoteStartTransaction", {}, "OccurenceConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": 1}, "TypeConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": None}, "TypeConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": "x" * 21}, "PropertyConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": "x", "evse": 1}, "FormationViolation"),
        ("RemoteStartTransaction", {"idTag": 1, "evse": 1}, "FormationViolation"),
        ("Reset", {"type": "Medium"}, "PropertyConstraintViolation"),
        ("Reset", {"type": "is not of type"}, "PropertyConstraintViolation"),
        ("UnlockConnector", {"connectorId": 1.5}, "TypeConstraintViolation"),
        ("UnlockConnector", {"connectorId": "1"}, "TypeConstraintViolation"),
        ("ReserveNow", VALID["ReserveNow"] | {"expiryDate": "tomorrow"}, "PropertyConstraintViolation"),
        (
            "ReserveNow",
            VALID["ReserveNow"] | {"expiryDate": "2026-03-01T13:00:00"},
            "PropertyConstraintViolation",
        ),
    ],
)
def test_an_invalid_payload_is_answered_with_the_code_that_fits(
    charge_point: ChargePoint, action: str, payload: dict[str, Any], code: str
) -> None:
    ambient = answer(action, payload, charge_point, NOW)
    assert ambient.reply is None
    assert ambient.error is not None
    assert ambient.error[0] == code
    assert ambient.remark.startswith(f"{action}.req is not valid: ")
    assert not ambient.disruptive


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("Reset", "Rejected"),
        ("RemoteStartTransaction", "Rejected"),
        ("RemoteStopTransaction", "Rejected"),
        ("ReserveNow", "Rejected"),
        ("CancelReservation", "Rejected"),
        ("UnlockConnector", "UnlockFailed"),
        ("InstallCertificate", "Rejected"),
        ("CertificateSigned", "Rejected"),
        ("SignedUpdateFirmware", "Rejected"),
    ],
)
def test_a_disruptive_call_is_refused_and_marked(charge_point: ChargePoint, action: str, expected: str) -> None:
    charge_point.applied("ReserveNow", VALID["ReserveNow"], ACCEPTED, NOW)
    ambient = ask(charging(charge_point), action)
    assert ambient.reply == {"status": expected}
    assert ambient.disruptive
    assert action in ambient.remark
    assert ambient.follow_up == ()


def test_a_firmware_update_can_only_be_refused_by_a_callerror(charge_point: ChargePoint) -> None:
    ambient = ask(charge_point, "UpdateFirmware")
    assert ambient.error is not None
    assert ambient.error[0] == "NotSupported"
    assert ambient.disruptive
    assert ask(charge_point, "UpdateFirmware", willing=True).reply == {}


def test_only_making_it_inoperative_is_a_disturbance(charge_point: ChargePoint) -> None:
    refused = ask(charge_point, "ChangeAvailability", type="Inoperative")
    assert (refused.reply, refused.disruptive) == ({"status": "Rejected"}, True)
    granted = ask(charge_point, "ChangeAvailability", type="Operative")
    assert (granted.reply, granted.disruptive) == (ACCEPTED, False)
    assert granted.follow_up == ()


def test_a_connector_made_operative_again_says_so(charge_point: ChargePoint) -> None:
    charge_point.statuses[2] = "Unavailable"
    ambient = ask(charge_point, "ChangeAvailability", connectorId=0)
    [(action, payload)] = ambient.follow_up
    assert (action, payload["connectorId"], payload["status"]) == ("StatusNotification", 2, "Available")


@pytest.mark.parametrize("key", ["AuthorizationKey", "authorizationkey", "SecurityProfile"])
def test_a_key_that_decides_how_to_connect_is_not_changed_unasked(charge_point: ChargePoint, key: str) -> None:
    value = "1" if key == "SecurityProfile" else "0123456789abcdef"
    ambient = ask(charge_point, "ChangeConfiguration", key=key, value=value)
    assert (ambient.reply, ambient.disruptive) == ({"status": "Rejected"}, True)
    assert status(charge_point, "ChangeConfiguration", willing=True, key=key, value=value) == "Accepted"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("HeartbeatInterval", "60", "Accepted"),
        ("NumberOfConnectors", "9", "Rejected"),
        ("HeartbeatInterval", "soon", "Rejected"),
        ("Nonsense", "1", "NotSupported"),
    ],
)
def test_an_unasked_configuration_change_is_answered_by_the_key(
    charge_point: ChargePoint, key: str, value: str, expected: str
) -> None:
    ambient = ask(charge_point, "ChangeConfiguration", key=key, value=value)
    assert ambient.reply == {"status": expected}
    assert not ambient.disruptive


def test_get_configuration_is_answered_from_the_table(charge_point: ChargePoint) -> None:
    charge_point.configuration.set("BlinkRepeat", "7")
    reply = ask(charge_point, "GetConfiguration", key=["BlinkRepeat", "Nonsense"]).reply
    assert reply == {
        "configurationKey": [{"key": "BlinkRepeat", "readonly": False, "value": "7"}],
        "unknownKey": ["Nonsense"],
    }


@pytest.mark.parametrize(
    ("action", "reply"),
    [
        ("ClearCache", ACCEPTED),
        ("DataTransfer", {"status": "UnknownVendorId"}),
        ("DeleteCertificate", {"status": "NotFound"}),
        ("GetDiagnostics", {}),
        ("GetInstalledCertificateIds", {"status": "NotFound"}),
        ("GetLocalListVersion", {"listVersion": 0}),
    ],
)
def test_a_harmless_call_gets_its_ordinary_answer(
    charge_point: ChargePoint, action: str, reply: dict[str, Any]
) -> None:
    ambient = ask(charge_point, action)
    assert ambient == Ambient(reply)


def test_a_log_that_is_never_uploaded_is_told_as_failed(charge_point: ChargePoint) -> None:
    ambient = ask(charge_point, "GetLog")
    assert ambient.reply == ACCEPTED
    assert ambient.follow_up == (("LogStatusNotification", {"status": "UploadFailure", "requestId": 5}),)


def test_a_request_id_beyond_any_range_is_not_repeated(charge_point: ChargePoint) -> None:
    ambient = ask(charge_point, "GetLog", requestId=Decimal(10**40))
    assert ambient.follow_up == (("LogStatusNotification", {"status": "UploadFailure"}),)


# -- triggers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "message"),
    [("TriggerMessage", name) for name in ("BootNotification", "DiagnosticsStatusNotification", "Heartbeat")]
    + [("TriggerMessage", name) for name in ("FirmwareStatusNotification", "MeterValues", "StatusNotification")]
    + [("ExtendedTriggerMessage", name) for name in ("BootNotification", "LogStatusNotification", "Heartbeat")]
    + [("ExtendedTriggerMessage", n) for n in ("FirmwareStatusNotification", "MeterValues", "StatusNotification")],
)
def test_a_triggered_message_really_follows_and_is_valid(charge_point: ChargePoint, action: str, message: str) -> None:
    ambient = ask(charging(charge_point), action, requestedMessage=message)
    assert ambient.reply == ACCEPTED
    assert {name for name, _ in ambient.follow_up} == {message}
    for name, payload in ambient.follow_up:
        assert judge_payload(name, Direction.REQUEST, payload) == ()


def test_without_connector_id_every_connector_and_the_charge_point_report(charge_point: ChargePoint) -> None:
    follow_up = ask(charge_point, "TriggerMessage", requestedMessage="StatusNotification").follow_up
    assert [payload["connectorId"] for _, payload in follow_up] == [0, 1, 2]


def test_without_connector_id_every_connector_sends_meter_values(charge_point: ChargePoint) -> None:
    follow_up = ask(charging(charge_point), "TriggerMessage", requestedMessage="MeterValues").follow_up
    told = [(payload["connectorId"], payload.get("transactionId")) for _, payload in follow_up]
    assert told == [(1, 42), (2, None)]
    assert follow_up[0][1]["meterValue"][0]["sampledValue"][0]["context"] == "Trigger"


@pytest.mark.parametrize("message", ["StatusNotification", "MeterValues"])
def test_with_connector_id_only_that_one_reports(charge_point: ChargePoint, message: str) -> None:
    [(_, payload)] = ask(charge_point, "TriggerMessage", requestedMessage=message, connectorId=2).follow_up
    assert payload["connectorId"] == 2


@pytest.mark.parametrize("message", ["StatusNotification", "MeterValues"])
@pytest.mark.parametrize("connector_id", [3, -1])
def test_a_trigger_for_an_unknown_connector_is_rejected(
    charge_point: ChargePoint, message: str, connector_id: int
) -> None:
    ambient = ask(charge_point, "TriggerMessage", requestedMessage=message, connectorId=connector_id)
    assert (ambient.reply, ambient.follow_up) == ({"status": "Rejected"}, ())


def test_a_connector_id_means_nothing_to_a_heartbeat(charge_point: ChargePoint) -> None:
    ambient = ask(charge_point, "TriggerMessage", requestedMessage="Heartbeat", connectorId=99)
    assert (ambient.reply, ambient.follow_up) == (ACCEPTED, (("Heartbeat", {}),))


def test_a_certificate_request_is_not_made_unasked(charge_point: ChargePoint) -> None:
    ambient = ask(charge_point, "ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
    assert (ambient.reply, ambient.follow_up) == ({"status": "NotImplemented"}, ())


# -- local list, charging profiles, reservations ------------------------------------------------------------


def test_a_differential_list_has_to_be_newer(charge_point: ChargePoint) -> None:
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    full = {"listVersion": 5, "updateType": "Full", "localAuthorizationList": [entry]}
    charge_point.applied("SendLocalList", full, ACCEPTED, NOW)
    assert ask(charge_point, "GetLocalListVersion").reply == {"listVersion": 5}
    for version, expected in ((4, "VersionMismatch"), (5, "VersionMismatch"), (6, "Accepted")):
        got = status(charge_point, "SendLocalList", updateType="Differential", listVersion=version)
        assert got == expected
    assert status(charge_point, "SendLocalList", updateType="Full", listVersion=1) == "Accepted"


@pytest.mark.parametrize(
    "changed",
    [{"listVersion": 0}, {"listVersion": -1}, {"localAuthorizationList": [{"idTag": "A"}]}],
)
def test_a_full_list_that_cannot_be_stored_fails(charge_point: ChargePoint, changed: dict[str, Any]) -> None:
    assert status(charge_point, "SendLocalList", **changed) == "Failed"


@pytest.mark.parametrize("key", ["SendLocalListMaxLength", "LocalAuthListMaxLength"])
def test_a_list_longer_than_the_charge_point_takes_fails(charge_point: ChargePoint, key: str) -> None:
    entries = [{"idTag": str(number), "idTagInfo": {"status": "Accepted"}} for number in range(3)]
    charge_point.configuration.set(key, "3")
    assert status(charge_point, "SendLocalList", localAuthorizationList=entries) == "Accepted"
    charge_point.configuration.set(key, "2")
    assert status(charge_point, "SendLocalList", localAuthorizationList=entries) == "Failed"


def test_without_a_local_list_there_is_neither_version_nor_update(charge_point: ChargePoint) -> None:
    charge_point.configuration.set("LocalAuthListEnabled", "false")
    assert ask(charge_point, "GetLocalListVersion").reply == {"listVersion": -1}
    assert status(charge_point, "SendLocalList") == "NotSupported"


@pytest.mark.parametrize(
    ("connector_id", "changed", "expected"),
    [
        (0, {}, "Accepted"),
        (2, {}, "Accepted"),
        (3, {}, "Rejected"),
        (0, {"chargingProfilePurpose": "ChargePointMaxProfile"}, "Accepted"),
        (1, {"chargingProfilePurpose": "ChargePointMaxProfile"}, "Rejected"),
        (1, {"chargingProfilePurpose": "TxProfile"}, "Accepted"),
        (1, {"chargingProfilePurpose": "TxProfile", "transactionId": 42}, "Accepted"),
        (1, {"chargingProfilePurpose": "TxProfile", "transactionId": 43}, "Rejected"),
        (2, {"chargingProfilePurpose": "TxProfile"}, "Rejected"),
        (0, {"chargingProfilePurpose": "TxProfile"}, "Rejected"),
        (1, {"stackLevel": 10}, "Accepted"),
        (1, {"stackLevel": 11}, "Rejected"),
        (1, {"stackLevel": -1}, "Rejected"),
        (1, {"chargingProfileKind": "Recurring"}, "Rejected"),
        (1, {"chargingProfileKind": "Recurring", "recurrencyKind": "Daily"}, "Accepted"),
        (1, {"validTo": "2026-03-01T11:59:59Z"}, "Rejected"),
        (1, {"validTo": LATER}, "Accepted"),
        (1, {"chargingSchedule": schedule((0, 16), (60, 10))}, "Accepted"),
        (1, {"chargingSchedule": schedule()}, "Rejected"),
        (1, {"chargingSchedule": schedule((5, 16))}, "Rejected"),
        (1, {"chargingSchedule": schedule((0, 16), (60, 10), (60, 8))}, "Rejected"),
        (1, {"chargingSchedule": schedule((0, -1))}, "Rejected"),
        (1, {"chargingSchedule": schedule(*((n, 16) for n in range(24)))}, "Accepted"),
        (1, {"chargingSchedule": schedule(*((n, 16) for n in range(25)))}, "Rejected"),
    ],
)
def test_a_charging_profile_is_accepted_only_where_it_belongs(
    charge_point: ChargePoint, connector_id: int, changed: dict[str, Any], expected: str
) -> None:
    charging(charge_point)
    sent = profile(**changed)
    got = status(charge_point, "SetChargingProfile", connectorId=connector_id, csChargingProfiles=sent)
    assert got == expected


def test_a_rate_unit_that_is_not_in_the_key_is_rejected(charge_point: ChargePoint) -> None:
    charge_point.configuration.set("ChargingScheduleAllowedChargingRateUnit", "Current")
    watts = profile(chargingSchedule=schedule((0, 5000), unit="W"))
    assert status(charge_point, "SetChargingProfile", csChargingProfiles=watts) == "Rejected"
    assert status(charge_point, "SetChargingProfile") == "Accepted"


def test_one_profile_more_than_can_be_installed_is_rejected_but_a_replacement_is_not(
    charge_point: ChargePoint,
) -> None:
    charge_point.configuration.set("MaxChargingProfilesInstalled", "1")
    charge_point.applied("SetChargingProfile", VALID["SetChargingProfile"], ACCEPTED, NOW)
    assert status(charge_point, "SetChargingProfile") == "Accepted"
    second = profile(chargingProfileId=2, stackLevel=1)
    assert status(charge_point, "SetChargingProfile", csChargingProfiles=second) == "Rejected"


def test_clearing_what_is_not_there_is_unknown(charge_point: ChargePoint) -> None:
    assert status(charge_point, "ClearChargingProfile") == "Unknown"
    charge_point.applied("SetChargingProfile", VALID["SetChargingProfile"], ACCEPTED, NOW)
    assert status(charge_point, "ClearChargingProfile", id=1) == "Accepted"
    assert status(charge_point, "ClearChargingProfile", id=2) == "Unknown"
    assert status(charge_point, "ClearChargingProfile", connectorId=0) == "Unknown"


def test_a_willing_charge_point_reserves_what_is_free(charge_point: ChargePoint) -> None:
    def reserve(**members: Any) -> str:
        return status(charge_point, "ReserveNow", willing=True, **members)

    assert reserve() == reserve(connectorId=0) == "Accepted"
    assert reserve(connectorId=9) == reserve(expiryDate="2026-03-01T11:00:00Z") == "Rejected"
    charge_point.applied("ReserveNow", VALID["ReserveNow"], ACCEPTED, NOW)
    assert reserve() == "Accepted"
    assert reserve(reservationId=8) == "Occupied"
    assert reserve(reservationId=8, connectorId=0) == "Accepted"
    for busy in ("Faulted", "Unavailable"):
        charge_point.statuses[2] = busy
        assert reserve(reservationId=8, connectorId=2) == busy
    charge_point.configuration.set("ReserveConnectorZeroSupported", "false")
    assert reserve(connectorId=0) == "Rejected"


def test_only_a_known_reservation_can_be_cancelled(charge_point: ChargePoint) -> None:
    assert status(charge_point, "CancelReservation", willing=True) == "Rejected"
    charge_point.applied("ReserveNow", VALID["ReserveNow"], ACCEPTED, NOW)
    assert status(charge_point, "CancelReservation", willing=True) == "Accepted"
    charge_point.reservations[7].expires = NOW
    assert status(charge_point, "CancelReservation", willing=True) == "Rejected"


def test_a_willing_charge_point_starts_and_stops_what_it_can(charge_point: ChargePoint) -> None:
    assert status(charge_point, "RemoteStartTransaction", willing=True, connectorId=1) == "Accepted"
    assert status(charge_point, "RemoteStartTransaction", willing=True, connectorId=0) == "Rejected"
    assert status(charge_point, "RemoteStopTransaction", willing=True) == "Rejected"
    charging(charge_point)
    assert status(charge_point, "RemoteStartTransaction", willing=True, connectorId=1) == "Rejected"
    assert status(charge_point, "RemoteStartTransaction", willing=True) == "Accepted"
    assert status(charge_point, "RemoteStopTransaction", willing=True) == "Accepted"


def test_a_busy_connector_becomes_inoperative_later(charge_point: ChargePoint) -> None:
    charging(charge_point)
    for connector_id, expected in ((0, "Scheduled"), (1, "Scheduled"), (2, "Accepted"), (3, "Rejected")):
        got = status(charge_point, "ChangeAvailability", willing=True, connectorId=connector_id, type="Inoperative")
        assert got == expected


def test_unlocking_needs_a_connector(charge_point: ChargePoint) -> None:
    assert status(charge_point, "UnlockConnector", willing=True) == "Unlocked"
    assert status(charge_point, "UnlockConnector", willing=True, connectorId=0) == "NotSupported"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("SendLocalList", {"status": "NotSupported"}),
        ("GetLocalListVersion", {"listVersion": -1}),
        ("SetChargingProfile", {"status": "NotSupported"}),
        ("TriggerMessage", {"status": "NotImplemented"}),
        ("ReserveNow", None),
        ("GetDiagnostics", None),
        ("GetCompositeSchedule", None),
    ],
)
def test_an_action_of_a_feature_profile_it_lacks_is_not_supported(
    charge_point: ChargePoint, action: str, expected: dict[str, Any] | None
) -> None:
    charge_point.configuration.set("SupportedFeatureProfiles", "Core")
    ambient = ask(charge_point, action)
    assert ambient.reply == expected
    assert (ambient.error is not None and ambient.error[0] == "NotSupported") is (expected is None)
    assert "SupportedFeatureProfiles" in ambient.remark


@FUZZ
@given(st.data())
def test_whatever_stands_in_a_payload_the_answer_is_valid(data: st.DataObject) -> None:
    charge_point = charging(ChargePoint("CP-1"))
    for _ in range(4):
        action = data.draw(st.sampled_from(ALL) | st.text("Fob", max_size=4))
        payload = data.draw(spoilt(VALID.get(action, {"a": 1})))
        untouched = deepcopy(payload)
        ambient = answer(action, payload, charge_point, NOW, refuse_disruptive=data.draw(st.booleans()))
        assert repr(payload) == repr(untouched)
        assert_sound(action, ambient)
        charge_point.applied(action, payload, ambient.reply or {}, NOW)


@FUZZ
@given(st.sampled_from(ALL), JSON)
def test_any_json_object_is_answered_soundly(action: str, value: Any) -> None:
    payload = value if isinstance(value, dict) else {"connectorId": value}
    assert_sound(action, answer(action, payload, ChargePoint("CP-1"), NOW))


def assert_sound(action: str, ambient: Ambient) -> None:
    """Exactly one answer, valid, and it can be written on the wire; what follows is valid too."""
    assert (ambient.reply is None) is not (ambient.error is None)
    if ambient.error is not None:
        assert ambient.error[0] in ERROR_CODES
        assert len(ambient.error[1]) <= 255
        assert not parse_frame(encode(CallError("1", *ambient.error))).broken
    else:
        assert judge_payload(action, Direction.CONFIRMATION, ambient.reply or {}) == ()
        assert parse_frame(encode(CallResult("1", ambient.reply or {}))).message is not None
    for name, payload in ambient.follow_up:
        assert judge_payload(name, Direction.REQUEST, payload) == ()
