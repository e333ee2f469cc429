"""The reference CSMS for a test: a process of its own on free ports, with a target that reaches it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from csms_harness.resources import folder
from csms_harness.runner import reference
from csms_harness.target.target import Target

_WITHOUT_A_BREATH = {"reboot": 0.0, "settle": 0.0, "calls": 0.0}


@dataclass(frozen=True, slots=True)
class ReferenceCsms:
    """A running reference CSMS: its WebSocket URL without identity, the root of its control API, and its target.

    The target asks for no pause between cases, connections and CALLs, because this Central System needs none.
    """

    url: str
    api_url: str
    target: Target


@contextmanager
def started(options: Sequence[str] = ()) -> Iterator[ReferenceCsms]:
    """Run it while the block lasts. Raises csms_harness.runner.reference.ReferenceFailed."""
    with reference.reference_csms(options) as ports:
        target = reference.moved(folder("targets") / "reference.yaml", ports)
        hurried = target.model_copy(update={"deadlines": {**target.deadlines, **_WITHOUT_A_BREATH}})
        yield ReferenceCsms(ports.ocpp_url, ports.api_url, hurried)


@asynccontextmanager
async def reference_csms(*options: str) -> AsyncIterator[ReferenceCsms]:
    """Run the reference CSMS while the block lasts; ``options`` are those of the command ``reference-csms``.

    ``--fault NAME`` makes it wrong on purpose, ``--noise NAME`` peculiar. Needs the extra csms-harness[reference].
    Raises csms_harness.runner.reference.ReferenceFailed with its own last word when it does not start.
    """
    running = started(options)
    csms = await asyncio.to_thread(running.__enter__)
    try:
        yield csms
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)
