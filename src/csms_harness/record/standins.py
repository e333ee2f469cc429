"""Stand-ins for secrets in what is kept to be judged again: of the same length, and equal where the secrets were.

Letters become letters and digits digits, so that a value keeps its form; what is neither stays. Which stand-in a secret
gets depends on a key that is never written down.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets as random
import string
from collections.abc import Mapping
from typing import Any, Final

_URL_PASSWORD: Final = re.compile(r"((?<!\w)\w+:(?:\\?/){2}[^/\s\"@:]*:)([^@\s\"/]+)(@)")
_PRIVATE_KEY: Final = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)(.*?)(-----END|$)", re.DOTALL)
_MAY_HOLD: Final = re.compile(r"@|PRIVATE KEY")
_CLASSES: Final = (string.digits, "abcdef", "ABCDEF", string.ascii_lowercase, string.ascii_uppercase)


class StandIns:
    """The secrets of one run as far as they are known, and what stands for each."""

    def __init__(self) -> None:
        self._key = random.token_bytes(32)
        self._forms: dict[str, str] = {}

    def learn(self, secrets: frozenset[str]) -> None:
        """Replace these from now on, as plain text and as JSON writes them."""
        for secret in secrets:
            if secret and secret not in self._forms:
                other = self.of(secret)
                self._forms[secret] = other
                self._forms[json.dumps(secret)[1:-1]] = json.dumps(other)[1:-1]
                self._forms[json.dumps(secret, ensure_ascii=False)[1:-1]] = json.dumps(other, ensure_ascii=False)[1:-1]

    def of(self, secret: str) -> str:
        """The stand-in of a secret."""
        stream = hashlib.shake_256(self._key + secret.encode("utf-8", "surrogatepass")).digest(len(secret))
        return "".join(_like(char, byte) for char, byte in zip(secret, stream, strict=True))

    def text(self, text: str) -> str:
        """A text with every known secret replaced, and with passwords in URLs and private keys."""
        for secret, other in self._forms.items():
            text = text.replace(secret, other)
        if _MAY_HOLD.search(text) is not None:
            text = _URL_PASSWORD.sub(lambda found: f"{found[1]}{self.of(found[2])}{found[3]}", text)
            text = _PRIVATE_KEY.sub(lambda found: f"{found[1]}{self._body(found[2])}{found[3]}", text)
        return text

    def _body(self, text: str) -> str:
        """The inside of a private key; its line breaks are kept, in JSON as well."""
        return re.sub(r"[A-Za-z0-9+/=]{16,}", lambda found: self.of(found[0]), text)

    def value(self, value: Any) -> Any:
        """A JSON value with every text in it replaced."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.value(item) for name, item in value.items()}
        return [self.value(item) for item in value] if isinstance(value, list | tuple) else value


def _like(char: str, byte: int) -> str:
    """Another character of the same class; one that has none stays."""
    members = next((one for one in _CLASSES if char in one), None)
    return char if members is None else members[byte % len(members)]
