"""What a Central System or a trigger said, made fit for one line that people read."""

from __future__ import annotations

import unicodedata
from typing import Final

EXCERPT: Final = 200
"""Characters of a foreign text that are worth showing."""

MASK: Final = "•••"
"""What stands in the place of a secret."""


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """A foreign text on one line, at most ``limit`` characters, without control and invisible characters."""
    visible = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text[: 4 * limit])
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
