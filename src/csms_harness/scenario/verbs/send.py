"""``send``: the Charge Point sends a CALL and waits for its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.scenario.model import Send, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.shapes import CALL_ERROR
from csms_harness.scenario.verbs.keys import BUDGET, EXPECT, EXPECT_ERROR, OBSERVE, SAVE, WITH, WITHIN
from csms_harness.scenario.verbs.verb import Verb, Written, shape_of


def _read(step: Written) -> Step:
    action = step.action_of_the_charge_point()
    request, answer = shape_of(action, Direction.REQUEST), shape_of(action, Direction.CONFIRMATION)
    step.refuse_beside("expect_error", ("expect", "observe", "save"))
    return Send(
        **step.common,
        action=action,
        payload=step.object("with", request),
        expect=step.matcher("expect", answer),
        expect_error=step.matcher("expect_error", CALL_ERROR),
        observe=step.matcher("observe", answer),
        save=step.saved(answer),
        within=step.length("within"),
        budget=step.length("budget"),
    )


def _rows(step: Send, page: Page) -> Iterator[Row]:
    first, second = page.labels(step)
    yield page.left(f"{first}{step.action}.req", *page.assigned(step.payload))
    if step.expect_error is not None:
        yield page.right(f"{second}CALLERROR to {step.action}.req", *page.demands("expects", step.expect_error))
        return
    limits = [("within", step.within), ("budget", step.budget)]
    yield page.right(
        f"{second}{step.action}.conf",
        *page.demands("expects", step.expect),
        *page.demands("observes", step.observe),
        *(f"{word} {page.text(value)}" for word, value in limits if value is not None),
        *page.saved(step.save),
    )


SEND: Final = Verb(
    "send", "The Charge Point sends this CALL and waits for its answer.", Send,
    {"enum": sorted(CHARGE_POINT_ACTIONS)}, _read, _rows,
    keys=(WITH, EXPECT, EXPECT_ERROR, OBSERVE, SAVE, WITHIN, BUDGET),
    actions=CHARGE_POINT_ACTIONS,
    payloads={"with": "req.value", "expect": "conf.matcher", "observe": "conf.matcher", "save": "conf.saved"},
    is_check=lambda _: True,
)  # fmt: skip
