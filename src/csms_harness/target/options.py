"""Options that give a name and a duration: ``--deadline response=2s``, ``--threshold Authorize=500ms``."""

from __future__ import annotations

from collections.abc import Collection

from csms_harness.documents.durations import parse_duration
from csms_harness.documents.mistakes import did_you_mean


def named_duration(
    kind: str, text: str, names: Collection[str], due: str, without: Collection[str] = ()
) -> tuple[str, float]:
    """The name and the seconds of ``NAME=DURATION``; ``kind`` is the option without dashes, ``due`` says the names.

    ``without`` are the names whose duration may be 0. Raises ValueError with one sentence.
    """
    name, equals, length = text.partition("=")
    if not equals or name not in names:
        hint = did_you_mean(name, names) if equals else ""
        raise ValueError(f"--{kind} {text}: write NAME=DURATION with NAME {due}; {hint}".rstrip("; "))
    try:
        seconds = parse_duration(length)
    except ValueError as error:
        raise ValueError(f"--{kind} {text}: {error}") from None
    if seconds <= 0 and name not in without:
        raise ValueError(f"--{kind} {text}: a {kind} must be longer than 0 s")
    return name, seconds
