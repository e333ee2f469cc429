"""What can be wrong with a frame: of WebSocket, of JSON, of OCPP-J, of a payload."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.support.hostile.situation import Deed, Script, Situation
from tests.support.hostile.wire import Wire
from tests.transport.hostile import BINARY, PING, PONG, TEXT, frame

GROUP: Final = "Frames"
_ACCEPTED: Final = '{"idTagInfo":{"status":"Accepted"}}'


def says(text: str | bytes, opcode: int = TEXT) -> Deed:
    """Send this message; ``$ID`` is the uniqueId of the CALL."""

    async def deed(wire: Wire, unique_id: str) -> None:
        whole = text.replace("$ID", unique_id) if isinstance(text, str) else text.replace(b"$ID", unique_id.encode())
        await wire.say(whole, opcode)

    return deed


def both(*deeds: Deed) -> Deed:
    """One deed after the other."""

    async def deed(wire: Wire, unique_id: str) -> None:
        for one in deeds:
            await one(wire, unique_id)

    return deed


def puts(*parts: bytes) -> Deed:
    """Send these bytes as they are, in which ``$ID`` is left alone."""

    async def deed(wire: Wire, _unique_id: str) -> None:
        for part in parts:
            await wire.put(part)

    return deed


def fragments(*texts: str, control: bytes = b"") -> Deed:
    """A good answer in so many pieces, with a control frame after the first."""

    async def deed(wire: Wire, unique_id: str) -> None:
        pieces = [text.replace("$ID", unique_id) for text in texts]
        for number, piece in enumerate(pieces):
            await wire.put(frame(TEXT if number == 0 else 0, piece, fin=number == len(pieces) - 1))
            if number == 0 and control:
                await wire.put(control)

    return deed


def _answer(name: str, about: str, deed: Deed, verdict: str, reason: str = "", **more: Any) -> Situation:
    return Situation(name, about, Script(on={"Authorize": deed}), verdict, reason, **more)


def _text(name: str, about: str, text: str | bytes, verdict: str, reason: str = "", **more: Any) -> Situation:
    return _answer(name, about, says(text), verdict, reason, **more)


_DEEP: Final = "[" * 100_000 + "]" * 100_000
_GOOD: Final = f'[3,"$ID",{_ACCEPTED}]'

SITUATIONS: Final = (
    Situation("good", "nothing is wrong", Script(), "PASS"),
    _answer("binary", "the answer as a binary message", says(_GOOD, BINARY), "FAIL", "binary", broken=("WIRE_002",)),
    _answer(
        "binary-noise",
        "a binary message of noise",
        says(bytes(range(256)), BINARY),
        "FAIL",
        "unreadable",
        broken=("WIRE_001", "WIRE_002"),
    ),
    _answer("not-utf8", "a text message that is not UTF-8", says(b'[3,"$ID",\xff\xfe]'), "FAIL", "UTF-8"),
    _answer("opcode", "a frame with an opcode that does not exist", puts(frame(5, "x")), "FAIL", "invalid opcode"),
    _answer(
        "reserved-bits", "a frame with reserved bits", puts(frame(TEXT, "x", first_bits=0x70)), "FAIL", "reserved bits"
    ),
    _answer("masked", "a masked frame", puts(b"\x81\x85\x01\x02\x03\x04hello"), "FAIL", "masking"),
    _answer("long-ping", "a PING of 200 bytes", puts(frame(PING, "x" * 200)), "FAIL", "control frame"),
    _answer("fragmented-ping", "a PING in fragments", puts(frame(PING, "x", fin=False)), "FAIL", "control frame"),
    _answer("lone-continuation", "a continuation of nothing", puts(frame(0, "x")), "FAIL", "continuation"),
    _answer(
        "two-beginnings",
        "a message that begins within another",
        puts(frame(TEXT, "x", fin=False), frame(TEXT, "y")),
        "FAIL",
        "continuation",
    ),
    _answer(
        "half-a-frame", "half a frame, then silence", puts(frame(TEXT, "x" * 100)[:50]), "FAIL", "no answer", waits=2
    ),
    _answer("pongs", "a PONG nobody asked for, then silence", puts(frame(PONG, "x")), "FAIL", "no answer"),
    _answer("fragments", "the answer in three fragments", fragments('[3,"$ID"', ",", f"{_ACCEPTED}]"), "PASS"),
    _answer(
        "fragments-ping",
        "the answer in two fragments, with a PING between them",
        fragments('[3,"$ID",', f"{_ACCEPTED}]", control=frame(PING, "p")),
        "PASS",
    ),
    _answer(
        "fragments-empty",
        "the answer in fragments, some of them empty",
        fragments("", '[3,"$ID",', "", f"{_ACCEPTED}]", ""),
        "PASS",
    ),
    _text("empty", "an empty message", "", "FAIL", "unreadable", broken=("WIRE_001",)),
    _text("blank", "a message of blanks", " \n\t ", "FAIL", "unreadable", broken=("WIRE_001",)),
    _text("not-json", "prose", "the idTag is fine", "FAIL", "unreadable", broken=("WIRE_001",)),
    _text(
        "half-json", "JSON that is cut off", '[3,"$ID",{"idTagInfo":{"sta', "FAIL", "unreadable", broken=("WIRE_001",)
    ),
    _text("two-values", "two answers in one message", _GOOD + _GOOD, "FAIL", "unreadable", broken=("WIRE_001",)),
    _text(
        "byte-order-mark",
        "the answer behind a byte order mark",
        "\ufeff" + _GOOD,
        "FAIL",
        "unreadable",
        broken=("WIRE_001",),
    ),
    _text("null", "null", "null", "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("number", "a number", "3", "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("string", "a string", '"[3]"', "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("object", "an object", '{"idTagInfo":{"status":"Accepted"}}', "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("empty-array", "an empty array", "[]", "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("deep", "arrays a hundred thousand deep", _DEEP, "FAIL", "unreadable", broken=("WIRE_001",)),
    _text("type-9", "a message of type 9", f'[9,"$ID",{_ACCEPTED}]', "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("type-text", "the type as text", f'["3","$ID",{_ACCEPTED}]', "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("type-float", "the type as 3.0", f'[3.0,"$ID",{_ACCEPTED}]', "FAIL", "unreadable", broken=("WIRE_002",)),
    _text("type-true", "true as type", f'[true,"$ID",{_ACCEPTED}]', "FAIL", "unreadable", broken=("WIRE_002",)),
    _text(
        "too-long",
        "an answer with five elements",
        f'[3,"$ID",{_ACCEPTED},1,2]',
        "FAIL",
        "this one has 5",
        broken=("WIRE_002",),
    ),
    _text(
        "too-short", "an answer without payload", '[3,"$ID"]', "FAIL", "this one has 2", broken=("WIRE_002", "WIRE_006")
    ),
    _text("payload-null", "null as payload", '[3,"$ID",null]', "FAIL", "idTagInfo is required", broken=("WIRE_006",)),
    _text("payload-array", "an array as payload", '[3,"$ID",[]]', "FAIL", "an array", broken=("WIRE_002", "WIRE_006")),
    _text(
        "payload-text",
        "the payload as text",
        f'[3,"$ID",{json.dumps(_ACCEPTED)}]',
        "FAIL",
        "a string",
        broken=("WIRE_002", "WIRE_006"),
    ),
    _text(
        "id-unknown",
        "an answer to another CALL",
        f'[3,"nobody",{_ACCEPTED}]',
        "FAIL",
        "belongs to no CALL",
        broken=("WIRE_004",),
    ),
    _text(
        "id-number",
        "a number as uniqueId",
        f"[3,17,{_ACCEPTED}]",
        "FAIL",
        "belongs to no CALL",
        broken=("WIRE_003", "WIRE_004"),
    ),
    _text(
        "id-long",
        "a uniqueId of 100000 signs",
        f'[3,"{"x" * 100_000}",{_ACCEPTED}]',
        "FAIL",
        "belongs to no CALL",
        broken=("WIRE_003", "WIRE_004"),
    ),
    _text("call-error", "a CALLERROR", '[4,"$ID","InternalError","",{}]', "FAIL", "InternalError"),
    _text(
        "call-error-short",
        "a CALLERROR of three elements",
        '[4,"$ID","InternalError"]',
        "FAIL",
        "InternalError",
        broken=("WIRE_002",),
    ),
    _text(
        "call-error-code",
        "a CALLERROR with a code that does not exist",
        '[4,"$ID","Oops","",{}]',
        "FAIL",
        "Oops",
        broken=("WIRE_007",),
    ),
    _text(
        "call-error-types",
        "a CALLERROR of wrong types",
        '[4,"$ID",7,null,[]]',
        "FAIL",
        "CALLERROR",
        broken=("WIRE_002", "WIRE_007"),
    ),
    _text("empty-payload", "an empty payload", '[3,"$ID",{}]', "FAIL", "idTagInfo is required", broken=("WIRE_006",)),
    _text(
        "status-unknown",
        "a status that does not exist",
        '[3,"$ID",{"idTagInfo":{"status":"Fine"}}]',
        "FAIL",
        "Fine",
        broken=("WIRE_006",),
    ),
    _text(
        "status-case",
        "a status in small letters",
        '[3,"$ID",{"idTagInfo":{"status":"accepted"}}]',
        "FAIL",
        "accepted",
        broken=("WIRE_006",),
    ),
    _text(
        "status-number",
        "a number as status",
        '[3,"$ID",{"idTagInfo":{"status":1e999}}]',
        "FAIL",
        "beyond any range",
        broken=("WIRE_001", "WIRE_006"),
    ),
    _text(
        "additional",
        "a member that does not exist",
        '[3,"$ID",{"idTagInfo":{"status":"Accepted"},"__proto__":{}}]',
        "FAIL",
        "__proto__",
        broken=("WIRE_006",),
    ),
    _text(
        "twice",
        "a member twice, with two values",
        '[3,"$ID",{"idTagInfo":{"status":"Accepted","status":"Invalid"}}]',
        "FAIL",
        "twice",
        broken=("WIRE_001",),
    ),
    _text(
        "nan",
        "NaN",
        '[3,"$ID",{"idTagInfo":{"status":"Accepted","x":NaN}}]',
        "FAIL",
        "NaN",
        broken=("WIRE_001", "WIRE_006"),
    ),
    _text(
        "surrogate",
        "a lone surrogate",
        '[3,"$ID",{"idTagInfo":{"status":"Accepted","parentIdTag":"\\ud800"}}]',
        "FAIL",
        "lone surrogate",
        broken=("WIRE_001",),
    ),
    _text(
        "bad-date",
        "a date that does not exist",
        '[3,"$ID",{"idTagInfo":{"status":"Accepted","expiryDate":"2026-02-30T00:00:00Z"}}]',
        "FAIL",
        "2026-02-30",
        broken=("WIRE_008",),
    ),
    _text(
        "escapes",
        "a parentIdTag that paints the terminal",
        '[3,"$ID",{"idTagInfo":{"status":"Accepted","parentIdTag":"\\u001b[31m\\u0007\\u202e"}}]',
        "PASS",
    ),
    _answer("twice-answered", "two answers to one CALL", both(says(_GOOD), says(_GOOD)), "PASS", broken=("WIRE_004",)),
    Situation(
        "heartbeat-from-above",
        "a CALL that only a Charge Point may send",
        Script(on={"Authorize": says('[2,"c1","Heartbeat",{}]')}),
        "FAIL",
        "no answer",
    ),
    Situation(
        "unknown-action",
        "a CALL with an action that does not exist, before the answer",
        Script(greeting=says('[2,"c1","Dance",{}]')),
        "PASS",
        broken=("WIRE_006",),
    ),
    Situation(
        "same-id",
        "a CALL with the uniqueId of ours, in place of the answer",
        Script(on={"Authorize": says('[2,"$ID","ClearCache",{}]')}),
        "FAIL",
        "no answer",
    ),
    Situation(
        "greeting-garbage",
        "unreadable text right after the handshake",
        Script(greeting=says("}{")),
        "PASS",
        broken=("WIRE_001",),
    ),
)
