"""Rules beyond the certification document: what only shows when the messages of a run are held against each other.

Each check is a function from the cases of a run to (how much was looked at, the breaches and the remarks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from csms_harness.message import Side
from csms_harness.rules.asked import as_asked, once
from csms_harness.rules.credentials import client_certificates, never_lowered, passwords
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.habits import by_itself
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.limits import limits, listed_once, locations, pem_lines, private_keys
from csms_harness.rules.observed import MOST_SKEW, moment_of
from csms_harness.rules.policy import list_growth, narrow_numbers, not_over
from csms_harness.rules.profiles import profiles
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import (
    ORDERING,
    by_charge_point,
    calls,
    contradiction,
    id_tag_infos,
    is_accepted,
    ordered_infos,
)

Check = Callable[[Sequence[Indexed]], tuple[int, list[RuleBreach]]]

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


def transaction_ids(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_001. A start that was refused is no transaction, whatever id its answer carries.

    The specification does not say how far an id has to be unique, so one that two Charge Points have is a remark.
    """
    looked_at, found = 0, []
    elsewhere: dict[int, Exchange] = {}
    for lane in by_charge_point(cases):
        given: dict[int, Exchange] = {}
        for start, transaction_id in _accepted_starts(lane):
            looked_at += 1
            named = {"path": "transactionId", "observed": str(transaction_id)}
            if transaction_id in given:
                if not _sent_again(start, given[transaction_id]):
                    found.append(contradiction(start, given[transaction_id], **named))
            elif transaction_id in elsewhere:
                found.append(contradiction(start, elsewhere[transaction_id], **named, remark=True))
            given.setdefault(transaction_id, start)
        elsewhere = given | elsewhere
    return looked_at, found


def _sent_again(start: Exchange, earlier: Exchange) -> bool:
    """Whether a start is an earlier one, told again by a Charge Point that has not seen the answer."""
    return "timestamp" in start.request and start.request == earlier.request


def _accepted_starts(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, int]]:
    for start in calls(cases, Side.CHARGE_POINT, "StartTransaction"):
        answer = start.answer or {}
        transaction_id = answer.get("transactionId")
        if type(transaction_id) is int and is_accepted(start):
            yield start, transaction_id


def one_status(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_002. Another refusal than before is a remark: SteVe keeps who charged unknown as Blocked.

    So is a refusal at the stop of a transaction that does not run: that may be about the transaction; a group
    that is reserved for, which the operator may have typed in; and Accepted in a list, with an end that has come since.
    Lists are held against answers only: two may have been made by two hands. In a list ConcurrentTx means nothing.
    """
    looked_at, breaches = 0, []
    idle = set(_refused_stops_of_nothing(cases))
    told: dict[tuple[str, str], tuple[str, Exchange]] = {}
    for exchange, id_tag, info in chain(id_tag_infos(cases), ordered_infos(cases)):
        looked_at += 1
        ordered = exchange.action in ORDERING
        for member in ("status", "parentIdTag"):
            value = info.get(member)
            if not isinstance(value, str) or (value == "ConcurrentTx" and not ordered):
                continue
            folded = value.casefold() if member == "parentIdTag" else value
            name, said = (id_tag.casefold(), member), (folded, exchange)
            before, earlier = told.get(name, said) if ordered else told.setdefault(name, said)
            if before != folded:
                remark = member == "status" and "Accepted" not in (before, folded)  # neither bills anybody
                remark = remark or not idle.isdisjoint((_place(exchange), _place(earlier)))
                remark = remark or (ordered and _may_differ(exchange, before, info))
                breaches.append(
                    contradiction(exchange, earlier, subject=id_tag, path=member, observed=value, remark=remark)
                )
    return looked_at, breaches


def _refused_stops_of_nothing(cases: Sequence[Indexed]) -> Iterator[tuple[str, int]]:
    """Where it is refused to stop what does not run: nobody gave it out, its start was refused, or it was stopped."""
    running = {(start.case.lane, number) for start, number in _accepted_starts(cases)}
    for stop in calls(cases, Side.CHARGE_POINT, "StopTransaction"):
        number = stop.request.get("transactionId")
        place = (stop.case.lane, number if type(number) is int else None)
        if place not in running and not is_accepted(stop):
            yield _place(stop)
        running.discard(place)


def _place(exchange: Exchange) -> tuple[str, int]:
    return exchange.case.id, exchange.entry.number


def _may_differ(order: Exchange, before: str, info: Mapping[str, object]) -> bool:
    return order.action == "ReserveNow" or (before == "Expired" and "expiryDate" in info)


def expired(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_003. The present moment, as far as two clocks agree on it, is a remark: Charge Points read it as expired."""
    looked_at, found = 0, []
    dated = [case for case in cases if any(path == "idTagInfo.expiryDate" for path, _ in case.datetimes)]
    for exchange, id_tag, info in id_tag_infos(dated):
        expiry = moment_of(info.get("expiryDate"))
        if info.get("status") != "Accepted" or expiry is None:
            continue  # what is no date-time is a breach of that rule
        moment = exchange.case.moment(exchange.entry)
        looked_at += 1
        if moment is not None and expiry <= moment:
            just_now = (moment - expiry).total_seconds() <= MOST_SKEW
            found.append(
                exchange.breach(subject=id_tag, path="expiryDate", observed=info["expiryDate"], remark=just_now)
            )
    return looked_at, found


def list_version(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_006. A full list that is empty may have the version 0, which means just that."""
    sent = list(calls(cases, Side.CENTRAL_SYSTEM, "SendLocalList"))
    breaches = [
        call.breach(path="listVersion", observed=str(call.request["listVersion"]))
        for call in sent
        if isinstance(call.request.get("listVersion"), int) and call.request["listVersion"] < _least_version(call)
    ]
    return len(sent), breaches


def _least_version(call: Exchange) -> int:
    empties = call.request.get("updateType") == "Full" and not call.request.get("localAuthorizationList")
    return 0 if empties else 1


def connector_ids(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_007."""
    named = [
        (call, call.request["connectorId"])
        for call in calls(cases, Side.CENTRAL_SYSTEM, *LEAST_CONNECTOR)
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
    "by_itself": by_itself,
    "profiles": profiles,
    "limits": limits,
    "listed_once": listed_once,
    "locations": locations,
    "private_keys": private_keys,
    "narrow_numbers": narrow_numbers,
    "not_over": not_over,
    "list_growth": list_growth,
    "never_lowered": never_lowered,
    "passwords": passwords,
    "client_certificates": client_certificates,
    "pem_lines": pem_lines,
}
