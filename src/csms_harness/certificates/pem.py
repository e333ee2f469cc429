"""PEM text (RFC 7468): where its blocks are, and whether two texts hold the same. Needs no knowledge of X.509."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

CERTIFICATE: Final = "CERTIFICATE"
"""The label of a certificate; that of a request ends in ``CERTIFICATE REQUEST``."""

_BLOCK: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----")
_BOUNDARY: Final = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]{1,40}-----")
_OWN_LINE: Final = re.compile(r"^-----(?:BEGIN|END) [A-Z0-9 ]{1,40}-----[ \t]*\r?$", re.MULTILINE)
_BLANK: Final = re.compile(r"\s+")


class Unreadable(ValueError):
    """A text that holds no certificate that can be read; the text continues "it"."""


def blocks(text: str, label: str = CERTIFICATE) -> list[bytes]:
    """The contents of all blocks with a label, in order, whatever the line ends. A damaged block is left out."""
    found = (_content(match[2]) for match in _BLOCK.finditer(text) if match[1] == label)
    return [content for content in found if content]


def is_pem(text: str) -> bool:
    """Whether a text has blocks, and each of them is whole and can be read. What stands between is explanation."""
    matches = list(_BLOCK.finditer(text))
    whole = len(matches) == text.count("-----BEGIN ") == text.count("-----END ")
    return bool(matches) and whole and all(_content(match[2]) for match in matches)


def in_lines(text: str) -> bool:
    """Whether each BEGIN and END stands on a line of its own (RFC 7468 section 3): else most libraries see no block."""
    return len(_OWN_LINE.findall(text)) == len(_BOUNDARY.findall(text))


def same_pem(one: str, other: str) -> bool:
    """Whether two texts hold the same blocks: line ends, and what stands around the blocks, say nothing."""
    return bool(_all(one)) and _all(one) == _all(other)


def _all(text: str) -> list[tuple[str, bytes]]:
    return [(match[1], _content(match[2])) for match in _BLOCK.finditer(text)]


def _content(text: str) -> bytes:
    try:
        return base64.b64decode(_BLANK.sub("", text), validate=True)
    except (binascii.Error, ValueError):
        return b""
