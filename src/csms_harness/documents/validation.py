"""A pydantic model out of a node: its complaints become mistakes with line, column and caret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean
from csms_harness.documents.nodes import Node, follow, plain

Model = TypeVar("Model", bound=BaseModel)
Path = Sequence[str | int]


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
            if not _is_idle_branch(node, one["type"], one["loc"], paths)
        ) from None


def _is_idle_branch(root: Node, kind: str, path: Path, paths: Sequence[Path]) -> bool:
    """Whether this only says that a branch of a union does not fit, when another branch says what is wrong."""
    is_tag = bool(path) and path[-1] not in follow(root, path[:-1]).members and kind.endswith("_type")
    stem = tuple(path[:-1])
    return is_tag and any(len(other) > len(path) and tuple(other[: len(stem)]) == stem for other in paths)


def _mistake(model: type[BaseModel], root: Node, kind: str, path: Path, message: str) -> Mistake:
    name, node = str(path[-1]) if path else "", follow(root, path)
    if kind == "extra_forbidden":
        key = follow(root, path[:-1]).keys.get(name, node)
        return key.mistake(f"unknown key '{name}'", did_you_mean(name, _known_keys(model, path[:-1])))
    if kind == "missing":
        return node.mistake(f"'{name}' is missing")
    text = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    key_names = _keys_on(root, path)
    label = f"'{key_names[-1]}': " if key_names else ""
    return node.mistake(f"{label}{text[:1].lower()}{text[1:]}")


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
        models = inner or models
    return [name for name, _ in _fields(models)]


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
