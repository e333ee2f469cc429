"""The openings of a connection that are not as usual: what was tried, what came, and what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from csms_harness.evidence import Entry, Happening, Note, Role
from csms_harness.foreign import excerpt
from csms_harness.ocpp16.vocabulary import SUBPROTOCOL
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import pack
from csms_harness.verdict import Verdict

HEADING: Final = "Handshakes"
ABOUT: Final = (
    "How the Central System answers a handshake that is not as usual. The verdict is that of the case that tried it."
)
HEAD: Final = ("Tried", "Came", "Right", "Case", "Verdict")

_STATUS: Final = "status"
_ASIDE: Final = frozenset({_STATUS})
"""What a note tells of an opening that is no part of what was tried."""

_LONGEST: Final = 160

_WORDS: Final = {
    ("password", "none"): "no password",
    ("password", "wrong"): "a wrong password",
    ("password", "former"): "the password before the last change",
    ("password", "empty"): "an empty password",
    ("password", "short"): "the password but for its last byte",
    ("password", "long"): "the password and one byte more",
    ("password", "case"): "the password in other letters, small for capital",
    ("user", "other"): "another user name",
    ("certificate", "none"): "no client certificate",
    ("certificate", "another"): "the client certificate of another Charge Point",
    ("certificate", "forged"): "a client certificate that nobody issued",
    ("certificate", "expired"): "a client certificate that has expired",
    ("certificate", "early"): "a client certificate that is not valid yet",
    ("TLS", "left out"): "no TLS where it is spoken",
    ("identity", "unknown"): "an identity that nobody knows",
    ("slash", "at the end"): "a slash at the end of the URL",
    ("compression", "offered"): "compression (permessage-deflate)",
}
"""What was tried, by what the engine writes down of an opening."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """One opening in words, and the case that tried it."""

    tried: str
    came: str
    right: str
    case: CaseFact

    @property
    def word(self) -> str:
        """The verdict of its case as a person reads it."""
        return pack.word_of(self.case)


def rows(facts: Facts) -> tuple[Handshake, ...]:
    """Every unusual opening that the scenarios tried, each in the first case that did."""
    found: dict[tuple[str, str], Handshake] = {}
    for case in (*facts.pack, *facts.cases):
        if case.verdict is Verdict.NOT_APPLICABLE:
            continue
        for one in _of_case(case):
            found.setdefault((one.tried, one.came), one)
    return tuple(found.values())


def _of_case(case: CaseFact) -> Iterator[Handshake]:
    """An opening that was tried again because the Central System was busy is told as it ended."""
    last: Handshake | None = None
    for number, entry in enumerate(case.transcript):
        note = entry.note
        if note is None or entry.role is not Role.SCENARIO or not (tried := _tried(note)):
            continue
        one = Handshake(_in_words(tried), _came(note, case.transcript[number + 1 :]), _right(tried), case)
        if last is not None and last.tried != one.tried:
            yield last
        last = one
    if last is not None:
        yield last


def _tried(note: Note) -> dict[str, Any]:
    if note.what not in (Happening.CONNECTED, Happening.REFUSED):
        return {}
    return {name: value for name, value in note.fields.items() if name not in _ASIDE}


def _in_words(tried: dict[str, Any]) -> str:
    return ", ".join(_word(name, value) for name, value in tried.items())


def _word(name: str, value: Any) -> str:
    if name == "subprotocols":
        several = "subprotocols" if len(value) > 1 else "subprotocol"
        return f"the {several} {', '.join(map(str, value))}" if value else "no subprotocol"
    return _WORDS.get((name, str(value)), f"{name}: {value}")


def _came(note: Note, after: tuple[Entry, ...]) -> str:
    if note.what is Happening.REFUSED:
        status = note.fields.get(_STATUS)
        return f"refused, HTTP {status}" if status is not None else f"refused: {excerpt(note.text, _LONGEST)}"
    named = f"let in, subprotocol {note.text}" if note.text else "let in, no subprotocol named"
    following = next((one for one in after if one.message is not None or one.note is not None), None)
    if following is not None and following.note is not None and _is_their_end(following.note):
        return f"{named}; then closed: {excerpt(following.note.text, _LONGEST)}"
    return named


def _is_their_end(note: Note) -> bool:
    return note.what is Happening.DISCONNECTED and note.outcome != "ours"


def _right(tried: dict[str, Any]) -> str:
    offered = tried.get("subprotocols")
    if offered is not None and SUBPROTOCOL not in offered:
        return "not let in, or closed at once (OCPP-J 3.1.2)"
    if offered is not None and len(offered) > 1:
        return "let in, one of what was offered (RFC 6455 4.2.2)"
    if "password" in tried or "user" in tried:
        return "refused, HTTP 401 (security whitepaper 3)"
    if "certificate" in tried or "TLS" in tried:
        return "not let in (security whitepaper 3)"
    if "identity" in tried:
        return "HTTP 404 (OCPP-J 3.1.2), or let in as a new Charge Point"
    if "slash" in tried:
        return "either: OCPP-J does not say"
    return "let in, with it or without (RFC 6455 9.1)"
