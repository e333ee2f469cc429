"""The part of the editor schema that comes from the OCPP schemas: values, matchers, names to save."""

from __future__ import annotations

from collections.abc import Mapping

from csms_harness.ocpp16.payloads import Direction
from csms_harness.scenario.expectations import AS
from csms_harness.scenario.memory import CHARGE_POINT, ID_TAG
from csms_harness.scenario.predicates import PREDICATES
from csms_harness.scenario.schema_parts import MOMENT, NAME, OBJECT, Schema, described, list_schema, object_schema
from csms_harness.scenario.shapes import ANYTHING, CALL_ERROR, Shape, all_shapes, payload_shapes


def payload_definitions() -> dict[str, Schema]:
    """For each payload of OCPP 1.6: how it is written as a value, as a matcher, and what can be saved from it."""
    definitions: dict[str, Schema] = {}
    for shape in payload_shapes():
        definitions[f"{shape.name}.value"] = value_schema(shape)
        definitions[f"{shape.name}.matcher"] = matcher_schema(shape)
        definitions[f"{shape.name}.saved"] = saved_schema(shape)
        if shape.direction is Direction.CONFIRMATION:
            value = {"$ref": f"#/definitions/{shape.name}.value"}
            definitions[f"{shape.name}.answer"] = {"anyOf": [value, {"const": "$answer"}]}
    return definitions


def saved_schema(shape: Shape) -> Schema:
    """New names, each with a path; the plain members are offered, deeper paths are free."""
    paths: Schema = {"anyOf": [{"enum": sorted(shape.members)}, {"type": "string", "pattern": r"[.\[]"}]}
    return {"type": "object", "additionalProperties": paths if shape.members else False}


def value_schema(shape: Shape) -> Schema:
    """What may be written as an object or list of this shape, or as a leaf."""
    if shape.kind == "object":
        return _members({name: _optional(member) for name, member in shape.members.items()}, shape)
    return list_schema(_optional(shape.item or ANYTHING)) if shape.kind == "array" else _leaf(shape)


def _optional(shape: Shape) -> Schema:
    """A value, a name for it, or null to leave it out."""
    return {} if shape.kind == "any" else {"anyOf": [value_schema(shape), NAME, {"type": "null"}]}


def _members(members: Mapping[str, Schema], shape: Shape) -> Schema:
    return object_schema(members) if members or shape.direction is not None else OBJECT


def _leaf(shape: Shape) -> Schema:
    if shape.is_moment:
        return MOMENT
    if shape.choices:
        return {"$ref": f"#/definitions/{_choice_name(shape)}"}
    leaf: Schema = {} if shape.kind == "any" else {"type": shape.kind}
    return leaf if shape.longest is None else {**leaf, "maxLength": shape.longest}


def matcher_schema(shape: Shape) -> Schema:
    """What may be written as a matcher: a value, members with matchers, or predicates."""
    if shape.kind == "any":
        return {}
    if shape.kind == "object":
        members = {name: matcher_schema(member) for name, member in shape.members.items()}
        inside = _members({AS: _ASKED, **members} if members else {}, shape)
        return {"anyOf": [inside, _ASKED, {"$ref": "#/definitions/predicates"}]}
    if shape.choices:
        return {"$ref": f"#/definitions/{_choice_name(shape)}.matcher"}
    return {"anyOf": [value_schema(shape), NAME, {"$ref": "#/definitions/predicates"}]}


def _choice_name(shape: Shape) -> str:
    """A name for an enumeration, which many payloads share: ``status.Accepted.Rejected``."""
    few = shape.choices if len(shape.choices) <= 6 else (shape.choices[0], shape.choices[-1], str(len(shape.choices)))
    return ".".join((shape.name, *few))


def choice_definitions() -> dict[str, Schema]:
    """Each enumeration of the OCPP schemas and of the provisioning, as a value and as a matcher."""
    definitions: dict[str, Schema] = {}
    for root in (CALL_ERROR, ID_TAG, CHARGE_POINT, *payload_shapes()):
        for shape in all_shapes(root):
            if shape.choices:
                choice = {"enum": list(shape.choices)}
                matcher = {"anyOf": [choice, NAME, predicates_schema(_leaf(shape))]}
                definitions |= {_choice_name(shape): choice, f"{_choice_name(shape)}.matcher": matcher}
    return definitions


def predicates_schema(value: Schema, *, explained: bool = False) -> Schema:
    """A mapping of predicates for such a value, with what each means when it is explained."""
    operands = {word: predicate.operand.schema(value) for word, predicate in PREDICATES.items()}
    if explained:
        operands = {word: described(schema, PREDICATES[word].meaning) for word, schema in operands.items()}
    return {**object_schema(operands), "minProperties": 1}


_ASKED: Schema = {"const": "$asked"}
