"""Frames of OCPP-J 1.6 (section 4): what came in, classified without ever raising, and what goes out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from reference_csms.wire.errors import Breach, Code
from reference_csms.wire.strict_json import UnreadableError, find_unfit_value, read_json

CALL, CALLRESULT, CALLERROR = 2, 3, 4
MAX_UNIQUE_ID = 36

Payload = dict[str, Any]
Encoded = str | bytes | list[str]

# A frame that cannot be parsed may still say legibly which CALL it wanted to be; then it deserves an answer.
_HEAD_OF_A_CALL = re.compile(r'\s*\[\s*2\s*,\s*"([^"\\\x00-\x1f]{1,36})"\s*,')


@dataclass(frozen=True, slots=True)
class Call:
    """A CALL of the Charge Point whose frame is in order; its payload is not judged yet."""

    unique_id: str
    action: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A CALL whose frame is not in order, but whose uniqueId is legible: it gets a CALLERROR."""

    unique_id: str
    breach: Breach


@dataclass(frozen=True, slots=True)
class Reply:
    """A CALLRESULT (`error` is None) or CALLERROR; `flaw` says what is wrong with its form, if anything."""

    unique_id: str
    payload: Any = None
    error: str | None = None
    description: str = ""
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing that can be answered."""

    reason: str


Incoming = Call | Refused | Reply | Ignored


def parse_frame(data: str | bytes) -> Incoming:
    """Classify what a Charge Point sent; never raises, whatever it is (OCPP-J 1.6, 4.1.3 and 4.2)."""
    if isinstance(data, bytes):
        return Ignored("it is a binary frame, and OCPP-J speaks text")
    try:
        message = read_json(data)
    except UnreadableError as error:
        head = _HEAD_OF_A_CALL.match(data)
        return _refused(head[1], f"the frame cannot be read: {error}.") if head else Ignored(str(error))
    if not isinstance(message, list) or not message:
        return Ignored("it is no JSON array with a message type")
    if type(message[0]) is not int or message[0] not in _PARSERS:
        return Ignored("its message type is not 2, 3 or 4")
    if len(message) < 2 or not isinstance(message[1], str):
        return Ignored("it has no uniqueId that is a string")
    return _PARSERS[message[0]](message)


def _refused(unique_id: str, sentence: str, code: Code = Code.FORMATION) -> Refused:
    return Refused(unique_id, Breach(code, sentence))


def _parse_call(message: list[Any]) -> Incoming:
    unique_id = message[1]
    if len(unique_id) > MAX_UNIQUE_ID:
        return _refused(unique_id, f"the uniqueId has {len(unique_id)} characters, at most 36 are allowed.")
    if len(message) != 4:
        return _refused(unique_id, f"a CALL has 4 elements, this one has {len(message)}.")
    if not isinstance(message[2], str):
        return _refused(unique_id, "the action of a CALL is a string, here it is not.")
    unfit = find_unfit_value(message[3])
    return Refused(unique_id, unfit) if unfit else Call(unique_id, message[2], message[3])


def _parse_call_result(message: list[Any]) -> Incoming:
    flaw = None if len(message) == 3 else f"a CALLRESULT has 3 elements, this one has {len(message)}"
    payload = message[2] if len(message) > 2 else None
    if flaw is None and (unfit := find_unfit_value(payload)):
        flaw, payload = unfit.sentence, None
    return Reply(message[1], payload=payload, flaw=flaw)


def _parse_call_error(message: list[Any]) -> Incoming:
    code, description = (*message[2:4], "", "")[:2]
    in_order = len(message) == 5 and isinstance(code, str) and isinstance(description, str)
    flaw = None if in_order else "a CALLERROR has 5 elements: 4, uniqueId, code, description, details"
    return Reply(message[1], error=printable(code), description=printable(description), flaw=flaw)


_PARSERS: dict[int, Callable[[list[Any]], Incoming]] = {
    CALL: _parse_call,
    CALLRESULT: _parse_call_result,
    CALLERROR: _parse_call_error,
}


def printable(value: object) -> str:
    """A foreign value as short text that every sink can take."""
    text = value if isinstance(value, str) else type(value).__name__
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:255])


def compact(message: list[Any]) -> Encoded:
    """Encode a frame as the shortest JSON text, as UTF-8 unless only escapes can carry it."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(message, separators=(",", ":"))
    return text


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame on its way to a Charge Point; `action` is that of the CALL it is or answers, `request` its payload."""

    action: str
    message: list[Any]
    encode: Callable[[list[Any]], Encoded] = compact
    request: Any = None

    @property
    def kind(self) -> Any:
        """The message type: 2, 3 or 4."""
        return self.message[0]

    @property
    def payload(self) -> Payload | None:
        """The payload of a CALL or CALLRESULT; a CALLERROR has none."""
        return None if self.kind == CALLERROR else self.message[-1]

    def with_payload(self, payload: Payload) -> Frame:
        """The same CALL or CALLRESULT with another payload."""
        return replace(self, message=[*self.message[:-1], payload])


def call_frame(unique_id: str, action: str, payload: Payload) -> Frame:
    """Frame a CALL (OCPP-J 1.6, 4.2.1)."""
    return Frame(action, [CALL, unique_id, action, payload])


def call_result_frame(unique_id: str, action: str, payload: Payload, request: Any = None) -> Frame:
    """Frame a CALLRESULT (OCPP-J 1.6, 4.2.2) to a CALL with the payload `request`."""
    return Frame(action, [CALLRESULT, unique_id, payload], request=request)


def call_error_frame(unique_id: str, action: str, breach: Breach) -> Frame:
    """Frame a CALLERROR (OCPP-J 1.6, 4.2.3): the description has at most 255 characters."""
    details = {"member": printable(breach.member)} if breach.member else {}
    return Frame(action, [CALLERROR, unique_id, str(breach.code), breach.sentence[:255], details])
