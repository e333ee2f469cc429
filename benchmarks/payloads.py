"""Payloads made from the schemas of OCPP 1.6: right ones, and ones with a single mistake; always the same ones."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from csms_harness.ocpp16.payloads import Direction, schema
from csms_harness.ocpp16.vocabulary import ACTIONS

SEED: Final = 16


@dataclass(frozen=True, slots=True)
class Sample:
    """One payload, and what it is judged as."""

    action: str
    direction: Direction
    payload: dict[str, Any]


def samples(each: int) -> Iterator[Sample]:
    """So many payloads of every ``.req`` and ``.conf``, every second one with a mistake."""
    chance = random.Random(SEED)  # noqa: S311  an example, not a secret
    for action in sorted(ACTIONS):
        for direction in Direction:
            maker = _Maker(schema(action, direction), chance)
            for number in range(each):
                payload = maker.value(maker.root)
                yield Sample(action, direction, maker.spoiled(payload) if number % 2 else payload)


@dataclass(frozen=True, slots=True)
class _Maker:
    root: Mapping[str, Any]
    chance: random.Random

    def value(self, node: Mapping[str, Any]) -> Any:
        if "$ref" in node:
            return self.value(self.root["definitions"][node["$ref"].rpartition("/")[2]])
        if "enum" in node:
            return self.chance.choice(node["enum"])
        return _MAKE[node.get("type", "string")](self, node)

    def object(self, node: Mapping[str, Any]) -> dict[str, Any]:
        required = node.get("required", ())
        members = node.get("properties", {}).items()
        return {name: self.value(child) for name, child in members if name in required or self.chance.random() < 0.6}

    def array(self, node: Mapping[str, Any]) -> list[Any]:
        return [self.value(node["items"]) for _ in range(self.chance.randint(max(1, node.get("minItems", 1)), 3))]

    def string(self, node: Mapping[str, Any]) -> str:
        if node.get("format") == "date-time":
            return f"2026-01-{self.chance.randint(1, 31):02}T12:00:00.{self.chance.randint(0, 999):03}Z"
        if node.get("format") == "uri":
            return "https://example.org/firmware"
        return "".join(
            self.chance.choices("abcXYZ 019-_é€", k=self.chance.randint(1, min(node.get("maxLength", 30), 30)))
        )

    def number(self, node: Mapping[str, Any]) -> float:
        return self.chance.randint(1, 10_000) / (10 if "multipleOf" in node else 7)

    def integer(self, _: Mapping[str, Any]) -> int:
        return self.chance.randint(0, 10_000)

    def boolean(self, _: Mapping[str, Any]) -> bool:
        return self.chance.random() < 0.5

    def spoiled(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload with one mistake at a place chosen by chance."""
        spoiled = copy.deepcopy(payload)
        place = self.chance.choice([spoiled, *_objects(spoiled)])
        self.chance.choice(_MISTAKES)(place, self.chance)
        return spoiled


_MAKE: Final[dict[str, Callable[[_Maker, Mapping[str, Any]], Any]]] = {
    "object": _Maker.object,
    "array": _Maker.array,
    "string": _Maker.string,
    "number": _Maker.number,
    "integer": _Maker.integer,
    "boolean": _Maker.boolean,
}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
        yield from _objects(item)


def _member(place: dict[str, Any], chance: random.Random) -> str:
    return chance.choice(sorted(place) or ["nothing"])


def _remove(place: dict[str, Any], chance: random.Random) -> None:
    place.pop(_member(place, chance), None)


def _add(place: dict[str, Any], _: random.Random) -> None:
    place["unheardOf"] = 1


def _retype(place: dict[str, Any], chance: random.Random) -> None:
    place[_member(place, chance)] = chance.choice([None, True, 1, 1.5, 0.05, "1", [], {}])


def _lengthen(place: dict[str, Any], chance: random.Random) -> None:
    place[_member(place, chance)] = "x" * chance.choice([21, 26, 51, 256, 2501, 10_001])


def _misspell(place: dict[str, Any], chance: random.Random) -> None:
    name = _member(place, chance)
    place[name] = f"{place.get(name)}"[::-1]


_MISTAKES: Final = (_remove, _add, _retype, _lengthen, _misspell)
