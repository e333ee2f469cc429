"""One connection's side of the Charge Point: one CALL at a time, correlation, lateness, ordinary answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from csms_harness.charge_point.model import ChargePoint
from csms_harness.dialogue.dialogue import CLOCK_MARGIN, Answered, Asked, Dialogue, Stray
from csms_harness.dialogue.outgoing import Outgoing
from csms_harness.evidence import Role
from csms_harness.message import MessageType

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def dialogue() -> Dialogue:
    return Dialogue(ChargePoint("CP_01"), lambda at: EPOCH + timedelta(seconds=at))


def sent(dialogue: Dialogue, action: str = "Heartbeat", at: float = 1.0) -> Outgoing:
    """A CALL that has left for the socket."""
    dialogue.submit(action, {}, Role.SCENARIO, 30.0, at)
    opened = dialogue.next_call(at, 30.0)
    assert opened is not None
    outgoing, message = opened
    dialogue.written(message.unique_id, at)
    return outgoing


def answered(dialogue: Dialogue, outgoing: Outgoing, at: float) -> Answered:
    arrival = dialogue.receive(json.dumps([3, outgoing.unique_id, {"currentTime": "2026-01-01T00:00:00Z"}]), at)
    assert isinstance(arrival, Answered)
    return arrival


def asked(dialogue: Dialogue, action: str, payload: dict[str, object], unique_id: str, at: float) -> Asked:
    arrival = dialogue.receive(json.dumps([2, unique_id, action, payload]), at)
    assert isinstance(arrival, Asked)
    return arrival


def test_a_second_call_waits_until_the_first_is_answered(dialogue: Dialogue) -> None:
    first = sent(dialogue)
    dialogue.submit("Heartbeat", {}, Role.SCENARIO, 30.0, 1.0)
    assert dialogue.next_call(1.1, 30.0) is None
    answered(dialogue, first, 1.2)
    second = dialogue.next_call(1.3, 30.0)
    assert second is not None
    assert second[0] is not first


def test_the_latency_is_that_of_the_wire_from_written_to_arrived(dialogue: Dialogue) -> None:
    arrival = answered(dialogue, sent(dialogue, at=2.0), 2.25)
    assert arrival.outgoing is not None
    assert arrival.outgoing.latency == 0.25
    assert (arrival.given_up, arrival.again) == (False, False)


def test_an_answer_after_giving_up_is_late_and_frees_nothing(dialogue: Dialogue) -> None:
    late = sent(dialogue)
    dialogue.give_up(late, 31.0)
    current = sent(dialogue, at=32.0)
    arrival = answered(dialogue, late, 33.0)
    assert (arrival.outgoing, arrival.given_up, late.answer) == (late, True, None)
    assert dialogue.outstanding is current


def test_what_was_abandoned_frees_the_line_and_its_answer_is_late(dialogue: Dialogue) -> None:
    left = sent(dialogue)
    dialogue.background.append(("Heartbeat", {}))
    dialogue.abandon()
    assert dialogue.next_call(2.0, 30.0) is None
    current = sent(dialogue, at=2.0)
    arrival = answered(dialogue, left, 3.0)
    assert arrival.given_up
    assert dialogue.outstanding is current


def test_what_was_forgotten_is_asked_for_by_nobody(dialogue: Dialogue) -> None:
    left = sent(dialogue)
    dialogue.submit("Heartbeat", {}, Role.SCENARIO, 30.0, 1.0)
    dialogue.forget()
    assert dialogue.next_call(2.0, 30.0) is None
    arrival = answered(dialogue, left, 3.0)
    assert (arrival.outgoing, left.latency) == (None, None)


def test_closed_books_still_await_the_outstanding_call_and_no_other(dialogue: Dialogue) -> None:
    late = sent(dialogue)
    dialogue.give_up(late, 31.0)
    current = sent(dialogue, at=32.0)
    dialogue.close_books()
    assert answered(dialogue, late, 33.0).outgoing is None
    assert answered(dialogue, current, 34.0).outgoing is current


def test_the_second_answer_is_again(dialogue: Dialogue) -> None:
    outgoing = sent(dialogue)
    answered(dialogue, outgoing, 2.0)
    arrival = answered(dialogue, outgoing, 3.0)
    assert (arrival.again, arrival.outgoing, outgoing.latency) == (True, None, 1.0)


def test_an_answer_before_the_call_was_written_is_not_its_answer(dialogue: Dialogue) -> None:
    dialogue.submit("Heartbeat", {}, Role.SCENARIO, 30.0, 1.0)
    opened = dialogue.next_call(1.0, 30.0)
    assert opened is not None
    assert answered(dialogue, opened[0], 1.0).outgoing is opened[0]
    assert (opened[0].answer, opened[0].latency) == (None, None)


def test_a_background_call_yields_to_one_that_waits(dialogue: Dialogue) -> None:
    dialogue.background.append(("Heartbeat", {}))
    dialogue.submit("BootNotification", {}, Role.SCENARIO, 30.0, 1.0)
    first = dialogue.next_call(1.0, 30.0)
    assert first is not None
    assert (first[0].action, first[0].role) == ("BootNotification", Role.SCENARIO)


@pytest.mark.parametrize(("arrives_at", "hurried"), [(1.5, True), (5.9, True), (6.0, False)])
def test_a_call_while_our_answer_is_kept_back_is_a_second_one_until_the_first_may_be_given_up(
    dialogue: Dialogue, arrives_at: float, hurried: bool
) -> None:
    asked(dialogue, "ClearCache", {}, "a", 1.0)
    second = asked(dialogue, "GetConfiguration", {}, "b", arrives_at)
    assert ("one_call" in {breach.rule for breach in second.message.breaches}) == hurried


@pytest.mark.parametrize("refused", [True, False])
def test_a_call_after_our_answer_is_no_second_one(dialogue: Dialogue, refused: bool) -> None:
    first = asked(dialogue, "ClearCache", {}, "a", 1.0)
    if refused:
        dialogue.refuse(first.message, "NotSupported", "", at=1.0)
    else:
        dialogue.reply(first.message, {"status": "Accepted"}, 1.0)
    assert asked(dialogue, "GetConfiguration", {}, "b", 1.5).message.breaches == ()


@pytest.mark.parametrize(("replied_at", "arrives_at", "hurried"), [(2.0, 1.9, True), (2.0, 2.0005, False)])
def test_a_call_that_arrives_before_our_answer_left_is_a_second_one(
    dialogue: Dialogue, replied_at: float, arrives_at: float, hurried: bool
) -> None:
    first = asked(dialogue, "ClearCache", {}, "a", 1.0)
    dialogue.reply(first.message, {"status": "Accepted"}, 1.5)
    dialogue.written("a", replied_at)
    second = asked(dialogue, "ClearCache", {}, "b", arrives_at)
    assert ("one_call" in {breach.rule for breach in second.message.breaches}) == hurried


def test_what_belongs_to_nothing_is_a_stray_and_kept_as_it_came(dialogue: Dialogue) -> None:
    arrival = dialogue.receive("no json", 1.0)
    assert isinstance(arrival, Stray)
    assert (arrival.message.type, arrival.message.text) == (MessageType.UNREADABLE, "no json")


def test_an_answer_stamped_before_its_call_was_written_came_when_it_was_read(dialogue: Dialogue) -> None:
    outgoing = sent(dialogue, at=2.0)
    text = json.dumps([3, outgoing.unique_id, {"currentTime": "2026-01-01T00:00:00Z"}])
    arrival = dialogue.receive(text, 1.5, 2.25)
    assert isinstance(arrival, Answered)
    assert (arrival.misdated, arrival.message.at, outgoing.latency) == (True, 2.25, 0.25)


def test_a_stamp_within_the_margin_of_two_clocks_is_believed(dialogue: Dialogue) -> None:
    outgoing = sent(dialogue, at=2.0)
    text = json.dumps([3, outgoing.unique_id, {"currentTime": "2026-01-01T00:00:00Z"}])
    arrival = dialogue.receive(text, 2.0 - CLOCK_MARGIN / 2, 2.25)
    assert isinstance(arrival, Answered)
    assert not arrival.misdated
