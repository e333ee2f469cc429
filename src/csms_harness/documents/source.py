"""YAML text as nodes that know their file, line and column; scalars by the rules of YAML 1.2.

What could surprise a reader or hurt a machine is refused in one sentence: duplicate keys, keys that are no
text, tags, several documents, deep nesting, alias bombs, huge files. Merge keys (``<<``) are none of YAML 1.2, and are
taken, for many write them. Scenarios, target files and PICS files are all read through here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NoReturn

import yaml
from yamlcore import CCoreLoader

from csms_harness.documents.content import content
from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean
from csms_harness.documents.nodes import Kind, Node, Source, locate, plain
from csms_harness.documents.scalars import TAG, Scalar, tag_of, typed
from csms_harness.documents.validation import validate

__all__ = [
    "Location", "Mistake", "Mistakes", "Node", "Source", "locate", "parse_bytes", "parse_yaml", "plain",
    "read_yaml", "validate",
]  # fmt: skip

MAX_BYTES: Final = 1 << 20
"""A longer file is not read."""
MAX_DEPTH: Final = 64
"""Deeper nesting is refused, aliases followed."""
MAX_ALIASES: Final = 100
"""More aliases are refused."""
MAX_NODES: Final = 200_000
"""More nodes are refused, each alias counted as what it stands for."""

_UNPRINTABLE: Final = yaml.reader.Reader.NON_PRINTABLE
_TOO_LONG: Final = "is longer than 1 MiB, which no file of this kind needs"


def read_yaml(path: Path, name: str | None = None) -> Node:
    """The node tree of a file, called ``name`` in mistakes (its path by default). Raises Mistakes."""
    called = name or str(path)
    try:
        data = content(path, MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        _refuse(Source(called, ()), 0, 0, f"cannot be read: {reason}")
    return parse_bytes(data, called)


def parse_bytes(data: bytes, name: str) -> Node:
    """The node tree of a file's bytes, which must be UTF-8 of at most 1 MiB. Raises Mistakes."""
    if len(data) > MAX_BYTES:
        _refuse(Source(name, ()), 0, 0, _TOO_LONG)
    try:
        return parse_yaml(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        text = data.decode("utf-8-sig", "replace")
        line, column = _place(data[: error.start].decode("utf-8-sig"))
        source = Source(name, tuple(text.splitlines()))
        _refuse(source, line, column, "is not UTF-8 from here on; save it as UTF-8")


def parse_yaml(text: str, name: str) -> Node:
    """The node tree of a text, which must hold exactly one YAML document. Raises Mistakes."""
    source = Source(name, tuple(text.splitlines()))
    if len(text) > MAX_BYTES:
        _refuse(Source(name, ()), 0, 0, _TOO_LONG)
    unprintable = _UNPRINTABLE.search(text)
    if unprintable is not None:
        line, column = _place(text[: unprintable.start()])
        code = f"U+{ord(unprintable.group()):04X}"
        _refuse(source, line, column, f"the character {code} may not stand in a file")
    return _Composer(source, text).document()


def _place(before: str) -> tuple[int, int]:
    """Line and column, counted from 0, of what follows this text."""
    lines = f"{before}.".splitlines()
    return len(lines) - 1, len(lines[-1]) - 1


def _refuse(source: Source, line: int, column: int, text: str, hint: str = "") -> NoReturn:
    """Raise one mistake; line and column are counted from 0, as YAML marks count."""
    raise Mistakes([source.mistake(Location(source.name, line + 1, column + 1), text, hint)])


class _Composer:
    """Builds the tree from the parser's events, so that every limit holds before anything is built."""

    def __init__(self, source: Source, text: str) -> None:
        self._source = source
        self._text = text
        self._loader = CCoreLoader(text)
        self._event: Any = None
        self._anchors: dict[str, tuple[Node, int, int] | None] = {}
        self._aliases = 0
        self._nodes = 0
        self._deepest = 0
        self._duplicates: list[Mistake] = []

    def document(self) -> Node:
        try:
            root = self._root()
        except yaml.YAMLError as error:
            self._too_deep_before(error)
            self._tell(error)
        if self._duplicates:
            raise Mistakes(self._duplicates)
        return root

    def _root(self) -> Node:
        """The only document's node. Raises YAMLError as the parser does, and Mistakes."""
        try:
            self._next()
            self._next()
            if isinstance(self._event, yaml.StreamEndEvent):
                _refuse(self._source, 0, 0, "is empty")
            self._next()
            root = self._node(1)
            self._next()
            if not isinstance(self._event, yaml.StreamEndEvent):
                self._stop("a second document begins here; a file holds one")
        finally:
            self._loader.dispose()
        return root

    def _too_deep_before(self, error: yaml.YAMLError) -> None:
        """Raise our own mistake when what the parser had read is nested too deep already.

        Some parsers have a limit of nesting of their own, and reach it while they look ahead, before any event.
        """
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            return
        before = _Composer(self._source, self._text[: mark.index])
        try:
            before._root()
        except yaml.YAMLError:
            return
        except Mistakes:
            if before._deepest > MAX_DEPTH:
                raise

    def _next(self) -> None:
        self._event = self._loader.get_event()

    def _stop(self, text: str, hint: str = "") -> NoReturn:
        mark = self._event.start_mark
        _refuse(self._source, mark.line, mark.column, text, hint)

    def _node(self, depth: int) -> Node:
        """The node that the current event begins; leaves the event after it current."""
        event = self._event
        self._deepest = max(self._deepest, depth)
        self._nodes += 1
        if depth > MAX_DEPTH:
            self._stop(f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), depth)
        if event.anchor is None:
            return self._content(event, depth)
        nodes, outer, self._deepest = self._nodes, self._deepest, depth
        self._anchors[event.anchor] = None
        node = self._content(event, depth)
        self._anchors[event.anchor] = (node, self._nodes - nodes + 1, self._deepest - depth)
        self._deepest = max(outer, self._deepest)
        return node

    def _alias(self, name: str, depth: int) -> Node:
        if name not in self._anchors:
            self._stop(f"the alias *{name} has no anchor", did_you_mean(name, self._anchors))
        known = self._anchors[name]
        if known is None:
            self._stop(f"the alias *{name} stands inside what it stands for")
        node, size, height = known
        self._aliases += 1
        self._nodes += size
        self._deepest = max(self._deepest, depth + height)
        if self._aliases > MAX_ALIASES or self._nodes > MAX_NODES:
            self._stop(f"too many aliases; at most {MAX_ALIASES}, standing for at most {MAX_NODES} values")
        if self._deepest > MAX_DEPTH:
            self._stop(f"nested deeper than {MAX_DEPTH} levels")
        self._next()
        return node

    def _content(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            node = self._new("scalar", event)
            node.value = self._scalar(event)
            self._next()
            return node
        kind: Kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        tag = {"mapping": "map", "sequence": "seq"}[kind]
        if event.tag not in (None, "!", TAG + tag):
            self._stop(f"the tag {_shown_tag(event.tag)} is not known; values need no tags")
        node = self._new(kind, event)
        self._next()
        if kind == "mapping":
            self._fill_mapping(node, depth)
        else:
            self._fill_sequence(node, depth)
        return node

    def _new(self, kind: Kind, event: Any) -> Node:
        return Node(kind, self._source, event.start_mark.line + 1, event.start_mark.column + 1)

    def _fill_sequence(self, node: Node, depth: int) -> None:
        items = []
        while not isinstance(self._event, yaml.SequenceEndEvent):
            items.append(self._node(depth + 1))
        node.items = tuple(items)
        self._next()

    def _fill_mapping(self, node: Node, depth: int) -> None:
        keys: dict[str, Node] = {}
        members: dict[str, Node] = {}
        merged: list[Node] = []
        while not isinstance(self._event, yaml.MappingEndEvent):
            if self._is_merge():
                merged += self._merged(depth)
                continue
            key = self._key(depth)
            name = str(key.value)
            if name in members:
                first = keys[name].line
                self._duplicates.append(key.mistake(f"the key '{name}' stands twice; first in line {first}"))
            value = self._node(depth + 1)
            keys.setdefault(name, key)
            members.setdefault(name, value)
        for other in merged:  # what the mapping says itself goes first, then the merged ones in their order
            keys = {**other.keys, **keys}
            members = {**other.members, **members}
        node.keys, node.members = keys, members
        self._next()

    def _is_merge(self) -> bool:
        event = self._event
        return isinstance(event, yaml.ScalarEvent) and event.value == "<<" and bool(event.implicit[0])

    def _merged(self, depth: int) -> list[Node]:
        """The mappings that a merge key names."""
        self._next()
        value = self._node(depth + 1)
        found = list(value.items) if value.kind == "sequence" else [value]
        for one in found:
            if one.kind != "mapping":
                raise Mistakes([one.mistake(f"a merge key (<<) takes a mapping or a list of them, this is {one}")])
        return found

    def _key(self, depth: int) -> Node:
        event = self._event
        key = self._node(depth + 1)
        if not isinstance(key.value, str):
            hint = f"write '{event.value}' in quotes" if getattr(event, "value", "") else ""
            raise Mistakes([key.mistake(f"a key must be text, this one is {key}", hint)])
        return key

    def _scalar(self, event: Any) -> Scalar:
        text, tag = str(event.value), event.tag
        if tag is None and event.implicit[0]:
            return self._typed(text)
        if tag in (None, "!", TAG + "str"):
            return text
        if tag == tag_of(text):
            return self._typed(text)
        known = tag.removeprefix(TAG) in ("int", "float", "bool", "null")
        problem = f"does not fit '{text[:60]}'" if known else "is not known; values need no tags"
        return self._stop(f"the tag {_shown_tag(tag)} {problem}")

    def _typed(self, text: str) -> Scalar:
        try:
            return typed(text)
        except ValueError:
            self._stop(f"a number of {len(text)} digits is beyond any use")

    def _tell(self, error: yaml.YAMLError) -> NoReturn:
        """A syntax error of the parser as one sentence."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = str(getattr(error, "problem", None) or "it cannot be parsed")
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        lines = self._source.lines
        if line >= len(lines):
            line, column = len(lines) - 1, len(lines[-1])
        if lines[line][column : column + 1] == "\t":
            _refuse(self._source, line, column, "a tab may not indent; use blanks")
        _refuse(self._source, line, column, f"not valid YAML: {problem}")


def _shown_tag(tag: str) -> str:
    return f"!!{tag.removeprefix(TAG)}" if tag.startswith(TAG) else tag
