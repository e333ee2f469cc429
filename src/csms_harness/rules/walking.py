"""Ways through the cases of a run that more than one rule goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from csms_harness.message import Side
from csms_harness.ocpp16.vocabulary import LONGEST_ID_TAG
from csms_harness.rules.exchanges import Exchange
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach

TELLING: Final = ("Authorize", "StartTransaction", "StopTransaction")
"""CALLs whose answer holds an idTagInfo."""

ORDERING: Final = ("SendLocalList", "ReserveNow")
"""CALLs of the Central System that tell something of an idTag."""


def by_charge_point(cases: Sequence[Indexed]) -> Iterator[list[Indexed]]:
    """The cases of each Charge Point, in the order in which they ran; what crossed between two stands between them."""
    ran = sorted((case for case in cases if case.started is not None), key=_when)
    for _, group in groupby(ran, key=lambda case: case.lane):
        yield list(group)


def _when(case: Indexed) -> tuple[str, datetime | None, float]:
    return case.lane, case.started, case.transcript[0].at if case.transcript else float("inf")


def calls(cases: Iterable[Indexed], caller: Side, *actions: str) -> Iterator[Exchange]:
    """The CALLs of one side with their answers, of these actions or of all."""
    for case in cases:
        yield from case.exchanges(caller, *actions)


def id_tag_infos(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, str, dict[str, Any]]]:
    """What the Central System tells of idTags: the exchange, the idTag, its idTagInfo.

    What is longer than an idTag can be is none, and what is said of it is about nobody (OCPP 1.6 section 7.28).
    """
    for exchange in calls(cases, Side.CHARGE_POINT, *TELLING):
        id_tag, info = exchange.request.get("idTag"), (exchange.answer or {}).get("idTagInfo")
        if isinstance(id_tag, str) and len(id_tag) <= LONGEST_ID_TAG and isinstance(info, dict):
            yield exchange, id_tag, info


def ordered_infos(cases: Sequence[Indexed]) -> Iterator[tuple[Exchange, str, dict[str, Any]]]:
    """What CALLs of the Central System tell of idTags: the entries of local lists, and the groups of reservations."""
    for call in calls(cases, Side.CENTRAL_SYSTEM, *ORDERING):
        entries = call.request.get("localAuthorizationList")
        told = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
        if call.action == "ReserveNow" and "parentIdTag" in call.request:
            told = [{"idTag": call.request.get("idTag"), "idTagInfo": {"parentIdTag": call.request["parentIdTag"]}}]
        for one in told:
            id_tag, info = one.get("idTag"), one.get("idTagInfo")
            if isinstance(id_tag, str) and len(id_tag) <= LONGEST_ID_TAG and isinstance(info, dict):
                yield call, id_tag, info


def is_accepted(exchange: Exchange) -> bool:
    """Whether the answer accepts an idTag; only a start that was accepted is a transaction."""
    info = (exchange.answer or {}).get("idTagInfo")
    return isinstance(info, dict) and info.get("status") == "Accepted"


def contradiction(exchange: Exchange, earlier: Exchange, **more: Any) -> RuleBreach:
    """A breach, or a remark, that contradicts an earlier exchange."""
    return exchange.breach(earlier_case=earlier.case.id, earlier_frame=earlier.entry.number, **more)
