"""OCPP-J 1.6 frames: CALL, CALLRESULT, CALLERROR. The raw text is kept; nothing raises on bad input."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from csms_harness.ocppj.error_codes import ERROR_CODES, LATER_ERROR_CODES

CALL, CALL_RESULT, CALL_ERROR = 2, 3, 4
MAX_UNIQUE_ID: Final = 36
MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 30
MAX_EXPONENT: Final = 300
MAX_BREACHES: Final = 100
MAX_SHOWN: Final = 60

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """One departure from OCPP-J: ``rule`` names the standing wire rule, ``text`` says what was found.

    ``path`` points into the payload (``idTagInfo.status``); it is empty for the frame itself.
    ``keyword`` is the keyword of the JSON schema that was broken, ``null`` where the value is null, ``payload`` where
    there is no object at all, or ``action`` where there is no such action.
    A ``note`` is worth telling but breaks nothing.
    """

    rule: str
    text: str
    path: str = ""
    note: bool = False
    keyword: str = ""


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
        """The raw frame as text; bytes that are not UTF-8 are shown as escapes."""
        return self.raw if isinstance(self.raw, str) else self.raw.decode("utf-8", "backslashreplace")

    @property
    def broken(self) -> bool:
        """Whether at least one breach is more than a note."""
        return any(not breach.note for breach in self.breaches)


def encode(message: Message) -> str:
    """The message as OCPP-J text. Lone surrogates and non-ASCII travel as JSON escapes or UTF-8."""
    match message:
        case Call(unique_id, action, payload):
            parts: list[Any] = [CALL, unique_id, action, payload]
        case CallResult(unique_id, payload):
            parts = [CALL_RESULT, unique_id, payload]
        case CallError(unique_id, code, description, details):
            parts = [CALL_ERROR, unique_id, code, description, details]
    text = _ENCODER.encode(parts)
    if text.isascii() or _encodable(text):
        return text
    return _ASCII_ENCODER.encode(parts)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT:
            return str(value)  # written out as a number it could fill the memory
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is no OCPP value")


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_plain)
_ASCII_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), default=_plain)


def _encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8 (a lone surrogate cannot)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse_frame(raw: str | bytes) -> Frame:
    """Read one WebSocket message. Never raises; what is wrong stands in ``breaches``."""
    breaches: list[Breach] = []
    text = _as_text(raw, breaches)
    if text is None:
        return Frame(raw, None, tuple(breaches))
    data = _as_json(text, breaches)
    message = None if data is _NOTHING else _as_message(data, breaches)
    return Frame(raw, message, tuple(breaches))


_NOTHING: Final = object()
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _as_text(raw: str | bytes, breaches: list[Breach]) -> str | None:
    if isinstance(raw, str):
        return raw
    breaches.append(Breach("frame", "a binary WebSocket message; OCPP-J frames are text"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        breaches.append(Breach("json", f"not UTF-8: {error.reason} at byte {error.start}"))
        return None


def _depth(text: str) -> int:
    """How deep arrays and objects nest, by one pass outside of strings."""
    depth = deepest = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _is_too_deep(text: str) -> bool:
    return text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What JSON lets through and OCPP-J does not: each piece is taken as well as can be, and leaves a breach."""

    breaches: list[Breach]

    def _report(self, text: str, path: str = "") -> None:
        if len(self.breaches) < MAX_BREACHES:
            self.breaches.append(Breach("json", text, path))

    def members(self, pairs: list[tuple[str, Any]]) -> Payload:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            for name in sorted(name for name, count in counts.items() if count > 1):
                self._report(f"the member {_shown(name)} stands twice in one object", name[:MAX_SHOWN])
        return found

    def whole(self, digits: str) -> int | Decimal:
        length = len(digits.lstrip("-"))
        if length <= MAX_DIGITS:
            return int(digits)
        self._report(f"a whole number of {length} digits")
        return Decimal(digits)

    def fraction(self, digits: str) -> float | Decimal:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self._report(f"the number {digits[:40]} is beyond any range")
            return Decimal(digits)
        return number

    def constant(self, name: str) -> str:
        self._report(f"{name} is not JSON")
        return name


class _Unusual(ValueError):
    """A piece that JSON lets through and OCPP-J does not."""


def _members(pairs: list[tuple[str, Any]]) -> Payload:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unusual
    return found


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _Unusual
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Unusual
    return number


def _constant(_name: str) -> Any:
    raise _Unusual


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
)
"""Built once, and enough for nearly every frame: what it refuses is read again, piece by piece."""


def _as_json(text: str, breaches: list[Breach]) -> Any:
    if _is_too_deep(text):
        breaches.append(Breach("json", f"nested deeper than {MAX_DEPTH} levels"))
        return _NOTHING
    try:
        data = _DECODER.decode(text)
    except (ValueError, RecursionError):
        data = _piece_by_piece(text, breaches)
    if data is not _NOTHING and _has_lone_surrogate(text, data):
        breaches.append(Breach("json", "a lone surrogate, which no UTF-8 text can hold"))
    return data


def _piece_by_piece(text: str, breaches: list[Breach]) -> Any:
    take = _Pieces(breaches)
    try:
        return json.loads(
            text,
            object_pairs_hook=take.members,
            parse_int=take.whole,
            parse_float=take.fraction,
            parse_constant=take.constant,
        )
    except json.JSONDecodeError as error:
        breaches.append(Breach("json", f"not JSON: {error.msg} at line {error.lineno} column {error.colno}"))
        return _NOTHING
    except (ValueError, RecursionError, ArithmeticError) as error:
        breaches.append(Breach("json", f"not readable as JSON: {type(error).__name__}"))
        return _NOTHING


def _has_lone_surrogate(text: str, data: Any) -> bool:
    """Whether a string in the data has no UTF-8 form; most frames show at a glance that none has."""
    may_have = "\\u" in text or not text.isascii()
    return (
        may_have
        and _SURROGATE.search(text) is not None
        and not _encodable(json.dumps(data, ensure_ascii=False, default=str))
    )


_NAMES: Final = {CALL: "CALL", CALL_RESULT: "CALLRESULT", CALL_ERROR: "CALLERROR"}
_ARITY: Final = {CALL: 4, CALL_RESULT: 3, CALL_ERROR: 5}


def _as_message(data: Any, breaches: list[Breach]) -> Message | None:
    if not isinstance(data, list):
        breaches.append(Breach("frame", f"the frame is {_kind(data)}, not an array"))
        return None
    if not data:
        breaches.append(Breach("frame", "the frame is an empty array"))
        return None
    kind = data[0]
    if isinstance(kind, bool) or not isinstance(kind, int) or kind not in _NAMES:
        breaches.append(Breach("frame", f"message type {_shown(kind)} is none of 2, 3, 4"))
        return None
    if len(data) != _ARITY[kind]:
        breaches.append(Breach("frame", f"a {_NAMES[kind]} has {_ARITY[kind]} elements; this one has {len(data)}"))
    if len(data) < 2:
        return None
    unique_id = _as_unique_id(data[1], breaches)
    rest = data[2:]
    if kind == CALL:
        return _as_call(unique_id, rest, breaches)
    if kind == CALL_RESULT:
        return CallResult(unique_id, _as_payload(rest[0] if rest else {}, breaches))
    return _as_call_error(unique_id, rest, breaches)


def _as_unique_id(value: Any, breaches: list[Breach]) -> str:
    if not isinstance(value, str):
        breaches.append(Breach("unique_id", f"uniqueId is {_shown(value)}, {_kind(value)}, not a string"))
        return json.dumps(value, default=str)
    if len(value) > MAX_UNIQUE_ID:
        breaches.append(
            Breach("unique_id", f"uniqueId has {len(value)} characters; at most {MAX_UNIQUE_ID} are allowed")
        )
    if not value:
        breaches.append(Breach("unique_id", "uniqueId is empty"))
    return value


def _as_payload(value: Any, breaches: list[Breach]) -> Payload:
    if value is None:  # OCPP-J 1.6 section 4.2.1 allows null for "no payload"
        return {}
    if isinstance(value, dict):
        return value
    breaches.append(Breach("frame", f"the payload is {_kind(value)}, not an object", keyword="payload"))
    return {}


def _as_call(unique_id: str, rest: list[Any], breaches: list[Breach]) -> Message | None:
    if not rest:
        return None
    action = rest[0]
    if not isinstance(action, str):
        breaches.append(Breach("frame", f"the action is {_shown(action)}, {_kind(action)}, not a string"))
        action = json.dumps(action, default=str)
    return Call(unique_id, action, _as_payload(rest[1] if len(rest) > 1 else {}, breaches))


def _as_call_error(unique_id: str, rest: list[Any], breaches: list[Breach]) -> CallError:
    code, description, details = [*rest, *["", "", {}][len(rest) :]][:3]
    if not isinstance(code, str) or code not in ERROR_CODES:
        later = isinstance(code, str) and code in LATER_ERROR_CODES
        hint = "; OCPP 2.0.1 knows it" if later else ""
        breaches.append(Breach("error_code", f"{_shown(code)} is no CALLERROR code of OCPP 1.6{hint}", note=later))
    if not isinstance(description, str):
        breaches.append(Breach("frame", f"errorDescription is {_kind(description)}, not a string"))
    if not isinstance(details, dict):
        breaches.append(Breach("frame", f"errorDetails is {_kind(details)}, not an object"))
    return CallError(
        unique_id,
        code if isinstance(code, str) else json.dumps(code, default=str),
        description if isinstance(description, str) else json.dumps(description, default=str),
        details if isinstance(details, dict) else {},
    )


def _shown(value: Any, limit: int = MAX_SHOWN) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


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
