"""Finds OCPP-J frames in text: by what a frame is, and not by the habits of a program that logs them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_BEGIN: Final = re.compile(r"\[\s*[234]\s*,\s*(?=\\*[\"'0-9n])")
_SINGLE: Final = re.compile(r"\[\s*[234]\s*,\s*'")
_QUOTES: Final = "\"'"
_LONGEST: Final = 200_000
"""Characters in which the end of a frame is looked for that is not plain JSON."""
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Piece:
    """A frame in a text: where it begins and ends, and its JSON. ``verbatim``: these are the characters of the wire."""

    begin: int
    end: int
    text: str
    verbatim: bool = True


def frames_in(text: str) -> Iterator[Piece | str]:
    """Every frame in a text, in order; of what begins like one and cannot be read, the beginning as a plain text."""
    at = 0
    while (found := _BEGIN.search(text, at)) is not None:
        piece = _plain(text, found.start()) or _escaped(text, found.start()) or _python(text, found.start())
        if piece is None:
            rest = text[found.start() : found.start() + 200].partition("\n")[0]
            if _may_be_frame(rest):
                yield rest
            at = found.end()
        elif is_frame(json.loads(piece.text)):
            yield piece
            at = piece.end
        else:
            at = found.end()


def is_frame(data: Any) -> bool:
    """Whether a JSON value has the form of a CALL, CALLRESULT or CALLERROR, as far as one can tell it from a list."""
    if not isinstance(data, list) or len(data) < 2 or type(data[0]) is not int:
        return False
    match data[0]:
        case 2:
            return len(data) >= 3 and isinstance(data[2], str) and data[2][:1].isalpha()
        case 3:
            return len(data) == 3 and isinstance(data[1], str) and (data[2] is None or isinstance(data[2], dict | list))
        case 4:
            return 3 <= len(data) <= 5 and isinstance(data[1], str) and isinstance(data[2], str)
    return False


def _plain(text: str, at: int) -> Piece | None:
    """JSON as it is; raw_decode stops where the value ends, whatever follows."""
    try:
        _, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
    return Piece(at, end, text[at:end])


def _escaped(text: str, at: int) -> Piece | None:
    r"""JSON inside of a JSON string: ``[2,\"id\",…]``. The string ends at the first quote that is not escaped."""
    if '\\"' not in text[at : at + 40]:
        return None
    end = re.compile(r'(?<!\\)(?:\\\\)*"').search(text, at, at + _LONGEST)
    inner = text[at : end.start() if end else len(text)]
    try:
        meant = json.loads(f'"{inner}"')
        _, length = _DECODER.raw_decode(meant)
    except (ValueError, RecursionError):
        return None
    return Piece(at, at + len(inner), meant[:length])


def _python(text: str, at: int) -> Piece | None:
    """A list as Python prints it, with single quotes; how it was spelt on the wire is lost."""
    end = _closing(text, at) if _SINGLE.match(text, at) else None
    if end is None:
        return None
    try:
        data = ast.literal_eval(text[at:end])
        return Piece(at, end, json.dumps(data, ensure_ascii=False), verbatim=False)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def _closing(text: str, at: int) -> int | None:
    """Where the bracket that opens here is closed."""
    depth, quote, position = 0, "", at
    while position < min(len(text), at + _LONGEST):
        char = text[position]
        if quote:
            position += char == "\\"
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in "[{(":
            depth += 1
        elif char in "]})":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    return None


def _may_be_frame(rest: str) -> bool:
    """Whether what cannot be read looks like the beginning of a frame all the same: a list of numbers does not."""
    return re.match(r"\[\s*[234]\s*,\s*\\*[\"'][^\"']{1,60}\\*[\"']\s*,", rest) is not None
