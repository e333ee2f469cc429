"""What can be too long, too many or too deep in a single message."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.support.hostile.frames import both, fragments, puts, says
from tests.support.hostile.situation import Deed, Script, Situation
from tests.support.hostile.wire import Wire
from tests.transport.hostile import TEXT, frame

GROUP: Final = "Sizes"
MIB: Final = 2**20


def _answer(name: str, about: str, deed: Deed, verdict: str, reason: str = "", **more: Any) -> Situation:
    return Situation(name, about, Script(on={"Authorize": deed}), verdict, reason, **more)


def padded(size: int) -> Deed:
    """A good answer behind so many blanks."""
    return says(" " * size + '[3,"$ID",{"idTagInfo":{"status":"Accepted"}}]')


def member(value: str) -> Deed:
    """A good answer with one member more, which holds this JSON text."""
    return says('[3,"$ID",{"idTagInfo":{"status":"Accepted"},"more":' + value + "}]")


def announced(size: int) -> Deed:
    """The head of a frame of so many bytes, and ten of them."""
    return puts(b"\x81\x7f" + size.to_bytes(8, "big") + b"x" * 10)


async def _many_fragments(wire: Wire, _unique_id: str) -> None:
    await wire.put(frame(TEXT, "", fin=False) + frame(0, "", fin=False) * 20_000)


async def _long_message(wire: Wire, _unique_id: str) -> None:
    await wire.put(frame(TEXT, "", fin=False))
    for _ in range(6):
        await wire.put(frame(0, "x" * MIB, fin=False))


_MEMBERS: Final = json.dumps({f"m{number}": number for number in range(50_000)})

SITUATIONS: Final = (
    _answer("blanks-1m", "a good answer behind 1 MiB of blanks", padded(MIB), "PASS"),
    _answer("blanks-5m", "a good answer behind 5 MiB of blanks", padded(5 * MIB), "FAIL", "1009"),
    _answer(
        "text-1m", "a member of 1 MiB of text", member(json.dumps("x" * MIB)), "FAIL", "more", broken=("WIRE_006",)
    ),
    _answer(
        "text-3m",
        "a member of 3 MiB of text",
        member(json.dumps("x" * 3 * MIB)),
        "FAIL",
        "more",
        broken=("WIRE_006",),
        weighs=True,
    ),
    _answer(
        "members", "an object of 50000 members", member(_MEMBERS), "FAIL", "more", broken=("WIRE_006",), weighs=True
    ),
    _answer(
        "list",
        "a list of 200000 numbers",
        member(json.dumps([0] * 200_000)),
        "FAIL",
        "more",
        broken=("WIRE_006",),
        weighs=True,
    ),
    _answer(
        "objects",
        "a list of 100000 objects",
        member("[" + ",".join(["{}"] * 100_000) + "]"),
        "FAIL",
        "more",
        broken=("WIRE_006",),
        weighs=True,
    ),
    _answer(
        "deep-60",
        "60 objects, one within the other",
        member('{"a":' * 60 + "0" + "}" * 60),
        "FAIL",
        "more",
        broken=("WIRE_006",),
    ),
    _answer(
        "deep-1000",
        "1000 objects, one within the other",
        member('{"a":' * 1000 + "0" + "}" * 1000),
        "FAIL",
        "unreadable",
        broken=("WIRE_001",),
    ),
    _answer(
        "digits",
        "a number of 100000 digits",
        member("9" * 100_000),
        "FAIL",
        "100000 digits",
        broken=("WIRE_001", "WIRE_006"),
    ),
    _answer(
        "exponent",
        "the number 1e1000000",
        member("1e1000000"),
        "FAIL",
        "beyond any range",
        broken=("WIRE_001", "WIRE_006"),
    ),
    _answer(
        "name-1m",
        "a member whose name is 1 MiB long",
        says('[3,"$ID",{"idTagInfo":{"status":"Accepted"},"' + "n" * MIB + '":0}]'),
        "FAIL",
        broken=("WIRE_006",),
        weighs=True,
    ),
    _answer(
        "twice-10000",
        "10000 members, each of them twice",
        member("{" + ",".join(f'"m{n % 10_000}":0' for n in range(20_000)) + "}"),
        "FAIL",
        "twice",
        broken=("WIRE_001", "WIRE_006"),
        weighs=True,
    ),
    _answer(
        "escapes-1m",
        "1 MiB of escaped text",
        member('"' + "\\u0007" * (MIB // 6) + '"'),
        "FAIL",
        "more",
        broken=("WIRE_006",),
    ),
    _answer(
        "emoji",
        "a parentIdTag of 100000 signs beyond the basic plane",
        says('[3,"$ID",{"idTagInfo":{"status":"Accepted","parentIdTag":"' + "\U0001f50c" * 100_000 + '"}}]'),
        "FAIL",
        "parentIdTag",
        broken=("WIRE_006",),
        weighs=True,
    ),
    _answer("announced-2gib", "a frame that announces 2 GiB", announced(2**31), "FAIL", "1009"),
    _answer("announced-2e63", "a frame that announces more bytes than there are", announced(2**63 - 1), "FAIL"),
    _answer("announced-wrong", "a frame whose length has the sign bit set", announced(2**64 - 1), "FAIL"),
    _answer("fragments-20000", "a message in 20000 empty fragments", _many_fragments, "FAIL", "10000 frames"),
    _answer("fragments-6m", "a message of 6 MiB in fragments", _long_message, "FAIL", "1009", weighs=True),
    _answer(
        "description",
        "a CALLERROR with 1 MiB of description",
        says('[4,"$ID","InternalError","' + "d" * MIB + '",{}]'),
        "FAIL",
        "InternalError",
        weighs=True,
    ),
    _answer("reason", "a close with a reason of 123 signs", puts(frame(8, b"\x0f\xa1" + b"r" * 123)), "FAIL", "4001"),
    _answer(
        "one-byte-frames",
        "a good answer in fragments of one byte",
        fragments(*'[3,"', "$ID", *'",{"idTagInfo":{"status":"Accepted"}}]'),
        "PASS",
    ),
    _answer(
        "call-1m",
        "a DataTransfer of 1 MiB before the answer",
        both(
            says('[2,"c1","DataTransfer",{"vendorId":"v","data":"' + "x" * MIB + '"}]'),
            says('[3,"$ID",{"idTagInfo":{"status":"Accepted"}}]'),
        ),
        "PASS",
    ),
)
