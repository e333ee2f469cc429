"""The bricks of the editor schema (JSON Schema draft-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

NAME: Final[Schema] = {"$ref": "#/definitions/name"}
"""A ``$name``."""
MOMENT: Final[Schema] = {"$ref": "#/definitions/moment"}
"""A date-time, or a moment by ``$now``."""
DURATION: Final[Schema] = {"$ref": "#/definitions/duration"}
"""A length of time."""
STEPS: Final[Schema] = {"$ref": "#/definitions/steps"}
"""A list of steps."""
TEXT: Final[Schema] = {"type": "string", "minLength": 1}
"""A text that is not empty."""
OBJECT: Final[Schema] = {"type": "object"}
"""Any mapping."""
NUMBER: Final[Schema] = {"type": "integer", "minimum": 1}
"""A whole number from 1 on."""


def object_schema(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """An object with these members and no others."""
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def list_schema(items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items}


def described(schema: Schema, text: str) -> Schema:
    """The schema with a description; beside ``$ref`` draft-07 would not see it."""
    return {"description": text, "allOf": [schema]} if "$ref" in schema else {"description": text, **schema}
