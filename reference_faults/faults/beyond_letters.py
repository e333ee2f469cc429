"""Faults with letters beyond ASCII: a Central System that cannot read, count or keep them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from reference_csms.seams import Line, Seams, Take
from reference_csms.wire.frames import CALLRESULT, Payload
from reference_faults.deviation import Ledger
from reference_faults.faults.beyond_parts import clause_of, request_of
from reference_faults.faults.deeds import Select, error, only
from reference_faults.faults.model import Fault

LONGEST: Final = {
    "chargePointVendor": 20,
    "chargePointModel": 20,
    "meterType": 25,
    "info": 50,
    "vendorErrorCode": 50,
    "messageId": 50,
    "idTag": 20,
}
"""How many characters a text may have, by its member."""


def letter_faults() -> Iterator[Fault]:
    """All faults of this table."""
    people, machines, events = "FIELD_062", "FIELD_063", "FIELD_065"
    reading = clause_of("OCPP-J 1.6, 4.1.2", people, machines)
    counting = clause_of("OCPP 1.6, 7.1", people, machines)
    yield counting.fault(
        "texts-counted-in-bytes",
        "counts the bytes of a text, not its characters",
        _refusing(lambda text: text.encode()),
    )
    yield counting.fault(
        "texts-counted-as-escaped", "counts the characters of a text as JSON escapes it",
        _refusing(lambda text: json.dumps(text)[1:-1]),
    )  # fmt: skip
    yield counting.fault(
        "texts-counted-in-units", "counts the units of UTF-16 in a text, not its characters",
        _refusing(lambda text: text.encode("utf-16-le")[::2]), (machines,),
    )  # fmt: skip
    for name, what, which, cases in (
        ("beyond-ascii", "on letters beyond ASCII", lambda one: one > "\x7f", ("FIELD_018", people, machines, events)),
        ("of-four-bytes", "on characters of four bytes, as a database does that keeps three",
         lambda one: one > "\uffff", ("FIELD_018", machines, events)),
        ("to-the-left", "on letters that are written to the left",
         lambda one: "\u0590" <= one < "\u0700", (people, machines, events)),
        ("combining", "on letters that are combined of two characters",
         lambda one: "\u0300" <= one < "\u0370", (people, machines, events)),
    ):  # fmt: skip
        yield reading.fault(f"texts-{name}-crash", f"crashes {what}", only(_with(which), error("InternalError")), cases)
    yield clause_of("OCPP-J 1.6, 4.1.2", "FIELD_064").made(
        "answers-beyond-ascii-close", "closes the connection on an answer beyond ASCII", _closing_on_answers
    )


def _texts(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text of a payload with the member that holds it."""
    if isinstance(node, dict):
        for member, value in node.items():
            yield from _texts(value, member)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, name)
    elif isinstance(node, str):
        yield name, node


def _answers_to(holds: Callable[[Payload], bool]) -> Select:
    return lambda frame: frame.kind == CALLRESULT and holds(request_of(frame))


def _refusing(counted: Callable[[str], bytes | str]) -> Any:
    """Refuse a request with a text that is too long when it is counted like that."""

    def too_long(request: Payload) -> bool:
        return any(len(counted(text)) > LONGEST.get(name, len(counted(text))) for name, text in _texts(request))

    return only(_answers_to(too_long), error("PropertyConstraintViolation"))


def _with(which: Callable[[str], bool]) -> Select:
    """Answers to requests that hold such a character."""
    return _answers_to(lambda request: any(which(one) for _, text in _texts(request) for one in text))


def _closing_on_answers(ledger: Ledger) -> Seams:
    async def take(line: Line, data: str | bytes, forward: Take) -> None:
        if isinstance(data, str) and data.startswith("[3") and not data.isascii():
            ledger.landed += 1
            await line.connection.close(1007, "on purpose")
        else:
            await forward(data)

    return Seams(incoming=(take,))
