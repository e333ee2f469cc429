"""OCPP-J 1.6 frames: CALL, CALLRESULT, CALLERROR. The raw text is kept; nothing raises on bad input."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal
from typing import Any, Final

import orjson

from csms_harness.frozen import dataclass
from csms_harness.ocppj.breach import Breach
from csms_harness.ocppj.error_codes import ERROR_CODES, LATER_ERROR_CODES
from csms_harness.ocppj.json_text import NOTHING, encodable, read_json, shown

CALL, CALL_RESULT, CALL_ERROR = 2, 3, 4
MAX_UNIQUE_ID: Final = 36
MAX_EXPONENT: Final = 300
SHOWN_OF_BYTES: Final = 64_000
"""So many characters are shown of a message that is not UTF-8: a little less than are kept of any frame."""
_MARGIN: Final = 1 << 10

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """``[2, uniqueId, action, payload]`` (OCPP-J 1.6 section 4.2.1)."""

    unique_id: str
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallResult:
    """``[3, uniqueId, payload]`` (OCPP-J 1.6 section 4.2.2)."""

    unique_id: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallError:
    """``[4, uniqueId, errorCode, errorDescription, errorDetails]`` (OCPP-J 1.6 section 4.2.3)."""

    unique_id: str
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)


Message = Call | CallResult | CallError


@dataclass(frozen=True, slots=True)
class Frame:
    """What arrived: the raw text, the message in it as far as it can be recognised, and its breaches.

    A message is recognised as generously as possible, so that a bad answer is reported as a bad
    answer and not as silence; every generosity leaves a breach behind.
    """

    raw: str | bytes
    message: Message | None
    breaches: tuple[Breach, ...] = ()

    @property
    def text(self) -> str:
        """The raw frame as text; bytes that are not UTF-8 are shown as escapes, and of very many the first ones."""
        if isinstance(self.raw, str):
            return self.raw
        try:
            return self.raw.decode("utf-8")
        except UnicodeDecodeError:
            return _escaped(self.raw)

    @property
    def broken(self) -> bool:
        """Whether at least one breach is more than a note."""
        return any(not breach.note for breach in self.breaches)


def encode(message: Message) -> str:
    """The message as OCPP-J text. Lone surrogates and non-ASCII travel as JSON escapes or UTF-8."""
    if isinstance(message, Call):
        parts: list[Any] = [CALL, message.unique_id, message.action, message.payload]
    elif isinstance(message, CallResult):
        parts = [CALL_RESULT, message.unique_id, message.payload]
    else:
        parts = [CALL_ERROR, message.unique_id, message.code, message.description, message.details]
    try:
        data = orjson.dumps(parts, default=_plain)
    except TypeError:  # a lone surrogate, or a number of more than 64 bits
        return _encode_unusual(parts)
    return _encode_unusual(parts) if b"null" in data else data.decode()  # what JSON has no number for would be null


def _encode_unusual(parts: list[Any]) -> str:
    text = _ENCODER.encode(parts)
    return text if encodable(text) else _ASCII_ENCODER.encode(parts)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT:
            return str(value)  # written out as a number it could fill the memory
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is no OCPP value")


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_plain)
_ASCII_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), default=_plain)


def _escaped(raw: bytes) -> str:
    """Each bad byte becomes four signs and takes a while: a message of some MiB would hold up everybody else."""
    text = raw[:SHOWN_OF_BYTES].decode("utf-8", "backslashreplace")
    if len(text) <= SHOWN_OF_BYTES >= len(raw):
        return text
    mark = text.rfind('"', SHOWN_OF_BYTES - _MARGIN, SHOWN_OF_BYTES)  # half a secret would be known to nobody as one
    return f"{text[: SHOWN_OF_BYTES if mark < 0 else mark]}… ({len(raw)} bytes in all)"


def parse_frame(raw: str | bytes) -> Frame:
    """Read one WebSocket message. Never raises; what is wrong stands in ``breaches``."""
    breaches: list[Breach] = []
    text = raw if isinstance(raw, str) else _as_text(raw, breaches)
    if text is None:
        return Frame(raw, None, tuple(breaches))
    data = read_json(text, breaches)
    message = None if data is NOTHING else _as_message(data, breaches)
    return Frame(raw, message, tuple(breaches))


def _as_text(raw: bytes, breaches: list[Breach]) -> str | None:
    breaches.append(Breach("frame", "a binary WebSocket message; OCPP-J frames are text", keyword="binary"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        breaches.append(Breach("json", f"not UTF-8: {error.reason} at byte {error.start}", keyword="UTF-8"))
        return None


_NAMES: Final = {CALL: "CALL", CALL_RESULT: "CALLRESULT", CALL_ERROR: "CALLERROR"}
_ARITY: Final = {CALL: 4, CALL_RESULT: 3, CALL_ERROR: 5}


def _as_message(data: Any, breaches: list[Breach]) -> Message | None:
    if not isinstance(data, list):
        kind = _kind(data)
        breaches.append(Breach("frame", f"the frame is {kind}, not an array", keyword=f"array: {kind}"))
        return None
    if not data:
        breaches.append(Breach("frame", "the frame is an empty array", keyword="empty"))
        return None
    kind = data[0]
    if type(kind) is not int or kind not in _NAMES:  # true is no number
        breaches.append(Breach("frame", f"message type {shown(kind)} is none of 2, 3, 4", keyword="message type"))
        return None
    if len(data) != _ARITY[kind]:
        name, due = _NAMES[kind], _ARITY[kind]
        text = f"a {name} has {due} elements; this one has {len(data)}"
        breaches.append(Breach("frame", text, keyword=f"elements: {name}"))
    if len(data) < 2:
        return None
    unique_id, rest = data[1], data[2:]
    if not isinstance(unique_id, str) or not 0 < len(unique_id) <= MAX_UNIQUE_ID:
        unique_id = _as_unique_id(unique_id, breaches)
    if kind == CALL:
        return _as_call(unique_id, rest, breaches)
    if kind == CALL_RESULT:
        return CallResult(unique_id, _as_payload(rest[0] if rest else {}, breaches))
    return _as_call_error(unique_id, rest, breaches)


def _as_unique_id(value: Any, breaches: list[Breach]) -> str:
    if not isinstance(value, str):
        text, kind = shown(value), _kind(value)
        breaches.append(Breach("unique_id", f"uniqueId is {text}, {kind}, not a string", keyword=f"string: {kind}"))
        return json.dumps(value, default=str)
    if len(value) > MAX_UNIQUE_ID:
        text = f"uniqueId has {len(value)} characters; at most {MAX_UNIQUE_ID} are allowed"
        breaches.append(Breach("unique_id", text, keyword="length"))
    if not value:
        breaches.append(Breach("unique_id", "uniqueId is empty", keyword="empty"))
    return value


def _as_payload(value: Any, breaches: list[Breach]) -> Payload:
    if isinstance(value, dict):
        return value
    if value is None:  # OCPP-J 1.6 section 4.2.1 allows null for "no payload"
        return {}
    breaches.append(Breach("frame", f"the payload is {_kind(value)}, not an object", keyword="payload"))
    return {}


def _as_call(unique_id: str, rest: list[Any], breaches: list[Breach]) -> Message | None:
    if not rest:
        return None
    action = rest[0]
    if not isinstance(action, str):
        text, kind = shown(action), _kind(action)
        breaches.append(Breach("frame", f"the action is {text}, {kind}, not a string", keyword=f"string: {kind}"))
        action = json.dumps(action, default=str)
    return Call(unique_id, action, _as_payload(rest[1] if len(rest) > 1 else {}, breaches))


def _as_call_error(unique_id: str, rest: list[Any], breaches: list[Breach]) -> CallError:
    code, description, details = [*rest, *["", "", {}][len(rest) :]][:3]
    if not isinstance(code, str) or code not in ERROR_CODES:
        later = isinstance(code, str) and code in LATER_ERROR_CODES
        hint = "; OCPP 2.0.1 knows it" if later else ""
        text = f"{shown(code)} is no CALLERROR code of OCPP 1.6{hint}"
        breaches.append(Breach("error_code", text, note=later, keyword="code"))
    if not isinstance(description, str):
        kind = _kind(description)
        breaches.append(
            Breach("frame", f"errorDescription is {kind}, not a string", keyword=f"errorDescription: {kind}")
        )
    if not isinstance(details, dict):
        kind = _kind(details)
        breaches.append(Breach("frame", f"errorDetails is {kind}, not an object", keyword=f"errorDetails: {kind}"))
    return CallError(
        unique_id,
        code if isinstance(code, str) else json.dumps(code, default=str),
        description if isinstance(description, str) else json.dumps(description, default=str),
        details if isinstance(details, dict) else {},
    )


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "of an unknown kind"


_KINDS: Final[Iterable[tuple[type | tuple[type, ...], str]]] = (
    (str, "a string"),
    ((int, float, Decimal), "a number"),
    (list, "an array"),
    (dict, "an object"),
)
