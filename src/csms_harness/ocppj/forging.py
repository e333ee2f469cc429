"""Frames that are wrong as frames: a text as the scenario has it, with a uniqueId and a depth put in its place."""

from __future__ import annotations

import json
import re
from typing import Final

from csms_harness.ocppj.frames import Call, parse_frame

ID: Final = re.compile(r"\$id(\d*)")
"""Where the uniqueId of the frame goes; with a number, one of so many characters."""

_DEEP: Final = re.compile(r"\$deep\.(\d+)")
"""Where lists in lists go, so many levels of them."""

DEEPEST: Final = 100_000
"""Levels that a frame may have; more proves nothing more."""


def id_length(text: str) -> int | None:
    """How many characters the uniqueId of a frame is to have; None when that is free, or it has none."""
    found = ID.search(text)
    return int(found[1]) if found and found[1] else None


def own_id(text: str) -> str | None:
    """The uniqueId of a frame that is a right CALL and names it itself; None when that is free, or it has none."""
    frame = None if ID.search(text) else parse_frame(text)
    return frame.message.unique_id if frame and isinstance(frame.message, Call) and not frame.breaches else None


def is_call(text: str) -> bool:
    """Whether a frame, as it is sent, is a CALL with nothing wrong about it but perhaps its payload."""
    frame = parse_frame(text)
    return isinstance(frame.message, Call) and not frame.breaches


def forged(text: str, unique_id: str) -> str:
    """The frame as it is sent."""
    named = ID.sub(lambda _: json.dumps(unique_id)[1:-1], text)
    return _DEEP.sub(lambda found: _deep(min(int(found[1]), DEEPEST)), named)


def _deep(levels: int) -> str:
    return "[" * levels + "]" * levels
