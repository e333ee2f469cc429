"""Legal noise: how a Central System refuses what is wrong, and what it may look over (OCPP-J 1.6, 4.1 and 4.2.3)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from reference_csms.seams import Forward, Line, Seams, Take
from reference_csms.wire.frames import CALL, CALLERROR, MAX_UNIQUE_ID, Frame
from reference_faults.deviation import Ledger
from reference_faults.landing import Deed, Turn
from reference_faults.noise.making import Noise, noise_by, noise_made

_PAYLOAD: Final = frozenset(
    {"OccurenceConstraintViolation", "TypeConstraintViolation", "PropertyConstraintViolation", "FormationViolation"}
)
"""What the reference CSMS says of a payload that is wrong."""

_LOOKED_OVER: Final = "harnessExtra"
SLOW: Final = 1.0
"""Seconds that a slow refusal takes."""


def _by(code: str, *instead_of: str) -> Deed:
    """Refuse with another code."""
    replaced = frozenset(instead_of) or _PAYLOAD

    async def deed(turn: Turn) -> None:
        message = turn.frame.message
        if turn.frame.kind == CALLERROR and message[2] in replaced and message[2] != code:
            await turn.send(replace(turn.frame, message=[*message[:2], code, *message[3:]]))
        else:
            await turn.send()

    return deed


def _told(description: str | None, details: dict[str, Any] | None = None) -> Deed:
    """Refuse with other words."""

    async def deed(turn: Turn) -> None:
        if turn.frame.kind != CALLERROR:
            await turn.send()
            return
        *head, said, more = turn.frame.message
        message = [*head, said if description is None else description, more if details is None else details]
        await turn.send(replace(turn.frame, message=message))

    return deed


async def _slowly(turn: Turn) -> None:
    if turn.frame.kind == CALLERROR:
        await turn.pause(SLOW)
    await turn.send()


Handle = Callable[[Line, str | bytes, Take], Awaitable[bool]]
"""Does something with what came in; False when it is not what this is about, and goes on as it is."""


def _taking(name: str, what: str, handle: Handle) -> Noise:
    """A noise about what comes in."""

    def make(ledger: Ledger) -> Seams:
        async def take(line: Line, data: str | bytes, forward: Take) -> None:
            if await handle(line, data, forward):
                ledger.landed += 1
            else:
                await forward(data)

        return Seams(incoming=(take,))

    return noise_made(name, what, make)


def _read(data: str | bytes) -> Any:
    """The JSON of a text frame; the frame itself where it is none."""
    if isinstance(data, bytes):
        return data
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data


def _cleaned(keep: Callable[[str, Any], bool]) -> Handle:
    """Look over members of a CALL."""

    def clean(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: clean(value) for name, value in node.items() if keep(name, value)}
        return [clean(item) for item in node] if isinstance(node, list) else node

    async def handle(_: Line, data: str | bytes, forward: Take) -> bool:
        message = _read(data)
        if not isinstance(message, list) or message[:1] != [CALL] or not isinstance(message[-1], dict):
            return False
        payload = clean(message[-1])
        if payload == message[-1]:
            return False
        await forward(json.dumps([*message[:-1], payload]))
        return True

    return handle


def _closing(which: Callable[[Any], bool], code: int) -> Handle:
    async def handle(line: Line, data: str | bytes, _: Take) -> bool:
        if not which(_read(data)):
            return False
        await line.connection.close(code, "not OCPP-J")
        return True

    return handle


def _refusing_by(unique_id: str) -> Handle:
    """Answer text that is no JSON with a CALLERROR, whose uniqueId can be none of the Charge Point's."""

    async def handle(line: Line, data: str | bytes, _: Take) -> bool:
        if not isinstance(_read(data), str):
            return False
        await line.write(Frame("", [CALLERROR, unique_id, "FormationViolation", "no JSON", {}]))
        return True

    return handle


async def _decoded(_: Line, data: str | bytes, forward: Take) -> bool:
    if isinstance(data, str):
        return False
    await forward(data.decode("utf-8", "replace"))
    return True


async def _unanswered_when_empty(_: Line, data: str | bytes, forward: Take) -> bool:  # noqa: ARG001  a Handle
    message = _read(data)
    return isinstance(message, list) and message[:2] == [CALL, ""]


def _long_ids(ledger: Ledger) -> Seams:
    """Bear uniqueIds of any length: they are cut for the inside, and whole again outside."""

    async def take(line: Line, data: str | bytes, forward: Take) -> None:
        message = _read(data)
        if _is_call(message) and len(str(message[1])) > MAX_UNIQUE_ID:
            short = str(message[1])[:MAX_UNIQUE_ID]
            ledger.of(line)[short] = message[1]
            ledger.landed += 1
            await forward(json.dumps([CALL, short, *message[2:]]))
        else:
            await forward(data)

    async def emit(line: Line, frame: Frame, forward: Forward) -> None:
        whole = ledger.of(line).pop(str(frame.message[1]), None)
        parts = frame.message
        await forward(frame if whole is None else replace(frame, message=[parts[0], whole, *parts[2:]]))

    return Seams(incoming=(take,), outgoing=(emit,))


def _is_call(message: Any) -> bool:
    return isinstance(message, list) and len(message) > 1 and message[0] == CALL


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_binary(value: Any) -> bool:
    return isinstance(value, bytes)


def _is_no_message(value: Any) -> bool:
    return isinstance(value, dict | int) or value == []


def _is_very_deep(value: Any) -> bool:
    return isinstance(value, str) and "[" * 1000 in value


_NESTED: Final[dict[str, Any]] = {"cause": {"at": [1, {"of": None}]}}

REFUSALS: Final = (
    noise_by("refuses-by-formation", "refuses all that is wrong with FormationViolation", _by("FormationViolation")),
    noise_by(
        "refuses-by-type", "refuses all that is wrong with TypeConstraintViolation", _by("TypeConstraintViolation")
    ),
    noise_by(
        "refuses-by-property", "refuses all that is wrong with PropertyConstraintViolation",
        _by("PropertyConstraintViolation"),
    ),
    noise_by("refuses-by-protocol-error", "refuses all that is wrong with ProtocolError", _by("ProtocolError")),
    noise_by("refuses-by-generic-error", "refuses all that is wrong with GenericError", _by("GenericError")),
    noise_by(
        "refuses-by-occurence", "refuses all that is wrong with OccurenceConstraintViolation",
        _by("OccurenceConstraintViolation"),
    ),
    noise_by(
        "occurrence-spelt-right", "spells OccurrenceConstraintViolation as OCPP 2.0.1 does",
        _by("OccurrenceConstraintViolation", "OccurenceConstraintViolation"),
    ),
    noise_by(
        "format-violation", "calls a FormationViolation FormatViolation, as OCPP 2.0.1 does",
        _by("FormatViolation", "FormationViolation"),
    ),
    noise_by(
        "unknown-action-not-supported", "refuses an action that it does not know with NotSupported",
        _by("NotSupported", "NotImplemented"),
    ),
    noise_by("refuses-without-words", "gives a CALLERROR no description", _told("")),
    noise_by("refuses-beyond-ascii", "describes a CALLERROR beyond ASCII", _told("ung\u00fcltig \u26a1 \u65e0\u6548")),
    noise_by("refuses-at-length", "describes a CALLERROR in 255 characters", _told("x" * 255)),
    noise_by("refuses-without-details", "gives a CALLERROR no details", _told(None, {})),
    noise_by("refuses-with-details", "gives a CALLERROR nested details", _told(None, _NESTED)),
    noise_by("refuses-slowly", f"takes {SLOW:g} s for a CALLERROR", _slowly),
    _taking(
        "null-looked-over", "takes null for a member that is not there", _cleaned(lambda _, value: value is not None)
    ),
    _taking(
        "unknown-members-looked-over", "looks over members that it does not know",
        _cleaned(lambda name, _: name != _LOOKED_OVER),
    ),
    _taking("binary-closes", "closes the connection on binary frames (1003)", _closing(_is_binary, 1003)),
    _taking("binary-as-text", "reads binary frames like text", _decoded),
    _taking("no-json-closes", "closes the connection on text that is no JSON (1007)", _closing(_is_text, 1007)),
    _taking(
        "no-message-closes", "closes the connection on JSON that is no message (1002)", _closing(_is_no_message, 1002)
    ),
    _taking("no-json-refused", "answers text that is no JSON with a CALLERROR for the uniqueId -1", _refusing_by("-1")),
    _taking("deep-closes", "closes the connection on what is nested without end (1009)", _closing(_is_very_deep, 1009)),
    _taking("empty-id-looked-over", "does not answer a CALL without a uniqueId", _unanswered_when_empty),
    noise_made("long-ids-borne", "answers CALLs whose uniqueIds are too long", _long_ids),
)  # fmt: skip
"""What is wrong, refused or borne in another way."""
