"""``spoil``: a message of the Charge Point, wrong in every way that its schema knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.spoiling import Ill
from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.scenario.model import Spoil, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.verbs.keys import WITH, WITHIN
from csms_harness.scenario.verbs.verb import Verb, Written, shape_of


def _read(step: Written) -> Step:
    action = step.action_of_the_charge_point()
    request = shape_of(action, Direction.REQUEST)
    return Spoil(**step.common, action=action, payload=step.object("with", request), within=step.length("within"))


def _rows(step: Spoil, page: Page) -> Iterator[Row]:
    first, second = page.labels(step)
    ills = ", ".join(Ill)
    yield page.left(f"{first}{step.action}.req, each time with one thing wrong ({ills}):", *page.assigned(step.payload))
    yield page.right(f"{second}a CALLERROR that says so, each time, and an answer to the next Heartbeat.req")


SPOIL: Final = Verb(
    "spoil", "The Charge Point sends this message wrong in every way, and something right after each.", Spoil,
    {"enum": sorted(CHARGE_POINT_ACTIONS)}, _read, _rows,
    keys=(WITH, WITHIN),
    actions=CHARGE_POINT_ACTIONS,
    payloads={"with": "req.value"},
    is_check=lambda _: True,
)  # fmt: skip
