"""Faults of charging profiles, and of the CALLs that ask for schedules and clear profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reference_csms.wire.frames import Payload
from reference_faults.edits import Change, add, alter, an_hour_late, drop, moved, put, rename, swap
from reference_faults.faults.calls import spot
from reference_faults.faults.model import Fault, Row
from reference_faults.faults.spots import Spot

_SET = ("TC_056_CSMS", "TC_057_CSMS", "TC_067_CSMS")
_DEFAULT, _TX, _CLEAR, _START = ("TC_056_CSMS",), ("TC_057_CSMS",), ("TC_067_CSMS",), ("TC_059_CSMS",)
_SCHEMA = ("WIRE_006",)
_RULE_004 = ("RULE_004",)
_MAXIMUM = "ChargePointMaxProfile"
_WEEKLY = {"chargingProfileKind": "Recurring", "recurrencyKind": "Weekly"}


def profile_members() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _set_profile(spot("SetChargingProfile"))
    yield from _set_schedule(spot("SetChargingProfile"))
    yield from _remote_start(spot("RemoteStartTransaction"))
    yield from _composite(spot("GetCompositeSchedule"))
    yield from _clear(spot("ClearChargingProfile"))


def _set_profile(at: Spot) -> Iterator[Fault]:
    profile = "csChargingProfiles"
    recurring, relative = (put(f"{profile}.chargingProfileKind", kind) for kind in ("Recurring", "Relative"))
    yield from at.member("connectorId", "count", *_SET)
    yield from at.member(f"{profile}.chargingProfileId", "count", *_SET)
    yield from at.member(f"{profile}.stackLevel", "count", *_SET)
    yield from at.member(f"{profile}.chargingProfilePurpose", "choice", *_SET)
    yield from at.member(f"{profile}.chargingProfileKind", "choice", *_SET)
    yield from at.member(f"{profile}.validFrom", "moment", *_DEFAULT, *_TX)
    yield from at.member(f"{profile}.validTo", "moment", *_DEFAULT, *_TX)
    yield from at.rows(
        Row("misspelt", "calls the profile chargingProfile", rename(profile, "chargingProfile"), (*_SCHEMA, *_SET)),
        Row("profile-missing", "has no profile", drop(profile), (*_SCHEMA, *_SET)),
        Row("connector-off-by-seven", "is for another connector", add("connectorId", 7), _SET),
        Row("connector-always-zero", "is for the whole Charge Point", put("connectorId", 0), (*_DEFAULT, *_TX)),
        Row("connector-never-zero", "is for connector 1, not the whole", swap("connectorId", 0, 1), _CLEAR),
        Row("id-always-the-same", "gives all profiles one id", put(f"{profile}.chargingProfileId", 1), _CLEAR),
        *_profile_rows(profile),
        Row("kind-recurring", "is Recurring", recurring, (*_DEFAULT, *_TX, "RULE_009")),
        Row(
            "maximum-recurring",
            "recurs, and does not say when",
            _of_purpose(profile, _MAXIMUM)(recurring),
            ("RULE_009",),
        ),
        Row("maximum-relative", "begins when a car does", _of_purpose(profile, _MAXIMUM)(relative), _RULE_004),
        Row("recurrency", "recurs weekly", alter(profile, lambda old: old | _WEEKLY), (*_DEFAULT, *_TX)),
        Row(
            "valid-from-an-hour-late", "is valid an hour later", alter(f"{profile}.validFrom", an_hour_late), _RULE_004
        ),
        Row("valid-to-over", "is over already", put(f"{profile}.validTo", "2020-01-01T00:00:00Z"), ("RULE_009",)),
        Row("valid-to-an-hour-late", "is valid an hour longer", alter(f"{profile}.validTo", an_hour_late), _RULE_004),
        Row(
            "stack-level-too-high",
            "is above the highest level",
            put(f"{profile}.stackLevel", 99),
            ("RULE_010", *_DEFAULT),
        ),
        Row("valid-from-missing", "has no validFrom", drop(f"{profile}.validFrom"), (*_DEFAULT, *_TX)),
        Row("valid-to-missing", "has no validTo", drop(f"{profile}.validTo"), (*_DEFAULT, *_TX)),
    )


def _profile_rows(profile: str) -> Iterator[Row[Change]]:
    purpose, transaction = f"{profile}.chargingProfilePurpose", f"{profile}.transactionId"
    yield Row(
        "stack-level-off-by-seven", "has another stackLevel", add(f"{profile}.stackLevel", 7), (*_DEFAULT, *_CLEAR)
    )
    yield Row(
        "stack-level-negative", "has a negative stackLevel", put(f"{profile}.stackLevel", -1), (*_DEFAULT, *_CLEAR)
    )
    for right, wrong, cases in (
        ("TxDefaultProfile", "TxProfile", _DEFAULT),
        ("TxProfile", "TxDefaultProfile", _TX),
        ("ChargePointMaxProfile", "TxDefaultProfile", _CLEAR),
    ):
        name = {"TxDefaultProfile": "default", "TxProfile": "transaction", "ChargePointMaxProfile": "maximum"}
        what = f"has the purpose {wrong}, not {right}"
        yield Row(f"{name[right]}-as-{name[wrong]}", what, swap(purpose, right, wrong), cases)
    for_tx, for_others = _of_purpose(profile, "TxProfile"), _of_purpose(profile, "TxDefaultProfile")
    yield Row("transaction-missing", "is for no transaction", for_tx(drop(transaction)), (*_TX, *_CLEAR))
    yield Row("transaction-off-by-seven", "is for another transaction", for_tx(add(transaction, 7)), (*_TX, *_CLEAR))
    yield Row("transaction-string", "has transactionId as a string", for_tx(alter(transaction, str)), (*_SCHEMA, *_TX))
    yield Row("transaction-too-many", "is for a transaction", for_others(put(transaction, 1)), (*_DEFAULT, *_CLEAR))


def _falling(periods: list[Payload]) -> list[Payload]:
    return [{**periods[0], "startPeriod": start} for start in (200, 100, 100, 0)]


def _forty(periods: list[Payload]) -> list[Payload]:
    return [{**periods[0], "startPeriod": 5 * number} for number in range(40)]


def _of_purpose(profile: str, purpose: str) -> Callable[[Change], Change]:
    """A change that befalls only profiles of this purpose."""

    def limited(change: Change) -> Change:
        return lambda payload: (
            change(payload) if payload.get(profile, {}).get("chargingProfilePurpose") == purpose else payload
        )

    return limited


def _set_schedule(at: Spot) -> Iterator[Fault]:
    schedule = "csChargingProfiles.chargingSchedule"
    periods = f"{schedule}.chargingSchedulePeriod"
    period = f"{periods}.0"
    cases = ("WIRE_006", *_SET)
    yield from at.member(schedule, "object", *cases)
    yield from at.member(f"{schedule}.chargingRateUnit", "choice", *cases)
    yield from at.member(f"{schedule}.startSchedule", "moment", *_SET)
    yield from at.member(f"{period}.startPeriod", "count", *cases)
    yield from at.member(f"{period}.limit", "count", *cases)
    yield from at.rows(
        Row(
            "schedule-of-yesterday",
            "has a schedule that is over",
            alter(f"{schedule}.startSchedule", moved(days=-1)),
            ("RULE_009",),
        ),
        Row("periods-out-of-order", "has its periods in falling order", alter(periods, _falling), ("RULE_009",)),
        Row("periods-too-many", "has more periods than fit in", alter(periods, _forty), ("RULE_010",)),
        Row(
            "start-schedule-an-hour-late",
            "begins an hour later",
            alter(f"{schedule}.startSchedule", an_hour_late),
            _RULE_004,
        ),
        Row("limit-in-watts", "has watts as amperes", alter(f"{period}.limit", lambda limit: limit * 230), _RULE_004),
        Row("periods-missing", "has a schedule without periods", drop(periods), cases),
        Row("periods-empty", "has a schedule with an empty list of periods", put(periods, []), _DEFAULT),
        Row("periods-object", "has one period instead of a list", alter(periods, lambda old: old[0]), cases),
        Row("duration-missing", "has no duration", drop(f"{schedule}.duration"), (*_DEFAULT, *_TX)),
        Row("duration-string", "has duration as a string", alter(f"{schedule}.duration", str), cases),
        Row("duration-off-by-seven", "has another duration", add(f"{schedule}.duration", 7), _DEFAULT),
        Row("start-schedule-missing", "has no startSchedule", drop(f"{schedule}.startSchedule"), (*_DEFAULT, *_TX)),
        Row("unit-watts", "limits power, not current", put(f"{schedule}.chargingRateUnit", "W"), _DEFAULT),
        Row("start-period-off-by-seven", "begins seven seconds late", add(f"{period}.startPeriod", 7), _DEFAULT),
        Row("limit-off-by-seven", "has another limit", add(f"{period}.limit", 7), _DEFAULT),
        Row("limit-zero", "allows no current", put(f"{period}.limit", 0), _DEFAULT),
        Row("limit-two-decimals", "has a limit with two decimals", put(f"{period}.limit", 6.25), (*_SCHEMA, *_DEFAULT)),
        Row("phases-one", "charges on one phase", put(f"{period}.numberPhases", 1), _DEFAULT),
        Row("phases-string", "has numberPhases as a string", put(f"{period}.numberPhases", "3"), cases),
        Row("min-rate-string", "has minChargingRate as a string", put(f"{schedule}.minChargingRate", "1.0"), cases),
        Row("extra-in-period", "has a member in its period too many", put(f"{period}.extra", 1), cases),
    )


def _remote_start(at: Spot) -> Iterator[Fault]:
    profile = "chargingProfile"
    schedule = f"{profile}.chargingSchedule"
    start = f"{schedule}.startSchedule"
    first = f"{schedule}.chargingSchedulePeriod.0.startPeriod"
    yield from at.rows(
        Row("start-schedule-an-hour-late", "begins an hour later", alter(start, an_hour_late), _RULE_004),
        Row("profile-missing", "has no chargingProfile", drop(profile), _START),
        Row("profile-misspelt", "calls the profile csChargingProfiles", rename(profile, "csChargingProfiles"), _SCHEMA),
        Row("purpose-default", "has a default as profile", _purpose(profile, "TxDefaultProfile"), _START),
        Row("purpose-maximum", "has a maximum as profile", _purpose(profile, _MAXIMUM), _START),
        Row(
            "profile-kind-recurring",
            "has a kind that recurs",
            put(f"{profile}.chargingProfileKind", "Recurring"),
            _START,
        ),
        Row("profile-recurrency", "has a recurrencyKind", put(f"{profile}.recurrencyKind", "Daily"), _START),
        Row("profile-transaction", "names a transaction before it began", put(f"{profile}.transactionId", 1), _START),
        Row("valid-from-missing", "has a profile without validFrom", drop(f"{profile}.validFrom"), _START),
        Row("valid-to-missing", "has a profile without validTo", drop(f"{profile}.validTo"), _START),
        Row("start-schedule-missing", "has no startSchedule", drop(f"{schedule}.startSchedule"), _START),
        Row("duration-missing", "has a schedule without duration", drop(f"{schedule}.duration"), _START),
        Row("first-period-late", "begins its first period after 7 s", add(first, 7), _START),
        Row("profile-connector-missing", "leaves out the connector", _with_profile(drop("connectorId")), _START),
        Row("schedule-missing", "has a profile without schedule", drop(schedule), (*_SCHEMA, *_START)),
        Row(
            "stack-level-missing",
            "has a profile without stackLevel",
            drop(f"{profile}.stackLevel"),
            (*_SCHEMA, *_START),
        ),
        Row("profile-id-string", "has the profile's id as a string", _text_id(profile), (*_SCHEMA, *_START)),
    )


def _purpose(profile: str, purpose: str) -> Change:
    return put(f"{profile}.chargingProfilePurpose", purpose)


def _text_id(profile: str) -> Change:
    return alter(f"{profile}.chargingProfileId", str)


def _with_profile(change: Change) -> Change:
    return lambda payload: change(payload) if "chargingProfile" in payload else payload


def _composite(at: Spot) -> Iterator[Fault]:
    cases = ("TC_066_CSMS",)
    yield from at.member("connectorId", "count", *cases)
    yield from at.member("duration", "count", *cases)
    yield from at.rows(
        Row("connector-off-by-seven", "is about another connector", add("connectorId", 7), cases),
        Row("connector-zero", "is about the whole Charge Point", put("connectorId", 0), cases),
        Row("duration-off-by-seven", "asks for another duration", add("duration", 7), cases),
        Row("duration-in-minutes", "has the duration in minutes", alter("duration", lambda old: old // 60), cases),
        Row("unit-missing", "leaves out the unit", drop("chargingRateUnit"), cases),
        Row("unit-unknown-value", "asks for a unit there is not", put("chargingRateUnit", "kW"), (*_SCHEMA, *cases)),
        Row("unit-another", "asks for power, not current", put("chargingRateUnit", "W"), cases),
    )


def _clear(at: Spot) -> Iterator[Fault]:
    by_id, by_criteria, all_of_them = _if_has("id"), _if_has("stackLevel"), _if_empty
    yield from at.rows(
        Row("id-missing", "names no id, and so clears all", by_id(drop("id")), _CLEAR),
        Row("id-off-by-seven", "names another profile", by_id(add("id", 7)), _CLEAR),
        Row("id-string", "has id as a string", by_id(alter("id", str)), (*_SCHEMA, *_CLEAR)),
        Row("id-and-connector", "names a connector beside the id", by_id(put("connectorId", 1)), _CLEAR),
        Row("id-and-level", "names a stackLevel beside the id", by_id(put("stackLevel", 0)), _CLEAR),
        Row("connector-missing", "leaves out the connector", by_criteria(drop("connectorId")), _CLEAR),
        Row("connector-off-by-seven", "names another connector", by_criteria(add("connectorId", 7)), _CLEAR),
        Row("purpose-missing", "leaves out the purpose", by_criteria(drop("chargingProfilePurpose")), _CLEAR),
        Row(
            "purpose-another", "names another purpose", by_criteria(put("chargingProfilePurpose", "TxProfile")), _CLEAR
        ),
        Row("purpose-unknown-value", "names no purpose", by_criteria(put("chargingProfilePurpose", "All")), _SCHEMA),
        Row("level-missing", "leaves out the stackLevel", by_criteria(drop("stackLevel")), _CLEAR),
        Row("level-off-by-seven", "names another stackLevel", by_criteria(add("stackLevel", 7)), _CLEAR),
        Row("criteria-and-id", "names an id beside the criteria", by_criteria(put("id", 1)), _CLEAR),
        Row("all-but-one", "names an id when all are meant", all_of_them({"id": 1}), _CLEAR),
        Row("all-but-a-connector", "names a connector when all are meant", all_of_them({"connectorId": 1}), _CLEAR),
    )


def _if_has(member: str) -> Callable[[Change], Change]:
    """A change that befalls only payloads with this member."""
    return lambda change: lambda payload: change(payload) if member in payload else payload


def _if_empty(members: Payload) -> Change:
    return lambda payload: payload or dict(members)
