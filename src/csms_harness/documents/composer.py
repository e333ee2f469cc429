"""One YAML document from the parser's events to its nodes, with every limit held before anything is built."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from yaml import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    YAMLError,
)
from yamlcore import CCoreLoader

from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean
from csms_harness.documents.nodes import NOTHING, Node, Source
from csms_harness.documents.scalars import TAG, Scalar, tag_of, typed

MAX_DEPTH: Final = 64
"""Deeper nesting is refused, aliases followed."""
MAX_ALIASES: Final = 100
"""More aliases are refused."""
MAX_NODES: Final = 200_000
"""More nodes are refused, each alias counted as what it stands for."""


def compose(source: Source, text: str) -> Node:
    """The node of the only document of a text. Raises Mistakes."""
    composer = _Composer(source, text)
    try:
        root = composer.root()
    except YAMLError as error:
        _too_deep_before(error, source, text)
        _tell(error, source)
    if composer.duplicates:
        raise Mistakes(composer.duplicates)
    return root


def refuse(source: Source, line: int, column: int, text: str, hint: str = "") -> NoReturn:
    """Raise one mistake; line and column are counted from 0, as YAML marks count."""
    raise Mistakes([source.mistake(Location(source.name, line + 1, column + 1), text, hint)])


def _too_deep_before(error: YAMLError, source: Source, text: str) -> None:
    """Raise our own mistake when what the parser had read is nested too deep already.

    Some parsers have a limit of nesting of their own, and reach it while they look ahead, before any event.
    """
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return
    before = _Composer(source, text[: mark.index])
    try:
        before.root()
    except YAMLError:
        return
    except Mistakes:
        if before.deepest > MAX_DEPTH:
            raise


def _tell(error: YAMLError, source: Source) -> NoReturn:
    """A syntax error of the parser as one sentence."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or "it cannot be parsed")
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = source.lines
    if line >= len(lines):
        line, column = len(lines) - 1, len(lines[-1])
    if lines[line][column : column + 1] == "\t":
        refuse(source, line, column, "a tab may not indent; use blanks")
    refuse(source, line, column, f"not valid YAML: {problem}")


class _Composer:
    """Builds the tree; ``deepest`` is how far down it came, ``duplicates`` are the keys that stand twice."""

    def __init__(self, source: Source, text: str) -> None:
        self.deepest = 0
        self.duplicates: list[Mistake] = []
        self._source = source
        self._loader = CCoreLoader(text)
        self._read = self._loader.get_event
        self._event: Any = None
        self._anchors: dict[str, tuple[Node, int, int] | None] = {}
        self._aliases = 0
        self._nodes = 0

    def root(self) -> Node:
        """The only document's node. Raises YAMLError as the parser does, and Mistakes."""
        try:
            self._read()  # the begin of the stream
            self._event = self._read()
            if isinstance(self._event, StreamEndEvent):
                refuse(self._source, 0, 0, "is empty")
            self._event = self._read()
            root = self._node(1)
            self._event = self._read()
            if not isinstance(self._event, StreamEndEvent):
                self._stop("a second document begins here; a file holds one")
        finally:
            self._loader.dispose()
        return root

    def _stop(self, text: str, hint: str = "") -> NoReturn:
        mark = self._event.start_mark
        refuse(self._source, mark.line, mark.column, text, hint)

    def _node(self, depth: int) -> Node:
        """The node that the current event begins; leaves the event after it current."""
        event = self._event
        self._nodes += 1
        if depth > self.deepest:
            self._reach(depth)
        if event.anchor is None:
            return self._content(event, depth)
        if isinstance(event, AliasEvent):
            return self._alias(str(event.anchor), depth)
        nodes, outer, self.deepest = self._nodes, self.deepest, depth
        self._anchors[event.anchor] = None
        node = self._content(event, depth)
        self._anchors[event.anchor] = (node, self._nodes - nodes + 1, self.deepest - depth)
        self.deepest = max(outer, self.deepest)
        return node

    def _reach(self, depth: int) -> None:
        self.deepest = max(self.deepest, depth)
        if self.deepest > MAX_DEPTH:
            self._stop(f"nested deeper than {MAX_DEPTH} levels")

    def _alias(self, name: str, depth: int) -> Node:
        if name not in self._anchors:
            self._stop(f"the alias *{name} has no anchor", did_you_mean(name, self._anchors))
        known = self._anchors[name]
        if known is None:
            self._stop(f"the alias *{name} stands inside what it stands for")
        node, size, height = known
        self._aliases += 1
        self._nodes += size
        if self._aliases > MAX_ALIASES or self._nodes > MAX_NODES:
            self._stop(f"too many aliases; at most {MAX_ALIASES}, standing for at most {MAX_NODES} values")
        self._reach(depth + height)
        self._event = self._read()
        return node

    def _content(self, event: Any, depth: int) -> Node:
        mark = event.start_mark
        if isinstance(event, ScalarEvent):
            value = self._scalar(event)
            node = Node("scalar", self._source, mark.line + 1, mark.column + 1, value, NOTHING, NOTHING)
            self._event = self._read()
            return node
        mapping = isinstance(event, MappingStartEvent)
        if event.tag not in (None, "!", TAG + ("map" if mapping else "seq")):
            self._stop(f"the tag {_shown_tag(event.tag)} is not known; values need no tags")
        node = Node("mapping" if mapping else "sequence", self._source, mark.line + 1, mark.column + 1)
        self._event = self._read()
        if mapping:
            self._fill_mapping(node, depth)
        else:
            self._fill_sequence(node, depth)
        self._event = self._read()
        return node

    def _fill_sequence(self, node: Node, depth: int) -> None:
        items = []
        while not isinstance(self._event, SequenceEndEvent):
            items.append(self._node(depth + 1))
        node.items = tuple(items)

    def _fill_mapping(self, node: Node, depth: int) -> None:
        keys: dict[str, Node] = {}
        members: dict[str, Node] = {}
        merged: list[Node] = []
        while not isinstance(self._event, MappingEndEvent):
            if _is_merge(self._event):
                merged += self._merged(depth)
                continue
            key = self._key(depth)
            name = str(key.value)
            if name in members:
                first = keys[name].line
                self.duplicates.append(key.mistake(f"the key '{name}' stands twice; first in line {first}"))
            value = self._node(depth + 1)
            keys.setdefault(name, key)
            members.setdefault(name, value)
        for other in merged:  # what the mapping says itself goes first, then the merged ones in their order
            keys = {**other.keys, **keys}
            members = {**other.members, **members}
        node.keys, node.members = keys, members

    def _merged(self, depth: int) -> list[Node]:
        """The mappings that a merge key names."""
        self._event = self._read()
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
        text, tag = event.value, event.tag
        if tag in (None, "!", TAG + "str") and not (tag is None and event.implicit[0]):
            return str(text)
        if tag is not None and tag != tag_of(text):
            known = tag.removeprefix(TAG) in ("int", "float", "bool", "null")
            problem = f"does not fit '{text[:60]}'" if known else "is not known; values need no tags"
            self._stop(f"the tag {_shown_tag(tag)} {problem}")
        try:
            return typed(text)
        except ValueError:
            self._stop(f"a number of {len(text)} digits is beyond any use")


def _is_merge(event: Any) -> bool:
    return isinstance(event, ScalarEvent) and event.value == "<<" and bool(event.implicit[0])


def _shown_tag(tag: str) -> str:
    return f"!!{tag.removeprefix(TAG)}" if tag.startswith(TAG) else tag
