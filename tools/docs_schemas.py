# ruff: noqa: INP001 - a part of a hook, not of a package
"""A JSON Schema as tables for people: what docs/facts.md and docs/target-reference.md show below their first words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def tables(schema: Mapping[str, Any]) -> str:
    """One table for the whole, and one for each part that has members or values of its own."""
    parts: Mapping[str, Any] = schema.get("$defs", {})
    sections = [("The whole", schema), *((name, part) for name, part in parts.items() if _tells(part))]
    return "\n".join(line for name, part in sections for line in _section(name, part, parts))


def _tells(part: Mapping[str, Any]) -> bool:
    return bool(part.get("properties") or part.get("enum") or part.get("additionalProperties"))


def _section(name: str, part: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}\n"
    if name in parts:
        yield f"{part.get('description', '').replace('``', '`')}\n"
    if "enum" in part:
        yield ", ".join(f"`{one}`" for one in part["enum"]) + "\n"
    elif members := part.get("properties"):
        yield "| member | is | default |\n|---|---|---|"
        for member, value in members.items():
            yield f"| `{member}` | {_kind(value, parts)} | {_default(value, member in part.get('required', ()))} |"
        yield ""
    else:
        yield f"By name: {_kind(part['additionalProperties'], parts)}.\n"


def _default(value: Mapping[str, Any], required: bool) -> str:
    if required:
        return "required"
    given = value.get("default")
    return "" if given is None or given in ("", [], {}) else f"`{given}`"


def _kind(value: Any, parts: Mapping[str, Any]) -> str:
    """A type in words; a part that has a section is a link to it."""
    if not isinstance(value, dict):
        return "anything"
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if _tells(parts[name]) else "anything"
    for several in ("anyOf", "oneOf"):
        if several in value:
            return " or ".join(dict.fromkeys(_kind(one, parts) for one in value[several] if one.get("type") != "null"))
    if "const" in value or "enum" in value:
        return " or ".join(f"`{one}`" for one in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items'), parts)}"
    if value.get("type") == "object" and value.get("additionalProperties"):
        return f"by name: {_kind(value['additionalProperties'], parts)}"
    return str(value.get("format") or {"string": "text"}.get(value.get("type", ""), value.get("type", "anything")))
