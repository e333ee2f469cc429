"""Faults of the frames: no JSON, no OCPP-J, ids that bind nothing, two CALLs at once, errors without a form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from reference_csms.seams import Seams
from reference_csms.wire.frames import CALL, CALLERROR, CALLRESULT, Encoded
from reference_faults.faults.deeds import (
    Select,
    answers,
    beside,
    calls,
    error,
    fresh_id,
    message,
    only,
    text,
    with_id,
)
from reference_faults.faults.model import Clause, Fault, Group, Row
from reference_faults.landing import Deed, Turn, watched

_JSON = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1.2; RFC 8259", ("WIRE_001",))
_FORM = Clause(Group.FRAMES, "OCPP-J 1.6, 4.2", ("WIRE_002",))
_IDS = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1.4", ("WIRE_003",))
_PAIRS = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1 and 4.1.4", ("WIRE_004",))
_ONE_CALL = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1.1", ("WIRE_005",))
_NO_FORM, _NO_ACTION = ("WIRE_002",), ("WIRE_006",)
_SCHEMA = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1.2 and its JSON schemas", ("WIRE_006",))
_ERRORS = Clause(Group.FRAMES, "OCPP-J 1.6, 4.2.3", ("WIRE_007",))

_KINDS: Final[tuple[tuple[str, str, Select], ...]] = (
    ("answer", "answers", answers()),
    ("call", "CALLs", calls()),
)
_FIRST_MEMBER = re.compile(r'\{("[^"]+":(?:"[^"]*"|[^,{}\[\]]+))')
_NUMBER = re.compile(r'(":)-?\d+')
_STRING = re.compile(r'(":")')
_CAPITAL = re.compile("[A-Z]")
_NAME = re.compile(r'"(\w+)":')

_TEXTS: Final[tuple[Row[Callable[[str], Encoded]], ...]] = (
    Row("not-json", "are words, not JSON", lambda _: "Accepted"),
    Row("empty-text", "are empty", lambda _: ""),
    Row("cut-off", "lack their last character", lambda text: text[:-1]),
    Row("trailing-garbage", "have something after their end", lambda text: text + "]"),
    Row("trailing-comma", "have a comma before their end", lambda text: text[:-1] + ",]"),
    Row("single-quotes", "have single quotes around their strings", lambda text: text.replace('"', "'")),
    Row("commented", "end with a comment", lambda text: text + " // end"),
    Row("byte-order-mark", "begin with a byte order mark", lambda text: "\ufeff" + text),
    Row("two-in-one", "stand twice in one message", lambda text: text + text),
    Row("duplicate-member", "have a member twice", lambda text: _FIRST_MEMBER.sub(r"{\1,\1", text, count=1)),
    Row("nan", "have NaN where a number belongs", lambda text: _NUMBER.sub(r"\1NaN", text)),
    Row("leading-zero", "have numbers with a leading zero", lambda text: _NUMBER.sub(r"\g<1>007", text)),
    Row("raw-line-end", "have a raw line end in a string", lambda text: _STRING.sub("\\1\n", text)),
    Row("lone-surrogate", "have half a surrogate pair in a string", lambda text: _STRING.sub(r"\1\\ud800", text)),
    Row("unquoted-names", "have member names without quotes", lambda text: _NAME.sub(r"\1:", text)),
    Row("binary", "are binary messages", lambda text: text.encode()),
)
_SHAPES: Final[tuple[Row[Callable[[list[Any]], Any]], ...]] = (
    Row("empty-array", "are an empty array", lambda _: []),
    Row("object", "are an object", lambda parts: {"messageTypeId": parts[0], "messageId": parts[1]}),
    Row("wrapped", "are in an array of their own", lambda parts: [parts]),
    Row("quoted", "are JSON in a JSON string", json.dumps),
    Row("extra-element", "have one element too many", lambda parts: [*parts, {}]),
    Row("missing-element", "lack their last element", lambda parts: parts[:-1]),
    Row("type-five", "have the message type 5", lambda parts: [5, *parts[1:]]),
    Row("type-string", "have the message type as a string", lambda parts: [str(parts[0]), *parts[1:]]),
    Row("type-null", "have no message type", lambda parts: [None, *parts[1:]]),
    Row("payload-string", "have their payload as a string", lambda parts: [*parts[:-1], json.dumps(parts[-1])]),
    Row("payload-array", "have their payload in an array", lambda parts: [*parts[:-1], [parts[-1]]]),
    Row("payload-number", "have a number as payload", lambda parts: [*parts[:-1], 0]),
)
_SPELLINGS: Final[tuple[Row[Callable[[Any, str], tuple[Any, str]]], ...]] = (
    Row("snake-case", "name their members in snake_case", lambda value, name: (value, _CAPITAL.sub(_snake, name))),
    Row("pascal-case", "name their members with a capital", lambda value, name: (value, name[:1].upper() + name[1:])),
    Row("decimal-points", "write whole numbers as 1.0", lambda value, name: (_with_a_point(value), name)),
)
"""How each member and its value is written, by someone whose language writes it so."""

_UNIQUE_IDS: Final[tuple[Row[Callable[[str], Any]], ...]] = (
    Row("number", "is a number", lambda _: 17),
    Row("null", "is null", lambda _: None),
    Row("empty", "is empty", lambda _: ""),
    Row("of-37-characters", "has 37 characters", lambda unique_id: unique_id.ljust(37, "0")),
    Row("object", "is an object", lambda unique_id: {"id": unique_id}),
)


def frame_faults() -> Iterator[Fault]:
    """All faults of the group."""
    for word, plural, select in _KINDS:
        yield from _forms(word, plural, select)
    yield from _answers()
    yield from _calls()
    yield from _errors()


def _forms(word: str, plural: str, select: Select) -> Iterator[Fault]:
    for row in _TEXTS:
        clause = _FORM if row.ending == "binary" else _JSON
        yield _form(clause, word, f"sends {plural} that", row, only(select, text(row.done)))
    for shape in _SHAPES:
        yield _form(_FORM, word, f"sends {plural} that", shape, only(select, message(shape.done)))
    for spelling in _SPELLINGS:
        deed = only(select, message(partial(_respelt, spelling.done)))
        yield _form(_SCHEMA, word, f"sends {plural} that", spelling, deed)
    for row_of_id in _UNIQUE_IDS:
        deed = only(select, with_id(row_of_id.done))
        yield _form(_IDS, f"{word}-unique-id", f"sends {plural} whose uniqueId", row_of_id, deed)


def _respelt(spell: Callable[[Any, str], tuple[Any, str]], parts: list[Any]) -> list[Any]:
    def written(node: Any) -> Any:
        if isinstance(node, dict):
            spelt = (spell(written(value), name) for name, value in node.items())
            return {name: value for value, name in spelt}
        return [written(item) for item in node] if isinstance(node, list) else node

    return [*parts[:-1], written(parts[-1])]


def _snake(capital: re.Match[str]) -> str:
    return f"_{capital[0].lower()}"


def _with_a_point(value: Any) -> Any:
    return float(value) if type(value) is int else value


def _form(clause: Clause, name: str, what: str, row: Row[Any], deed: Deed) -> Fault:
    return clause.fault(f"{name}-{row.ending}", f"{what} {row.what}", deed, row.cases, row.origin)


def _answers() -> Iterator[Fault]:
    rows: tuple[Row[Deed], ...] = (
        Row(
            "answer-unique-id-cut", "cuts the last character off the uniqueId it answers", with_id(lambda old: old[:-1])
        ),
        Row("answer-unique-id-lower-case", "writes the uniqueId it answers in lower case", with_id(str.lower)),
        Row("answer-unsolicited", "answers a CALL that nobody sent", beside(lambda _: [CALLRESULT, fresh_id(), {}])),
        Row("error-unsolicited", "refuses a CALL that nobody sent", beside(_stray_error)),
        Row("answer-then-error", "answers, and then refuses what it answered", beside(_own_error)),
        Row("answer-of-the-former", "answers with the uniqueId of the CALL before", _with_former_id),
    )
    for row in rows:
        yield _PAIRS.fault(row.ending, row.what, only(answers(), row.done), origin=row.origin)


def _stray_error(_: list[Any]) -> list[Any]:
    return [CALLERROR, fresh_id(), "GenericError", "", {}]


def _own_error(parts: list[Any]) -> list[Any]:
    return [CALLERROR, parts[1], "GenericError", "", {}]


async def _with_former_id(turn: Turn) -> None:
    own = turn.frame.message[1]
    former = turn.connection_memory.get("former", own)
    turn.connection_memory["former"] = own
    await with_id(lambda _: former)(turn)


def _calls() -> Iterator[Fault]:
    rows: tuple[Row[Deed], ...] = (
        Row("call-action-lower-case", "writes actions in lower case", _action(str.lower), _NO_ACTION),
        Row(
            "call-action-with-request",
            "writes Request behind actions",
            _action(lambda name: name + "Request"),
            _NO_ACTION,
        ),
        Row(
            "call-action-unknown",
            "sends an action that OCPP 1.6 does not know",
            _action(lambda _: "SetVariables"),
            _NO_ACTION,
        ),
        Row(
            "call-action-of-charge-points",
            "sends what only Charge Points send",
            _action(lambda _: "Heartbeat"),
            _NO_ACTION,
        ),
        Row("call-action-number", "has a number as action", _action(lambda _: 17), _NO_FORM),
        Row("call-without-action", "leaves the action out", message(lambda parts: [*parts[:2], parts[3]]), _NO_FORM),
    )
    for row in rows:
        yield _FORM.fault(row.ending, row.what, only(calls(), row.done), row.cases, row.origin)
    open_two = beside(lambda _: [CALL, fresh_id(), "GetConfiguration", {}], before=True)
    yield _ONE_CALL.fault("call-beside-another", "sends a CALL while another is open", only(calls(), open_two))
    open_two = beside(lambda _: [CALL, fresh_id(), "GetLocalListVersion", {}])
    yield _ONE_CALL.fault("call-before-the-answer", "sends a CALL before the last is answered", only(calls(), open_two))
    same = watched(Seams(naming=(lambda _: "1",)))
    yield _PAIRS.made("call-unique-id-reused", "gives every CALL the same uniqueId", same)


def _action(change: Callable[[str], Any]) -> Deed:
    return message(lambda parts: [*parts[:2], change(parts[2]), *parts[3:]])


def _errors() -> Iterator[Fault]:
    for row in (
        Row("code-unknown", "a code that no edition knows", error("Whatever")),
        Row("code-lower-case", "a code in lower case", error("internalerror")),
        Row("code-number", "a number as code", error(500)),
        Row("code-empty", "no code", error("")),
        Row("code-http", "a status of HTTP as code", error("404 Not Found")),
    ):
        yield _form(_ERRORS, "error", "refuses with", row, only(answers("StatusNotification"), row.done))
    for row in (
        Row("four-elements", "four elements", message(lambda parts: [CALLERROR, parts[1], "GenericError", ""])),
        Row("three-elements", "three elements", message(lambda parts: [CALLERROR, parts[1], "GenericError"])),
        Row("description-number", "a number as description", error("GenericError", 17, {})),
        Row("description-null", "a description of null", error("GenericError", None, {})),
        Row("details-array", "details in an array", error("GenericError", "", [])),
        Row("details-string", "details as a string", error("GenericError", "", "none")),
    ):
        yield _form(_FORM, "error", "refuses with", row, only(answers("StatusNotification"), row.done))
