"""The same for tests that are no coroutines: each call waits for its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from csms_harness.doctor.caller import Caller, Reply
from csms_harness.target.target import Target
from csms_harness.testing.beside import Beside
from csms_harness.testing.reference import ReferenceCsms
from csms_harness.testing.running import Run
from csms_harness.testing.running import run as run_cases
from csms_harness.testing.speaking import charge_point


@dataclass(frozen=True, slots=True)
class ChargePoint:
    """A connected Charge Point that says only what it is told to."""

    caller: Caller
    beside: Beside

    @classmethod
    @contextmanager
    def connected(cls, target: ReferenceCsms | Target | Path | str, identity: str | None = None) -> Iterator[Self]:
        """Connect while the block lasts. Raises CallFailed."""
        beside = Beside()
        try:
            link = charge_point(target, identity)
            caller = beside.do(link.__aenter__())
            try:
                yield cls(caller, beside)
            finally:
                beside.do(link.__aexit__(None, None, None))
        finally:
            beside.close()

    def call(self, action: str, **members: Any) -> Reply:
        """Send a CALL, its unnamed members filled in, and wait for its CALLRESULT. Raises CallFailed."""
        return self.beside.do(self.caller.call(action, members))


def run(target: ReferenceCsms | Target | Path | str, *patterns: str, **options: Any) -> Run:
    """Run cases as :func:`csms_harness.testing.run` does."""
    beside = Beside()
    try:
        return beside.do(run_cases(target, *patterns, **options))
    finally:
        beside.close()
