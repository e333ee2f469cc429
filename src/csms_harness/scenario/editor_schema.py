"""The JSON Schema (draft-07) by which editors complete and explain scenario files.

Written from the tables the loader reads by and from the OCPP schemas, so the three cannot drift apart. The
loader stays the judge: a schema cannot know names, states or what is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from csms_harness.documents.durations import PATTERN
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, SECURITY_PROFILES, FeatureProfile
from csms_harness.scenario.file_keys import (
    BEFORE_WORDS,
    CASE_WORDS,
    CERTIFICATES,
    CONNECTORS,
    NEXT_PROFILE,
    PACK_WORDS,
    STARTS,
    STATE_WORDS,
)
from csms_harness.scenario.memory import CHARGE_POINT, ID_TAG
from csms_harness.scenario.payload_schema import (
    choice_definitions,
    payload_definitions,
    predicates_schema,
    value_schema,
)
from csms_harness.scenario.schema_parts import OBJECT, STEPS, TEXT, Schema, described, list_schema, object_schema
from csms_harness.scenario.verbs import COMMON, KEYS, VERBS, Verb
from csms_harness.scenario.verbs.keys import RAW
from csms_harness.verdict import Level

_MOMENT: Final = r"^(\$now.*|\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d.*)$"
_DURATION: Final = rf"^({PATTERN}|\$[A-Za-z_][A-Za-z0-9_.-]*)$"


def editor_schema() -> Schema:
    """The schema of a test case or a reusable state, as draft-07 with definitions for every action."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "scenario.schema.json",
        "title": "A scenario of csms_harness: a test case or a reusable state",
        "type": "object",
        "if": {"required": ["state"]},
        "then": {"$ref": "#/definitions/state_file"},
        "else": {
            "if": {"required": ["level"]},
            "then": {"$ref": "#/definitions/pack_file"},
            "else": {"$ref": "#/definitions/case_file"},
        },
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
        "predicates": predicates_schema({}, explained=True),
        "case_file": _document(CASE_WORDS, ("id", "name", "section", "edition", "profile", "scenario")),
        "pack_file": _document(PACK_WORDS, ("id", "name", "level", "clause", "purpose", "scenario")),
        "state_file": _document(STATE_WORDS, ("state", "section", "edition", "scenario")),
    }


def _document(words: Mapping[str, str], required: tuple[str, ...]) -> Schema:
    before = {"states": BEFORE_WORDS["states"]} if words is STATE_WORDS else BEFORE_WORDS
    ids = r"^(FIELD|LINE|NEG|SEC)_\d{3}$" if words is PACK_WORDS else r"^TC_\d{3}(_\d{1,2})?_CSMS$"
    kinds: dict[str, Schema] = {
        "id": {"type": "string", "pattern": ids},
        "level": {"enum": [str(level) for level in Level]},
        "reported": list_schema(TEXT),
        "profile": {"enum": [str(profile) for profile in FeatureProfile]},
        "requires": list_schema(
            {"enum": [*(f"profile.{profile}" for profile in FeatureProfile), *CONNECTORS, *CERTIFICATES, NEXT_PROFILE]}
        ),
        "security_profiles": list_schema({"enum": list(SECURITY_PROFILES)}),
        "any_connection": {"type": "boolean"},
        "before": _before(before),
        "scenario": STEPS,
        "after": STEPS,
        "forbid": list_schema({"enum": sorted(CENTRAL_SYSTEM_ACTIONS)}),
        "readings": list_schema(TEXT),
        "params": OBJECT,
    }
    return object_schema({key: described(kinds.get(key, TEXT), text) for key, text in words.items()}, required)


def _before(words: Mapping[str, str]) -> Schema:
    call = object_schema({"state": TEXT, "with": OBJECT}, ["state"])
    kinds: dict[str, Schema] = {
        "from": {"enum": list(STARTS)},
        "configuration": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "memory": list_schema({"anyOf": [value_schema(ID_TAG), value_schema(CHARGE_POINT)]}),
        "states": list_schema({"anyOf": [TEXT, call]}),
    }
    return object_schema({key: described(kinds[key], text) for key, text in words.items()})


def _step_definitions() -> dict[str, Schema]:
    verbs = {name: described(verb.operand, verb.meaning) for name, verb in VERBS.items()}
    keys = {name: described(key.schema, key.meaning) for name, key in KEYS.items()}
    step = {
        "type": "object",
        "properties": {**verbs, **keys},
        "additionalProperties": False,
        "oneOf": [{"required": [verb]} for verb in VERBS],
        "allOf": [
            *(_verb_rule(verb) for verb in VERBS.values()),
            *(_action_rule(verb, action) for verb in VERBS.values() for action in sorted(verb.actions)),
        ],
    }
    return {"step": step, "steps": {"type": "array", "items": {"$ref": "#/definitions/step"}, "minItems": 1}}


def _verb_rule(verb: Verb) -> Schema:
    """A step with this verb takes only the verb's own modifiers."""
    then: Schema = {"propertyNames": {"enum": [verb.name, *verb.modifiers, *(key.name for key in COMMON)]}}
    if verb.needs:
        then["required"] = list(verb.needs)
    if verb.own:
        then["properties"] = dict(verb.own)
    if RAW.name in verb.modifiers:  # only what is sent as it stands may have an action that OCPP does not know
        then["anyOf"] = [{"required": [RAW.name]}, {"properties": {verb.name: {"enum": sorted(verb.actions)}}}]
    return {"if": {"required": [verb.name]}, "then": then}


def _action_rule(verb: Verb, action: str) -> Schema:
    """For a verb and an action: which members its keys complete."""
    properties = {key: {"$ref": f"#/definitions/{action}.{part}"} for key, part in verb.payloads.items()}
    return {
        "if": {"required": [verb.name], "properties": {verb.name: {"const": action}}},
        "then": {"properties": properties},
    }
