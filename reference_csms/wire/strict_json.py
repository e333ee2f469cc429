"""JSON text to Python values, whatever the text is.

The parser of the standard library ends with four different exceptions on hostile text, and lets NaN,
numbers no store can keep and half surrogate pairs through. Here each is a Breach or an UnreadableError.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from reference_csms.wire.errors import Breach, Code

MAX_DEPTH = 32
_LARGEST = 2**63
_HALF_PAIR = re.compile("[\ud800-\udfff]")


class UnreadableError(ValueError):
    """The text is no JSON, or is nested so deeply that nobody reads it."""


def _whole_number(digits: str) -> int | float:
    # Python refuses to convert more than 4300 digits; infinity is our mark for "too large".
    return int(digits) if len(digits) <= 20 else math.inf


_decoder = json.JSONDecoder(parse_int=_whole_number, parse_constant=lambda _: math.nan)


def read_json(text: str | bytes) -> Any:
    """Parse JSON text; NaN and Infinity come out as NaN, integers beyond 20 digits as infinity.

    Raises UnreadableError with the reason.
    """
    try:
        return _decoder.decode(text if isinstance(text, str) else text.decode("utf-8"))
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    except ValueError as error:
        raise UnreadableError(f"it is not JSON: {error}") from None


def find_unfit_value(value: Any) -> Breach | None:
    """Find the first value that no member of an OCPP message may hold, whatever its schema says."""
    for path, depth, node in _walk(value):
        sentence = _unfit(node, depth)
        if sentence is not None:
            code = Code.PROPERTY_CONSTRAINT if _is_value(node) else Code.FORMATION
            return Breach(code, f"{path or 'the payload'} {sentence}.", path)
    return None


def _unfit(node: Any, depth: int) -> str | None:
    if depth > MAX_DEPTH:
        return f"is nested deeper than {MAX_DEPTH} levels"
    if isinstance(node, str):
        return "holds half a surrogate pair, which is no Unicode text" if _HALF_PAIR.search(node) else None
    if isinstance(node, dict):
        return "has a member name that is no Unicode text" if any(map(_HALF_PAIR.search, node)) else None
    if isinstance(node, float) and math.isnan(node):
        return "is NaN or Infinity, which JSON does not have"
    if isinstance(node, int | float) and not abs(node) < (_LARGEST if isinstance(node, int) else math.inf):
        return "is a number too large to be kept"
    return None


def _is_value(node: Any) -> bool:
    return isinstance(node, str | int) or (isinstance(node, float) and not math.isnan(node))


def _walk(value: Any) -> Iterator[tuple[str, int, Any]]:
    """Yield (dotted path, depth, node) without recursion, parents first."""
    stack: list[tuple[str, int, Any]] = [("", 0, value)]
    while stack:
        path, depth, node = stack.pop()
        yield path, depth, node
        if isinstance(node, dict):
            stack.extend((f"{path}.{name}" if path else name, depth + 1, node[name]) for name in node)
        elif isinstance(node, list):
            stack.extend((f"{path}[{index}]", depth + 1, item) for index, item in enumerate(node))
