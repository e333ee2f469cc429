"""The usual frame, read without a parser: a whole text message that came alone.

All else is read by ``websockets``, which answers for RFC 6455 (docs/decisions/0057).
"""

from __future__ import annotations

from typing import Final

from websockets.frames import Frame

_TEXT: Final = 0x81
"""The first byte of a text frame that is a whole message, with no reserved bit set (RFC 6455 5.2)."""


def lone_text(data: bytes) -> str | None:
    """The text of bytes that are one unmasked text frame of less than 64 KiB and a whole message; None for all else.

    They must begin where a frame begins. Text that is not UTF-8 is something else as well.
    """
    if len(data) < 2 or data[0] != _TEXT or data[1] > 126:
        return None
    size, start = data[1], 2
    if size == 126:
        size, start = int.from_bytes(data[2:4]), 4
    if len(data) != start + size:
        return None
    try:
        return str(data[start:], "utf-8")
    except UnicodeDecodeError:
        return None


def least_size(frame: Frame) -> int:
    """The bytes of a frame that was received, its length written as short as can be."""
    size = len(frame.data)
    return size + (2 if size < 126 else 4 if size < 2**16 else 10)
