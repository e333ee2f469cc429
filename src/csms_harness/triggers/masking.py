"""Secrets of a target file: where they come from, and that they come out nowhere."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from csms_harness.documents.content import content
from csms_harness.foreign import MASK

MOST = 1 << 20
"""Bytes of a secret file that are read; no secret is longer."""


class Secrets:
    """Looks secrets up, and takes every value it ever gave out of any text."""

    def __init__(self, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._folder = folder or Path()
        self._forms: set[str] = set()

    def from_environment(self, name: str) -> str:
        """The value of an environment variable; raises LookupError when it is not set."""
        if name not in self._environment:
            raise LookupError(f"the environment variable {name} is not set; export it before the run")
        return self.remember(self._environment[name])

    def from_file(self, path: str) -> str:
        """The content of a file beside the target file, without the line's end; raises LookupError."""
        try:
            return self.remember(content(self._folder / path, MOST).decode("utf-8").rstrip("\r\n"))
        except (OSError, ValueError) as error:  # ValueError: no UTF-8, or a name with a NUL in it
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise LookupError(f"the secret file {path} cannot be read ({why})") from error

    def check(self, variable: str, file: str) -> None:
        """Raise LookupError when the variable or the file, where one is named, is not there."""
        if variable:
            self.from_environment(variable)
        if file:
            self.from_file(file)

    def remember(self, secret: str) -> str:
        """Mask this value from now on, in each form in which it travels."""
        if secret:
            self._forms |= {secret, quote(secret, safe=""), quote_plus(secret)}
            self._forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
            encoded = secret.encode("utf-8", "surrogateescape")
            self._forms |= {encoded.hex(), encoded.hex().upper(), b64encode(encoded).decode()}
        return secret

    @property
    def forms(self) -> frozenset[str]:
        """Every value it ever gave, in each form in which it travels."""
        return frozenset(self._forms)

    def mask(self, text: str) -> str:
        """The text with each secret replaced by ``MASK``, the longest first, so that no part of one is left."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, MASK)
        return text
