"""Whether the fields that a target file names exist: each against the OCPP schema of its action, before connecting.

``triggers``: the members of the action's .req, for ``default`` those of any action. ``provision``: the fields of the
item. Beside them ``request``, ``action``, ``chargePointId``, and what an earlier ``prepare`` step saved. A field that
does not exist would be left out of the request without a word, and a ``when`` with it would never apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from csms_harness.documents.mistakes import Mistake, did_you_mean, one_of
from csms_harness.documents.nodes import Node, texts_of
from csms_harness.ocpp16.payloads import Direction
from csms_harness.scenario.shapes import Shape, member_paths, payload_shape, shape_at
from csms_harness.triggers.config import ACTIONS, SECRET_FIELDS
from csms_harness.triggers.picking import wanted_in
from csms_harness.triggers.template import NEW, PASSWORD_TEXT, Path, parse_path, references_in

ALWAYS: Final = ("action", "chargePointId")
"""What every request has beside its fields."""

_WHOLE: Final = "request"
_DEFAULT: Final = "default"
_PLAIN: Final = frozenset({"method", "accept", "save", "timeout", "prepare", "omit", "rename", "retry", "use"})
_ITEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "idTag": ("idTag", "status", "expiryDate", "parentIdTag"),
    "chargePoint": (),
    "password": SECRET_FIELDS,
}
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


@dataclass(frozen=True, slots=True)
class _Known:
    """The fields that a text may name. ``owner`` is what has them, in words."""

    shapes: tuple[Shape, ...]
    owner: str
    saved: frozenset[str] = frozenset()

    def has(self, path: Path) -> bool:
        head, rest = path[0], path[1:] if path[0] == _WHOLE else path
        if head == NEW:
            return len(path) == 2
        if head in self.saved or not rest:
            return True
        if head in ALWAYS or head == PASSWORD_TEXT:
            return len(path) == 1
        return any(shape_at(shape, tuple(map(str, rest))) is not None for shape in self.shapes)

    def meant(self, path: Path) -> str:
        """What was probably meant, or an empty text."""
        rest = tuple(map(str, path[1:] if path[0] == _WHOLE else path))
        good = 0
        while any(shape_at(shape, rest[: good + 1]) is not None for shape in self.shapes):
            good += 1
        inside = [shape_at(shape, rest[:good]) for shape in self.shapes]
        if lists := [shape for shape in inside if shape is not None and shape.kind == "array"]:
            return f"{lists[0].name} is a list; write {lists[0].name}[0]"
        here = {name for shape in inside if shape is not None for name in shape.members}
        extra = () if good else (*ALWAYS, _WHOLE, *sorted(self.saved))
        if hint := did_you_mean(rest[good], (*sorted(here), *extra)):
            return hint
        deeper = sorted({one for shape in self.shapes for one in member_paths(shape) if one.endswith(f".{rest[-1]}")})
        return f"did you mean '{deeper[0]}'?" if deeper else ""


def unknown_fields(section: str, node: Node, saved: frozenset[str] = frozenset()) -> Iterator[Mistake]:
    """Every field in a section (``triggers`` or ``provision``) that its requests never have.

    ``saved`` are names that the log-in saves.
    """
    for name, entries in node.members.items():
        known = _known(section, name)
        if known is not None:
            known = replace(known, saved=saved)
            for entry in entries.items or (entries,):
                yield from _in_entry(entry, known)


def unknown_in_session(node: Node) -> Iterator[Mistake]:
    """Every field in the section ``session``: a log-in knows no request, only what an earlier step of it saved."""
    login = node.members.get("login")
    saved: frozenset[str] = frozenset()
    for step in (login.items or (login,)) if login is not None else ():
        parts = [member for name, member in step.members.items() if name not in _PLAIN]
        for text in (*_compared(step), *(text for part in parts for text in texts_of(part))):
            for written, path in _paths(text):
                if path[0] not in saved:
                    yield text.mistake(f"{written}: a log-in knows no request", "write $env.NAME or $file:PATH")
        for text, written, path in _picks(step):
            if path[0] not in saved:
                yield text.mistake(f"{written}: a log-in knows no request", "write a plain text")
        saved |= saved_in(step)


def saved_in(*steps: Node) -> frozenset[str]:
    """The names under which steps keep values."""
    return frozenset(name for step in steps if "save" in step.members for name in step.members["save"].members)


def _known(section: str, name: str) -> _Known | None:
    """What an entry of this name may name; None for a name that does not exist, which is told elsewhere."""
    if section == "triggers":
        actions = ACTIONS if name == _DEFAULT else (name,) if name in ACTIONS else ()
        shapes = tuple(payload_shape(action, Direction.REQUEST) for action in actions)
        owner = "no .req of a Central System has a" if name == _DEFAULT else f"{name}.req has no"
        return _Known(shapes, owner) if shapes else None
    items = tuple(_ITEMS) if name == _DEFAULT else (name,) if name in _ITEMS else ()
    shapes = tuple(Shape(item, "object", {one: Shape(one) for one in _ITEMS[item]}) for item in items)
    return _Known(shapes, "no item has a" if name == _DEFAULT else f"the item {name} has no") if items else None


def _in_entry(entry: Node, known: _Known) -> Iterator[Mistake]:
    yield from _in_when(entry.members.get("when"), known)
    for name in ("read", "remove"):
        if name in entry.members:
            yield from _in_http(entry.members[name], known)
    for name in ("operator", "command"):
        if name in entry.members:
            yield from _in_texts(texts_of(entry.members[name]), known)
    if "plugin" in entry.members:
        yield from _in_options(entry.members["plugin"])
    if "http" in entry.members:
        yield from _in_http(entry.members["http"], known)


def _in_http(http: Node, known: _Known) -> Iterator[Mistake]:
    steps = http.members["prepare"].items if "prepare" in http.members else ()
    for request in (*steps, http):
        parts = [member for name, member in request.members.items() if name not in _PLAIN]
        yield from _in_texts((text for part in parts for text in texts_of(part)), known)
        yield from _in_texts(_compared(request), known)
        yield from _in_picks(request, known)
        known = replace(known, saved=known.saved | saved_in(request))


def _compared(request: Node) -> Iterator[Node]:
    """The names with which ``accept`` compares members of an answer; any other text there is what it is."""
    accept = request.members.get("accept")
    wanted = None if accept is None else accept.members.get("json")
    texts = texts_of(wanted) if wanted is not None else iter(())
    return (text for text in texts if str(text.value).startswith("$"))


def _in_texts(texts: Iterator[Node], known: _Known) -> Iterator[Mistake]:
    for node in texts:
        for written, path in _paths(node):
            if not known.has(path):
                yield node.mistake(f"{written}: {known.owner} field {_dotted(path)}", known.meant(path))


def _in_picks(request: Node, known: _Known) -> Iterator[Mistake]:
    for text, written, path in _picks(request):
        if not known.has(path):
            yield text.mistake(f"{written}: {known.owner} field {_dotted(path)}", known.meant(path))


def _picks(request: Node) -> Iterator[tuple[Node, str, Path]]:
    """The names by which ``save`` picks elements of lists, each with the text that it stands in."""
    save = request.members.get("save")
    for text in texts_of(save) if save is not None else ():
        for wanted in wanted_in(str(text.value)):
            yield from ((text, *found) for found in _written(wanted))


def _in_options(plugin: Node) -> Iterator[Mistake]:
    """Options are filled in once, before any request."""
    options = plugin.members.get("options")
    for node in texts_of(options) if options is not None else ():
        for written, _ in _paths(node):
            yield node.mistake(f"{written}: the options of a plug-in know no request", "write $env.NAME or $file:PATH")


def _in_when(when: Node | None, known: _Known) -> Iterator[Mistake]:
    for name, value in (when.members if when is not None else {}).items():
        key = when.keys[name] if when is not None else value
        try:
            path = parse_path(name)
        except ValueError:
            continue  # told by the section itself
        shapes = [shape for root in known.shapes if (shape := shape_at(root, tuple(map(str, path)))) is not None]
        if not shapes:
            yield key.mistake(f"{name}: {known.owner} field {_dotted(path)}", known.meant(path))
        else:
            yield from _in_values(name, value, shapes)


def _in_values(name: str, value: Node, shapes: Sequence[Shape]) -> Iterator[Mistake]:
    """What a field is compared with has to be something that it can be."""
    if set(value.members) == {"present"} and isinstance(value.members["present"].value, bool):
        return
    for item in value.items or (value,):
        if _is_template(item):
            yield item.mistake(f"{name} is compared with {item} as it is written", "a 'when' holds plain values")
        elif item.kind != "scalar" or all(_cannot_be(shape, item) for shape in shapes):
            choices = [choice for shape in shapes for choice in shape.choices]
            hint = did_you_mean(str(item.value), choices) or (f"one of {one_of(choices)}" if choices else "")
            kinds = one_of(dict.fromkeys(f"a {shape.kind}" for shape in shapes))
            yield item.mistake(f"{name} is never {item}; it is {'one of a few words' if choices else kinds}", hint)


def _is_template(item: Node) -> bool:
    try:
        return isinstance(item.value, str) and any(references_in(item.value))
    except ValueError:
        return False


def _cannot_be(shape: Shape, item: Node) -> bool:
    if shape.choices:
        return item.value not in shape.choices
    kind = _TYPES.get(shape.kind)
    if kind is None:
        return False
    return not isinstance(item.value, kind) or (isinstance(item.value, bool) and shape.kind != "boolean")


def _paths(node: Node) -> Iterator[tuple[str, Path]]:
    return _written(str(node.value))


def _written(text: str) -> Iterator[tuple[str, Path]]:
    try:
        yield from ((one.written, one.path) for one in references_in(text) if one.path)
    except ValueError:
        return  # told by the section itself


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
