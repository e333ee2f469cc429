"""Rules about what a Charge Point can carry out: charging profiles, limits, local lists, locations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from csms_harness.report.breaches import told_rule
from csms_harness.rules.beyond import CHECKS
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict
from reference_faults.reissuing import no_authority, pem, stranger
from tests.runner.runs import Frames, ran

LIMITS = {
    "ChargeProfileMaxStackLevel": 10,
    "ChargingScheduleMaxPeriods": 24,
    "GetConfigurationMaxKeys": 50,
    "LocalAuthListMaxLength": 5,
    "SendLocalListMaxLength": 3,
}
LATER, LONG_AGO = "2099-01-31T12:00:00Z", "2020-01-31T12:00:00Z"


def told(rule: str, *calls: tuple[str, dict[str, Any]], **more: Any) -> tuple[int, list[str]]:
    """How much was looked at in these CALLs, and the breaches in words without their place."""
    frames = Frames()
    for action, request in calls:
        frames.theirs(action, request)
    looked_at, found = CHECKS[rule]([Indexed(ran(frames, **more))])
    assert not any(one.remark for one in found)
    verdict = RuleVerdict("R", "t", "c", Verdict.FAIL, 1, breaches=tuple(found), rule=rule)
    return looked_at, [breach.text.partition(": ")[2] for breach in told_rule(verdict).breaches]


def profile(*starts: Any, **members: Any) -> dict[str, Any]:
    """A profile whose periods begin so."""
    periods = [{"startPeriod": start, "limit": 6.0} for start in starts]
    return {
        "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": periods},
    } | members  # fmt: skip


def setting(*starts: Any, connector: int = 1, **members: Any) -> tuple[str, dict[str, Any]]:
    return "SetChargingProfile", {"connectorId": connector, "csChargingProfiles": profile(*starts, **members)}


def starting(*starts: Any, **members: Any) -> tuple[str, dict[str, Any]]:
    sent = profile(*starts, **({"chargingProfilePurpose": "TxProfile"} | members))
    return "RemoteStartTransaction", {"connectorId": 1, "idTag": "A", "chargingProfile": sent}


PERIODS = "csChargingProfiles.chargingSchedule.chargingSchedulePeriod"


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ((0,), []),
        ((0, 60, 61), []),
        ((7,), [f"{PERIODS}[0].startPeriod is 7; required is 0"]),
        ((0, 60, 60), [f"{PERIODS}[2].startPeriod is 60; required is more than 60"]),
        (
            (200, 100, 0),
            [
                f"{PERIODS}[0].startPeriod is 200; required is 0",
                f"{PERIODS}[1].startPeriod is 100; required is more than 200",
                f"{PERIODS}[2].startPeriod is 0; required is more than 100",
            ],
        ),
        ((), []),
        (("0", 1), []),
    ],
)
def test_periods_begin_with_zero_and_follow_each_other(starts: tuple[Any, ...], said: list[str]) -> None:
    assert told("profiles", setting(*starts)) == (1, said)


def test_the_profile_of_a_remote_start_is_held_against_the_rule_too() -> None:
    path = PERIODS.replace("csChargingProfiles", "chargingProfile")
    assert told("profiles", starting(5))[1] == [f"{path}[0].startPeriod is 5; required is 0"]


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z", None),
        (None, "9999-12-31T23:59:59.9999999-05:00", None),
        ("2026-01-31T13:00:00Z", "2026-01-31T13:00:00+02:00", "later than validFrom, 2026-01-31T13:00:00Z"),
        ("2026-01-31T13:00:00Z", "2026-01-31T13:00:00Z", "later than validFrom, 2026-01-31T13:00:00Z"),
        ("2020-01-01T00:00:00Z", "2026-01-31T11:50:00Z", "in the future"),
        (None, "2026-01-31T11:58:00Z", None),  # as far off as two clocks may be
        (None, "tomorrow", None),
        ("2026-01-31T12:00:00Z", None, None),
    ],
)
def test_a_profile_that_is_over_or_never_begins_is_told(begin: str | None, end: str | None, said: str | None) -> None:
    members: dict[str, Any] = {name: one for name, one in (("validFrom", begin), ("validTo", end)) if one is not None}
    wanted = [] if said is None else [f"csChargingProfiles.validTo is {end}; required is {said}"]
    assert told("profiles", setting(0, **members)) == (1, wanted)


@pytest.mark.parametrize(
    ("purpose", "connector", "more", "said"),
    [
        ("TxProfile", 1, {"transactionId": 7}, ""),
        ("TxProfile", 1, {}, "transactionId is absent; required is present in a TxProfile"),
        ("TxProfile", 0, {}, "chargingProfilePurpose is TxProfile; required is no TxProfile for connectorId 0"),
        ("TxDefaultProfile", 0, {}, ""),
        ("TxDefaultProfile", 1, {"transactionId": 0}, "transactionId is 0; required is absent in a TxDefaultProfile"),
        ("ChargePointMaxProfile", 0, {}, ""),
        ("ChargePointMaxProfile", 1, {}, "chargingProfilePurpose is ChargePointMaxProfile; required is no "),
    ],
)
def test_a_purpose_has_its_connector_and_its_transaction(
    purpose: str, connector: int, more: dict[str, Any], said: str
) -> None:
    call = setting(0, connector=connector, chargingProfilePurpose=purpose, **more)
    breaches, _ = judged(Frames().ours("StartTransaction", {"connectorId": 1}, {"transactionId": 7}).theirs(*call))
    assert any(one.startswith(said) for one in breaches) if said else not breaches


def judged(*lanes: Frames) -> tuple[list[str], list[str]]:
    """The breaches and the remarks about profiles, a lane for each of these, without their places."""
    cases = [Indexed(ran(frames, lane=f"CP_0{number}")) for number, frames in enumerate(lanes, 1)]
    _, found = CHECKS["profiles"](cases)
    parts: tuple[list[str], list[str]] = [], []
    for one in found:
        parts[one.remark].append(f"{one.path.partition('.')[2]} is {one.observed}; required is {one.required}")
    return parts


def begun(number: int = 7, connector: int = 1) -> Frames:
    return Frames().ours("StartTransaction", {"connectorId": connector}, {"transactionId": number})


FOR_SEVEN = setting(0, chargingProfilePurpose="TxProfile", transactionId=7)


def test_a_profile_is_for_a_transaction_that_runs_on_its_connector() -> None:
    runs = "transactionId is 7, {}; required is that of a transaction which runs"
    assert judged(begun().theirs(*FOR_SEVEN)) == ([], [])
    assert judged(begun(connector=2).theirs(*FOR_SEVEN)) == (
        ["transactionId is 7, of connector 2; required is that of a transaction of connector 1"],
        [],
    )
    stopped = begun().ours("StopTransaction", {"transactionId": 7}, {}).theirs(*FOR_SEVEN)
    assert judged(stopped) == ([], [runs.format("which was stopped")])
    assert judged(Frames().theirs(*FOR_SEVEN)) == ([], [runs.format("which no start of this run was given")])


def test_a_profile_for_the_transaction_of_another_charge_point_is_told_unless_both_were_given_its_number() -> None:
    said = ["transactionId is 7, of CP_0{}; required is that of a transaction of this Charge Point"]
    assert judged(Frames().theirs(*FOR_SEVEN), begun()) == ([said[0].format(2)], [])
    assert judged(begun(), Frames().theirs(*FOR_SEVEN)) == ([said[0].format(1)], [])
    assert judged(begun(), begun().theirs(*FOR_SEVEN)) == ([], [])


def test_a_remote_start_has_no_transaction_yet() -> None:
    assert told("profiles", starting(0)) == (1, [])
    assert judged(Frames().theirs(*starting(0, transactionId=7)))[0] == [
        "transactionId is 7; required is absent before there is a transaction"
    ]


def test_the_profile_of_a_remote_start_is_for_its_transaction() -> None:
    said = "chargingProfilePurpose is TxDefaultProfile; required is TxProfile in a remote start"
    assert judged(Frames().theirs(*starting(0, chargingProfilePurpose="TxDefaultProfile"))) == ([said], [])


@pytest.mark.parametrize(
    ("members", "schedule", "period", "breaches", "remarks"),
    [
        ({}, {"duration": 1}, {"numberPhases": 1, "limit": 0}, [], []),
        ({"stackLevel": -1}, {}, {}, ["stackLevel is -1; required is 0 or more"], []),
        ({}, {"duration": 0}, {}, ["chargingSchedule.duration is 0; required is more than 0"], []),
        ({}, {"duration": -60}, {}, ["chargingSchedule.duration is -60; required is more than 0"], []),
        ({}, {}, {"numberPhases": 0}, ["numberPhases is 0; required is 1, 2 or 3"], []),
        ({}, {}, {"numberPhases": 4}, ["numberPhases is 4; required is 1, 2 or 3"], []),
        ({}, {}, {"limit": -0.1}, [], ["limit is -0.1; required is 0 or more"]),
        ({}, {"duration": 60}, {"startPeriod": 59}, ["startPeriod is 59; required is 0"], []),
        (
            {}, {"duration": 60}, {"startPeriod": 60},
            ["startPeriod is 60; required is 0"], ["startPeriod is 60; required is less than 60, the duration"],
        ),
        ({"stackLevel": "1"}, {"duration": None}, {"numberPhases": "3", "limit": None}, [], []),
    ],
)  # fmt: skip
def test_the_numbers_of_a_profile_mean_something(
    members: dict[str, Any], schedule: dict[str, Any], period: dict[str, Any], breaches: list[str], remarks: list[str]
) -> None:
    sent = profile(0, **members)
    sent["chargingSchedule"] |= schedule
    sent["chargingSchedule"]["chargingSchedulePeriod"][0] |= period
    call = "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": sent}
    found = judged(Frames().theirs(*call))
    assert tuple([one.replace(f"{_PERIOD}.", "") for one in part] for part in found) == (breaches, remarks)


_PERIOD = "chargingSchedule.chargingSchedulePeriod[0]"


@pytest.mark.parametrize(
    ("least", "limits", "said"),
    [
        (6, (6.0,), []),
        (6.5, (0, 16), []),
        (8.5, (0.0, 8, 6), ["8.5; required is at most 8, the highest limit"]),
        (6, (0,), []),  # a pause
        (6, (), []),
        ("6", (1,), []),
        (True, (0.5,), []),
        (6, ("1", None), []),
    ],
)
def test_a_least_rate_that_no_period_allows_is_a_remark(least: Any, limits: tuple[Any, ...], said: list[str]) -> None:
    sent = profile()
    sent["chargingSchedule"] |= {
        "minChargingRate": least,
        "chargingSchedulePeriod": [{"startPeriod": at, "limit": limit} for at, limit in enumerate(limits)],
    }
    frames = Frames()
    frames.theirs("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": sent})
    _, found = CHECKS["profiles"]([Indexed(ran(frames))])
    told_remarks = told_rule(RuleVerdict("R", "t", "c", Verdict.PASS, 1, remarks=tuple(found), rule="profiles")).remarks
    where = "csChargingProfiles.chargingSchedule.minChargingRate is "
    assert [one.text.partition(": ")[2].removeprefix(where) for one in told_remarks] == said
    assert all(one.remark for one in found)


def test_calls_without_a_profile_are_nothing_to_the_rule() -> None:
    assert told("profiles", ("RemoteStartTransaction", {"idTag": "A"}), ("SetChargingProfile", {})) == (0, [])


def entries(*tags: str, **more: Any) -> list[dict[str, Any]]:
    return [{"idTag": tag, "idTagInfo": {"status": "Accepted"}} | more for tag in tags]


def listing(*tags: str, update: str = "Full") -> tuple[str, dict[str, Any]]:
    return "SendLocalList", {"listVersion": 1, "updateType": update, "localAuthorizationList": entries(*tags)}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (setting(0, stackLevel=10), []),
        (setting(0, stackLevel=11), ["csChargingProfiles.stackLevel is 11; ChargeProfileMaxStackLevel is 10"]),
        (setting(*range(24)), []),
        (setting(*range(25)), [f"{PERIODS} is 25; ChargingScheduleMaxPeriods is 24"]),
        (starting(0, stackLevel=11), ["chargingProfile.stackLevel is 11; ChargeProfileMaxStackLevel is 10"]),
        (("GetConfiguration", {"key": ["k"] * 50}), []),
        (("GetConfiguration", {"key": ["k"] * 51}), ["key is 51; GetConfigurationMaxKeys is 50"]),
        (("GetConfiguration", {}), []),
        (listing("A", "B", "C"), []),
        (listing("A", "B", "C", "D"), ["localAuthorizationList is 4; SendLocalListMaxLength is 3"]),
    ],
)
def test_a_call_that_goes_beyond_a_limit_is_told(call: tuple[str, dict[str, Any]], said: list[str]) -> None:
    assert told("limits", call, limits=LIMITS)[1] == said


def test_a_list_that_grows_beyond_its_limit_call_by_call_is_told_once_it_does() -> None:
    calls = listing("A", "B", "C"), listing("D", "E", update="Differential"), listing("F", update="Differential")
    assert told("limits", *calls, limits=LIMITS)[1] == ["localAuthorizationList is 6; LocalAuthListMaxLength is 5"]


def test_an_entry_without_info_leaves_the_list() -> None:
    gone = ("SendLocalList", {"updateType": "Differential", "localAuthorizationList": [{"idTag": "a"}, {"idTag": "B"}]})
    calls = listing("A", "B", "C"), gone, listing("D", "E", "F", update="Differential")
    assert told("limits", *calls, limits=LIMITS)[1] == []


def test_more_profiles_than_a_charge_point_holds_are_told() -> None:
    calls = [setting(0, stackLevel=level, chargingProfileId=level) for level in range(3)]
    said = ["csChargingProfiles is 3; MaxChargingProfilesInstalled is 2"]
    assert told("limits", *calls, limits={"MaxChargingProfilesInstalled": 2})[1] == said


@pytest.mark.parametrize(
    "between",
    [
        setting(0, stackLevel=2, chargingProfileId=1),  # by its id
        setting(0, stackLevel=1, chargingProfileId=2),  # by its purpose and level
        ("ClearChargingProfile", {"id": 1}),
        ("ClearChargingProfile", {"chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 1}),
        ("ClearChargingProfile", {}),
    ],
)
def test_a_profile_that_is_replaced_or_cleared_counts_no_longer(between: tuple[str, dict[str, Any]]) -> None:
    calls = setting(0, stackLevel=1, chargingProfileId=1), between, setting(0, stackLevel=3, chargingProfileId=3)
    assert told("limits", *calls, limits={"MaxChargingProfilesInstalled": 2})[1] == []
    kept = calls[0], ("ClearChargingProfile", {"id": 7}), calls[2]
    assert len(told("limits", *kept, limits={"MaxChargingProfilesInstalled": 1})[1]) == 1


def test_a_profile_that_is_over_or_that_was_refused_counts_no_longer() -> None:
    over = setting(0, stackLevel=1, chargingProfileId=1, validTo=LONG_AGO)
    assert told("limits", over, setting(0, chargingProfileId=2), limits={"MaxChargingProfilesInstalled": 1})[1] == []
    frames = Frames()
    for number in (1, 2):
        frames.theirs(*setting(0, stackLevel=number, chargingProfileId=number), status="Rejected")
    assert CHECKS["limits"]([Indexed(ran(frames, limits={"MaxChargingProfilesInstalled": 1}))]) == (2, [])


def test_the_profile_of_a_transaction_ends_with_it() -> None:
    frames = Frames()
    for number in (1, 2):
        frames.theirs(*setting(0, stackLevel=number, chargingProfileId=number, chargingProfilePurpose="TxProfile"))
        frames.ours("StopTransaction", {"transactionId": number}, {})
    assert CHECKS["limits"]([Indexed(ran(frames, limits={"MaxChargingProfilesInstalled": 1}))]) == (2, [])


UNITS = {"ChargingScheduleAllowedChargingRateUnit": "Power"}


def test_a_unit_that_the_charge_point_does_not_know_is_a_remark_until_it_has_said_so() -> None:
    frames = Frames().theirs(*setting(0))
    _, (remark,) = CHECKS["limits"]([Indexed(ran(frames, limits=UNITS))])
    assert remark.remark
    asked = Frames().theirs(
        "GetConfiguration", {}, answer={"configurationKey": [{"key": next(iter(UNITS)), "value": "Power"}]}
    )
    _, (breach,) = CHECKS["limits"]([Indexed(ran(asked.theirs(*setting(0))))])
    assert not breach.remark
    assert (breach.path, breach.observed) == ("csChargingProfiles.chargingSchedule.chargingRateUnit", "A")


@pytest.mark.parametrize("units", ["Current,Power", "current", "A", "W, A"])
def test_a_unit_that_the_charge_point_knows_is_right(units: str) -> None:
    assert told("limits", setting(0), starting(0), limits={next(iter(UNITS)): units}) == (2, [])


def test_what_a_charge_point_says_of_its_limits_is_held_against_later_calls() -> None:
    keys = [{"key": "ChargeProfileMaxStackLevel", "value": "3"}, {"key": "Other"}, "nonsense"]
    frames = (
        Frames().theirs("GetConfiguration", {}, answer={"configurationKey": keys}).theirs(*setting(0, stackLevel=4))
    )
    assert len(CHECKS["limits"]([Indexed(ran(frames))])[1]) == 1


@pytest.mark.parametrize(
    ("kind", "begin", "duration", "count"),
    [
        ("Absolute", LONG_AGO, 3600, 1),
        ("Absolute", LONG_AGO, None, 0),
        ("Absolute", LONG_AGO, 10**12, 0),
        ("Absolute", LATER, 3600, 0),
        ("Recurring", LONG_AGO, 3600, 0),
        ("Relative", None, 3600, 0),
    ],
)
def test_a_schedule_that_is_over_is_told(kind: str, begin: str | None, duration: int | None, count: int) -> None:
    schedule = profile(0)["chargingSchedule"]
    schedule |= {name: one for name, one in (("startSchedule", begin), ("duration", duration)) if one is not None}
    sent = setting(0, chargingProfileKind=kind, recurrencyKind="Daily", chargingSchedule=schedule)
    _, breaches = told("profiles", sent)
    assert len(breaches) == count
    assert all("startSchedule plus duration is 2020-" in one for one in breaches)


@pytest.mark.parametrize(("recurrency", "count"), [("Daily", 0), ("Weekly", 0), (None, 1)])
def test_a_profile_that_recurs_says_when(recurrency: str | None, count: int) -> None:
    more: dict[str, Any] = {} if recurrency is None else {"recurrencyKind": recurrency}
    _, breaches = told("profiles", setting(0, chargingProfileKind="Recurring", **more))
    assert len(breaches) == count
    assert all("recurrencyKind is absent" in one for one in breaches)


def test_a_charge_point_whose_limits_nobody_kept_is_not_held_against_any() -> None:
    assert told("limits", listing("A", "B", "C", "D")) == (0, [])


@pytest.mark.parametrize("update", ["Full", "Differential"])
@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (("A", "B"), []),
        (("A", "a"), ["A stands 2 times in localAuthorizationList"]),
        (("A", "B", "A", "A", "b"), ["A stands 3 times in localAuthorizationList, and 1 more idTag more than once"]),
    ],
)
def test_an_id_tag_that_stands_twice_in_a_list_is_told(update: str, tags: tuple[str, ...], said: list[str]) -> None:
    assert told("listed_once", listing(*tags, update=update)) == (1, said)


_LOCATED: dict[str, Callable[[str], dict[str, Any]]] = {
    "GetDiagnostics": lambda place: {"location": place},
    "UpdateFirmware": lambda place: {"location": place},
    "GetLog": lambda place: {"log": {"remoteLocation": place}},
    "SignedUpdateFirmware": lambda place: {"firmware": {"location": place}},
}


@pytest.mark.parametrize(
    ("location", "count"),
    [
        ("ftp://127.0.0.1/diagnostics", 0),
        ("https://user:secret@example.org:8443/f?x=1#y", 0),
        ("sftp://[::1]/", 0),
        ("file:///tmp/f", 0),
        ("/var/diagnostics", 1),
        ("127.0.0.1/diagnostics", 1),
        ("C:\\\\diagnostics", 1),
        ("ftp://host/with blank", 1),
        ("", 1),
    ],
)
@pytest.mark.parametrize("action", ["GetDiagnostics", "UpdateFirmware", "GetLog", "SignedUpdateFirmware"])
def test_a_location_that_is_no_uri_is_told(action: str, location: str, count: int) -> None:
    looked_at, breaches = told("locations", (action, _LOCATED[action](location)))
    assert (looked_at, len(breaches)) == (1, count)


KEY = "-----BEGIN {}PRIVATE KEY-----\nMIIE\n-----END {}PRIVATE KEY-----\n"


@pytest.mark.parametrize("kind", ["", "EC ", "RSA ", "ENCRYPTED "])
def test_a_private_key_is_told_wherever_pem_is_sent(kind: str) -> None:
    key = KEY.format(kind, kind)
    sent = (
        ("CertificateSigned", {"certificateChain": key}),
        ("InstallCertificate", {"certificate": f"text\n{key}"}),
        ("SignedUpdateFirmware", {"firmware": {"signingCertificate": key}}),
    )
    for one in sent:
        looked_at, breaches = told("private_keys", one)
        assert (looked_at, len(breaches)) == (1, 1)


def test_certificates_are_no_private_keys_and_what_is_no_text_is_not_looked_at() -> None:
    good = ("CertificateSigned", {"certificateChain": "-----BEGIN CERTIFICATE-----"})
    assert told("private_keys", good) == (1, [])
    odds: list[dict[str, Any]] = [{"certificateChain": 7}, {}, {"firmware": []}]
    for odd in odds:
        assert told("private_keys", ("SignedUpdateFirmware", odd)) == (0, [])


def test_what_is_signed_for_a_charge_point_is_looked_at_and_nothing_else() -> None:
    for made in (stranger().certificate, no_authority().certificate):
        looked_at, breaches = CHECKS["client_certificates"]([Indexed(ran(_signed(pem(made))))])
        wrong = ["authority"] if made is stranger().certificate else []
        assert looked_at == 1
        assert [one.observed for one in breaches if not one.remark] == wrong
        assert [one.observed for one in breaches if one.remark] == ["no organization"]
    odds: list[Any] = ["no PEM", 7, ""]
    for odd in odds:
        assert CHECKS["client_certificates"]([Indexed(ran(_signed(odd)))]) == (0, [])
    assert told("client_certificates", ("InstallCertificate", {"certificate": pem(stranger().certificate)})) == (0, [])


def _signed(chain: Any) -> Frames:
    frames = Frames()
    frames.theirs("CertificateSigned", {"certificateChain": chain})
    return frames


def test_pem_that_lost_its_line_ends_is_told_and_cr_lf_is_not() -> None:
    chain = pem(no_authority().certificate, stranger().certificate)
    for good in (chain, chain.replace("\n", "\r\n"), chain.rstrip(), f"a text\n{chain}", chain.replace("-\n", "- \n")):
        assert told("pem_lines", ("InstallCertificate", {"certificate": good})) == (1, [])
    for bad in (chain.replace("\n", ""), chain.replace("\n", " "), chain.replace("-----\n-----", "----------")):
        looked_at, breaches = told("pem_lines", ("CertificateSigned", {"certificateChain": bad}))
        assert (looked_at, len(breaches)) == (1, 1)
    assert told("pem_lines", ("CertificateSigned", {"certificateChain": "no PEM"})) == (0, [])


KEY_IN_HEX = "6b65792d6f662d32302d62797465732d2e2e2e2e"


def _set(key: str, value: str) -> tuple[str, dict[str, Any]]:
    return "ChangeConfiguration", {"key": key, "value": value}


@pytest.mark.parametrize(
    "said", ["key-of-20-bytes-....", KEY_IN_HEX, KEY_IN_HEX.upper(), "a2V5LW9mLTIwLWJ5dGVzLS4uLi4="]
)
def test_a_password_that_is_said_again_is_told_without_it(said: str) -> None:
    again = ("DataTransfer", {"vendorId": "x", "data": f"now: {said}!"})
    looked_at, words = told("passwords", _set("AuthorizationKey", KEY_IN_HEX), again)
    assert (looked_at, len(words)) == (1, 1)
    assert words[0].startswith("data of DataTransfer says a password")
    assert said not in words[0]


def test_a_password_may_be_set_again_and_a_short_text_is_none() -> None:
    assert told("passwords", _set("AuthorizationKey", KEY_IN_HEX), _set("authorizationKey", KEY_IN_HEX)) == (0, [])
    assert told("passwords", _set("AuthorizationKey", "6b65"), ("DataTransfer", {"vendorId": "ke"})) == (0, [])
    assert told("passwords", ("DataTransfer", {"vendorId": "x"})) == (0, [])


def test_a_security_profile_that_was_raised_is_never_lowered() -> None:
    looked_at, words = told("never_lowered", _set("SecurityProfile", "2"), _set("securityprofile", "1"))
    assert (looked_at, words) == (2, ["SecurityProfile is to be 1, and 2 is in force: it is never lowered over OCPP"])
    for value in ("2", "3", "none", "²"):
        assert told("never_lowered", _set("SecurityProfile", "2"), _set("SecurityProfile", value))[1] == []


def test_a_security_profile_that_was_refused_is_not_in_force() -> None:
    frames = Frames()
    frames.theirs("ChangeConfiguration", {"key": "SecurityProfile", "value": "3"}, status="Rejected")
    frames.theirs("ChangeConfiguration", {"key": "SecurityProfile", "value": "2"})
    assert CHECKS["never_lowered"]([Indexed(ran(frames))]) == (2, [])


@pytest.mark.parametrize(
    ("location", "remarks"),
    [
        ("ftp://user:pass%40word@host:21/a%20b/", 0),
        ("https://[::1]:8443/f.bin?x=1#y", 0),
        ("http://host", 0),
        ("s3:bucket/f.bin", 0),
        ("file:///f.bin", 0),
        ("ftp:///f.bin", 1),
        ("http://:80/f.bin", 1),
        ("http:/host/f.bin", 1),
        ("ftp://user:p@ss@host/", 1),
        ("ftp://user:50%@host/", 1),
        ("http://host/f%.bin", 1),
    ],
)
def test_a_location_whose_host_cannot_be_read_in_one_way_is_a_remark(location: str, remarks: int) -> None:
    frames = Frames().theirs("GetDiagnostics", {"location": location})
    _, found = CHECKS["locations"]([Indexed(ran(frames))])
    assert [one.remark for one in found] == [True] * remarks
