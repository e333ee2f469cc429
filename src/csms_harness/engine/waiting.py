"""What a step waits for. A step is a generator; it yields a Wait and is resumed when that is over."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from csms_harness.evidence import Finding
from csms_harness.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """Resume when ``ready`` gives something, or when the clock reaches ``until()``; None means no limit of its own.

    ``what`` is shown to the person who watches the run.
    """

    what: str
    ready: Callable[[], Any]
    until: Callable[[], float | None]


TIMEOUT = object()
"""What a generator is resumed with when its time was up."""

Steps = Generator[Wait, Any, None]


class CaseStopped(Exception):
    """The case cannot go on: a finding decided it. Carries that finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding.what))
        self.finding = finding


class ConnectionGone(Exception):
    """The Central System closed the connection, or the network did, while a case was running."""


class Stopped(Exception):
    """The user stopped the run."""


class HarnessBroken(Exception):
    """Our own code or the scenario failed while a frame was judged."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.__cause__ = cause


def pause(seconds: float, now: float, what: str) -> Wait:
    """A wait for nothing but time."""
    end = now + seconds
    return Wait(what, lambda: None, lambda: end)
