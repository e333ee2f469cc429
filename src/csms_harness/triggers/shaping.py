"""How the body of a request is put into the shape that an API wants. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from csms_harness.triggers.template import Path, parse_path

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

STYLES: Final[Mapping[str, Callable[[str], str]]] = {
    "snake_case": lambda name: _HUMP.sub("_", name).lower(),
    "kebab-case": lambda name: _HUMP.sub("-", name).lower(),
    "PascalCase": lambda name: name[:1].upper() + name[1:],
}
"""How names of members can be spelled instead of OCPP's own way."""


def renamed(content: Any, style: str) -> Any:
    """The same content, with the names of all members in another spelling, deep into lists."""
    if isinstance(content, Mapping):
        return {STYLES[style](name): renamed(member, style) for name, member in content.items()}
    if isinstance(content, list):
        return [renamed(element, style) for element in content]
    return content


def without(content: Any, paths: Iterable[str]) -> Any:
    """The same content without the members at these paths; a path goes into every element of a list."""
    for path in paths:
        content = _without(content, parse_path(path))
    return content


def _without(content: Any, path: Path) -> Any:
    if isinstance(content, list):
        return [_without(element, path) for element in content]
    if not isinstance(content, Mapping) or path[0] not in content:
        return content
    if len(path) == 1:
        return {name: member for name, member in content.items() if name != path[0]}
    return {name: _without(member, path[1:]) if name == path[0] else member for name, member in content.items()}
