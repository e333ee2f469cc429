"""The usual frame: a whole message, read without a parser where it is text and came alone, and written.

All else is read and written by ``websockets``, which answers for RFC 6455 (docs/decisions/0057, 0062).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final

from websockets.frames import Frame

try:
    from websockets.speedups import apply_mask
except ImportError:  # where no compiled part of the library is to be had
    from websockets.utils import apply_mask

_TEXT: Final = 0x81
"""The first byte of a text frame that is a whole message, with no reserved bit set (RFC 6455 5.2)."""

_BINARY: Final = 0x82
_MASKED: Final = 0x80

_AT_ONCE: Final = 1024
"""Bytes that the system is asked for together."""


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


def masking_keys(entropy: Callable[[int], bytes] = os.urandom) -> Iterator[bytes]:
    """Keys of four bytes, each given out once; ``entropy`` gives so many bytes that nobody can foretell (RFC 6455 5.3).

    The system is asked for many of them together.
    """
    while True:
        data = entropy(_AT_ONCE)
        yield from (data[at : at + 4] for at in range(0, _AT_ONCE, 4))


def masked(data: bytes, key: bytes, *, text: bool) -> bytes:
    """A whole message as one frame of a client (RFC 6455 5.2)."""
    first, size = _TEXT if text else _BINARY, len(data)
    if size < 126:
        head = bytes((first, _MASKED | size))
    elif size < 2**16:
        head = bytes((first, _MASKED | 126)) + size.to_bytes(2)
    else:
        head = bytes((first, _MASKED | 127)) + size.to_bytes(8)
    return head + key + apply_mask(data, key)
