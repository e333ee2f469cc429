"""A Charge Point that says only what a test tells it to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from csms_harness.doctor.caller import Caller, CallFailed
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.target.deadlines import decide
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.reaching import endpoint_of
from csms_harness.target.target import Target, read_target
from csms_harness.testing.reference import ReferenceCsms
from csms_harness.transport.refusal import Refusal
from csms_harness.transport.websocket import open_connection


@asynccontextmanager
async def charge_point(
    target: ReferenceCsms | Target | Path | str, identity: str | None = None
) -> AsyncIterator[Caller]:
    """Connect as a Charge Point of the target, the first by default, while the block lasts.

    ``await caller.call("Authorize", {"idTag": "TAG-001"})`` gives the CALLRESULT; members that are left out are filled
    in. What the Central System asks meanwhile is answered as any Charge Point would. Raises CallFailed with one
    sentence when there is no connection, or no CALLRESULT.
    """
    chosen = _target(target)
    entry = _entry(chosen, identity)
    deadlines = decide({}, chosen.deadlines, {})
    opened = await open_connection(endpoint_of(chosen, entry, deadlines))
    if isinstance(opened, Refusal):
        raise CallFailed(opened.sentence)
    caller = Caller(opened, entry.charge_point(), deadlines.response, deadlines.thinking)
    try:
        yield caller
    finally:
        await caller.close()


def _target(target: ReferenceCsms | Target | Path | str) -> Target:
    given = target.target if isinstance(target, ReferenceCsms) else target
    return given if isinstance(given, Target) else read_target(Path(given))


def _entry(target: Target, identity: str | None) -> ChargePointEntry:
    if identity is None:
        return target.charge_points[0]
    for entry in target.charge_points:
        if entry.id == identity:
            return entry
    names = [entry.id for entry in target.charge_points]
    raise ValueError(f"the target has no Charge Point {identity!r}; {did_you_mean(identity, names) or names[0]}")
