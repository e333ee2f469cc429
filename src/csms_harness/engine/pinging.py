"""The verbs ``ping`` and ``pong``: control frames beside all messages, and what must come of them (RFC 6455 5.5)."""

from __future__ import annotations

from typing import Final

from csms_harness.engine.admission import need_connection
from csms_harness.engine.effects import SendControl
from csms_harness.engine.events import PongReceived
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import TIMEOUT, CaseStopped, Steps, Wait
from csms_harness.evidence import Happening, Kind, What
from csms_harness.scenario.model import Ping, Pong
from csms_harness.scenario.references import Scope, seconds

DATA: Final = "csms-harness"
"""The application data of a ping that the scenario does not write out."""


def ping(stage: Stage, step: Ping, scope: Scope) -> Steps:
    """Send a ping, and demand its pong."""
    need_connection(stage, "a ping")
    heard, limit = len(stage.pongs), None if step.within is None else seconds(step.within, scope)
    stage.effects.append(SendControl(step.data))
    stage.note(Happening.PING, stage.now, text=step.data)
    yield from ponged(stage, step.data, heard, limit)


def ponged(stage: Stage, data: str, heard: int, limit: float | None = None) -> Steps:
    """Wait for a pong with this application data, beyond those ``heard`` before. Raises CaseStopped when none comes.

    A pong with other data is no answer, and no fault either: anybody may send one unasked (RFC 6455 5.5.3).
    """
    stage.notebook.checks += 1
    began, limit = stage.now, stage.limits.response("") if limit is None else limit

    def came() -> bool:
        return any(one == data for one in stage.pongs[heard:])

    if (yield Wait("a pong", came, lambda: began + limit)) is TIMEOUT:
        raise CaseStopped(
            stage.find(
                Kind.NO_ANSWER, What.NO_PONG, limit=limit, observed="others" if stage.pongs[heard:] else "",
                stalled=stage.stalls.spoilt(began, began + limit),
            )
        )  # fmt: skip


def pong(stage: Stage, step: Pong, _: Scope) -> Steps:
    """Send a pong that nobody asked for."""
    need_connection(stage, "a pong")
    stage.effects.append(SendControl(step.data, pong=True))
    stage.note(Happening.UNASKED_PONG, stage.now, text=step.data)
    yield from ()


def heard_pong(stage: Stage, event: PongReceived) -> None:
    """A pong came."""
    stage.pongs.append(event.data)
    stage.note(Happening.PONG, event.at, text=event.data, fields={"pings": event.pings} if event.pings else {})
