"""``absent`` and ``wait``: time passes, and what must not come does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS
from csms_harness.scenario.model import Absent, Step, Wait
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.schema_parts import DURATION
from csms_harness.scenario.verbs.keys import AT_MOST, BECAUSE, DURING, WHERE
from csms_harness.scenario.verbs.verb import Verb, Written, shape_of


def _absent(step: Written) -> Step:
    action = step.action_of_the_central_system()
    during = step.length("during")
    where = step.matcher("where", shape_of(action, Direction.REQUEST))
    return Absent(**step.common, action=action, during=during, match=where)


def _absent_rows(step: Absent, page: Page) -> Iterator[Row]:
    text = f"{page.label(step)}no {step.action}.req for {page.text(step.during)}"
    yield page.right(text, *page.demands("only with", step.match))


def _wait(step: Written) -> Step:
    because = step.text("because")
    return Wait(**step.common, duration=step.length("wait"), because=because, at_most=step.length("at_most"))


def _wait_rows(step: Wait, page: Page) -> Iterator[Row]:
    limit = "" if step.at_most is None else f", at most {page.text(step.at_most)}"
    yield page.left(f"{page.label(step)}waits {page.text(step.duration)}{limit}", step.because)


ABSENT: Final = Verb(
    "absent", "This CALL must not arrive.", Absent,
    {"enum": sorted(CENTRAL_SYSTEM_ACTIONS)}, _absent, _absent_rows,
    keys=(WHERE, DURING),
    needs={"during": "how long the message must not come"},
    actions=CENTRAL_SYSTEM_ACTIONS,
    payloads={"where": "req.matcher"},
    is_check=lambda _: True,
)  # fmt: skip
WAIT: Final = Verb(
    "wait", "Let time pass.", Wait, DURATION, _wait, _wait_rows,
    keys=(BECAUSE, AT_MOST),
    needs={"because": "the reason the protocol gives for it"},
)  # fmt: skip
