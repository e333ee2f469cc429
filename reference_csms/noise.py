"""Legal behaviour that a Charge Point must bear although it may not expect it, by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from reference_csms.instants import format_instant, parse_instant
from reference_csms.seams import Deviation, Seams, changing_messages, changing_text
from reference_csms.wire.frames import Encoded, Payload

if TYPE_CHECKING:
    from reference_csms.wire.conversation import Conversation

_DATE_TIME_MEMBERS = frozenset(
    {
        "currentTime",
        "expiryDate",
        "installDateTime",
        "latestTimestamp",
        "oldestTimestamp",
        "retrieveDate",
        "retrieveDateTime",
        "startSchedule",
        "startTime",
        "stopTime",
        "timestamp",
        "validFrom",
        "validTo",
    }
)
_STRING_OR_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]')
_TWO_HOURS_EAST = timezone(timedelta(hours=2))


class UnknownNoiseError(ValueError):
    """A noise was asked for that does not exist; the text is one sentence."""


async def _chat(conversation: Conversation, _: Payload, answer: Payload) -> None:
    if answer["status"] != "Accepted":
        return
    interval = str(answer["interval"])
    for action, payload in (
        ("GetConfiguration", {}),
        ("GetConfiguration", {"key": ["HeartbeatInterval", "MeterValueSampleInterval"]}),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": interval}),
        ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "30"}),
        ("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
    ):
        await conversation.order(action, payload)


def _rewriting_instants(write: Callable[[datetime], str]) -> Callable[[list[Any]], list[Any]]:
    def rewrite(node: Any, name: str = "") -> Any:
        if isinstance(node, dict):
            return {member: rewrite(value, member) for member, value in node.items()}
        if isinstance(node, list):
            return [rewrite(item, name) for item in node]
        instant = parse_instant(node) if name in _DATE_TIME_MEMBERS and isinstance(node, str) else None
        return node if instant is None else write(instant)

    return lambda message: [rewrite(element) for element in message]


def _in_whole_seconds(instant: datetime) -> str:
    return format_instant(instant, milliseconds=False, zone=UTC)


def _two_hours_east(instant: datetime) -> str:
    return format_instant(instant, zone=_TWO_HOURS_EAST)


def _reverse_members(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _reverse_members(node[name]) for name in reversed(node)}
    return [_reverse_members(item) for item in node] if isinstance(node, list) else node


def _spread(encoded: Encoded) -> Encoded:
    return _per_mark(encoded, lambda mark: mark if mark.startswith('"') else f"\r\n\t {mark} ")


def _escape_everything(encoded: Encoded) -> Encoded:
    return _per_mark(encoded, lambda mark: _escaped(mark) if mark.startswith('"') else mark)


def _per_mark(encoded: Encoded, change: Callable[[str], str]) -> Encoded:
    if not isinstance(encoded, str):
        return encoded
    return _STRING_OR_MARK.sub(lambda found: change(found[0]), encoded)


def _escaped(literal: str) -> str:
    units = json.loads(literal).encode("utf-16-be", "surrogatepass")
    pairs = (int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))
    return '"' + "".join(f"\\u{unit:04x}" for unit in pairs) + '"'


NOISES = {
    noise.name: noise
    for noise in (
        Deviation(
            "chatty",
            "after each accepted boot, asks for and changes configuration and triggers messages, one by one",
            Seams(after=(("BootNotification", _chat),)),
        ),
        Deviation(
            "no-milliseconds",
            "writes every date-time in whole seconds",
            changing_messages(_rewriting_instants(_in_whole_seconds)),
        ),
        Deviation(
            "offset-time",
            "writes every date-time with the offset +02:00 instead of Z",
            changing_messages(_rewriting_instants(_two_hours_east)),
        ),
        Deviation(
            "member-order",
            "writes the members of every object in the reverse order",
            changing_messages(_reverse_members),
        ),
        Deviation("whitespace", "spreads the JSON of every frame over many lines", changing_text(_spread)),
        Deviation(
            "unicode-escapes",
            "writes every character of every string and member name as a \\u escape",
            changing_text(_escape_everything),
        ),
    )
}


def seams_of(names: Iterable[str]) -> Seams:
    """Plug in the noises of these names, the first outermost; raises UnknownNoiseError."""
    seams = Seams()
    for name in names:
        if name not in NOISES:
            raise UnknownNoiseError(f"--noise {name} is not known; known are {', '.join(NOISES)}.")
        seams += NOISES[name].seams
    return seams
