"""Texts beyond ASCII, so and so many characters long: what JSON, and so OCPP-J, can carry in any text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle, islice
from typing import Final

_LETTERS: Final = "äßée\u0301 \u05e9\u05dc\u05d5\u05dd \u0634\u062d\u0646 Жук 充電 한국 ไฟ Säule € "
"""Latin, the same letter composed and combined, Hebrew, Arabic, Cyrillic, ideographs, Hangul, Thai, signs."""

_EMOJI: Final = "😀🔌\U0001f469\u200d\U0001f527🚗⚡\ufe0f𝔘𠮷"
"""Characters beyond the first plane of Unicode, some of several characters joined."""


def letters(number: int) -> str:
    """A text of so many characters (code points), none of them beyond the first plane; it ends in a letter."""
    return "".join(islice(cycle(_LETTERS), number - 1)) + "ü"


def emoji(number: int) -> str:
    """A text of so many characters (code points), most of them beyond the first plane."""
    return "".join(islice(cycle(_EMOJI), number))


TEXTS: Final[Mapping[str, Callable[[int], str]]] = {"letters": letters, "emoji": emoji}
"""The makers of texts, by the group of names that they serve."""

MOST_LETTERS: Final = 10_000
"""Characters of such a text at most."""
