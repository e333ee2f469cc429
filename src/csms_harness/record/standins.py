"""Stand-ins for secrets in what is kept to be judged again: of the same length, and equal where the secrets were.

Letters become letters and digits digits, so that a value keeps its form; punctuation stays, unless there is nothing
else. Which stand-in a secret gets depends on a key that is never written down.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets as random
import string
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from csms_harness.record.masking import PATTERNS, STRING, holds_key, in_strings, may_hold, spellings

_CLASSES: Final = (string.digits, "abcdef", "ABCDEF", string.ascii_lowercase, string.ascii_uppercase)
_SIGNS: Final = "!*+,-._~"
"""What stands for punctuation, and means nothing in a URL or in JSON."""
_LATIN: Final = "".join(map(chr, range(0xC0, 0xD7)))
_HANGUL: Final = "".join(map(chr, range(0xAC00, 0xAD00)))
"""What stands for the letters beyond ASCII, by how long they are in UTF-8."""


_TOKEN: Final = re.compile(rf"{STRING.pattern}|[^\s\[\]{{}},:\"]+", re.DOTALL)
"""A value of JSON that holds no other: a secret is a part of one, whatever else its letters happen to spell."""


class StandIns:
    """The secrets of one run as far as they are known, and what stands for each."""

    def __init__(self) -> None:
        self._key = random.token_bytes(32)
        self._known: dict[str, str] = {}
        self._anywhere: re.Pattern[str] | None = None

    def learn(self, secrets: Iterable[str]) -> None:
        """Replace these from now on, as plain text and as JSON writes them."""
        new = {secret for secret in secrets if secret and secret not in self._known}
        for secret in new:
            self._known.update(zip(spellings(secret), spellings(self.of(secret)), strict=True))
        if new:
            longest_first = sorted(self._known, key=len, reverse=True)
            self._anywhere = re.compile("|".join(map(re.escape, longest_first)))

    def of(self, secret: str) -> str:
        """The stand-in of a secret: another text, unless the secret is made of nothing but white space."""
        stream = hashlib.shake_256(self._key + secret.encode("utf-8", "surrogatepass")).digest(len(secret))
        bare = not any(map(str.isalnum, secret))
        told = "".join(_like(char, byte, bare=bare) for char, byte in zip(secret, stream, strict=True))
        return _still_a_number(secret, told)

    def text(self, text: str) -> str:
        """A text with every known secret replaced, and with what the words around it show to be one."""
        if may_hold(text):
            for pattern in PATTERNS:
                text = pattern.sub(lambda found: f"{found[1]}{self._spelt(found[2])}{found[3]}", text)
        return text if self._anywhere is None else self._known_replaced(text, self._anywhere)

    def _known_replaced(self, text: str, known: re.Pattern[str]) -> str:
        """Where the text is JSON, each string is taken as what it means: an escape may look like part of a secret."""

        def plainly(text: str) -> str:
            return known.sub(lambda found: self._known[found[0]], text)

        if not known.search(text) and "\\" not in text:
            return text
        if not _is_json(text):
            return in_strings(plainly(text), plainly)
        meant = in_strings(text, lambda meant: self._known_replaced(meant, known))
        return _TOKEN.sub(lambda found: _token(found[0], plainly), meant)

    def _spelt(self, secret: str) -> str:
        """The stand-in of a secret that stands in a text, perhaps inside a JSON string with escapes."""
        try:
            meant = str(json.loads(f'"{secret}"'))
        except ValueError:
            return self.of(secret)
        return self.of(secret) if meant == secret else json.dumps(self.of(meant))[1:-1]

    def value(self, value: Any) -> Any:
        """A JSON value with every text in it replaced."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(name): self._member(value, name) for name in value}
        return [self.value(item) for item in value] if isinstance(value, list | tuple) else value

    def _member(self, fields: Mapping[str, Any], name: str) -> Any:
        item = fields[name]
        return self.of(item) if name == "value" and isinstance(item, str) and holds_key(fields) else self.value(item)


def _token(token: str, change: Callable[[str], str]) -> str:
    """A string, number or word of JSON with a change made to it that leaves it one."""
    if token in ("true", "false", "null") or (token[0] == '"' and "\\" in token):  # these mean what they mean
        return token
    changed = change(token)
    return changed if token[0] == '"' or _is_json(changed) else re.sub(r"\d", "1", token)  # 0123 is no number


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _still_a_number(secret: str, told: str) -> str:
    """A secret of digits alone may stand where JSON has a number, and none of those begins with 0."""
    if told[:1] != "0" or secret[0] == "0":
        return told
    return ("2" if secret[0] == "1" else "1") + told[1:]


def _like(char: str, byte: int, *, bare: bool) -> str:
    """Another character of the same class; punctuation is replaced in a ``bare`` secret only, which has no more."""
    others = _class_of(char, bare=bare).replace(char, "")
    return others[byte % len(others)] if others else char


def _class_of(char: str, *, bare: bool) -> str:
    ascii_class = next((one for one in _CLASSES if char in one), "")
    if ascii_class or char.isspace() or not (bare or char.isalnum()):
        return ascii_class
    if char.isascii():
        return _SIGNS
    return _LATIN if ord(char) < 0x800 else _HANGUL
