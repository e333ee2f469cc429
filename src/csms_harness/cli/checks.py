"""How checks are printed: a line each as they come, or all of them as JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from csms_harness.doctor.checks import Check

SIGNS: Final = {"fine": "✓", "remark": "!", "wrong": "✗"}


class Format(StrEnum):
    """How checks are printed."""

    TEXT = "text"
    JSON = "json"


async def tell(checks: AsyncIterator[Check], output: Format) -> list[Check]:
    """Print every check, in text as soon as it is known; returns them all."""
    import json
    from dataclasses import asdict

    told = []
    async for check in checks:
        told.append(check)
        if output is Format.TEXT:
            print(as_line(check), flush=True)
    if output is Format.JSON:
        print(json.dumps([asdict(check) for check in told], indent=1, ensure_ascii=False))
    return told


def as_line(check: Check) -> str:
    """Sign, subject, what was found, and what to do; foreign characters made harmless."""
    from csms_harness.foreign import for_terminal

    advice = f" → {check.advice}" if check.advice else ""
    return for_terminal(f"{SIGNS[check.mark]} {check.subject:<10} {check.text}{advice}")
