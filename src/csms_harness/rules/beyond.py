"""Rules beyond the certification document: what only shows when the messages of a run are held against each other.

Each check is a function from the cases of a run to (how much was looked at, the breaches).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from csms_harness.evidence import Kind, Role
from csms_harness.message import MessageType, Side
from csms_harness.ocppj.datetimes import parse_datetime
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach

Check = Callable[[Sequence[Indexed]], tuple[int, list[RuleBreach]]]

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

EXPECTED: Final = frozenset({Role.PREPARATION, Role.SCENARIO})
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


def _by_charge_point(cases: Sequence[Indexed]) -> Iterator[list[Indexed]]:
    """The cases of each Charge Point, in the order in which they ran."""
    ran = sorted((case for case in cases if case.started is not None), key=lambda case: (case.lane, case.started))
    for _, group in groupby(ran, key=lambda case: case.lane):
        yield list(group)


def transaction_ids(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_001."""
    looked_at, breaches = 0, []
    for lane in _by_charge_point(cases):
        given: dict[int, Exchange] = {}
        for start in _calls(lane, Side.CHARGE_POINT, "StartTransaction"):
            transaction_id = (start.answer or {}).get("transactionId")
            if not isinstance(transaction_id, int):
                continue
            looked_at += 1
            earlier = given.setdefault(transaction_id, start)
            if earlier is not start:
                breaches.append(_repeated(start, earlier, path="transactionId", observed=str(transaction_id)))
    return looked_at, breaches


def _repeated(exchange: Exchange, earlier: Exchange, **more: str) -> RuleBreach:
    """A breach that contradicts an earlier exchange."""
    return exchange.breach(earlier_case=earlier.case.id, earlier_frame=earlier.entry.number, **more)


def one_status(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_002."""
    looked_at, breaches = 0, []
    told: dict[tuple[str, str], tuple[str, Exchange]] = {}
    for exchange, id_tag, info in _id_tag_infos(cases):
        looked_at += 1
        for member in ("status", "parentIdTag"):
            value = info.get(member)
            if not isinstance(value, str) or value == "ConcurrentTx":
                continue
            folded = value.casefold() if member == "parentIdTag" else value
            before, earlier = told.setdefault((id_tag.casefold(), member), (folded, exchange))
            if before != folded:
                breaches.append(_repeated(exchange, earlier, subject=id_tag, path=member, observed=value))
    return looked_at, breaches


def expired(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_003."""
    looked_at, breaches = 0, []
    for exchange, id_tag, info in _id_tag_infos(cases):
        if info.get("status") != "Accepted" or not isinstance(info.get("expiryDate"), str):
            continue
        moment = exchange.case.moment(exchange.entry)
        try:
            expiry = parse_datetime(info["expiryDate"])
        except ValueError:
            continue  # that is a breach of the date-time rule
        looked_at += 1
        if moment is not None and expiry < moment:
            breaches.append(exchange.breach(subject=id_tag, path="expiryDate", observed=info["expiryDate"]))
    return looked_at, breaches


def as_asked(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_004: what the scenarios observe, but may not judge, in a CALL that was asked for."""
    looked_at = sum(len(case.initiated) for case in cases)
    breaches = [
        RuleBreach(case.id, finding.frame, path=finding.path, required=finding.required, observed=finding.observed)
        for case in cases
        for finding in case.findings
        if finding.kind is Kind.OBSERVATION and finding.frame is not None and finding.type == MessageType.CALL
    ]
    return looked_at, breaches


def once(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_005."""
    looked_at, breaches = 0, []
    for lane in _by_charge_point(cases):
        expected: dict[str, Exchange] = {}
        for call in _calls(lane, Side.CENTRAL_SYSTEM):
            if call.action in REPEATABLE:
                continue
            form = f"{call.action} {json.dumps(call.request, sort_keys=True, default=str)}"
            if call.role in EXPECTED:
                looked_at += 1
                expected[form] = call
            elif form in expected:
                breaches.append(_repeated(call, expected[form]))
    return looked_at, breaches


def list_version(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_006."""
    sent = list(_calls(cases, Side.CENTRAL_SYSTEM, "SendLocalList"))
    breaches = [
        call.breach(path="listVersion", observed=str(call.request["listVersion"]))
        for call in sent
        if isinstance(call.request.get("listVersion"), int) and call.request["listVersion"] < 1
    ]
    return len(sent), breaches


def connector_ids(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_007."""
    named = [
        (call, call.request["connectorId"])
        for call in _calls(cases, Side.CENTRAL_SYSTEM, *LEAST_CONNECTOR)
        if type(call.request.get("connectorId")) is int
    ]
    breaches = [
        call.breach(path="connectorId", required=str(LEAST_CONNECTOR[call.action]), observed=str(number))
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


def _calls(cases: Iterable[Indexed], caller: Side, *actions: str) -> Iterator[Exchange]:
    for case in cases:
        for exchange in case.exchanges(caller):
            if not actions or exchange.action in actions:
                yield exchange


def _id_tag_infos(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, str, dict[str, Any]]]:
    for exchange in _calls(cases, Side.CHARGE_POINT, *TELLING):
        id_tag, info = exchange.request.get("idTag"), (exchange.answer or {}).get("idTagInfo")
        if isinstance(id_tag, str) and isinstance(info, dict):
            yield exchange, id_tag, info
