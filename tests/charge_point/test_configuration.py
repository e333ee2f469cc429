"""The configuration: chapter 9 of OCPP 1.6 as a table, GetConfiguration and ChangeConfiguration."""

import pytest

from csms_harness.charge_point.configuration import STANDARD_KEYS, Access, Configuration, Key, Kind
from csms_harness.ocpp16.payloads import Direction, judge_payload
from csms_harness.ocpp16.vocabulary import FeatureProfile

REQUIRED_CORE = [
    "AuthorizeRemoteTxRequests",
    "ClockAlignedDataInterval",
    "ConnectionTimeOut",
    "ConnectorPhaseRotation",
    "GetConfigurationMaxKeys",
    "HeartbeatInterval",
    "LocalAuthorizeOffline",
    "LocalPreAuthorize",
    "MeterValuesAlignedData",
    "MeterValuesSampledData",
    "MeterValueSampleInterval",
    "NumberOfConnectors",
    "ResetRetries",
    "StopTransactionOnEVSideDisconnect",
    "StopTransactionOnInvalidId",
    "StopTxnAlignedData",
    "StopTxnSampledData",
    "SupportedFeatureProfiles",
    "TransactionMessageAttempts",
    "TransactionMessageRetryInterval",
    "UnlockConnectorOnEVSideDisconnect",
]


@pytest.mark.parametrize("name", REQUIRED_CORE)
def test_every_key_that_chapter_9_requires_of_core_is_there(name: str) -> None:
    assert Configuration().key(name) is not None


@pytest.mark.parametrize("key", STANDARD_KEYS, ids=lambda key: key.name)
def test_every_initial_value_is_one_the_key_itself_would_accept(key: Key) -> None:
    freed = Key(key.name, Access.RW, key.kind, key.value, key.profile, key.minimum, key.allowed, False, key.maximum)
    table = Configuration(keys=[freed])
    if key.access is Access.W:
        assert key.value is None
    else:
        assert table.judge_change(key.name, key.value or "") == "Accepted"


def test_no_key_stands_twice_in_the_table() -> None:
    names = [key.name.casefold() for key in STANDARD_KEYS]
    assert len(names) == len(set(names))


def test_names_of_keys_do_not_distinguish_case() -> None:
    assert Configuration().value("heartbeatINTERVAL") == "300"


def test_without_keys_all_readable_ones_are_given() -> None:
    for answer in (Configuration().answer_get(None), Configuration().answer_get([])):
        names = [entry["key"] for entry in answer["configurationKey"]]
        assert names == [key.name for key in STANDARD_KEYS if key.access is not Access.W]
        assert "unknownKey" not in answer
        assert judge_payload("GetConfiguration", Direction.CONFIRMATION, answer) == ()


def test_known_and_unknown_keys_are_told_apart_and_named_once() -> None:
    answer = Configuration().answer_get(["heartbeatinterval", "Nonsense", "HeartbeatInterval", "NONSENSE"])
    assert answer == {
        "configurationKey": [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}],
        "unknownKey": ["Nonsense"],
    }


def test_only_unknown_keys_leave_out_the_known_ones() -> None:
    assert Configuration().answer_get(["Nonsense"]) == {"unknownKey": ["Nonsense"]}


def test_a_read_only_key_says_so() -> None:
    [entry] = Configuration().answer_get(["NumberOfConnectors"])["configurationKey"]
    assert entry == {"key": "NumberOfConnectors", "readonly": True, "value": "2"}


def test_the_value_of_a_write_only_key_is_never_given_back() -> None:
    table = Configuration({"AuthorizationKey": "0123456789abcdef"})
    assert table.answer_get(["AuthorizationKey"]) == {
        "configurationKey": [{"key": "AuthorizationKey", "readonly": False}]
    }
    assert "0123456789abcdef" not in str(table.answer_get(None))
    assert table.value("AuthorizationKey") == "0123456789abcdef"


def test_a_value_longer_than_the_schema_allows_is_cut_in_the_answer() -> None:
    answer = Configuration({"CpoName": "x" * 600}).answer_get(["CpoName"])
    assert judge_payload("GetConfiguration", Direction.CONFIRMATION, answer) == ()


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("MeterValueSampleInterval", "10", "Accepted"),
        ("metervaluesampleinterval", " 10 ", "Accepted"),
        ("MeterValueSampleInterval", "-1", "Rejected"),
        ("MeterValueSampleInterval", "1.5", "Rejected"),
        ("MeterValueSampleInterval", "ten", "Rejected"),
        ("MeterValueSampleInterval", "", "Rejected"),
        ("MeterValueSampleInterval", "\u0661\u0660", "Rejected"),
        ("MeterValueSampleInterval", "9" * 400, "Rejected"),
        ("MeterValueSampleInterval", "2147483648", "Rejected"),
        ("HeartbeatInterval", "0", "Rejected"),
        ("LightIntensity", "100", "Accepted"),
        ("LightIntensity", "101", "Rejected"),
        ("LocalPreAuthorize", "true", "Accepted"),
        ("LocalPreAuthorize", "FALSE", "Accepted"),
        ("LocalPreAuthorize", "yes", "Rejected"),
        ("MeterValuesSampledData", "Voltage,Current.Import.L1", "Accepted"),
        ("MeterValuesSampledData", "Voltage, SoC", "Accepted"),
        ("MeterValuesSampledData", "", "Accepted"),
        ("MeterValuesSampledData", "Voltage,Charm", "Rejected"),
        ("MeterValuesSampledData", "Voltage.L4", "Rejected"),
        ("MeterValuesSampledData", "1.Voltage", "Rejected"),
        ("MeterValuesSampledData", "Voltage,,SoC", "Rejected"),
        ("MeterValuesSampledData", ",".join(["Voltage"] * 11), "Rejected"),
        ("ConnectorPhaseRotation", "0.RST,1.RTS", "Accepted"),
        ("ConnectorPhaseRotation", "1.XYZ", "Rejected"),
        ("ConnectorPhaseRotation", "RST.L1", "Rejected"),
        ("NumberOfConnectors", "3", "Rejected"),
        ("SupportedFeatureProfiles", "Core", "Rejected"),
        ("AuthorizationKey", "0123456789abcdef", "Accepted"),
        ("AuthorizationKey", "short", "Rejected"),
        ("AuthorizationKey", "f" * 41, "Rejected"),
        ("SecurityProfile", "4", "Rejected"),
        ("CpoName", "x" * 501, "Rejected"),
        ("NoSuchKey", "1", "NotSupported"),
        ("", "", "NotSupported"),
    ],
)
def test_a_change_is_judged_by_access_type_range_and_list(name: str, value: str, status: str) -> None:
    table = Configuration()
    before = table.value(name)
    assert table.judge_change(name, value) == status
    assert table.value(name) == before
    assert table.change(name, value) == status
    assert table.value(name) == (value.strip() if status == "Accepted" else before)


def test_a_key_that_waits_for_a_reboot_is_stored_and_says_so() -> None:
    key = Key("Slow", Access.RW, Kind.INTEGER, "1", FeatureProfile.CORE, reboot=True)
    table = Configuration(keys=[key])
    assert table.change("Slow", "2") == "RebootRequired"
    assert table.value("Slow") == "2"


def test_we_ourselves_may_set_anything_and_reset_brings_the_beginning_back() -> None:
    table = Configuration({"VendorKey": "a"})
    table.set("NumberOfConnectors", "9")
    table.set("vendorkey", "b")
    table.set("AnotherKey", "c")
    assert (table.value("NumberOfConnectors"), table.value("VendorKey")) == ("9", "b")
    table.reset()
    assert (table.value("NumberOfConnectors"), table.value("VendorKey")) == ("2", "a")
    assert table.key("AnotherKey") is None


def test_a_value_that_is_no_number_counts_as_zero() -> None:
    table = Configuration({"BlinkRepeat": "often"})
    assert table.number("BlinkRepeat") == table.number("NoSuchKey") == 0
    assert table.number("HeartbeatInterval") == 300
