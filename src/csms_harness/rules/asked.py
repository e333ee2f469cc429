"""Rules about what was asked for: that it comes as it was asked for, and once."""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from csms_harness.evidence import Entry, Finding, Happening, Kind, Role, What
from csms_harness.message import MessageType, Side
from csms_harness.rules.exchanges import Exchange, readable
from csms_harness.rules.indexed import Indexed
from csms_harness.rules.verdicts import RuleBreach
from csms_harness.rules.walking import by_charge_point, contradiction

REPEATABLE: Final = frozenset(
    {
        "ChangeConfiguration",
        "DataTransfer",
        "ExtendedTriggerMessage",
        "GetCompositeSchedule",
        "GetConfiguration",
        "GetInstalledCertificateIds",
        "GetLocalListVersion",
        "TriggerMessage",
    }
)
"""What a Central System may send at any time, and again."""

POLICY: Final = frozenset(
    {
        "ChangeAvailability",
        "ClearCache",
        "ClearChargingProfile",
        "GetDiagnostics",
        "GetLog",
        "InstallCertificate",
        "SendLocalList",
        "SetChargingProfile",
        "SignedUpdateFirmware",
        "UnlockConnector",
        "UpdateFirmware",
    }
)
"""What a Central System may send by a policy of its own, on an occasion."""

HARMLESS: Final = POLICY | {"CancelReservation"}
"""What does nobody harm in a later case: there any CALL of the Charge Point may be what it follows, or another wish,
which it makes room for."""

OCCASIONS: Final = frozenset({"BootNotification", "StartTransaction", "StopTransaction"})
"""CALLs of the Charge Point on which such a policy acts; a new connection is one too."""

_CONNECTED: Final = "connected"
_START_REFUSED: Final = "start refused"

RENEWED: Final = {
    "RemoteStartTransaction": frozenset({_START_REFUSED}),
    "RemoteStopTransaction": frozenset({"MeterValues"}),
    "ReserveNow": frozenset({_CONNECTED, "BootNotification"}),
}
"""What a Central System may send again on these occasions, for nothing happens twice by it: the start that it refused
is not the one it ordered, a transaction that meters has not stopped, a reservation takes its own place (5.13)."""

EXPECTED: Final = frozenset({Role.PREPARATION, Role.SCENARIO, Role.CLEANUP})
"""The roles of a CALL that a step of a case, of its preparation or of its cleanup asked for."""

TAKEN_ON: Final = frozenset({"Accepted", "RebootRequired", "Scheduled", "Unlocked"})
"""The status of an answer by which a Charge Point does what it was asked to; some answers have none."""

AT_ONCE: Final = 1.0
"""Seconds in which a CALL that comes again still belongs to a case that has ended meanwhile."""

INSISTING: Final = 5
"""So many equal CALLs by themselves, each refused, are no second thought any more."""

IN_A_SPELL: Final = 10.0
"""Seconds in which they come."""

_Place = tuple[int, int]
"""Which case of a Charge Point, and which entry of its transcript."""

FREE: Final = frozenset({"idTag", "key"})
"""Members that a Central System has reasons to choose itself where the document leaves them free."""


def as_asked(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_004: what the scenarios observe, but may not judge, in a CALL that was asked for.

    Another idTag of a remote start or a reservation is a remark, for a Central System may start with one of its own; so
    is another key that the Charge Point does not know. Who sends a begin of what was asked for has chosen nothing.
    """
    looked_at = sum(len(case.initiated) for case in cases)
    return looked_at, [_not_as_asked(case, finding) for case in cases for finding in _observed(case)]


def _observed(case: Indexed) -> Iterator[Finding]:
    """What a case observed in a CALL; one whose payload is no object tells nothing."""
    told = [
        one
        for one in case.findings
        if one.what is What.UNUSUAL_MEMBER and one.kind is Kind.OBSERVATION and one.type == MessageType.CALL
    ]
    frames = {one.frame for one in told}
    unread = {
        entry.number
        for entry in case.calls[Side.CENTRAL_SYSTEM]
        if entry.number in frames and entry.message is not None and not readable(entry.message)
    }
    yield from (one for one in told if one.frame is not None and one.frame not in unread)


def _not_as_asked(case: Indexed, finding: Finding) -> RuleBreach:
    cut = finding.required.strip('"').startswith(finding.observed.strip('"'))
    return RuleBreach(
        case.id, finding.frame, path=finding.path, required=finding.required, observed=finding.observed,
        action=finding.actions[0] if finding.actions else "", remark=finding.path in FREE and not cut,
    )  # fmt: skip


def once(cases: Sequence[Indexed]) -> tuple[int, list[RuleBreach]]:
    """RULE_005: no equal CALL again in the case in which the first was taken on, nor just when it has ended.

    A remote start of the Central System's own, when a cable is plugged in, is a policy and a remark. So is what comes
    again and again by itself, though the Charge Point refuses it each time.
    """
    looked_at = 0
    found: list[RuleBreach] = []
    for lane in by_charge_point(cases):
        found += _insisting(lane)
        heard = _Heard(lane)
        asked: dict[str, tuple[_Place, Exchange]] = {}
        for place, call in _in_order(lane):
            form = _form(call)
            if call.role in EXPECTED:
                looked_at += 1
                asked.update({form: (place, call)} if _taken_on(call) else {})
                continue
            if _starts_by_itself(call):
                found.append(call.breach(remark=True))
                continue
            since, earlier = asked.get(form, (place, call))
            harmless = call.action in HARMLESS and place[0] > since[0]
            reacts = earlier is not call and heard.reason(call.action, since, place, harmless=harmless)
            if earlier is not call and _is_again(call, earlier, reacts=reacts):
                found.append(contradiction(call, earlier))
    return looked_at, found


def _insisting(lane: Sequence[Indexed]) -> Iterator[RuleBreach]:
    """A CALL that nobody asked for, which came so often in a short time and was refused each time: once for each."""
    for case in lane:
        refused: dict[str, list[float]] = {}
        for call in case.exchanges(Side.CENTRAL_SYSTEM):
            if call.role in EXPECTED or call.answer is None or "status" not in call.answer or _taken_on(call):
                continue
            times = refused.setdefault(_form(call), [])
            times.append(call.entry.at)
            if len(times) == INSISTING and times[-1] - times[0] <= IN_A_SPELL:
                yield call.breach(observed=str(INSISTING), remark=True)


@dataclass
class _Heard:
    """What a Central System may have had a reason in, on one lane; looked for when there is something to explain."""

    lane: Sequence[Indexed]

    @cached_property
    def _occasions(self) -> list[_Place]:
        return [place for place, entry in self._entries() if _occasion(entry)]

    @cached_property
    def _spoken(self) -> list[_Place]:
        return [place for place, entry in self._entries() if _ours(entry)]

    @cached_property
    def _wishes(self) -> list[tuple[_Place, str]]:
        return [(place, wish) for place, entry in self._entries() if (wish := _wish(entry))]

    def _renewing(self, action: str) -> list[_Place]:
        return [place for place, entry in self._entries() if _event(entry) in RENEWED[action]]

    def _entries(self) -> Iterator[tuple[_Place, Entry]]:
        return (((at, entry.number), entry) for at, case in enumerate(self.lane) for entry in case.transcript)

    def reason(self, action: str, since: _Place, until: _Place, *, harmless: bool) -> bool:
        """Whether something came between two places that a CALL of this action may follow."""
        seen = self._renewing(action) if action in RENEWED else self._spoken if harmless else self._occasions
        return bisect(seen, since) < bisect(seen, until) or (
            harmless and any(since < place < until and wish != action for place, wish in self._wishes)
        )


def _form(call: Exchange) -> str:
    return f"{call.action} {json.dumps(call.request, sort_keys=True, default=str)}"


def _in_order(lane: Sequence[Indexed]) -> Iterator[tuple[_Place, Exchange]]:
    for at, case in enumerate(lane):
        for call in case.exchanges(Side.CENTRAL_SYSTEM):
            if call.action not in REPEATABLE:
                yield (at, call.entry.number), call


def _is_again(call: Exchange, earlier: Exchange, *, reacts: bool) -> bool:
    """Whether this is the earlier CALL again; ``reacts`` says that there was an occasion for a policy in between.

    What a case has given back at its end, a Central System may have taken back by itself just then.
    """
    if earlier.role is Role.CLEANUP and call.action in HARMLESS:
        return False
    if call.case is earlier.case:
        return not (reacts and (call.action in POLICY or call.action in RENEWED))
    return not reacts and call.entry.at - earlier.entry.at <= AT_ONCE


def _taken_on(call: Exchange) -> bool:
    """Whether the Charge Point's answer says that it does this."""
    return call.answer is not None and call.answer.get("status", "Accepted") in TAKEN_ON


def _occasion(entry: Entry) -> bool:
    return _event(entry) in OCCASIONS | {_CONNECTED}


def _event(entry: Entry) -> str:
    """A new connection, a start that is refused, or the action of a CALL of the Charge Point; empty for all else."""
    if entry.note is not None:
        return _CONNECTED if entry.note.what is Happening.CONNECTED else ""
    return _START_REFUSED if _refuses_start(entry) else _ours(entry)


def _refuses_start(entry: Entry) -> bool:
    message = entry.message
    if message is None or message.type is not MessageType.CALLRESULT or message.action != "StartTransaction":
        return False
    info = message.payload.get("idTagInfo")
    return isinstance(info, dict) and info.get("status") != "Accepted"


def _wish(entry: Entry) -> str:
    """The action that the operator asked for here; empty when this is no wish."""
    return entry.note.item if entry.note is not None and entry.note.what is Happening.ASKED else ""


def _starts_by_itself(call: Exchange) -> bool:
    """Whether this is the first start, remote or not, since a cable was plugged in; one that it crossed is none."""
    if call.action != "RemoteStartTransaction":
        return False
    answered: set[str] = set()
    for entry in reversed(call.case.transcript[: call.entry.number - 1]):
        message = entry.message
        if message is None or message.type is not MessageType.CALL:
            answered |= set() if message is None else {message.unique_id}
            continue
        if message.action == "RemoteStartTransaction":
            return False
        if message.action == "StartTransaction" and message.unique_id in answered:
            return False
        if _ours(entry) == "StatusNotification" and message.payload.get("status") == "Preparing":
            return True
    return False


def _ours(entry: Entry) -> str:
    """The action of a CALL of the Charge Point; empty when it is none."""
    message = entry.message
    if message is None or message.side is not Side.CHARGE_POINT or message.type is not MessageType.CALL:
        return ""
    return message.action
