"""The JSON Schema (draft-07) by which editors complete and explain scenario files.

Written from the tables the loader reads by and from the OCPP schemas, so the three cannot drift apart. The
loader stays the judge: a schema cannot know names, states or what is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS, FeatureProfile
from csms_harness.scenario.editor_words import DOCUMENT_WORDS, PREDICATE_WORDS, STEP_WORDS
from csms_harness.scenario.files import BEFORE_KEYS, CASE_KEYS, STARTS, STATE_KEYS
from csms_harness.scenario.memory import CHARGE_POINT, ID_TAG
from csms_harness.scenario.payload_schema import (
    NAME,
    TEXT,
    Schema,
    choice_definitions,
    described,
    list_schema,
    matcher_schema,
    object_schema,
    payload_definitions,
    predicates_schema,
    saved_schema,
    value_schema,
)
from csms_harness.scenario.shapes import CALL_ERROR, HANDSHAKE, MOMENT
from csms_harness.scenario.steps import COMMON, VERBS

_MOMENT: Final = r"^(\$now.*|\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d.*)$"
_DURATION: Final = r"^(\d+(\.\d+)?\s*(ms|s|min|h)|\$[A-Za-z_][A-Za-z0-9_.-]*)$"


def editor_schema() -> Schema:
    """The schema of a test case or a reusable state, as draft-07 with definitions for every action."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "scenario.schema.json",
        "title": "A scenario of csms_harness: a test case or a reusable state",
        "type": "object",
        "if": {"required": ["state"]},
        "then": {"$ref": "#/definitions/state_file"},
        "else": {"$ref": "#/definitions/case_file"},
        "definitions": {
            **_common_definitions(),
            **_step_definitions(),
            **payload_definitions(),
            **choice_definitions(),
        },
    }


def _common_definitions() -> dict[str, Schema]:
    return {
        "name": {
            "description": "A value by its name: $config.connector_id, or $transactionId when it was saved before.",
            "type": "string",
            "pattern": r"^\$[A-Za-z_][A-Za-z0-9_.-]*$",
        },
        "moment": {
            "description": "A date-time: $now, $now + 30 min, or 2026-01-31T12:00:00Z.",
            "type": "string",
            "pattern": _MOMENT,
        },
        "duration": {
            "description": "A length of time with its unit: 500 ms, 30 s, 5 min, 2 h. A number means seconds.",
            "anyOf": [{"type": "string", "pattern": _DURATION}, {"type": "number", "minimum": 0}],
        },
        "predicates": predicates_schema({}, PREDICATE_WORDS),
        "case_file": _document(CASE_KEYS, ("id", "name", "section", "edition", "profile", "scenario")),
        "state_file": _document(STATE_KEYS, ("state", "section", "edition", "scenario")),
    }


def _document(keys: tuple[str, ...], required: tuple[str, ...]) -> Schema:
    kinds: dict[str, Schema] = {
        "id": {"type": "string", "pattern": r"^TC_\d{3}(_\d{1,2})?_CSMS$"},
        "profile": {"enum": [str(profile) for profile in FeatureProfile]},
        "requires": list_schema({"enum": [f"profile.{profile}" for profile in FeatureProfile]}),
        "before": _before(BEFORE_KEYS if keys is CASE_KEYS else ("states",)),
        "scenario": {"$ref": "#/definitions/steps"},
        "after": {"$ref": "#/definitions/steps"},
        "forbid": list_schema({"enum": sorted(CENTRAL_SYSTEM_ACTIONS)}),
        "readings": list_schema(TEXT),
        "params": {"type": "object"},
    }
    return object_schema({key: described(kinds.get(key, TEXT), DOCUMENT_WORDS[key]) for key in keys}, required)


def _before(keys: tuple[str, ...]) -> Schema:
    call = object_schema({"state": TEXT, "with": {"type": "object"}}, ["state"])
    kinds: dict[str, Schema] = {
        "from": {"enum": list(STARTS)},
        "configuration": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "memory": list_schema({"anyOf": [value_schema(ID_TAG), value_schema(CHARGE_POINT)]}),
        "states": list_schema({"anyOf": [TEXT, call]}),
    }
    return object_schema({key: described(kinds[key], DOCUMENT_WORDS[f"before.{key}"]) for key in keys})


def _step_definitions() -> dict[str, Schema]:
    keys = list(dict.fromkeys([*VERBS, *(word for words in VERBS.values() for word in words), *COMMON]))
    step = {
        "type": "object",
        "properties": {key: described(_step_key(key), STEP_WORDS[key]) for key in keys},
        "additionalProperties": False,
        "oneOf": [{"required": [verb]} for verb in VERBS],
        "allOf": [*(_verb_rule(verb) for verb in VERBS), *_action_rules()],
    }
    branch = object_schema({"name": TEXT, "steps": {"$ref": "#/definitions/steps"}}, ["name", "steps"])
    return {
        "step": step,
        "steps": {"type": "array", "items": {"$ref": "#/definitions/step"}, "minItems": 1},
        "branches": {"type": "array", "items": branch, "minItems": 2},
    }


def _step_key(key: str) -> Schema:
    number: Schema = {"type": "integer", "minimum": 1}
    kinds: dict[str, Schema] = {
        "step": {"anyOf": [number, list_schema(number)]},
        "when": {"type": "string", "pattern": r"^\$[A-Za-z_][A-Za-z0-9_]*$"},
        "send": {"enum": sorted(CHARGE_POINT_ACTIONS)},
        "receive": {"enum": sorted(CENTRAL_SYSTEM_ACTIONS)},
        "absent": {"enum": sorted(CENTRAL_SYSTEM_ACTIONS)},
        "connect": {"type": "null"},
        "disconnect": {"enum": [None, "drop"]},
        "any_of": {"$ref": "#/definitions/branches"},
        "all_of": {"$ref": "#/definitions/branches"},
        "for_each": {"type": "object", "minProperties": 1, "maxProperties": 1},
        "repeat": {"anyOf": [{"type": "integer", "minimum": 1}, NAME]},
        "steps": {"$ref": "#/definitions/steps"},
        "optional": {"type": "boolean"},
        "reply": {"anyOf": [{"type": "object"}, {"const": "$answer"}]},
        "reply_error": {**value_schema(CALL_ERROR), "required": ["code"]},
        "expect_error": matcher_schema(CALL_ERROR),
        "save": {"type": "object", "additionalProperties": TEXT},
    }
    if key in ("wait", "during", "within", "budget", "every", "at_most"):
        return {"$ref": "#/definitions/duration"}
    if key in ("with", "trigger", "where", "expect", "observe"):
        return {"type": "object"}
    return kinds.get(key, TEXT)


_NEEDED: Final = {"absent": "during", "wait": "because", "for_each": "steps", "repeat": "steps"}


def _verb_rule(verb: str) -> Schema:
    """A step with this verb takes only the verb's own modifiers."""
    then: Schema = {"propertyNames": {"enum": [verb, *VERBS[verb], *COMMON]}}
    if verb in _NEEDED:
        then["required"] = [_NEEDED[verb]]
    if verb in ("connect", "disconnect"):
        then["properties"] = {"expect": matcher_schema(HANDSHAKE), "save": saved_schema(MOMENT)}
    return {"if": {"required": [verb]}, "then": then}


def _action_rules() -> list[Schema]:
    """For each verb and action: which members its keys complete."""
    request, answer = "req", "conf"
    sent = {"with": f"{request}.value", "expect": f"{answer}.matcher", "observe": f"{answer}.matcher"}
    sent["save"] = f"{answer}.saved"
    came = {"trigger": f"{request}.value", "where": f"{request}.matcher", "expect": f"{request}.matcher"}
    came |= {"observe": f"{request}.matcher", "save": f"{request}.saved", "reply": f"{answer}.answer"}
    return [
        *(_action_rule("send", action, sent) for action in sorted(CHARGE_POINT_ACTIONS)),
        *(_action_rule("receive", action, came) for action in sorted(CENTRAL_SYSTEM_ACTIONS)),
        *(_action_rule("absent", action, {"where": f"{request}.matcher"}) for action in sorted(CENTRAL_SYSTEM_ACTIONS)),
    ]


def _action_rule(verb: str, action: str, keys: Mapping[str, str]) -> Schema:
    properties = {key: {"$ref": f"#/definitions/{action}.{name}"} for key, name in keys.items()}
    return {
        "if": {"required": [verb], "properties": {verb: {"const": action}}},
        "then": {"properties": properties},
    }
