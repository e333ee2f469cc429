"""Legal noise: the same messages in other texts and frames (RFC 8259, RFC 6455, OCPP 1.6, 3.14)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from reference_csms.instants import format_instant
from reference_csms.wire.frames import CALL, CALLRESULT, Encoded
from reference_faults.changing import changing_messages, changing_text
from reference_faults.landing import Turn
from reference_faults.noise.making import instants, noise, noise_by

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
_NEWFOUNDLAND = timezone(-timedelta(hours=3, minutes=30))
PIECE = 7
"""Characters of a fragment."""


def _in_whole_seconds(instant: datetime) -> str:
    return format_instant(instant, milliseconds=False, zone=UTC)


def _two_hours_east(instant: datetime) -> str:
    return format_instant(instant, zone=_TWO_HOURS_EAST)


def _in_newfoundland(instant: datetime) -> str:
    return format_instant(instant, zone=_NEWFOUNDLAND)


def _with_a_zero_offset(instant: datetime) -> str:
    return format_instant(instant).replace("Z", "+00:00")


def _in_microseconds(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _in_nanoseconds(instant: datetime) -> str:
    return _in_microseconds(instant).replace("Z", "000Z")


def _reverse_members(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _reverse_members(node[name]) for name in reversed(node)}
    return [_reverse_members(item) for item in node] if isinstance(node, list) else node


def _spread(encoded: Encoded) -> Encoded:
    return _per_mark(encoded, lambda mark: mark if mark.startswith('"') else f"\r\n\t {mark} ")


def _escape_everything(encoded: Encoded) -> Encoded:
    return _per_mark(encoded, lambda mark: _escaped(mark) if mark.startswith('"') else mark)


def _escape_slashes(encoded: Encoded) -> Encoded:
    return _per_mark(encoded, lambda mark: mark.replace("/", "\\/"))


def _amid_blanks(encoded: Encoded) -> Encoded:
    return f" \t{encoded}\r\n" if isinstance(encoded, str) else encoded


def _per_mark(encoded: Encoded, change: Callable[[str], str]) -> Encoded:
    if not isinstance(encoded, str):
        return encoded
    return _STRING_OR_MARK.sub(lambda found: change(found[0]), encoded)


def _escaped(literal: str) -> str:
    units = json.loads(literal).encode("utf-16-be", "surrogatepass")
    pairs = (int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))
    return '"' + "".join(f"\\u{unit:04x}" for unit in pairs) + '"'


def _as_null(message: list[Any]) -> list[Any]:
    return [*message[:-1], None] if message[0] in (CALL, CALLRESULT) and message[-1] == {} else message


def _in_pieces(encoded: Encoded) -> Encoded:
    if not isinstance(encoded, str):
        return encoded
    return [encoded[at : at + PIECE] for at in range(0, len(encoded), PIECE)]


def _limits_otherwise(node: Any, name: str = "") -> Any:
    if isinstance(node, dict):
        return {member: _limits_otherwise(value, member) for member, value in node.items()}
    if isinstance(node, list):
        return [_limits_otherwise(item) for item in node]
    return node if name != "limit" or node != int(node) else float(node) if isinstance(node, int) else int(node)


async def _ping_first(turn: Turn) -> None:
    await turn.line.connection.ping()
    turn.land()
    await turn.send()


FORMS: Final = (
    instants("no-milliseconds", "writes every date-time in whole seconds", _DATE_TIME_MEMBERS, _in_whole_seconds),
    instants(
        "offset-time", "writes every date-time with the offset +02:00 instead of Z", _DATE_TIME_MEMBERS, _two_hours_east
    ),
    instants("offset-behind", "writes every date-time with the offset -03:30", _DATE_TIME_MEMBERS, _in_newfoundland),
    instants(
        "offset-zero",
        "writes every date-time with the offset +00:00 instead of Z",
        _DATE_TIME_MEMBERS,
        _with_a_zero_offset,
    ),
    instants("microseconds", "writes every date-time with six decimals", _DATE_TIME_MEMBERS, _in_microseconds),
    instants("nanoseconds", "writes every date-time with nine decimals", _DATE_TIME_MEMBERS, _in_nanoseconds),
    noise(
        "member-order", "writes the members of every object in the reverse order", changing_messages(_reverse_members)
    ),
    noise("null-payloads", "writes null for every empty payload", changing_messages(_as_null)),
    noise("limits-otherwise", "writes a limit of 6.0 as 6, and one of 6 as 6.0", changing_messages(_limits_otherwise)),
    noise("whitespace", "spreads the JSON of every frame over many lines", changing_text(_spread)),
    noise(
        "unicode-escapes",
        "writes every character of every string and member name as a \\u escape",
        changing_text(_escape_everything),
    ),
    noise("escaped-slashes", "writes every slash of a string as an escape", changing_text(_escape_slashes)),
    noise("blank-ends", "puts blanks and line ends around every frame", changing_text(_amid_blanks)),
    noise("fragmented", f"sends every frame in fragments of {PIECE} characters", changing_text(_in_pieces)),
    noise_by("pings", "sends a ping before every frame", _ping_first),
)
"""The same, said in another way."""
