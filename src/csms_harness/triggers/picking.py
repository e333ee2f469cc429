"""A path into the JSON of an answer that may pick an element of a list by a member of it. Pure.

``items[serial=$chargePointId].uuid`` is the ``uuid`` of the first element of ``items`` whose ``serial`` is the Charge
Point. What is compared with is a plain text or ``$name``; both are compared as texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from csms_harness.triggers.template import MISSING, as_text, follow, parse_path, references_in

_PICK = re.compile(r"\[([A-Za-z_][\w.]*)=([^\]]+)\]")


def check_picking(text: str) -> None:
    """Raise ValueError where this is no such path."""
    for part in _PICK.split(text)[::3]:
        if plain := part.removeprefix("."):
            parse_path(plain)
    for member, _ in _PICK.findall(text):
        parse_path(member)
    for wanted in wanted_in(text):
        list(references_in(wanted))


def wanted_in(text: str) -> Iterator[str]:
    """What members are compared with."""
    return (wanted for _, wanted in _PICK.findall(text))


def pick(value: Any, text: str, filled: Callable[[str], Any]) -> Any:
    """The value at such a path, or MISSING; ``filled`` fills in what a member is compared with."""
    first, *rest = _PICK.split(text)
    value = _followed(value, first)
    for member, wanted, plain in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        value = _followed(_element(value, member, filled(wanted)), plain)
    return value


def _followed(value: Any, text: str) -> Any:
    plain = text.removeprefix(".")
    return follow(value, parse_path(plain)) if plain else value


def _element(value: Any, member: str, wanted: Any) -> Any:
    if not isinstance(value, list) or wanted is MISSING:
        return MISSING
    for element in value:
        found = follow(element, parse_path(member))
        if found is not MISSING and as_text(found) == as_text(wanted):
            return element
    return MISSING
