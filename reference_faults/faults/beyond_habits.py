"""Faults with habits of Charge Points: what they leave empty, how they count and number, how they write JSON."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from reference_csms.instants import parse_instant
from reference_csms.seams import Forward, Line, Seams, Take
from reference_csms.wire.frames import CALL, CALLRESULT, Frame, Payload
from reference_faults.deviation import Ledger, Make
from reference_faults.edits import put
from reference_faults.faults.beyond_parts import answering, clause_of, request_of, stopped
from reference_faults.faults.deeds import Select, error, only, payload
from reference_faults.faults.model import Fault
from reference_faults.landing import Turn

IN_A_ROW: Final = 40
"""Messages beyond which one that limits them gives up."""

WITHIN: Final = 10.0
"""Seconds in which they are counted."""

_32_BITS: Final = 2**31


def habit_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _of_values()
    yield from _of_id_tags()
    yield from _of_moments()
    yield from _of_json()
    yield from _of_unique_ids()
    yield from _of_many()


def _of_values() -> Iterator[Fault]:
    empty = clause_of("OCPP 1.6, 6.5 and 6.47", "FIELD_066")
    for action in ("BootNotification", "StatusNotification", "DataTransfer"):
        select = answering(action, lambda request: "" in request.values())
        name, what = f"{action.lower()}-with-empty-text-refused", f"refuses {action}.req with an empty text"
        yield empty.fault(name, what, only(select, error("PropertyConstraintViolation")))
    unknown = clause_of("OCPP 1.6, 4.7 and 4.9", "FIELD_067")
    for action in ("StatusNotification", "MeterValues"):
        select = answering(action, lambda request: request["connectorId"] > 2)
        name, what = f"{action.lower()}-of-unknown-connector-refused", f"refuses {action}.req of a third connector"
        yield unknown.fault(name, what, only(select, error("PropertyConstraintViolation")))
    yield clause_of("OCPP 1.6, 6.45 and 6.49", "FIELD_068").fault(
        "numbers-beyond-32-bits-crash", "crashes on numbers of more than 32 bits",
        only(_requests(lambda request: any(_is_large(one) for one in request.values())), error("InternalError")),
    )  # fmt: skip
    data = clause_of("OCPP 1.6, 6.15", "FIELD_069")
    for name, what, unfit in (
        ("read-as-json", "reads the data of DataTransfer.req as JSON", lambda text: _json(text) is _NO_JSON),
        ("read-as-an-object", "reads JSON in the data of DataTransfer.req as an object",
         lambda text: not isinstance(_json(text), dict) and _json(text) is not _NO_JSON),
    ):  # fmt: skip
        yield data.fault(f"data-{name}", what, only(_with_data(unfit), error("InternalError")))
    yield clause_of("OCPP 1.6, 4.10", "FIELD_071").fault(
        "stop-of-a-refused-start-unknown", "refuses the stop of a transaction whose start it has refused",
        _forgetting_refused,
    )  # fmt: skip


def _of_id_tags() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 7.28", "FIELD_072")
    for name, what, like in (
        ("by-their-begin", "accepts an idTag that begins like one it knows", re.compile(r"TAG-\d{3}.+")),
        ("by-a-part", "accepts an idTag that is the begin of one it knows", re.compile(r"TAG-\d\d")),
        ("without-leading-zeros", "accepts an idTag with a zero before one it knows", re.compile(r"0TAG-\d{3}")),
        ("by-patterns", "takes _ and % in an idTag for jokers", re.compile(r"TAG-\d\d_|%")),
    ):
        yield clause.fault(f"id-tags-{name}", what, only(_for(like), payload(put("idTagInfo.status", "Accepted"))))


def _for(like: re.Pattern[str]) -> Select:
    """Answers about an idTag that reads like this."""
    return answering("Authorize", lambda request: like.fullmatch(request["idTag"]))


def _of_moments() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 3.14, 4.7 and 4.9", "FIELD_070")
    for name, what, holds in (
        ("of-epoch-crash", "crashes on the first moment of 1970, as a database does that has none before the second",
         lambda moment: moment.timestamp() == 0),
        ("beyond-2038-crash", "crashes on moments beyond those of 32 bits",
         lambda moment: moment.timestamp() >= _32_BITS),
        ("of-old-refused", "refuses messages that are years old",
         lambda moment: moment < datetime(2020, 1, 1, tzinfo=UTC)),
        ("of-future-refused", "refuses messages from the future", lambda moment: moment.year > 2090),
    ):  # fmt: skip
        yield clause.fault(f"moments-{name}", what, only(_at(holds), error("InternalError")))


def _at(holds: Callable[[datetime], bool]) -> Select:
    """Answers to requests with such a timestamp."""
    return _requests(lambda request: any(holds(one) for one in _moments(request)))


def _with_data(unfit: Callable[[str], bool]) -> Select:
    """Answers to messages of a vendor with such data."""
    return answering("DataTransfer", lambda request: "data" in request and unfit(request["data"]))


def _of_json() -> Iterator[Fault]:
    clause = clause_of("OCPP-J 1.6, 4.1.2; RFC 8259", "LINE_055")
    for name, what, fits in (
        ("by-its-begin", "knows a CALL by its first letters only", lambda text: text.startswith('[2,"')),
        ("without-escapes", "looks for actions in a text without reading its escapes",
         lambda text: "\\u0048" not in text),
        ("line-by-line", "reads a message as far as its first line", lambda text: "\n" not in text),
        ("in-order", "expects the members of StatusNotification.req in one order",
         lambda text: "StatusNotification" not in text or text.find("connectorId") < text.find("errorCode")),
    ):  # fmt: skip
        yield clause.made(f"json-{name}", what, _overlooking(fits))


def _overlooking(fits: Callable[[str], bool]) -> Make:
    """Look over CALLs that do not fit."""

    def make(ledger: Ledger) -> Seams:
        async def take(_: Line, data: str | bytes, forward: Take) -> None:
            if isinstance(data, str) and _is_call(data) and not fits(data):
                ledger.landed += 1
            else:
                await forward(data)

        return Seams(incoming=(take,))

    return make


def _of_unique_ids() -> Iterator[Fault]:
    clause = clause_of("OCPP-J 1.6, 4.1.4", "LINE_056")
    for name, what, change, cases in (
        ("as-numbers", "takes a uniqueId of digits for a number",
         lambda one: str(int(one)) if one.isdigit() else one, ()),
        ("as-floats", "takes a uniqueId for a number where it reads like one",
         lambda one: str(int(float(one))) if one == "1e3" else one, ()),
        ("without-quotes", "loses the quotes in a uniqueId", lambda one: one.replace('"', ""), ()),
        ("trimmed-to-words", "loses what is no letter or digit in a uniqueId",
         lambda one: "".join(letter for letter in one if letter.isalnum() or letter in "-_"), ()),
        ("cut-short", "cuts a uniqueId after 32 characters", lambda one: one[:32], ("LINE_030",)),
    ):  # fmt: skip
        yield clause.made(f"unique-ids-{name}", what, _answering_under(change), cases)
    yield clause.made("unique-ids-once-for-ever", "looks over a uniqueId that an earlier connection had", _once)


def _answering_under(change: Callable[[str], str]) -> Make:
    def make(ledger: Ledger) -> Seams:
        async def emit(_: Line, frame: Frame, forward: Forward) -> None:
            kind, unique_id, *others = frame.message
            if kind != CALL and change(unique_id) != unique_id:
                ledger.landed += 1
                frame = Frame(frame.action, [kind, change(unique_id), *others], frame.encode, frame.request)
            await forward(frame)

        return Seams(outgoing=(emit,))

    return make


def _once(ledger: Ledger) -> Seams:
    seen: dict[tuple[str, str], int] = ledger.memory.setdefault("seen", {})

    async def take(line: Line, data: str | bytes, forward: Take) -> None:
        unique_id = json.loads(data)[1] if _is_call(data) else None
        if unique_id is not None and seen.setdefault((line.charge_point_id, unique_id), id(line)) != id(line):
            ledger.landed += 1
        else:
            await forward(data)

    return Seams(incoming=(take,))


def _of_many() -> Iterator[Fault]:
    clause = clause_of("OCPP 1.6, 3.7", "LINE_057")
    yield clause.made("many-messages-close", "closes on many messages in a row", _limiting(_closing))
    yield clause.made("many-messages-dropped", "drops messages when many come in a row", _limiting(_dropping))


def _limiting(deed: Callable[[Line], Any]) -> Make:
    def make(ledger: Ledger) -> Seams:
        async def take(line: Line, data: str | bytes, forward: Take) -> None:
            now, times = asyncio.get_running_loop().time(), ledger.of(line).setdefault("times", [])
            times[:] = [*(one for one in times if one > now - WITHIN), now]
            if len(times) > IN_A_ROW and "MeterValues" in str(data):
                ledger.landed += 1
                await deed(line)
            else:
                await forward(data)

        return Seams(incoming=(take,))

    return make


async def _closing(line: Line) -> None:
    await line.connection.close(1008, "too many messages")


async def _dropping(_: Line) -> None:
    """Say nothing."""


# -- what they share ------------------------------------------------------------------------------------------

_NO_JSON: Final = object()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _NO_JSON


def _is_call(data: str | bytes) -> bool:
    value = _json(data) if isinstance(data, str) else None
    return isinstance(value, list) and len(value) == 4 and value[0] == CALL and isinstance(value[1], str)


def _requests(holds: Callable[[Payload], bool]) -> Select:
    """Answers to requests of any action that are such."""
    return lambda frame: frame.kind == CALLRESULT and holds(request_of(frame))


def _is_large(value: Any) -> bool:
    return isinstance(value, int) and abs(value) >= _32_BITS


def _moments(node: Any, name: str = "") -> Iterator[datetime]:
    """Each timestamp of a request."""
    if isinstance(node, dict):
        for member, value in node.items():
            yield from _moments(value, member)
    elif isinstance(node, list):
        for value in node:
            yield from _moments(value, name)
    elif name == "timestamp" and isinstance(node, str) and (moment := parse_instant(node)) is not None:
        yield moment


async def _forgetting_refused(turn: Turn) -> None:
    refused: set[int] = turn.memory.setdefault("refused", set())
    frame, number = turn.frame, stopped(turn)
    if frame.kind == CALLRESULT and frame.action == "StartTransaction":
        answer = frame.message[-1]
        if answer["idTagInfo"]["status"] == "Invalid":
            refused.add(answer["transactionId"])
    await (error("InternalError")(turn) if number is not None and number in refused else turn.send())
