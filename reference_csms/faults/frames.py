"""Faults of the frames: no JSON, no OCPP-J, ids that bind nothing, two CALLs at once, errors without a form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from reference_csms.faults.deeds import (
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
from reference_csms.faults.model import Clause, Fault, Group
from reference_csms.landing import Deed, Turn, counted_name
from reference_csms.seams import Seams
from reference_csms.wire.frames import CALL, CALLERROR, CALLRESULT, Encoded

_JSON = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1.2; RFC 8259", ("WIRE_001",))
_FORM = Clause(Group.FRAMES, "OCPP-J 1.6, 4.2", ("WIRE_002",))
_IDS = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1.4", ("WIRE_003",))
_PAIRS = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1 and 4.1.4", ("WIRE_004",))
_ONE_CALL = Clause(Group.FRAMES, "OCPP-J 1.6, 4.1.1", ("WIRE_005",))
_ERRORS = Clause(Group.FRAMES, "OCPP-J 1.6, 4.2.3", ("WIRE_007",))

_KINDS: Final[tuple[tuple[str, str, Select], ...]] = (
    ("answer", "answers", answers()),
    ("call", "CALLs", calls()),
)
_FIRST_MEMBER = re.compile(r'\{("[^"]+":(?:"[^"]*"|[^,{}\[\]]+))')
_NUMBER = re.compile(r'(":)-?\d+')
_STRING = re.compile(r'(":")')
_NAME = re.compile(r'"(\w+)":')

_TEXTS: Final[tuple[tuple[str, str, Callable[[str], Encoded]], ...]] = (
    ("not-json", "are words, not JSON", lambda _: "Accepted"),
    ("empty-text", "are empty", lambda _: ""),
    ("cut-off", "lack their last character", lambda text: text[:-1]),
    ("trailing-garbage", "have something after their end", lambda text: text + "]"),
    ("trailing-comma", "have a comma before their end", lambda text: text[:-1] + ",]"),
    ("single-quotes", "have single quotes around their strings", lambda text: text.replace('"', "'")),
    ("commented", "end with a comment", lambda text: text + " // end"),
    ("byte-order-mark", "begin with a byte order mark", lambda text: "\ufeff" + text),
    ("two-in-one", "stand twice in one message", lambda text: text + text),
    ("duplicate-member", "have a member twice", lambda text: _FIRST_MEMBER.sub(r"{\1,\1", text, count=1)),
    ("nan", "have NaN where a number belongs", lambda text: _NUMBER.sub(r"\1NaN", text)),
    ("leading-zero", "have numbers with a leading zero", lambda text: _NUMBER.sub(r"\g<1>007", text)),
    ("raw-line-end", "have a raw line end in a string", lambda text: _STRING.sub("\\1\n", text)),
    ("lone-surrogate", "have half a surrogate pair in a string", lambda text: _STRING.sub(r"\1\\ud800", text)),
    ("unquoted-names", "have member names without quotes", lambda text: _NAME.sub(r"\1:", text)),
    ("binary", "are binary messages", lambda text: text.encode()),
)
_SHAPES: Final[tuple[tuple[str, str, Callable[[list[Any]], Any]], ...]] = (
    ("empty-array", "are an empty array", lambda _: []),
    ("object", "are an object", lambda parts: {"messageTypeId": parts[0], "messageId": parts[1]}),
    ("wrapped", "are in an array of their own", lambda parts: [parts]),
    ("quoted", "are JSON in a JSON string", json.dumps),
    ("extra-element", "have one element too many", lambda parts: [*parts, {}]),
    ("missing-element", "lack their last element", lambda parts: parts[:-1]),
    ("type-five", "have the message type 5", lambda parts: [5, *parts[1:]]),
    ("type-string", "have the message type as a string", lambda parts: [str(parts[0]), *parts[1:]]),
    ("type-null", "have no message type", lambda parts: [None, *parts[1:]]),
    ("payload-string", "have their payload as a string", lambda parts: [*parts[:-1], json.dumps(parts[-1])]),
    ("payload-array", "have their payload in an array", lambda parts: [*parts[:-1], [parts[-1]]]),
    ("payload-number", "have a number as payload", lambda parts: [*parts[:-1], 0]),
)
_UNIQUE_IDS: Final[tuple[tuple[str, str, Callable[[str], Any]], ...]] = (
    ("number", "is a number", lambda _: 17),
    ("null", "is null", lambda _: None),
    ("empty", "is empty", lambda _: ""),
    ("of-37-characters", "has 37 characters", lambda unique_id: unique_id.ljust(37, "0")),
    ("object", "is an object", lambda unique_id: {"id": unique_id}),
)


def frame_faults() -> Iterator[Fault]:
    """All faults of the group."""
    for word, plural, select in _KINDS:
        yield from _forms(word, plural, select)
    yield from _answers()
    yield from _calls()
    yield from _errors()


def _forms(word: str, plural: str, select: Select) -> Iterator[Fault]:
    for ending, what, change_text in _TEXTS:
        clause = _FORM if ending == "binary" else _JSON
        yield clause.fault(f"{word}-{ending}", f"sends {plural} that {what}", only(select, text(change_text)))
    for ending, what, change in _SHAPES:
        yield _FORM.fault(f"{word}-{ending}", f"sends {plural} that {what}", only(select, message(change)))
    for ending, what, change_id in _UNIQUE_IDS:
        deed = only(select, with_id(change_id))
        yield _IDS.fault(f"{word}-unique-id-{ending}", f"sends {plural} whose uniqueId {what}", deed)


def _answers() -> Iterator[Fault]:
    deeds: tuple[tuple[str, str, Deed], ...] = (
        ("answer-unique-id-cut", "cuts the last character off the uniqueId it answers", with_id(lambda old: old[:-1])),
        ("answer-unique-id-lower-case", "writes the uniqueId it answers in lower case", with_id(str.lower)),
        ("answer-unsolicited", "answers a CALL that nobody sent", beside(lambda _: [CALLRESULT, fresh_id(), {}])),
        ("error-unsolicited", "refuses a CALL that nobody sent", beside(_stray_error)),
        ("answer-then-error", "answers, and then refuses what it answered", beside(_own_error)),
        ("answer-of-the-former", "answers with the uniqueId of the CALL before", _with_former_id),
    )
    for name, what, deed in deeds:
        yield _PAIRS.fault(name, what, only(answers(), deed))


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
    deeds: tuple[tuple[str, str, Deed], ...] = (
        ("call-action-lower-case", "writes actions in lower case", _action(str.lower)),
        ("call-action-with-request", "writes Request behind actions", _action(lambda name: name + "Request")),
        ("call-action-unknown", "sends an action that OCPP 1.6 does not know", _action(lambda _: "SetVariables")),
        ("call-action-of-charge-points", "sends what only Charge Points send", _action(lambda _: "Heartbeat")),
        ("call-action-number", "has a number as action", _action(lambda _: 17)),
        ("call-without-action", "leaves the action out", message(lambda parts: [*parts[:2], parts[3]])),
    )
    for name, what, deed in deeds:
        rule = "WIRE_002" if name in ("call-action-number", "call-without-action") else "WIRE_006"
        yield _FORM.fault(name, what, only(calls(), deed), (rule,))
    open_two = beside(lambda _: [CALL, fresh_id(), "GetConfiguration", {}], before=True)
    yield _ONE_CALL.fault("call-beside-another", "sends a CALL while another is open", only(calls(), open_two))
    open_two = beside(lambda _: [CALL, fresh_id(), "GetLocalListVersion", {}])
    yield _ONE_CALL.fault("call-before-the-answer", "sends a CALL before the last is answered", only(calls(), open_two))
    name, what = "call-unique-id-reused", "gives every CALL the same uniqueId"
    seams = Seams(naming=(counted_name(name, lambda _, __: "1"),))
    yield Fault(name, Group.FRAMES, what, _PAIRS.text, _PAIRS.cases, seams)


def _action(change: Callable[[str], Any]) -> Deed:
    return message(lambda parts: [*parts[:2], change(parts[2]), *parts[3:]])


def _errors() -> Iterator[Fault]:
    for ending, what, deed in (
        ("code-unknown", "a code that no edition knows", error("Whatever")),
        ("code-lower-case", "a code in lower case", error("internalerror")),
        ("code-number", "a number as code", error(500)),
        ("code-empty", "no code", error("")),
        ("code-http", "a status of HTTP as code", error("404 Not Found")),
    ):
        yield _ERRORS.fault(f"error-{ending}", f"refuses with {what}", only(answers("StatusNotification"), deed))
    for ending, what, deed in (
        ("four-elements", "four elements", message(lambda parts: [CALLERROR, parts[1], "GenericError", ""])),
        ("three-elements", "three elements", message(lambda parts: [CALLERROR, parts[1], "GenericError"])),
        ("description-number", "a number as description", error("GenericError", 17, {})),
        ("description-null", "a description of null", error("GenericError", None, {})),
        ("details-array", "details in an array", error("GenericError", "", [])),
        ("details-string", "details as a string", error("GenericError", "", "none")),
    ):
        yield _FORM.fault(f"error-{ending}", f"refuses with {what}", only(answers("StatusNotification"), deed))
