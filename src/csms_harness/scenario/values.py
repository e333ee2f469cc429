"""The values of the scenario language: plain JSON values in which a name or an instant may stand anywhere.

``None`` means that the member is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from csms_harness.documents.location import Location


@dataclass(frozen=True, slots=True)
class Reference:
    """``$name``: a value given (dotted: ``config.valid_id_tag``) or saved by this case (bare)."""

    name: str
    where: Location

    def __str__(self) -> str:
        return f"${self.name}"


@dataclass(frozen=True, slots=True)
class Instant:
    """``$now``, ``$now + 30 min``, ``$now - $config.offline_for``; the offset in seconds. Sent as UTC with ``Z``.

    ``before`` says that what a name stands for is taken from now instead of added.
    """

    offset: float | Reference
    where: Location
    before: bool = False


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration with its unit (``30 s``), in seconds."""

    seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:g} s"


Value: TypeAlias = (
    "bool | int | float | str | Reference | Instant | Duration | Sequence[Value] | Mapping[str, Value] | None"
)
"""A JSON value with ``Reference``, ``Instant`` and ``Duration`` in it."""
