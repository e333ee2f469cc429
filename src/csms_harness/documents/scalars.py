"""Plain scalars by the core schema of YAML 1.2: ``on``, ``no``, ``12:30`` and dates mean what they say."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from yamlcore import CCoreLoader

Scalar = str | int | float | bool | None
TAG: Final = "tag:yaml.org,2002:"
"""What the tags of YAML itself begin with."""

_Patterns = Mapping[str | None, Iterable[tuple[str, re.Pattern[str]]]]
_PATTERNS: Final[_Patterns] = CCoreLoader.yaml_implicit_resolvers


def tag_of(text: str) -> str:
    """The tag that YAML 1.2 gives a plain scalar."""
    for tag, pattern in _PATTERNS.get(text[:1], ()):
        if pattern.match(text):
            return tag
    return TAG + "str"


def _integer(text: str) -> int:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.removeprefix("+"))
    base = {"0o": 8, "0x": 16}.get(digits[:2], 10)
    return sign * int(digits[2:] if base != 10 else digits, base)


def _float(text: str) -> float:
    number = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    if math.isinf(number) and "inf" not in text.lower():
        raise ValueError(text)
    return number


_CONVERT: Final[Mapping[str, Callable[[str], Scalar]]] = {
    TAG + "str": str,
    TAG + "null": lambda _: None,
    TAG + "bool": lambda text: text.lower() == "true",
    TAG + "int": _integer,
    TAG + "float": _float,
}


@lru_cache(maxsize=4096)
def typed(text: str) -> Scalar:
    """A plain scalar as the value it means in YAML 1.2. Raises ValueError for a number beyond any range."""
    return _CONVERT[tag_of(text)](text)
