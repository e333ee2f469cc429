"""Targets for Central Systems that many know: files that are shipped, copied as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from csms_harness.documents.mistakes import did_you_mean, one_of
from csms_harness.resources import folder
from csms_harness.target.init import NAMES

_VARIABLE: Final = re.compile(r"\$env\.(\w+)")
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)


def ready_names() -> list[str]:
    """The Central Systems there are files for."""
    return sorted(path.name.removesuffix(".pics.yaml") for path in _folder().glob("*.pics.yaml"))


def ready_files(name: str) -> dict[str, str]:
    """The target file and the PICS of a Central System, by the names they are written under. Raises ValueError."""
    known = ready_names()
    if name not in known:
        raise ValueError(f"--for: there are no files for {name!r}; {did_you_mean(name, known) or one_of(known)}")
    texts = [(_folder() / f"{name}{ending}").read_text("utf-8") for ending in (".yaml", ".pics.yaml")]
    return dict(zip(NAMES, texts, strict=True))


def variables(text: str) -> list[str]:
    """The environment variables that a target file names, comments apart."""
    return sorted(set(_VARIABLE.findall(_COMMENT.sub("", text))))


def _folder() -> Path:
    return folder("targets") / "ready"
