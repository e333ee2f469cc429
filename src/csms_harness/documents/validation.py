"""A pydantic model out of a node: its complaints become mistakes with line, column and caret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo

from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean
from csms_harness.documents.nodes import Node, follow, plain

Model = TypeVar("Model", bound=BaseModel)
Path = Sequence[str | int]

_KEY: Final = "[key]"
"""How pydantic ends the path of a key that is wrong itself."""
_DUE: Final = {
    "bool_type": "true or false",
    "date_type": "a day",
    "dict_type": "a mapping of names and values",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "a mapping of names and values",
    "model_type": "a mapping of names and values",
    "string_type": "text",
    "tuple_type": "a list",
}
"""What is due, by pydantic's names for a wrong type."""


def validate(model: type[Model], node: Node, context: dict[str, Any] | None = None) -> Model:
    """The node as this model; ``context`` goes to its validators. Raises Mistakes with everything that does not fit."""
    try:
        return model.model_validate(plain(node), context=context)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        paths = [one["loc"] for one in found]
        raise Mistakes(
            _mistake(model, node, one["type"], one["loc"], one["msg"])
            for one in found
            if not (_is_idle_branch(node, one["type"], one["loc"], paths) or _is_misspelt(one, found))
        ) from None


def first_of(error: ValidationError) -> str:
    """What pydantic complains of first, in our words."""
    first = error.errors(include_url=False, include_context=False)[0]
    return f"{_DUE[first['type']]} is due" if first["type"] in _DUE else _sentence(first["msg"])


def no_flag(value: Any) -> Any:
    """The value, unless it is true or false, which Python takes for 1 or 0. Raises ValueError."""
    if isinstance(value, bool):
        raise ValueError(f"a number is due, not {str(value).lower()}")  # noqa: TRY004  pydantic wants it
    return value


def _is_idle_branch(root: Node, kind: str, path: Path, paths: Sequence[Path]) -> bool:
    """Whether this only says that a branch of a union does not fit, when another branch says what is wrong."""
    is_tag = bool(path) and path[-1] not in follow(root, path[:-1]).members and kind.endswith("_type")
    stem = tuple(path[:-1])
    return is_tag and any(len(other) > len(path) and tuple(other[: len(stem)]) == stem for other in paths)


def _is_misspelt(one: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a key is only missing because it stands there in other letters, which is told already."""
    stem, name = tuple(one["loc"][:-1]), str(one["loc"][-1]) if one["loc"] else ""
    strange = (other["loc"] for other in found if other["type"] == "extra_forbidden")
    return one["type"] == "missing" and any(
        tuple(loc[:-1]) == stem and did_you_mean(str(loc[-1]), (name,)) for loc in strange
    )


def _mistake(model: type[BaseModel], root: Node, kind: str, path: Path, message: str) -> Mistake:
    name, node = str(path[-1]) if path else "", follow(root, path)
    if name == _KEY:
        path = path[:-1]
        node = follow(root, path[:-1]).keys.get(str(path[-1]), node)
    if kind == "extra_forbidden":
        key = follow(root, path[:-1]).keys.get(name, node)
        return key.mistake(f"unknown key '{name}'", did_you_mean(name, _known_keys(model, path[:-1])))
    if kind == "missing":
        return node.mistake(f"'{name}' is missing")
    if kind in _DUE:
        quotes = "what YAML reads as a number or a boolean needs quotes" if _needs_quotes(kind, node) else ""
        return node.mistake(f"{_label(root, path)}{_DUE[kind]} is due, this is {node}", quotes)
    return node.mistake(f"{_label(root, path)}{_sentence(message)}")


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return text[:1].lower() + text[1:]


def _needs_quotes(kind: str, node: Node) -> bool:
    return kind == "string_type" and isinstance(node.value, int | float)


def _label(root: Node, path: Path) -> str:
    key_names = _keys_on(root, path)
    return f"'{key_names[-1]}': " if key_names else ""


def _keys_on(node: Node, path: Path) -> list[str]:
    """The parts of a path that are keys somebody wrote; union tags and indexes are none."""
    names = []
    for part in path:
        if part in node.members:
            names.append(str(part))
        node = follow(node, [part])
    return names


def _known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand where a path leads, for every model that may stand there."""
    models = [model]
    for part in path:
        inner = [one for name, field in _fields(models) if part == name for one in _models(field.annotation)]
        models = inner or [one for model in models for one in _inside(model)]
    return [name for name, _ in _fields(models)]


def _inside(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model itself, or what a mapping of any names holds."""
    if issubclass(model, RootModel):
        yield from _models(model.model_fields["root"].annotation)
    else:
        yield model


def _fields(models: list[type[BaseModel]]) -> Iterator[tuple[str, FieldInfo]]:
    """Each field of some models by the name it is written with."""
    for model in models:
        for name, field in model.model_fields.items():
            yield field.alias or name, field


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
