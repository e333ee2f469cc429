"""JSON as OCPP-J takes it (RFC 8259): read as well as can be, with a breach for all that it may not hold."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from decimal import Decimal
from typing import Any, Final

from csms_harness.frozen import dataclass
from csms_harness.ocppj.breach import MAX_BREACHES, MAX_SHOWN, Breach

MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 30

NOTHING: Final = object()
"""What a text says that is no JSON."""

_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


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


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What JSON lets through and OCPP-J does not: each piece is taken as well as can be, and leaves a breach."""

    breaches: list[Breach]

    def _report(self, keyword: str, text: str, path: str = "") -> None:
        if len(self.breaches) < MAX_BREACHES:
            self.breaches.append(Breach("json", text, path, keyword=keyword))

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            for name in sorted(name for name, count in counts.items() if count > 1):
                self._report("twice", f"the member {shown(name)} stands twice in one object", name[:MAX_SHOWN])
        return found

    def whole(self, digits: str) -> int | Decimal:
        length = len(digits.lstrip("-"))
        if length <= MAX_DIGITS:
            return int(digits)
        self._report("digits", f"a whole number of {length} digits")
        return Decimal(digits)

    def fraction(self, digits: str) -> float | Decimal:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self._report("range", f"the number {digits[:40]} is beyond any range")
            return Decimal(digits)
        return number

    def constant(self, name: str) -> str:
        self._report("constant", f"{name} is not JSON")
        return name


class _Unusual(ValueError):
    """A piece that JSON lets through and OCPP-J does not."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
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


def read_json(text: str, breaches: list[Breach]) -> Any:
    """What a text says, or NOTHING; what is wrong with it is added to the breaches. Never raises."""
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        breaches.append(Breach("json", f"nested deeper than {MAX_DEPTH} levels", keyword="depth"))
        return NOTHING
    try:
        data, end = _DECODER.raw_decode(text)
        if end < len(text):
            data = _DECODER.decode(text)  # blanks behind it, or more than blanks
    except (ValueError, RecursionError):
        data = _piece_by_piece(text, breaches)
    if ("\\u" in text or not text.isascii()) and data is not NOTHING and _has_lone_surrogate(text, data):
        breaches.append(Breach("json", "a lone surrogate, which no UTF-8 text can hold", keyword="surrogate"))
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
        text = f"not JSON: {error.msg} at line {error.lineno} column {error.colno}"
        breaches.append(Breach("json", text, keyword="syntax"))
        return NOTHING
    except (ValueError, RecursionError, ArithmeticError) as error:
        breaches.append(Breach("json", f"not readable as JSON: {type(error).__name__}", keyword="unreadable"))
        return NOTHING


def _has_lone_surrogate(text: str, data: Any) -> bool:
    """Whether a string in the data has no UTF-8 form."""
    return _SURROGATE.search(text) is not None and not encodable(json.dumps(data, ensure_ascii=False, default=str))


def encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8 (a lone surrogate cannot)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(value: Any, limit: int = MAX_SHOWN) -> str:
    """A value as JSON, for a sentence."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
