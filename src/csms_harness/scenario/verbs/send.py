"""``send``: the Charge Point sends a CALL and waits for its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import CHARGE_POINT_ACTIONS
from csms_harness.scenario.matching import count_checks
from csms_harness.scenario.model import MOST_FRAGMENTS, Send, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.schema_parts import TEXT
from csms_harness.scenario.shapes import ANYTHING, CALL_ERROR
from csms_harness.scenario.verbs.keys import (
    EXPECT,
    EXPECT_ERROR,
    FRAGMENTS,
    OBSERVE,
    PINGED,
    RAW,
    SAVE,
    TOLERANT,
    WITH,
    WITHIN,
)
from csms_harness.scenario.verbs.ping import read_data
from csms_harness.scenario.verbs.verb import Verb, Written, shape_of


def _read(step: Written) -> Step:
    raw = step.object("raw", ANYTHING) if step.at("raw") is not None else None
    action = step.text(step.verb) if raw is not None else step.action_of_the_charge_point()
    request, answer = shape_of(action, Direction.REQUEST), shape_of(action, Direction.CONFIRMATION)
    step.refuse_beside("raw", ("with",))
    step.refuse_beside("expect_error", ("expect", "observe", "save"))
    step.refuse_beside("tolerant", ("expect", "expect_error", "observe", "save"))
    expect, expect_error = step.matcher("expect", answer), step.matcher("expect_error", CALL_ERROR)
    return Send(
        **step.common,
        action=action,
        payload=step.object("with", request),
        expect=expect,
        expect_error=expect_error,
        observe=step.matcher("observe", answer),
        save=step.saved(answer),
        within=step.length("within"),
        raw=raw,
        tolerant=step.flag("tolerant"),
        fragments=_fragments(step),
        pinged=None if step.at("pinged") is None else read_data(step, "pinged"),
        checks=1 + count_checks(expect) + count_checks(expect_error),
    )


def _fragments(step: Written) -> int:
    member = step.at("fragments")
    if member is None:
        return 1
    number = member.value
    if isinstance(number, bool) or not isinstance(number, int) or not 2 <= number <= MOST_FRAGMENTS:
        step.wrong(member, f"'fragments' must be a whole number from 2 to {MOST_FRAGMENTS}, not {member}")
        return 1
    return number


def _rows(step: Send, page: Page) -> Iterator[Row]:
    first, second = page.labels(step)
    sent = [*page.assigned(step.payload)] if step.raw is None else ["exactly this:", *page.assigned(step.raw)]
    yield page.left(f"{first}{step.action}.req{_in_parts(step)}", *sent)
    if step.pinged is not None:
        yield page.left("a ping behind the first fragment" if step.fragments > 1 else "a ping right behind it")
        yield page.right("the pong with the same application data")
    if step.tolerant:
        yield page.right(f"{second}any answer, or none")
        return
    if step.expect_error is not None:
        yield page.right(f"{second}CALLERROR to {step.action}.req", *page.demands("expects", step.expect_error))
        return
    yield page.right(
        f"{second}{step.action}.conf",
        *page.demands("expects", step.expect),
        *page.demands("observes", step.observe),
        *([f"within {page.text(step.within)}"] if step.within is not None else []),
        *page.saved(step.save),
    )


def _in_parts(step: Send) -> str:
    return f" in {step.fragments} fragments" if step.fragments > 1 else ""


SEND: Final = Verb(
    "send", "The Charge Point sends this CALL and waits for its answer.", Send,
    {"anyOf": [{"enum": sorted(CHARGE_POINT_ACTIONS)}, TEXT]}, _read, _rows,
    keys=(WITH, RAW, EXPECT, EXPECT_ERROR, TOLERANT, OBSERVE, SAVE, WITHIN, FRAGMENTS, PINGED),
    actions=CHARGE_POINT_ACTIONS,
    payloads={"with": "req.value", "expect": "conf.matcher", "observe": "conf.matcher", "save": "conf.saved"},
    is_check=lambda step: not step.tolerant,
)  # fmt: skip
