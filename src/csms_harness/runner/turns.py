"""Whose turn it is: two lanes never use one idTag at a time, whatever the target gives them (docs/decisions/0012)."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from csms_harness.scenario.demands import needs
from csms_harness.scenario.library import Library, TestCase

_STARTS_NOTHING: Final = frozenset({"invalid_id_tag", "expired_id_tag", "blocked_id_tag", "parent_id_tag"})
"""idTags of a target that no Central System gives a transaction to, so that any number of lanes may show them."""


@dataclass(slots=True)
class Turns:
    """Hands out cases so that those which use the same idTag run one after another.

    ``users`` are, for each case and lane, the idTags that the case uses there and that another lane has too.
    """

    users: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _held: dict[str, frozenset[str]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(
        self,
        lane: str,
        waiting: deque[TestCase],
        fits: Callable[[TestCase], bool] = lambda _: True,
        rank: Callable[[TestCase], int] = lambda _: 0,
    ) -> TestCase | None:
        """The next case that may begin on this lane, once other lanes let it; None when none is left that fits.

        It is the first of the least ``rank``.
        """
        self._give_back(lane)
        while fitting := [one for one in waiting if fits(one)]:
            held = frozenset().union(*self._held.values())
            case = min((one for one in fitting if not self._uses(one, lane) & held), key=rank, default=None)
            if case is not None:
                waiting.remove(case)
                self._held[lane] = self._uses(case, lane)
                return case
            self._changed.clear()
            await self._changed.wait()
        return None

    def holds(self, lane: str) -> bool:
        """Whether others wait for the idTags of this lane, or may."""
        return bool(self._held.get(lane))

    def leave(self, lane: str) -> None:
        """This lane begins no more cases."""
        self._give_back(lane)

    def _uses(self, case: TestCase, lane: str) -> frozenset[str]:
        return self.users.get((case.id, lane), frozenset())

    def _give_back(self, lane: str) -> None:
        if self._held.pop(lane, None):
            self._changed.set()


def turns(cases: list[TestCase], library: Library, configs: Mapping[str, Mapping[str, Any]]) -> Turns:
    """The turns of a run; ``configs`` are the configurations of its lanes by name."""
    tags = {lane: _id_tags(config) for lane, config in configs.items()}
    owners = Counter(tag for own in tags.values() for tag in set(own.values()))
    users = {}
    for case in cases:
        needed = needs(case, library.states)
        for lane, own in tags.items():
            shared = frozenset(tag for name, tag in own.items() if name in needed and owners[tag] > 1)
            if shared:
                users[case.id, lane] = shared
    return Turns(users)


def shared_id_tags(configs: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """The idTags that several lanes would use, each with the names of those lanes."""
    lanes: dict[str, dict[str, str]] = {}
    for lane, config in configs.items():
        for name, tag in _id_tags(config).items():
            lanes.setdefault(tag, {})[lane] = str(config[name])
    return {next(iter(own.values())): list(own) for own in lanes.values() if len(own) > 1}


def _id_tags(config: Mapping[str, Any]) -> dict[str, str]:
    """The idTags with which a lane may start a transaction, by name, in the letter case in which they are compared."""
    return {
        name: value.casefold()
        for name, value in config.items()
        if "id_tag" in name and name not in _STARTS_NOTHING and isinstance(value, str)
    }
