"""YAML text as nodes that know their file, line and column; scalars by the rules of YAML 1.2.

What could surprise a reader or hurt a machine is refused in one sentence: duplicate keys, keys that are no
text, tags, several documents, deep nesting, alias bombs, huge files. Merge keys (``<<``) are none of YAML 1.2, and are
taken, for many write them. Scenarios, target files and PICS files are all read through here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml

from csms_harness.documents.composer import compose, refuse
from csms_harness.documents.content import content
from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, Mistakes
from csms_harness.documents.nodes import Node, Source

MAX_BYTES: Final = 1 << 20
"""A longer file is not read."""

_UNPRINTABLE: Final = yaml.reader.Reader.NON_PRINTABLE
_TOO_LONG: Final = "is longer than 1 MiB, which no file of this kind needs"


def read_yaml(path: Path, name: str | None = None) -> Node:
    """The node tree of a file, called ``name`` in mistakes (its path by default). Raises Mistakes."""
    called = name or str(path)
    try:
        data = content(path, MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise Mistakes([Mistake(Location.whole(called), f"cannot be read: {reason}")]) from None
    return parse_bytes(data, called)


def parse_bytes(data: bytes, name: str) -> Node:
    """The node tree of a file's bytes, which must be UTF-8 of at most 1 MiB. Raises Mistakes."""
    if len(data) > MAX_BYTES:
        refuse(Source(name, ()), 0, 0, _TOO_LONG)
    try:
        return parse_yaml(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        text = data.decode("utf-8-sig", "replace")
        line, column = _place(data[: error.start].decode("utf-8-sig"))
        source = Source(name, tuple(text.splitlines()))
        refuse(source, line, column, "is not UTF-8 from here on; save it as UTF-8")


def parse_yaml(text: str, name: str) -> Node:
    """The node tree of a text, which must hold exactly one YAML document. Raises Mistakes."""
    source = Source(name, tuple(text.splitlines()))
    if len(text) > MAX_BYTES:
        refuse(Source(name, ()), 0, 0, _TOO_LONG)
    unprintable = _UNPRINTABLE.search(text)
    if unprintable is not None:
        line, column = _place(text[: unprintable.start()])
        code = f"U+{ord(unprintable.group()):04X}"
        refuse(source, line, column, f"the character {code} may not stand in a file")
    return compose(source, text)


def _place(before: str) -> tuple[int, int]:
    """Line and column, counted from 0, of what follows this text."""
    lines = f"{before}.".splitlines()
    return len(lines) - 1, len(lines[-1]) - 1
