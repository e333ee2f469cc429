"""Rules beyond the certification document: what only shows when the frames of a run are held against each other.

Each check is a function from the cases of a run to (how much was looked at, the breaches in words).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.record.facts import CaseFact
from csms_harness.rules.exchanges import Exchange, from_central_system, from_charge_point

Check = Callable[[Sequence[CaseFact]], tuple[int, list[str]]]

TELLING = ("Authorize", "StartTransaction", "StopTransaction")
"""CALLs whose answer holds an idTagInfo."""

REPEATABLE: Final = frozenset(
    {
        "ChangeConfiguration",
        "DataTransfer",
        "ExtendedTriggerMessage",
        "GetCompositeSchedule",
        "GetConfiguration",
        "GetLocalListVersion",
        "TriggerMessage",
    }
)
"""What a Central System may send at any time, and again."""

EXPECTED: Final = frozenset({"preparation", "scenario"})
"""The roles of a CALL that a step of a case or of its preparation asked for."""

LEAST_CONNECTOR: Final = {
    "ChangeAvailability": 0,
    "ClearChargingProfile": 0,
    "ExtendedTriggerMessage": 1,
    "GetCompositeSchedule": 0,
    "RemoteStartTransaction": 1,
    "ReserveNow": 0,
    "SetChargingProfile": 0,
    "TriggerMessage": 1,
    "UnlockConnector": 1,
}
"""The least connectorId of each CALL that can have one; 0 is the whole Charge Point (OCPP 1.6 chapter 6)."""


def _by_charge_point(cases: Sequence[CaseFact]) -> Iterator[list[CaseFact]]:
    """The cases of each Charge Point, in the order in which they ran."""
    ran = sorted((case for case in cases if case.started is not None), key=lambda case: (case.lane, case.started))
    for _, group in groupby(ran, key=lambda case: case.lane):
        yield list(group)


def transaction_ids(cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    """RULE_001."""
    looked_at, breaches = 0, []
    for lane in _by_charge_point(cases):
        given: dict[Any, str] = {}
        for start in _all(lane, from_charge_point, "StartTransaction"):
            transaction_id = (start.answer or {}).get("transactionId")
            if not isinstance(transaction_id, int):
                continue
            looked_at += 1
            if transaction_id in given:
                breaches.append(
                    f"{start.place}: transactionId {transaction_id} was given before, {given[transaction_id]}"
                )
            given.setdefault(transaction_id, start.place)
    return looked_at, breaches


def one_status(cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    """RULE_002."""
    looked_at, breaches = 0, []
    told: dict[tuple[str, str], tuple[Any, str]] = {}
    for exchange, id_tag, info in _id_tag_infos(cases):
        looked_at += 1
        for member in ("status", "parentIdTag"):
            value = info.get(member)
            if not isinstance(value, str) or value == "ConcurrentTx":
                continue
            folded = value.casefold() if member == "parentIdTag" else value
            before, place = told.setdefault((id_tag.casefold(), member), (folded, exchange.place))
            if before != folded:
                breaches.append(
                    f"{exchange.place}: {member} of {id_tag} is {value} in {exchange.action}.conf, not as in {place}"
                )
    return looked_at, breaches


def expired(cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    """RULE_003."""
    looked_at, breaches = 0, []
    for exchange, id_tag, info in _id_tag_infos(cases):
        moment = _arrival(exchange)
        if info.get("status") != "Accepted" or not isinstance(info.get("expiryDate"), str) or moment is None:
            continue
        try:
            expiry = parse_datetime(info["expiryDate"])
        except ValueError:
            continue  # that is a breach of the date-time rule
        looked_at += 1
        if expiry < moment:
            breaches.append(f"{exchange.place}: {id_tag} is Accepted, though its expiryDate was {info['expiryDate']}")
    return looked_at, breaches


def as_asked(cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    """RULE_004: what the scenarios observe, but may not judge, in a CALL that was asked for."""
    looked_at = sum(len(case.initiated) for case in cases)
    breaches = [
        f"{case.id} frame {finding.frame}: {finding.path} is {finding.observed}; asked for was {finding.required}"
        for case in cases
        for finding in case.findings
        if finding.kind == "observation" and finding.frame is not None and ".req" in finding.text
    ]
    return looked_at, breaches


def once(cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    """RULE_005."""
    looked_at, breaches = 0, []
    for lane in _by_charge_point(cases):
        expected: dict[str, str] = {}
        for call in _all(lane, from_central_system):
            if call.action in REPEATABLE:
                continue
            form = f"{call.action} {json.dumps(call.request, sort_keys=True)}"
            if call.role in EXPECTED:
                looked_at += 1
                expected[form] = call.place
            elif form in expected:
                breaches.append(f"{call.place}: {call.action}.req came again, as in {expected[form]}")
    return looked_at, breaches


def list_version(cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    """RULE_006."""
    sent = list(_all(cases, from_central_system, "SendLocalList"))
    breaches = [
        f"{call.place}: listVersion is {call.request['listVersion']}"
        for call in sent
        if isinstance(call.request.get("listVersion"), int) and call.request["listVersion"] < 1
    ]
    return len(sent), breaches


def connector_ids(cases: Sequence[CaseFact]) -> tuple[int, list[str]]:
    """RULE_007."""
    named = [
        (call, call.request["connectorId"])
        for call in _all(cases, from_central_system, *LEAST_CONNECTOR)
        if type(call.request.get("connectorId")) is int
    ]
    breaches = [
        f"{call.place}: connectorId is {number} in {call.action}.req, where {LEAST_CONNECTOR[call.action]} is the least"
        for call, number in named
        if number < LEAST_CONNECTOR[call.action]
    ]
    return len(named), breaches


CHECKS: Final[dict[str, Check]] = {
    "transaction_ids": transaction_ids,
    "one_status": one_status,
    "expired": expired,
    "as_asked": as_asked,
    "once": once,
    "list_version": list_version,
    "connector_ids": connector_ids,
}


def _all(cases: Iterable[CaseFact], read: Callable[..., Iterator[Exchange]], *actions: str) -> Iterator[Exchange]:
    for case in cases:
        yield from read(case, *actions)


def _id_tag_infos(cases: Sequence[CaseFact]) -> Iterator[tuple[Exchange, str, dict[str, Any]]]:
    for exchange in _all(cases, from_charge_point, *TELLING):
        id_tag, info = exchange.request.get("idTag"), (exchange.answer or {}).get("idTagInfo")
        if isinstance(id_tag, str) and isinstance(info, dict):
            yield exchange, id_tag, info


def _arrival(exchange: Exchange) -> Any:
    """When the Central System's frame arrived (UTC), by our clock."""
    case = exchange.case
    return None if case.started is None else case.started + timedelta(seconds=case.transcript[exchange.number - 1].at)
