"""Secrets that travel in frames, masked before anything is written down."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "•••"

_PATTERNS: Final = (
    # ChangeConfiguration of AuthorizationKey, whichever member comes first.
    (
        re.compile(r'("key"\s*:\s*"AuthorizationKey"\s*,\s*"value"\s*:\s*")((?:[^"\\]|\\.)*)(")', re.IGNORECASE),
        rf"\g<1>{MASK}\g<3>",
    ),
    (
        re.compile(r'("value"\s*:\s*")((?:[^"\\]|\\.)*)("\s*,\s*"key"\s*:\s*"AuthorizationKey")', re.IGNORECASE),
        rf"\g<1>{MASK}\g<3>",
    ),
    # user:password@ in the URLs of GetDiagnostics, UpdateFirmware, GetLog …
    (re.compile(r"(\w+:(?:\\?/){2}[^/\s\"@:]*:)[^@\s\"/]+(@)"), rf"\g<1>{MASK}\g<2>"),
    (
        re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|$)", re.DOTALL),
        rf"\g<1>{MASK}\g<2>",
    ),
)


def mask(text: str) -> str:
    """The text with passwords, keys and user-info of URLs replaced."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
