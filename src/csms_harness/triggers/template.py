"""How a target file writes the fields of a request into HTTP requests and commands.

- ``$name``, as a whole string, is a typed value: a number stays a number. Names are the fields of the .req,
  ``request`` (the whole payload), ``chargePointId``, ``action``, and what a ``prepare`` step saved. A path may
  follow: ``$csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit``.
- ``{name}`` inside a string is text. Inside a url it is percent-encoded.
- Secrets: ``$env.NAME`` or ``{env.NAME}`` is an environment variable, ``$file:PATH`` or ``{file:PATH}`` the content
  of a file beside the target file. Both are masked in every output.
- ``$$`` at the beginning is a plain ``$``; ``{{`` and ``}}`` are plain braces.
- The name of a member is filled in like a text: ``{"{key}": $value}``.
- A member whose name or value names a field that the request does not have is left out.
- ``$new.NAME`` is a number that no request before had, for what the CSMS wants to be given.
- A member called ``merge`` whose value is a reference to an object stands for the members of that object. Of two
  members of one name the later wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from csms_harness.triggers.base import TriggerRequest
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.numbers import Numbers

Path = tuple[str | int, ...]

_NAME = r"[A-Za-z_]\w*"
_PATH = re.compile(rf"(?:{_NAME}|\[\d+\])(?:\.{_NAME}|\[\d+\])*")
_PATH_PART = re.compile(rf"({_NAME})|\[(\d+)\]")
_PIECE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")


NEW: Final = "new"
"""``$new.NAME``: a number that no request before had."""

MERGE: Final = "merge"
"""The member of a JSON object in whose place the members of another stand."""


class Missing:
    """The value of a name that the request does not have."""


MISSING: Final = Missing()


class MissingName(LookupError):
    """A text needs a field that the request does not have."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One ``$…`` or ``{…}``: a path of names, or a secret from the environment or a file."""

    written: str
    path: Path = ()
    variable: str = ""
    file: str = ""

    @property
    def secret(self) -> str:
        """``$env.NAME`` or ``$file:PATH`` of a secret, however it is written; empty for a path of names."""
        return f"$env.{self.variable}" if self.variable else f"$file:{self.file}" if self.file else ""


@dataclass(slots=True)
class Scope:
    """What names mean while one request is performed; without ``numbers`` nothing new is given out."""

    request: TriggerRequest
    secrets: Secrets
    saved: dict[str, Any] = field(default_factory=dict)
    numbers: Numbers | None = None
    _given: dict[str, int] = field(default_factory=dict)

    def value(self, reference: Reference) -> Any:
        """The typed value, or MISSING; raises LookupError for a secret that is not there."""
        if reference.variable:
            return self.secrets.from_environment(reference.variable)
        if reference.file:
            return self.secrets.from_file(reference.file)
        if reference.path[0] == NEW:
            return self._number(str(reference.path[-1]))
        given = {"action": self.request.action, "chargePointId": self.request.charge_point_id, **_as_text(self.request)}
        names = {**self.request.fields, **given, **self.saved, "request": dict(self.request.fields)}
        return follow(names, reference.path)

    def _number(self, name: str) -> int | Missing:
        """The same number wherever one request names it."""
        if self.numbers is None:
            return MISSING
        if name not in self._given:
            self._given[name] = self.numbers.next(name)
        return self._given[name]


PASSWORD_TEXT: Final = "passwordText"
"""A new AuthorizationKey as the text that its bytes are, for a control API that writes it in hex itself."""


def _as_text(request: TriggerRequest) -> dict[str, str]:
    if request.fields.get("key") != "AuthorizationKey":
        return {}
    try:
        return {PASSWORD_TEXT: bytes.fromhex(str(request.fields.get("value"))).decode()}
    except ValueError:
        return {}


def parse_path(text: str) -> Path:
    """``data.items[0].id`` as its parts; raises ValueError."""
    if not _PATH.fullmatch(text):
        raise ValueError(f"{text!r} is no path; write names with dots and [numbers], like data.items[0].id")
    return tuple(name or int(index) for name, index in _PATH_PART.findall(text))


def follow(value: Any, path: Path) -> Any:
    """The value at a path inside JSON values, or MISSING."""
    for part in path:
        named = isinstance(part, str) and isinstance(value, Mapping) and part in value
        counted = isinstance(part, int) and isinstance(value, list) and part < len(value)
        if not named and not counted:
            return MISSING
        value = value[part]
    return value


def parse_reference(text: str, written: str) -> Reference:
    """What stands behind a ``$`` or between braces; raises ValueError."""
    if text.startswith("env."):
        variable = text.removeprefix("env.")
        if not re.fullmatch(_NAME, variable):
            raise ValueError(f"{written!r} names no environment variable; write it like $env.CSMS_KEY")
        return Reference(written, variable=variable)
    if text.startswith("file:"):
        if not text.removeprefix("file:"):
            raise ValueError(f"{written!r} names no file; write it like $file:secrets/key.txt")
        return Reference(written, file=text.removeprefix("file:"))
    try:
        return Reference(written, path=parse_path(text))
    except ValueError:
        plain = "for a plain $ write $$, for plain braces {{ and }}"
        raise ValueError(f"{written!r} is no name of a field; {plain}") from None


def parse_typed(text: str) -> Reference | None:
    """The reference of a string that is one typed value, or None for a text; raises ValueError."""
    if not text.startswith("$") or text.startswith("$$"):
        return None
    return parse_reference(text[1:], text)


def parse_text(text: str) -> Iterator[str | Reference]:
    """The plain pieces and references of a text in turn; raises ValueError."""
    position = 1 if text.startswith("$$") else 0
    for match in _PIECE.finditer(text, position):
        yield text[position : match.start()]
        position = match.end()
        piece = match[0]
        if piece in ("{", "}"):
            raise ValueError(f"{text!r} has a single {piece}; write {piece * 2} for a plain one")
        yield piece[0] if piece in ("{{", "}}") else parse_reference(piece[1:-1], piece)
    yield text[position:]


def references_in(text: str) -> Iterator[Reference]:
    """Every reference in one string of a target file; raises ValueError."""
    typed = parse_typed(text)
    found = [typed] if typed else parse_text(text)
    return (piece for piece in found if isinstance(piece, Reference))


def texts_in(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every string inside a JSON value of a target file, names of members too, with its path."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            inside = f"{where}.{name}".lstrip(".")
            yield inside, name
            yield from texts_in(member, inside)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from texts_in(element, f"{where}[{index}]")


def render(value: Any, scope: Scope) -> Any:
    """A JSON value of a target file filled in; what names a missing field is left out, or is MISSING."""
    if isinstance(value, Mapping):
        members: dict[str, Any] = {}
        for name, member in value.items():
            members |= _members(name, member, scope)
        return members
    if isinstance(value, list):
        return [element for element in (render(item, scope) for item in value) if element is not MISSING]
    if not isinstance(value, str):
        return value
    try:
        typed = parse_typed(value)
        return scope.value(typed) if typed else render_text(value, scope)
    except MissingName:
        return MISSING


def is_merge(name: str, value: Any) -> bool:
    """Whether a member stands for the members of another object."""
    return name == MERGE and isinstance(value, str) and value.startswith("$")


def _members(name: str, value: Any, scope: Scope) -> dict[str, Any]:
    """What a member becomes: itself, nothing where a field is missing, or the members of the object it names."""
    content = render(value, scope)
    if is_merge(name, value):
        return dict(content) if isinstance(content, Mapping) else {}
    filled = _name(name, scope)
    return {} if content is MISSING or isinstance(filled, Missing) else {filled: content}


def _name(name: str, scope: Scope) -> str | Missing:
    try:
        return render_text(name, scope)
    except MissingName:
        return MISSING


def render_text(text: str, scope: Scope, escape: Callable[[str], str] = str) -> str:
    """A text filled in, each value through ``escape``; raises MissingName for a field that is not there."""
    typed = parse_typed(text)
    if typed:
        # A whole url or argument may come from one value; only what is put *into* a text is escaped.
        return as_text(_needed(typed, scope))
    pieces = parse_text(text)
    return "".join(piece if isinstance(piece, str) else escape(_inside(_needed(piece, scope))) for piece in pieces)


def _needed(reference: Reference, scope: Scope) -> Any:
    value = scope.value(reference)
    if value is MISSING:
        raise MissingName(f"{reference.written} is needed, and {scope.request.action} has no such field here")
    return value


def as_text(value: Any) -> str:
    """A JSON value as a text: strings as they are, everything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_texts(value: Any) -> str | list[str]:
    """A JSON value as a parameter of a query or a form: a list of plain values has one text to each."""
    return [as_text(one) for one in value] if is_plain_list(value) else as_text(value)


def is_plain_list(value: Any) -> bool:
    """Whether a value is a list of texts, numbers and the like."""
    return isinstance(value, list) and not any(isinstance(one, dict | list) for one in value)


def _inside(value: Any) -> str:
    """A value in the midst of a text: plain ones of a list with commas between them."""
    return ",".join(as_text(one) for one in value) if is_plain_list(value) else as_text(value)


def percent_encoded(text: str) -> str:
    """A value as one segment or parameter of a url."""
    return quote(text, safe="")
