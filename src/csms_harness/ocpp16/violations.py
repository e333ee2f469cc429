"""What a JSON schema finds wrong with a payload, told by the member and the rule it breaks.

A sentence continues the name of the member: ``idTagInfo.status`` ``is required``. Texts keep their quotes, so that
"300" and 300 read differently.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import jsonschema_rs

from csms_harness.ocppj.breach import Breach

_LONGEST: Final = 240
_SHOWN: Final = 60
_OPTIONS: Final = 12

_TYPES: Final = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
"""The types of JSON as people call them."""


def violations(error: jsonschema_rs.ValidationError, payload: Any) -> Iterator[Breach]:
    """The breaches behind an error of the validator in ``payload``: one for each member that is wrong.

    ``path`` names the member that is missing or too much, not the object it belongs to.
    """
    keyword = str(error.schema_path[-1]) if error.schema_path else ""
    about: Mapping[str, Any] = error.kind.as_dict()
    for name in _members(keyword, about, error.instance_path, payload):
        path = _short(dotted([*error.instance_path, *([] if name is None else [name])]), _LONGEST)
        told = _TOLD.get(keyword)
        text = str(error.message) if told is None else told(about, error.instance)
        yield Breach("schema", _short(text, _LONGEST), path, keyword=_keyword(keyword, about, error.instance))


def _keyword(keyword: str, about: Mapping[str, Any], value: Any) -> str:
    """The keyword as a breach has it: who writes null, or 1.0 for 1, does so wherever there is such a member."""
    if value is None:
        return "null"
    return "integral" if keyword == "type" and _is_whole(about, value) else keyword


def _is_whole(about: Mapping[str, Any], value: Any) -> bool:
    """Whether this is a whole number with a decimal point or an exponent, where a whole number is asked for."""
    return list(about["types"]) == ["integer"] and isinstance(value, float) and value.is_integer()


def dotted(path: list[str | int]) -> str:
    """A path as it is written everywhere: ``chargingSchedule.chargingSchedulePeriod[0].limit``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _members(keyword: str, about: Mapping[str, Any], path: list[str | int], payload: Any) -> list[str | None]:
    if keyword == "required":
        return [str(about["property"])]
    if keyword == "additionalProperties":
        return [str(name) for name in about.get("unexpected") or _at(path, payload)]
    return [None]


def _at(path: list[str | int], payload: Any) -> Any:
    """The object for which the schema knows no member at all: the validator then names none."""
    for part in path:
        payload = payload[part]
    return payload


_TOLD: Final[Mapping[str, Callable[[Mapping[str, Any], Any], str]]] = {
    "required": lambda _about, _value: "is required",
    "additionalProperties": lambda _about, _value: "is not allowed: the schema has no such member",
    "type": lambda about, value: (
        f"must be {' or '.join(_TYPES.get(name, name) for name in about['types'])}"
        f"{' without a decimal point' if _is_whole(about, value) else ''}, is {_value(value)}"
    ),
    "enum": lambda about, value: f"must be {_options(about['options'])}, is {_value(value)}",
    "maxLength": lambda about, value: f"has {len(value)} characters, at most {about['limit']} are allowed",
    "minItems": lambda about, value: f"has {len(value)} entries, at least {about['limit']} are required",
    "multipleOf": lambda about, value: f"must be a multiple of {about['multiple_of']:g}, is {_value(value)}",
}


def _options(options: list[Any]) -> str:
    *others, last = [str(option) for option in options[:_OPTIONS]]
    more = "" if len(options) <= _OPTIONS else f" or {len(options) - _OPTIONS} others"
    return f"{', '.join(others)}{' or ' if others and not more else ', ' if others else ''}{last}{more}"


def _value(value: Any) -> str:
    return _short(json.dumps(value, ensure_ascii=False, default=str), _SHOWN)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
