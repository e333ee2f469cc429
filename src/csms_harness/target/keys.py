"""The values that a target gives to the standard configuration keys of its Charge Points, each by its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.charge_point.configuration import Configuration, Kind
from csms_harness.documents.mistakes import Mistake
from csms_harness.documents.nodes import Node

_DUE: Final = {Kind.BOOLEAN: "true or false", Kind.INTEGER: "a whole number"}


def key_mistakes(root: Node) -> Iterator[Mistake]:
    """Every value under ``configuration`` that its key cannot have; keys that no standard names take any."""
    standard = Configuration()
    for point in root.members["charge_points"].items if "charge_points" in root.members else ():
        given = point.members.get("configuration")
        for name, node in (given.members if given is not None else {}).items():
            key = standard.key(name)
            if key is None or key.kind not in _DUE or node.kind != "scalar":
                continue
            value = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
            if not standard.fits(name, value):
                least = f" of at least {key.minimum}" if key.kind is Kind.INTEGER and key.minimum is not None else ""
                yield node.mistake(f"'{name}': {_DUE[key.kind]}{least} is due, this is {node}")
