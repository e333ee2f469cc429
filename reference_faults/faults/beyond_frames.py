"""Faults with frames that are no messages, or odd ones: what a Central System makes of them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from reference_csms.seams import SUBPROTOCOLS, Admission, Forward, Line, Seams, Take
from reference_csms.wire.frames import Frame, compact
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.beyond_parts import clause_of
from reference_faults.faults.doors import letting_in
from reference_faults.faults.model import Fault

Which = Callable[[Any], bool]
"""Whether what came in is such a frame: its JSON, or the raw text or bytes where it has none."""

Deed = Callable[[Line, Any, Take], Awaitable[None]]
"""What is done with it: the line, its JSON, and the way on."""


def frame_form_faults() -> Iterator[Fault]:
    """All faults of this table."""
    for case, clause, which, name, what in _FRAMES:
        for ending, done, deed in _DEEDS[case]:
            text = f"{done} {what}"
            yield clause_of(clause, case).made(f"{name}-{ending}", text, _meeting(which, deed))


def _meeting(which: Which, deed: Deed) -> Make:
    """Do it with each such frame; one that struck the Central System dumb leaves it so for this connection."""

    def make(ledger: Ledger) -> Seams:
        async def take(line: Line, data: str | bytes, forward: Take) -> None:
            if ledger.of(line).get("dumb"):
                return
            value = _read(data)
            if not which(value):
                await forward(data)
                return
            ledger.landed += 1
            ledger.of(line)["dumb"] = deed is _dumb
            await deed(line, value, forward)

        async def emit(line: Line, frame: Frame, forward: Forward) -> None:
            if not ledger.of(line).get("dumb"):
                await forward(frame)

        return Seams(incoming=(take,), outgoing=(emit,))

    return make


def _read(data: str | bytes) -> Any:
    if isinstance(data, bytes):
        return data
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data


# -- what came in -------------------------------------------------------------------------------------------


def _call(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and value[:1] == [2]


def _long_id(value: Any) -> bool:
    return _call(value) and len(str(value[1])) == 36


def _short_id(value: Any) -> bool:
    return _call(value) and len(str(value[1])) == 1


def _unknown_type(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and value[0] in (1, 5, 9)


def _three(value: Any) -> bool:
    return _call(value) and len(value) == 3


def _five(value: Any) -> bool:
    return _call(value) and len(value) == 5


def _no_object(value: Any) -> bool:
    return _call(value) and len(value) == 4 and isinstance(value[3], list)


def _too_long_id(value: Any) -> bool:
    return _call(value) and len(str(value[1])) > 36


def _no_id(value: Any) -> bool:
    return _call(value) and not isinstance(value[1], str)


def _no_json(value: Any) -> bool:
    return isinstance(value, str)


def _no_message(value: Any) -> bool:
    return isinstance(value, dict | int) or value == []


def _binary(value: Any) -> bool:
    return isinstance(value, bytes)


def _to_nobody(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and value[0] in (3, 4) and str(value[1]).startswith("nobody")


def _deep(value: Any) -> bool:
    return _call(value) and "[" * 40 in str(value)


def _null(value: Any) -> bool:
    return _call(value) and len(value) == 4 and value[3] is None


_FRAMES: Final = (
    ("LINE_030", "OCPP-J 1.6, 4.1.4", _long_id, "id-of-36", "a CALL whose uniqueId has 36 characters"),
    ("LINE_030", "OCPP-J 1.6, 4.1.4", _short_id, "id-of-one", "a CALL whose uniqueId has one character"),
    ("LINE_031", "OCPP-J 1.6, 4.1.3", _unknown_type, "unknown-type", "a message of an unknown type"),
    ("LINE_032", "OCPP-J 1.6, 4.2.1", _three, "call-of-three", "a CALL of three elements"),
    ("LINE_032", "OCPP-J 1.6, 4.2.1", _five, "call-of-five", "a CALL of five elements"),
    ("LINE_032", "OCPP-J 1.6, 4.2.1", _no_object, "call-with-a-list", "a CALL whose payload is a list"),
    ("LINE_033", "OCPP-J 1.6, 4.1.4", _too_long_id, "id-of-37", "a CALL whose uniqueId has 37 characters"),
    ("LINE_033", "OCPP-J 1.6, 4.1.4", _no_id, "id-of-no-text", "a CALL whose uniqueId is no text"),
    ("LINE_034", "OCPP-J 1.6, 4.2", _no_json, "no-json", "text that is no JSON"),
    ("LINE_034", "OCPP-J 1.6, 4.2", _no_message, "no-message", "JSON that is no message"),
    ("LINE_035", "OCPP-J 1.6, 4.1.2", _binary, "binary", "a binary frame"),
    ("LINE_036", "OCPP-J 1.6, 4.1.3", _to_nobody, "answer-to-nobody", "an answer to a CALL that it never sent"),
    ("LINE_037", "OCPP-J 1.6, 4.2.1", _deep, "deep", "a message of many levels"),
    ("LINE_038", "OCPP-J 1.6, 4.2.1", _null, "null-payload", "a CALL whose payload is null"),
)
"""The case that sends it, the clause, which frame it is, and its name."""


# -- what is done -------------------------------------------------------------------------------------------


async def _dumb(line: Line, value: Any, forward: Take) -> None:
    """Read no more, as after an exception that ended the loop which reads."""


async def _close(line: Line, _: Any, __: Take) -> None:
    await line.connection.close(1011, "on purpose")


async def _refuse(line: Line, value: Any, _: Take) -> None:
    unique_id = value[1] if isinstance(value, list) and isinstance(value[1], str) else "-1"
    await line.write(Frame("", [4, unique_id, "GenericError", "on purpose", {}], compact))


async def _say_nothing(line: Line, value: Any, forward: Take) -> None:
    """Look over it."""


async def _take(_: Line, value: Any, forward: Take) -> None:
    """Take it for a CALL that is right."""
    await forward(json.dumps([2, value[1], "Heartbeat", {}]))


_DUMB: Final = ("strikes-dumb", "reads no more after", _dumb)
_CLOSES: Final = ("closes", "closes the connection on", _close)
_REFUSED: Final = ("refused", "answers with a CALLERROR", _refuse)
_UNANSWERED: Final = ("unanswered", "does not answer", _say_nothing)
_TAKEN: Final = ("taken", "answers like any other", _take)

_DEEDS: Final = {
    "LINE_030": (_REFUSED, _UNANSWERED, _CLOSES),
    "LINE_031": (_REFUSED, _DUMB, _CLOSES),
    "LINE_032": (_TAKEN, _UNANSWERED, _CLOSES),
    "LINE_033": (_DUMB, _CLOSES),
    "LINE_034": (_DUMB,),
    "LINE_035": (_DUMB,),
    "LINE_036": (_REFUSED, _DUMB, _CLOSES),
    "LINE_037": (_DUMB,),
    "LINE_038": (_REFUSED, _UNANSWERED, _CLOSES),
}
"""What is wrong to do with the frames of each case."""


# -- the door -----------------------------------------------------------------------------------------------


def handshake_faults() -> Iterator[Fault]:
    """Faults with handshakes that offer something else."""
    none, several = clause_of("OCPP-J 1.6, 3.1.2", "LINE_040"), clause_of("OCPP-J 1.6, 3.1.2", "LINE_041")
    yield none.made(
        "no-subprotocol-let-in", "speaks with a Charge Point that offers no subprotocol it knows", _let_in_unspoken
    )
    yield several.made(
        "several-subprotocols-refused", "refuses a Charge Point that offers two subprotocols",
        _admitting(lambda one: len(one.offered) > 1, {"status": 400}),
    )  # fmt: skip
    yield several.made(
        "several-subprotocols-all-named", "answers with all subprotocols that are offered",
        _admitting(lambda one: len(one.offered) > 1, {"subprotocol": "ocpp1.6, ocpp2.0.1"}),
    )  # fmt: skip
    yield clause_of("OCPP-J 1.6, 3; RFC 7692, 5", "LINE_042").made(
        "compression-refused", "refuses a Charge Point that offers to compress messages",
        _admitting(lambda one: one.compressed, {"status": 400}),
    )  # fmt: skip

    yield clause_of("OCPP-J 1.6, 3.1.2", "LINE_043").made(
        "dumb-after-a-stranger", "says nothing any more once a Charge Point came that it does not know",
        _dumb_after(lambda identity, _: identity.startswith("NOBODY-")),
    )  # fmt: skip
    yield clause_of("OCPP-J 1.6, 3.1.1", "LINE_044").made(
        "dumb-after-a-slash", "says nothing any more once a URL ended in a slash",
        _dumb_after(lambda _, admission: admission.because == "path"),
    )  # fmt: skip


def _dumb_after(which: Callable[[str, Admission], bool]) -> Make:
    def make(ledger: Ledger) -> Seams:
        def admit(charge_point_id: str, admission: Admission) -> Admission:
            if which(charge_point_id, admission):
                ledger.memory["dumb"] = True
            return admission

        async def swallow(_: Line, frame: Frame, forward: Forward) -> None:
            if ledger.memory.get("dumb"):
                ledger.landed += 1
            else:
                await forward(frame)

        return Seams(admission=(admit,), outgoing=(swallow,))

    return make


def _admitting(which: Callable[[Admission], bool], changes: dict[str, Any]) -> Make:
    def make(ledger: Ledger) -> Seams:
        def admit(_: str, admission: Admission) -> Admission:
            if not which(admission):
                return admission
            ledger.landed += 1
            return replace(admission, **changes)

        return Seams(admission=(admit,))

    return make


_let_in_unspoken = letting_in(SUBPROTOCOLS, None)
