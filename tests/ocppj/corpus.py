"""Payloads made from the OCPP schemas: a full one, every way to break it, and random valid ones."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import jsonschema
from hypothesis import strategies as st

from csms_harness.ocpp16.payloads import Direction, schema
from csms_harness.ocpp16.vocabulary import ACTIONS

SCHEMAS = [(action, direction) for action in sorted(ACTIONS) for direction in Direction]
MOMENT = "2026-03-01T12:00:00Z"
WORDS = st.text('aZ0 -."\\\x00\u00e9\ud55c\U0001f50c', max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
OF_ANOTHER_TYPE: dict[str, list[Any]] = {
    "string": [1, None, True, [], {}],
    "integer": ["1", None, True, 1.5, [], {}],
    "number": ["1", None, True, [], {}],
    "boolean": ["true", None, 0, [], {}],
    "array": ["a", None, {}],
    "object": ["a", None, []],
}


def resolved(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The node, or what its ``$ref`` points to."""
    if "$ref" not in node:
        return node
    found: dict[str, Any] = root["definitions"][node["$ref"].rpartition("/")[2]]
    return found


def full(node: dict[str, Any], root: dict[str, Any]) -> Any:
    """A valid value with every optional member, every string as long as it may be."""
    node = resolved(node, root)
    if "enum" in node:
        return node["enum"][0]
    match node["type"]:
        case "object":
            return {name: full(child, root) for name, child in node.get("properties", {}).items()}
        case "array":
            return [full(node["items"], root)]
        case "string":
            return {"date-time": MOMENT, "uri": "ftp://a/b"}.get(node.get("format", ""), "x" * node.get("maxLength", 9))
        case plain:
            return {"integer": 1, "number": 21.4, "boolean": True}[plain]


def full_payload(action: str, direction: Direction) -> dict[str, Any]:
    """A full payload of one action."""
    document = schema(action, direction)
    payload: dict[str, Any] = full(document, document)
    return payload


Put = Callable[[Any], Any]


def broken_payloads(action: str, direction: Direction) -> Iterator[tuple[str, Any]]:
    """Every full payload with one breakage, and the keyword of the schema it breaks."""
    document = schema(action, direction)
    yield from _broken(document, document, full_payload(action, direction), lambda value: value)


def _broken(node: dict[str, Any], root: dict[str, Any], value: Any, put: Put) -> Iterator[tuple[str, Any]]:
    node = resolved(node, root)
    for other in OF_ANOTHER_TYPE[node["type"]]:
        yield "type", put(other)
    if "enum" in node:
        yield "enum", put("no such value")
    if "maxLength" in node:
        yield "maxLength", put("x" * (node["maxLength"] + 1))
    if "multipleOf" in node:
        yield "multipleOf", put(21.45)
    if node["type"] == "array":
        yield from _broken_array(node, root, value, put)
    if node["type"] == "object":
        yield from _broken_object(node, root, value, put)


def _broken_array(node: dict[str, Any], root: dict[str, Any], value: Any, put: Put) -> Iterator[tuple[str, Any]]:
    if "minItems" in node:
        yield "minItems", put([])
    yield from _broken(node["items"], root, value[0], lambda item: put([value[0], item]))


def _broken_object(node: dict[str, Any], root: dict[str, Any], value: Any, put: Put) -> Iterator[tuple[str, Any]]:
    if node.get("additionalProperties") is False:
        yield "additionalProperties", put(value | {"noSuchMember": 1})
    for name in node.get("required", ()):
        yield "required", put({known: item for known, item in value.items() if known != name})
    for name, child in node.get("properties", {}).items():
        yield from _broken(child, root, value[name], _putting(name, value, put))


def _putting(name: str, value: dict[str, Any], put: Put) -> Put:
    return lambda item: put(value | {name: item})


def valid_payloads(action: str, direction: Direction) -> st.SearchStrategy[dict[str, Any]]:
    """Random valid payloads of one action."""
    document = schema(action, direction)
    return _valid(document, document)


def _valid(node: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[Any]:
    node = resolved(node, root)
    if "enum" in node:
        return st.sampled_from(node["enum"])
    match node["type"]:
        case "object":
            members = {name: _valid(child, root) for name, child in node.get("properties", {}).items()}
            needed = {name: members.pop(name) for name in node.get("required", ())}
            return st.fixed_dictionaries(needed, optional=members)
        case "array":
            return st.lists(_valid(node["items"], root), min_size=node.get("minItems", 0), max_size=2)
        case "string" if node.get("format") == "date-time":
            return st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
        case "string":
            return WORDS.map(lambda text: text[: node.get("maxLength", 60)])
        case plain:
            tenths = st.integers(-(10**9), 10**9).map(lambda number: number / 10)
            return {"integer": st.integers(), "number": tenths, "boolean": st.booleans()}[plain]


def spoilt(value: Any) -> st.SearchStrategy[Any]:
    """The value with one place in it replaced by any JSON."""
    places = [JSON]
    if isinstance(value, dict):
        places += [spoilt(item).map(_putting(name, value, lambda new: new)) for name, item in value.items()]
    if isinstance(value, list) and value:
        places += [spoilt(value[0]).map(lambda new: [new, *value[1:]])]
    return st.one_of(places)


def second_opinion(action: str, direction: Direction, payload: Any) -> bool:
    """Whether ``jsonschema`` finds the payload valid. In draft-04 it is given decimals: it errs on floats."""
    document = schema(action, direction)
    if "draft-04" in document["$schema"]:
        exact = json.loads(json.dumps(document), parse_float=Decimal)
        return bool(jsonschema.Draft4Validator(exact).is_valid(_exact(payload)))
    return bool(jsonschema.Draft6Validator(document).is_valid(payload))


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _exact(item) for name, item in value.items()}
    return [_exact(item) for item in value] if isinstance(value, list) else value
