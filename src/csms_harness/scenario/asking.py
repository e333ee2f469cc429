"""What a step asks the Central System for, as the matchers of the same step speak of it (``$asked``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from csms_harness.documents.location import Location
from csms_harness.scenario.matchers import Asked, Matcher, Members
from csms_harness.scenario.values import Reference, Value


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """The place in what is asked for that a matcher judges. ``asked`` is the whole of it, ``path`` leads there.

    An item of a list has no place of its own: with ``in_list`` this is the place of the list.
    """

    asked: Value = None
    path: tuple[str, ...] = ()
    in_list: bool = False

    def inside(self, name: str) -> AskedPlace:
        """The place of a member."""
        return replace(self, path=(*self.path, name))

    def item(self) -> AskedPlace:
        """The place of an item of the list here."""
        return replace(self, in_list=True)

    def value(self) -> Value:
        """What is asked for here; a name when it cannot be told before the case runs."""
        asked = self.asked
        for name in self.path:
            asked = asked.get(name) if isinstance(asked, Mapping) else None
        return asked

    def name(self, where: Location) -> Reference:
        """The name of what is asked for here."""
        return Reference(".".join(("asked", *self.path)), where)

    def matcher(self, where: Location) -> Matcher:
        """What is asked for here, member by member."""
        asked = self.value()
        if not isinstance(asked, Mapping):
            return Asked(self.name(where))
        named = (name for name, value in asked.items() if value is not None)
        return Members({name: self.inside(name).matcher(where) for name in named}, where)
