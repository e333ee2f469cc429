"""What a foreign answer wants to say: the sentence in a JSON error, the words of an HTML page. For people only."""

from __future__ import annotations

import html
import json
import re
from typing import Any, Final

from csms_harness.foreign import EXCERPT, excerpt

_TELLING: Final = (
    "message",
    "error_description",
    "detail",
    "details",
    "description",
    "reason",
    "title",
    "msg",
    "error",
)
"""Members in which control APIs and gateways say what went wrong, the plainest first."""

_DEEPEST: Final = 4
_LOOKED_AT: Final = 8000
_PAGE: Final = re.compile(r"\s*<(!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"<(script|style|head)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>?")
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def gist(body: str, limit: int = EXCERPT) -> str:
    """The telling part of an answer on one line, at most ``limit`` characters; empty when it says nothing.

    ``body`` may be JSON, HTML or any text. What is neither is returned as it is, without control characters.
    """
    text = _sentence(body)
    return excerpt(_words(body[:_LOOKED_AT]) if text is None and _PAGE.match(body) else text or body, limit)


def _sentence(body: str) -> str | None:
    try:
        return _found(json.loads(body), _DEEPEST)
    except (ValueError, RecursionError):
        return None


def _found(value: Any, depth: int) -> str | None:
    """The first telling text in a JSON value, not too deep."""
    if isinstance(value, str):
        return value.strip() or None
    if depth == 0:
        return None
    if isinstance(value, list):
        return next((text for item in value[:_DEEPEST] if (text := _found(item, depth - 1))), None)
    if not isinstance(value, dict):
        return None
    named = {str(name).casefold(): item for name, item in value.items()}
    return next((text for name in _TELLING if name in named and (text := _found(named[name], depth - 1))), None)


def _words(page: str) -> str:
    """The words of an HTML page; those of its title when it has no others."""
    title = _TITLE.search(page)
    seen = html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", page)))
    return seen if seen.strip() else html.unescape(title.group(1)) if title else ""
