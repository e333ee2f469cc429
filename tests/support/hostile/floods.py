"""Who says too much: each flood lasts until the connection is gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final

from tests.support.hostile.situation import Deed, Script, Situation
from tests.support.hostile.wire import Wire
from tests.transport.hostile import BINARY, PING, TEXT, frame

GROUP: Final = "Floods"
_PIECE: Final = 2**15


def floods(make: Callable[[int], bytes], answer: str = "") -> Deed:
    """Send what ``make`` gives for 0, 1, 2 …, as fast as the other side reads; an answer first, if there is one."""

    async def deed(wire: Wire, unique_id: str) -> None:
        if answer:
            await wire.say(answer.replace("$ID", unique_id))
        for piece in _pieces(make):
            await wire.put(piece)
            await asyncio.sleep(0)  # whom it floods not, it serves

    return deed


def _pieces(make: Callable[[int], bytes]) -> Iterator[bytes]:
    piece = bytearray()
    for number in count():
        piece += make(number)
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()


def text(*content: Any) -> bytes:
    """A frame with this JSON array."""
    return frame(TEXT, json.dumps(content))


def _call_of(unique_id: str, data: str) -> bytes:
    return text(2, unique_id, "DataTransfer", {"vendorId": "v", "data": data})


MIB_OF_DATA: Final = "x" * 2**20
SHORT: Final = 2
"""So many CALLs come before those of 1 MiB, in one piece.

A CALL of 1 MiB takes so long on a loaded machine that the one before it is answered meanwhile, and nobody can be told
that it did not wait.
"""

KINDS: Final[dict[str, tuple[str, Callable[[int], bytes]]]] = {
    "answers": ("answers to nobody", lambda number: text(3, f"nobody-{number}", {"status": "Accepted"})),
    "answers-same": ("answers to nobody, all with one uniqueId", lambda _: text(3, "nobody", {})),
    "errors": ("CALLERRORs to nobody", lambda number: text(4, f"nobody-{number}", "InternalError", "", {})),
    "calls": (
        "CALLs, none of which waits for the answer to the one before",
        lambda n: text(2, f"c{n}", "ClearCache", {}),
    ),
    "calls-1m": ("CALLs of 1 MiB", lambda n: _call_of(f"c{n}", MIB_OF_DATA if n >= SHORT else "")),
    "calls-unknown": ("CALLs with an action that does not exist", lambda n: text(2, f"c{n}", f"Dance{n}", {})),
    "unreadable": ("unreadable text", lambda number: frame(TEXT, "}{" * 100 + str(number))),
    "unreadable-100k": ("unreadable text of 100 KiB", lambda _: frame(TEXT, "}{" * 50_000)),
    "binary": ("binary messages", lambda _: frame(BINARY, b"\xff" * 1000)),
    "empty": ("empty messages", lambda _: frame(TEXT)),
    "deep": ("arrays 60 deep", lambda _: frame(TEXT, "[" * 60 + "]" * 60)),
    "fragments": ("a message of endless fragments", lambda n: frame(0 if n else TEXT, "x", fin=False)),
    "fragments-empty": ("a message of endless empty fragments", lambda n: frame(0 if n else TEXT, fin=False)),
    "pings": ("PINGs", lambda _: frame(PING, b"p" * 125)),
    "pings-empty": ("empty PINGs", lambda _: frame(PING)),
}
"""What floods consist of: in words, and made by number."""

_WORDS: Final = "floods the Charge Point|no Authorize.conf"
"""Which of both it is depends on how fast the machine is."""

_EXPECTED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "answers": (_WORDS, ("WIRE_004",)),
    "answers-same": (_WORDS, ("WIRE_004",)),
    "errors": (_WORDS, ("WIRE_004",)),
    "calls": (_WORDS, ("WIRE_005",)),
    "calls-1m": (_WORDS, ("WIRE_005",)),
    "calls-unknown": (_WORDS, ("WIRE_005", "WIRE_006")),
    "unreadable": (_WORDS, ("WIRE_001",)),
    "unreadable-100k": (_WORDS, ("WIRE_001",)),
    "binary": (_WORDS, ("WIRE_001", "WIRE_002")),
    "empty": (_WORDS, ("WIRE_001",)),
    "deep": (_WORDS, ("WIRE_002",)),
    "fragments": ("more than 10000 frames", ()),
    "fragments-empty": ("more than 10000 frames", ()),
    "pings": ("more than 10000 PINGs|no Authorize.conf", ()),
    "pings-empty": ("more than 10000 PINGs|no Authorize.conf", ()),
}
_HEAVY: Final = ("answers", "calls", "calls-1m", "calls-unknown", "unreadable", "unreadable-100k", "binary", "deep")
"""Of which most is held: the others are like one of them, or nothing is held of them."""


def _one(kind: str) -> Situation:
    (about, make), (reason, broken) = KINDS[kind], _EXPECTED[kind]
    script = Script(on={"Authorize": floods(make)})
    return Situation(
        kind, f"{about}, without end", script, "FAIL", reason, waits=3, broken=broken, alone=True, weighs=kind in _HEAVY
    )


SITUATIONS: Final = tuple(_one(kind) for kind in KINDS)
