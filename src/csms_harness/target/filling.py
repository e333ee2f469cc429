"""What a target file takes from elsewhere, filled in where it is read: secrets and settings of the environment.

``$env.NAME`` and ``$file:PATH`` as a whole value, ``{env.NAME}`` and ``{file:PATH}`` inside a text, ``$$`` for a plain
dollar sign, ``{{`` and ``}}`` for plain braces: as in the triggers, which fill in the fields of a request besides and
are only looked through here. Any other ``$…`` and ``{…}`` is a mistake: nothing would resolve it, and it would go
out as it is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from csms_harness.addresses import forms, is_confidential
from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, did_you_mean
from csms_harness.documents.nodes import Node, texts_of
from csms_harness.transport.endpoint import PLACE
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.template import Reference, parse_text, parse_typed, references_in

TEMPLATES: Final = ("parts", "session", "triggers", "provision")
"""The sections that are filled in for each request."""

_PASSWORD: Final = ("charge_points", "", "password")
_PROFILE_URL: Final = ("security_profiles", "", "url")
_NAMED: Final = re.compile(r"^\$(?:env\.|file:)|\{(?:env\.|file:)")
_ADVICE: Final = "from outside come $env.NAME and $file:PATH; for a plain $ write $$, for plain braces {{ and }}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A target file with its values in place; what is wrong, where no second mistake is to be told; secrets of the URL.

    ``unset`` are the variables and files that are not there, as ``$env.NAME`` and ``$file:PATH``.
    """

    root: Node
    mistakes: tuple[Mistake, ...]
    places: frozenset[Location]
    unset: frozenset[str]
    secrets: frozenset[str]


def fill(root: Node, secrets: Secrets, environment: Mapping[str, str] | None = None) -> Filled:
    """Fill in a whole target file. Raises nothing: every mistake is in the result, an unset variable once."""
    work = _Work(secrets, os.environ if environment is None else environment)
    members = {name: work.section(name, node) for name, node in root.members.items()}
    return work.result(replace(root, members=members))


def fill_prose(root: Node, secrets: Secrets, environment: Mapping[str, str] | None = None) -> Filled:
    """Fill in a file whose texts are for people, such as a PICS.

    There a ``$`` or braces that name neither a variable nor a file are what they are.
    """
    work = _Work(secrets, os.environ if environment is None else environment, prose=True)
    filled = work.section("", root)
    return work.result(filled)


Piece = tuple[str, Reference | None]
"""A part of a text with its value in place, and what it was taken from."""


@dataclass(slots=True)
class _Work:
    secrets: Secrets
    environment: Mapping[str, str]
    mistakes: list[Mistake] = field(default_factory=list)
    missing: dict[str, dict[Location, Mistake]] = field(default_factory=dict)
    secrets_of_url: set[str] = field(default_factory=set)
    prose: bool = False

    def result(self, root: Node) -> Filled:
        places = {mistake.where for mistake in self.mistakes} | {
            one for found in self.missing.values() for one in found
        }
        mistakes = (*self.mistakes, *self.not_there())
        return Filled(root, mistakes, frozenset(places), frozenset(self.missing), frozenset(self.secrets_of_url))

    def section(self, name: str, node: Node) -> Node:
        if name in TEMPLATES:
            for text in texts_of(node):
                self._look_through(text)
            return node
        if name == "url" and isinstance(node.value, str):
            return replace(node, value=self._address(node, node.value))
        return self._filled(node, (name,))

    def _look_through(self, node: Node) -> None:
        """Ask for the secrets in a text that is filled in later, or elsewhere."""
        try:
            for reference in references_in(str(node.value)):
                self._value(node, reference)
        except ValueError:
            return  # told by whoever fills it in

    def _filled(self, node: Node, path: tuple[str, ...]) -> Node:
        if path == _PASSWORD:
            self._look_through(node)
            return node
        if path == _PROFILE_URL and isinstance(node.value, str):
            return replace(node, value=self._address(node, node.value))
        if node.kind == "mapping":
            names = {name: self._text(key, name) for name, key in node.keys.items()}
            members = {names[name]: self._filled(one, (*path, name)) for name, one in node.members.items()}
            return replace(node, members=members, keys={names[name]: key for name, key in node.keys.items()})
        if node.kind == "sequence":
            return replace(node, items=tuple(self._filled(item, (*path, "")) for item in node.items))
        return replace(node, value=self._text(node, node.value)) if isinstance(node.value, str) else node

    def _text(self, node: Node, text: str) -> str:
        return "".join(value for value, _ in self._pieces(node, text))

    def _address(self, node: Node, text: str) -> str:
        """A URL. The identity of each Charge Point is put in when it connects."""
        parts = [self._pieces(node, part) for part in text.split(PLACE)]
        for value, source in (piece for part in parts for piece in part if len(part) > 1):
            if source is not None and (source.file or is_confidential(source.variable)):
                self.secrets_of_url |= forms(value)
        return PLACE.join("".join(value for value, _ in part) for part in parts)

    def _pieces(self, node: Node, text: str) -> list[Piece]:
        if self.prose and _NAMED.search(text) is None:
            return [(text, None)]
        try:
            typed = parse_typed(text)
            pieces = [typed] if typed else list(parse_text(text))
        except ValueError as error:
            self.mistakes.append(node.mistake(f"{error}", _ADVICE))
            return [(text, None)]
        found: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, str):
                found.append((piece, None))
            elif piece.path:
                hint = did_you_mean(piece.written, ("$env.", "$file:", PLACE)) or _ADVICE
                self.mistakes.append(node.mistake(f"nothing here is called {piece.written}", hint))
            else:
                found.append((self._value(node, piece), piece))
        return found

    def _value(self, node: Node, reference: Reference) -> str:
        """The value of a secret, empty when it is not there, which is told at the end."""
        try:
            if reference.variable:
                return self.secrets.from_environment(reference.variable)
            return self.secrets.from_file(reference.file) if reference.file else ""
        except LookupError as error:
            hint = did_you_mean(reference.variable, self.environment) if reference.variable else ""
            self.missing.setdefault(reference.secret, {})[node.where] = node.mistake(str(error), hint)
            return ""

    def not_there(self) -> Iterator[Mistake]:
        """One mistake for each variable and file that is not there, at its first place."""
        for found in self.missing.values():
            first, *others = sorted(found.values(), key=lambda one: one.where)
            plural = "s" if len(others) > 1 else ""
            more = f" (it stands at {len(others)} more place{plural} of this file)" if others else ""
            yield replace(first, text=first.text + more)
