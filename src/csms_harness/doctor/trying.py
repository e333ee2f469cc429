"""The triggers of a target, really tried: log in, ask for CALLs that change nothing, knock at every other address."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from csms_harness.doctor.caller import Caller
from csms_harness.doctor.checks import Check, Mark, several
from csms_harness.doctor.handing import first_wishes
from csms_harness.doctor.probe import HARMLESS
from csms_harness.foreign import excerpt
from csms_harness.runner.campaign import Campaign
from csms_harness.triggers.base import Declined, Failed, Performed, TriggerRequest
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.config import Way

ASKED: Final[Mapping[str, Mapping[str, Any]]] = {
    **HARMLESS,
    "GetCompositeSchedule": {"connectorId": 1, "duration": 60},
    "ExtendedTriggerMessage": {"requestedMessage": "Heartbeat"},
    "GetInstalledCertificateIds": {"certificateType": "CentralSystemRootCertificate"},
}
"""What can be asked for without changing anything, at the Charge Point or in the Central System."""

_ADVICE: Final[Mapping[int, str]] = {
    400: "correct the members of the body; the answer says which",
    401: "correct auth, session or headers: the API does not take who asks",
    403: "let this user do it: the API knows who asks, and refuses",
    404: "correct the url; or its Charge Point is not the one that is connected",
    405: "correct the method",
    422: "correct the members of the body; the answer says which",
}
_AT_LOG_IN: Final[Mapping[int, str]] = {
    **_ADVICE,
    **dict.fromkeys((401, 403), "correct the user and the password that the log-in sends, or their names"),
    404: "correct the url of the log-in",
}
_OTHERWISE: Final = "correct the entry in the target file, or look into the log of the CSMS"
_NO_ROUTE: Final = 404


@dataclass(frozen=True, slots=True)
class Tried:
    """One action that was tried: what went wrong in a way that others share, or what its CALL showed.

    ``failed`` and ``told`` are empty where all was well; ``ended``: the connection did not outlive it.
    """

    action: str
    failed: Failed | None = None
    told: str = ""
    advice: str = ""
    ended: bool = False


async def log_in(book: TriggerBook, limit: float) -> AsyncIterator[Check]:
    """Log in where the target says how; nothing where it does not."""
    outcome = await book.log_in(limit)
    if isinstance(outcome, Failed):
        advice = "" if outcome.unreached else _advice(outcome, _AT_LOG_IN)
        yield Check(Mark.WRONG, "log-in", outcome.reason, advice)
    elif isinstance(outcome, Performed):
        yield Check(Mark.FINE, "log-in", f"{outcome.detail} let us in")


async def try_triggers(campaign: Campaign, book: TriggerBook, caller: Caller, name: str) -> AsyncIterator[Check]:
    """Try each trigger on the open connection of a Charge Point that was let in; what has one cause is one check."""
    wanted = {wish.action: wish for wish in first_wishes(campaign, name)}
    limit = campaign.deadlines.action
    requests = _harmless(book, wanted, name)
    tried: list[Tried] = []
    for request in requests:
        tried.append(await _asked(book, caller, request, limit))
        if tried[-1].ended:
            break
    asked = {one.action for one in tried}
    others = [wish for action, wish in wanted.items() if action not in asked]
    knocks = await asyncio.gather(*(book.knock(wish, limit) for wish in others))
    unreached = [
        Tried(wish.action, knock.failed)
        for wish, knock in zip(others, knocks, strict=True)
        if knock is not None and knock.failed is not None and knock.failed.unreached
    ]
    for check in _grouped((*tried, *unreached)):
        yield check
    good = [one.action for one in tried if one.failed is None and not one.told]
    statuses = {
        wish.action: (knock.status, knock.address)
        for wish, knock in zip(others, knocks, strict=True)
        if knock is not None and knock.status is not None
    }
    if missing := await _without_a_route(book, statuses, [one for one in requests if one.action in good], limit):
        text = f"{several(missing)}: {statuses[missing[0]][1]} answers 404 to OPTIONS, and other addresses do not"
        yield Check(Mark.REMARK, "triggers", text, "see whether the url is right; it was not tried for real")
    if good:
        yield Check(Mark.FINE, "triggers", f"tried: {several(good)}; each CALL came as it was asked for")


def _harmless(book: TriggerBook, wanted: Mapping[str, TriggerRequest], name: str) -> list[TriggerRequest]:
    """What is asked for: each harmless action of the cases, and one for each entry that serves none of them."""
    requests = [TriggerRequest(action, name, dict(fields)) for action, fields in ASKED.items()]
    requests = [one for one in requests if book.entries.entry_for(one).way not in (Way.OPERATOR, Way.UNSUPPORTED)]
    chosen = [one for one in requests if one.action in wanted]
    served = [id(book.entries.entry_for(one)) for one in wanted.values()]
    for one in requests:
        entry = id(book.entries.entry_for(one))
        if entry in served and entry not in {id(book.entries.entry_for(other)) for other in chosen}:
            chosen.append(one)
    return chosen


async def _asked(book: TriggerBook, caller: Caller, request: TriggerRequest, limit: float) -> Tried:
    """Ask for a CALL, and see it come."""
    action = request.action
    hearing = asyncio.create_task(caller.asked(action))
    try:
        outcome = await book.perform(request, limit)
        if isinstance(outcome, Failed):
            return Tried(action, outcome)
        if isinstance(outcome, Declined):
            return Tried(action, Failed(outcome.reason))
        await asyncio.wait({hearing}, timeout=limit)
        if not hearing.done():
            text = f"{action}: {outcome.detail or 'the trigger was done'}, and no {action}.req came in {limit:g} s"
            return Tried(action, told=text, advice=f"see in the CSMS whether it is meant for {request.charge_point_id}")
        return _compared(request, book.not_passed(request), hearing.result())
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


def _compared(request: TriggerRequest, lost: Iterable[str], came: Mapping[str, Any] | None) -> Tried:
    """Whether a CALL carries what was asked for; what the entry does not pass is told elsewhere."""
    action = request.action
    if came is None:
        text = f"{action}: the connection ended when it was asked for, so nothing more was"
        return Tried(action, told=text, advice="look into the log of the CSMS", ended=True)
    heads = {path.partition(".")[0].partition("[")[0] for path in lost}
    other = [name for name, value in request.fields.items() if name not in heads and not _holds(came.get(name), value)]
    if not other:
        return Tried(action)
    told = [f"{name} {came[name]!r}" if name in came else f"no {name}" for name in other]
    text = f"{action}.req came with {excerpt(', '.join(told))}; asked for was {request.fields[other[0]]!r}"
    return Tried(
        action, told=text, advice=f"see how the entry for {action} spells the member, or whether the API drops it"
    )


def _holds(came: Any, asked: Any) -> bool:
    """Whether a member is what was asked for; of a list, whether all of it is there: some ask for more."""
    if isinstance(came, list) and isinstance(asked, list):
        return all(one in came for one in asked)
    return bool(came == asked)


def _grouped(tried: Iterable[Tried]) -> Iterator[Check]:
    """One check for each cause: an origin that is not reached, a status, and each CALL that is not as it should be."""
    by_cause: dict[tuple[str, int | None], list[Tried]] = defaultdict(list)
    for one in tried:
        if one.failed is not None:
            own = "" if one.failed.unreached or one.failed.status else one.action
            by_cause[one.failed.unreached or own, one.failed.status].append(one)
        elif one.told:
            yield Check(Mark.WRONG, "triggers", one.told, one.advice)
    for found in by_cause.values():
        failed = found[0].failed
        assert failed is not None
        actions = several(one.action for one in found)
        if failed.unreached:
            text = f"nothing was reached at {failed.unreached}, where {actions} go{'es' * (len(found) == 1)}"
            yield Check(Mark.WRONG, "triggers", text, "start the control API, or correct the url")
        else:
            yield Check(Mark.WRONG, "triggers", f"{actions}: {failed.reason}", _advice(failed))


async def _without_a_route(
    book: TriggerBook, statuses: Mapping[str, tuple[int | None, str]], good: Iterable[TriggerRequest], limit: float
) -> list[str]:
    """The actions whose address is not known to the API, as far as OPTIONS shows that.

    Some servers answer 404 to OPTIONS everywhere. So 404 says something only where an address that is known to work,
    or any other, is answered otherwise.
    """
    if all(status != _NO_ROUTE for status, _ in statuses.values()):
        return []
    controls = await asyncio.gather(*(book.knock(wish, limit) for wish in good))
    known = [knock.status for knock in controls if knock is not None]
    if _NO_ROUTE in known or not (known or any(status != _NO_ROUTE for status, _ in statuses.values())):
        return []
    return [action for action, (status, _) in statuses.items() if status == _NO_ROUTE]


def _advice(failed: Failed, known: Mapping[int, str] = _ADVICE) -> str:
    return known.get(failed.status or 0, _OTHERWISE)
