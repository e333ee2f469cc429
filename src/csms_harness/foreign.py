r"""Foreign strings made harmless for where they go. Whatever a Central System sent is hostile until then.

Nothing is dropped: what cannot be shown is written as a visible escape (``\x1b``, ``\u202e``), so that the
reader of a report sees that it was there. The transcript keeps the exact characters.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

XML_LIMIT: Final = 64_000
"""The longest text put into one XML node, in UTF-8 bytes; build servers refuse reports with huge nodes."""

_SHORT_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BUILD_LOG_COMMANDS: Final = (
    (re.compile(r":(?=:[A-Za-z][\w-]*)"), r"\\x3a"),
    (re.compile(r"#(?=#(?:vso|teamcity)?\[)"), r"\\x23"),
)
_ZERO_WIDTH: Final = "&#8203;"
_MARKDOWN_SPECIALS: Final = (
    (re.compile("&"), "&amp;"),
    (re.compile("<"), "&lt;"),
    (re.compile(">"), "&gt;"),
    (re.compile(r"([\\`*\[\]|~$])"), r"\\\1"),
    (re.compile(r"((?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))"), r"\\\1"),
    (re.compile(r"@"), "@" + _ZERO_WIDTH),
    (re.compile(r"(?<!&)#(?=\d)"), "#" + _ZERO_WIDTH),
    (re.compile(r":(?=//)"), ":" + _ZERO_WIDTH),
    (re.compile(r"\b(www)\.", re.IGNORECASE), r"\1" + _ZERO_WIDTH + "."),
)
_BEYOND_ASCII: Final = re.compile(r"[^\n\x20-\x7e]")
_PLAIN_FILE_NAME: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,79}")
_DEVICE_NAME: Final = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)", re.IGNORECASE)

EXCERPT: Final = 200
"""Characters of a foreign text that are worth showing."""

MASK: Final = "•••"
"""What stands in the place of a secret."""


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters of ``text``; what was cut is said at its end."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text)} characters in all)"


def visible(text: str, keep: str = "") -> str:
    """Write controls, format and bidi characters, surrogates and unassigned ones as visible escapes."""
    if text.isprintable():
        return text
    return "".join(char if _harmless(char) or char in keep else _escape(char) for char in text)


def _harmless(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def for_terminal(text: str, limit: int = 2000) -> str:
    """Clean ``text`` for one line of a terminal or build log.

    Workflow commands of build servers (``::set-output …``, ``##vso[…``) are broken up as well. The result is
    plain text: give it to rich as ``Text``, never as markup.
    """
    line = visible(cut(text, limit))
    for command, escaped in _BUILD_LOG_COMMANDS:
        line = command.sub(escaped, line)
    return line


def for_xml(text: str, limit: int = XML_LIMIT) -> str:
    """Clean ``text`` for an XML 1.0 node of at most ``limit`` bytes; lines and tabs are kept."""
    clean = visible(text[:limit], keep="\n\t")
    data = clean.encode()
    if len(data) <= limit and len(text) <= limit:
        return clean
    tail = f"\n… cut: {len(text)} characters in all, see the transcript"
    return data[: limit - len(tail.encode())].decode(errors="ignore") + tail


def for_html(text: str, limit: int | None = None) -> str:
    """Clean ``text`` for HTML or SVG text; angle brackets and quotes are escaped later, by the template."""
    return visible(text if limit is None else cut(text, limit), keep="\n\t")


def for_markdown(text: str, limit: int = 600) -> str:
    """Clean ``text`` for one line or table cell of Markdown: no markup, mention, reference or link."""
    line = visible(cut(text, limit))
    for special, escaped in _MARKDOWN_SPECIALS:
        line = special.sub(escaped, line)
    return line


def markdown_code(text: str, limit: int = 600) -> str:
    """``text`` as a Markdown code block, its fence longer than any run of backticks inside."""
    body = visible(cut(text, limit), keep="\n\t")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", body)), default=0))
    return f"{fence}text\n{body}\n{fence}"


def in_blocks(data: bytes, size: int = 1 << 16) -> Iterator[str]:
    """The text of UTF-8 ``data`` (lone surrogates allowed) in blocks, so that a long one is not held twice."""
    if len(data) <= size:
        return iter((data.decode("utf-8", "surrogatepass"),))
    return codecs.iterdecode((data[at : at + size] for at in range(0, len(data), size)), "utf-8", "surrogatepass")


def for_json(document: str) -> str:
    """Escape what a terminal or editor trips over inside a JSON document; its meaning does not change."""
    return _BEYOND_ASCII.sub(_json_escape, document)


def _json_escape(found: re.Match[str]) -> str:
    char = found.group()
    if _harmless(char):
        return char
    data = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))


def slug(text: str, limit: int = 80) -> str:
    """A file name for ``text``: ``[A-Za-z0-9_-]``, at most ``limit`` characters, never a device.

    Plain upper-case identifiers stay as they are. Anything else carries a hash, so that two names neither
    collide nor differ by case alone.
    """
    if len(text) <= limit and _PLAIN_FILE_NAME.fullmatch(text) and not _DEVICE_NAME.fullmatch(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", text[: limit - 9]).strip("-") or "unnamed"
    return f"{stem}-{digest}"


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """A foreign text on one line, at most ``limit`` characters, without control and invisible characters."""
    visible = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text[: 4 * limit])
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
