"""All situations, by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.hostile import api, floods, frames, handshake, life_cycle, sizes
from tests.support.hostile.situation import Situation

GROUPS: Final[Mapping[str, tuple[Situation, ...]]] = {
    room.GROUP: room.SITUATIONS for room in (handshake, frames, sizes, life_cycle, floods, api)
}


def place(group: str, one: Situation) -> str:
    """Group and name of a situation, which is its place in the URL."""
    return f"{group.casefold().replace(' ', '-')}/{one.name}"


SITUATIONS: Final[Mapping[str, Situation]] = {
    place(group, one): one for group, found in GROUPS.items() for one in found
}
"""Each by its place."""
