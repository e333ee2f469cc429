"""Secrets that travel in frames, masked before anything is written down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

MASK: Final = "•••"

SHORTEST: Final = 4
"""Shorter passwords are masked in their frame only: everywhere else they would take ordinary words with them."""

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
    (re.compile(r"((?<!\w)\w+:(?:\\?/){2}[^/\s\"@:]*:)[^@\s\"/]+(@)"), rf"\g<1>{MASK}\g<2>"),
    (
        re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|$)", re.DOTALL),
        rf"\g<1>{MASK}\g<2>",
    ),
)

_MAY_HOLD: Final = re.compile(r"AuthorizationKey|@|PRIVATE KEY", re.IGNORECASE)
"""One look that spares most frames the others."""


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with passwords, keys and user-info of URLs replaced, and with these secrets wherever they stand."""
    if _MAY_HOLD.search(text) is not None:
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def secrets_in(action: str, payload: Mapping[str, Any]) -> frozenset[str]:
    """What must not be written down of a request: a new AuthorizationKey, as text and as JSON writes it."""
    key, value = payload.get("key"), payload.get("value")
    if action != "ChangeConfiguration" or not isinstance(key, str) or key.casefold() != "authorizationkey":
        return frozenset()
    if not isinstance(value, str) or len(value) < SHORTEST:
        return frozenset()
    return frozenset({value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]})
