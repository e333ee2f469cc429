"""The keys that stand beside verbs, each declared once."""

from __future__ import annotations

from typing import Final

from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.scenario.model import MOST_FRAGMENTS, PING, WISHES
from csms_harness.scenario.payload_schema import matcher_schema, value_schema
from csms_harness.scenario.schema_parts import DURATION, NUMBER, OBJECT, STEPS, TEXT, list_schema
from csms_harness.scenario.shapes import CALL_ERROR, REFUSAL
from csms_harness.scenario.verbs.verb import Key

_MATCHER: Final = {"anyOf": [OBJECT, {"const": "$asked"}]}

LONGEST_CONTROL: Final = 125
"""Bytes of application data that a control frame can carry (RFC 6455 section 5.5)."""

CONTROL_DATA: Final = {"type": ["string", "null"], "maxLength": LONGEST_CONTROL}

STEP: Final = Key("step", "The document's own step numbers.", {"anyOf": [NUMBER, list_schema(NUMBER)]})
NOTE: Final = Key("note", "A stage direction: EV driver plugs in the cable.", TEXT)
COMMON: Final = (STEP, NOTE)
"""What any step may carry."""

WITH: Final = Key("with", "The members that the document names; the Charge Point fills what else is required.", OBJECT)
EXPECT: Final = Key(
    "expect",
    "What the message must say, or $asked: what it was asked to say. A mismatch is a FAIL.",
    _MATCHER,
)
EXPECT_ERROR: Final = Key(
    "expect_error",
    "A CALLERROR is demanded instead of an answer: {code, description, details}.",
    matcher_schema(CALL_ERROR),
)
EXPECT_REFUSAL: Final = Key(
    "expect_refusal",
    "The Charge Point must not be let in: {upgraded, status, layer}, or {} for any refusal.",
    matcher_schema(REFUSAL),
)
OCTT: Final = Key("octt", "What the official tool demands besides. Decides only under its strictness.", _MATCHER)
OBSERVE: Final = Key("observe", "What is worth telling about the message. Never decides the verdict.", _MATCHER)
SAVE: Final = Key(
    "save",
    "New names for values of the message, each with a dotted path: {idTag: idTag}.",
    {"type": "object", "additionalProperties": TEXT},
)
RAW: Final = Key(
    "raw",
    "The payload as it stands, right or wrong: nothing is filled in, nothing is held against its schema.",
    {"type": "object"},
)
TOLERANT: Final = Key(
    "tolerant",
    "Any answer will do, and none too; what is judged comes after.",
    {"type": "boolean"},
)
MEANWHILE: Final = Key(
    "meanwhile",
    "CALLs that the Charge Point sends, and has answered, before it answers this one; 'ping' is a ping. What only a "
    "Central System sends is wanted of it meanwhile: the next step that receives it does not ask again.",
    {**list_schema({"enum": [*sorted(CHARGE_POINT_ACTIONS), PING, *sorted(WISHES)]}), "minItems": 1},
)
ACCEPT: Final = Key(
    "accept",
    "What may become of the frame: answered, refused (a CALLERROR), ignored, closed (with its connection).",
    list_schema(TEXT),
)
FRAGMENTS: Final = Key(
    "fragments",
    "In so many WebSocket fragments the message goes out; those beyond its bytes are empty.",
    {"type": "integer", "minimum": 2, "maximum": MOST_FRAGMENTS},
)
PINGED: Final = Key(
    "pinged",
    "The application data of a ping that follows the first fragment, or the message; its pong must come.",
    CONTROL_DATA,
)
BINARY: Final = Key("binary", "The frame is sent as a binary one.", {"type": "boolean"})
WITHIN: Final = Key("within", "A hard deadline.", DURATION)
TRIGGER: Final = Key(
    "trigger", "What the Central System is asked to send; left out when the CALL comes by itself.", OBJECT
)
WHERE: Final = Key("where", "Only a message that matches is meant.", OBJECT)
IF: Final = Key("if", "A condition on the message: 'then' must hold when it does, 'else' when it does not.", OBJECT)
THEN: Final = Key("then", "What the message must say as well when the condition under 'if' holds.", OBJECT)
ELSE: Final = Key("else", "What the message must say as well when the condition under 'if' does not hold.", OBJECT)
REPLY: Final = Key(
    "reply",
    "The answer of the Charge Point, or $answer: what it would answer anyway.",
    {"anyOf": [OBJECT, {"const": "$answer"}]},
)
REPLY_ERROR: Final = Key(
    "reply_error",
    "A CALLERROR as the answer: {code, description}.",
    {**value_schema(CALL_ERROR), "required": ["code"]},
)
OPTIONAL: Final = Key("optional", "The CALL is welcome, and not waited for.", {"type": "boolean"})
SILENT: Final = Key("silent", "The Charge Point never answers, as one that lost its connection.", {"type": "boolean"})
DURING: Final = Key("during", "For how long it must not arrive.", DURATION)
BECAUSE: Final = Key("because", "The reason that the protocol gives for waiting.", TEXT)
AT_MOST: Final = Key("at_most", "Never wait longer than this.", DURATION)
EVERY: Final = Key("every", "The time before each repetition.", DURATION)
EACH_TIME: Final = Key("steps", "What is done each time.", STEPS)
