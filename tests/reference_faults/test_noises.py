"""Legal noises: each shows, and whatever it does, what is sent stays valid OCPP-J 1.6."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest

from csms_harness.matrix.virtual_time import run_virtually
from reference_csms.instants import parse_instant
from reference_csms.wire.frames import MAX_UNIQUE_ID, Frame
from reference_csms.wire.payloads import find_breach
from reference_faults.choosing import chosen
from reference_faults.noise import NOISES
from reference_faults.noise.breath import BREATH, LATE_END, UNREADY
from reference_faults.noise.doors import DOORS, STRANGERS
from reference_faults.noise.refusals import REFUSALS
from reference_faults.noise.unasked import SLOW

from .in_memory import ANSWERS, Connection, answers, calls, central_system, emit, talk, whole

ACCEPTED = {"status": "Accepted", "interval": 300, "currentTime": "2026-01-31T12:00:00.000Z"}


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end in virtual time."""

    async def main(loop: Any) -> None:
        await work

    run_virtually(main)


def sent(name: str, frames: list[Frame]) -> tuple[Connection, int, list[Frame]]:
    """What these frames become under a noise, and what it queues by itself once each was answered and ordered."""
    noises = chosen(noises=[name])
    csms = central_system(noises.seams)
    kept: list[Connection] = []

    async def work() -> None:
        conversation, connection = talk(csms)
        connection.refuses_calls = True
        kept.append(connection)
        serving = asyncio.create_task(conversation.start())
        await emit(csms, conversation, frames)
        for action, request, answer in ANSWERS:
            for hook in csms.seams.hooks(action):
                await hook(conversation, request, answer)
        for before in csms.seams.ordered:
            await before(conversation, "Reset", {"type": "Hard"})
            await before(conversation, "SendLocalList", {"updateType": "Full"})
            await before(conversation, "ReserveNow", {"reservationId": 2})
        conversation.queue("ClearCache", {})
        connection.incoming.put_nowait(None)
        await serving

    run(work())
    queued = [Frame(one.action, [2, one.unique_id, one.action, one.payload]) for one in csms.calls.of()]
    return kept[0], noises.landed(name), queued


HURRIED = {noise.name for noise in (*BREATH, *DOORS, *STRANGERS)}
"""What only shows to who hurries, or is not let in: tested by itself."""


NUMBERED = {"large-transaction-ids", "scattered-transaction-ids"}
"""What shows only where a transaction really begins."""


CONTROLLED = {"late-pongs", "lost-calls-again", "restores-reservations", "stops-again"}
"""What only shows to who sends pings, loses a CALL, or goes on after an order: tried in tests/scenarios."""


REFUSING = {noise.name for noise in REFUSALS}
"""What only shows to who sends what is wrong: tried where that is sent, in tests/scenarios."""


def everything() -> list[Frame]:
    """All right frames."""
    return [*answers(), *calls()]


def test_there_are_enough_noises_and_each_says_what_it_does() -> None:
    assert len(NOISES) >= 25
    assert all(noise.name == name and noise.what for name, noise in NOISES.items())
    assert len({noise.what for noise in NOISES.values()}) == len(NOISES)


@pytest.mark.parametrize("name", NOISES)
def test_a_noise_shows_and_leaves_every_frame_valid(name: str) -> None:
    frames = everything()
    connection, landed, queued = sent(name, frames)
    assert landed > 0 or name in HURRIED | NUMBERED | REFUSING | CONTROLLED
    messages = [json.loads(whole(message)) for message in connection.sent]
    actions = {frame.message[1]: frame.action for frame in [*frames, *queued]}
    for parts in [*messages, *(frame.message for frame in queued)]:
        assert isinstance(parts[1], str)
        assert 0 < len(parts[1]) <= MAX_UNIQUE_ID
        payload = {} if parts[-1] is None else parts[-1]
        breach = find_breach(actions[parts[1]], payload, answer=parts[0] == 3)
        assert breach is None, (name, parts)


@pytest.mark.parametrize("name", NOISES)
def test_a_noise_sends_each_frame_once_and_in_order(name: str) -> None:
    frames = everything()
    connection, _, _ = sent(name, frames)
    own = {frame.message[1] for frame in frames}
    order = [parts[1] for parts in map(json.loads, map(whole, connection.sent)) if parts[1] in own]
    assert order == [frame.message[1] for frame in frames]


@pytest.mark.parametrize("names", [("numeric-unique-ids",), ("short-unique-ids",), ("odd-unique-ids", "chatty")])
def test_unique_ids_of_any_form_stay_unique(names: tuple[str, ...]) -> None:
    csms = central_system(chosen(noises=names).seams)
    conversation, _ = talk(csms)
    ids = {conversation.queue("ClearCache", {}).unique_id for _ in range(200)}
    assert len(ids) == 200


@pytest.mark.parametrize("name", sorted(NUMBERED))
def test_transaction_ids_that_do_not_count_up_stay_apart(name: str) -> None:
    numbering = chosen(noises=[name]).seams.numbering
    assert numbering is not None
    ids = [numbering() for _ in range(300)]
    assert len(set(ids)) == len(ids)
    assert all(0 < number < 2**31 for number in ids)
    assert ids != sorted(ids)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("offset-behind", "-03:30"),
        ("offset-zero", "+00:00"),
        ("microseconds", ".000000Z"),
        ("nanoseconds", ".000000000Z"),
    ],
)
def test_a_time_written_otherwise_is_the_same_instant(name: str, ending: str) -> None:
    connection, _, _ = sent(name, answers("Heartbeat"))
    text = json.loads(whole(connection.sent[0]))[2]["currentTime"]
    assert text.endswith(ending)
    assert parse_instant(text) == parse_instant("2026-01-31T12:00:00.000Z")


@pytest.mark.parametrize(("name", "kind"), [("slow-answers", answers), ("slow-calls", calls)])
def test_a_slow_central_system_takes_its_time_but_not_too_much(name: str, kind: Any) -> None:
    times = []

    async def work() -> None:
        csms = central_system(chosen(noises=[name]).seams)
        conversation, _ = talk(csms)
        await emit(csms, conversation, kind()[:1])
        times.append(asyncio.get_running_loop().time())

    run(work())
    assert times == [pytest.approx(SLOW)]
    assert SLOW < 5


def test_a_call_before_an_answer_is_answered_first() -> None:
    connection, landed, _ = sent("calls-before-answers", answers("Heartbeat"))
    kinds = [json.loads(whole(message))[0] for message in connection.sent]
    assert kinds[:2] == [2, 3]
    assert landed == 1


def test_a_call_ahead_of_an_ordered_one_is_never_of_its_kind() -> None:
    csms = central_system(chosen(noises=["keys-before-calls"]).seams)

    async def work() -> None:
        conversation, _ = talk(csms)
        for action in ("Reset", "GetConfiguration"):
            for hook in csms.seams.ordered:
                await hook(conversation, action, {})

    run(work())
    assert [call.action for call in csms.calls.of()] == ["GetConfiguration"]


def test_a_conversation_that_is_over_is_not_asked_anything() -> None:
    csms = central_system(chosen(noises=["calls-before-answers", "list-version-after-boot"]).seams)

    async def work() -> None:
        conversation, connection = talk(csms)
        conversation.ended.set()
        await emit(csms, conversation, answers("Heartbeat"))
        for hook in csms.seams.hooks("BootNotification"):
            await hook(conversation, {}, ACCEPTED)
        assert len(connection.sent) == 1

    run(work())
    assert csms.calls.of() == []


def test_pings_come_before_frames() -> None:
    connection, _, _ = sent("pings", answers("Heartbeat"))
    assert connection.pings == len(connection.sent)


def test_fragments_are_put_together_to_the_frame_they_were() -> None:
    connection, _, _ = sent("fragmented", answers("Heartbeat"))
    assert isinstance(connection.sent[0], list)
    assert len(connection.sent[0]) > 3


def test_a_central_system_out_of_breath_lets_a_charge_point_in_again_after_a_while() -> None:
    noises = chosen(noises=["out-of-breath"])
    csms, statuses = central_system(noises.seams), []

    async def work() -> None:
        name = talk(csms)[0].charge_point_id
        conversation, connection = talk(csms)
        for hook in csms.seams.opened:
            hook(conversation)
        connection.incoming.put_nowait(None)
        await conversation.start()
        for wait in (0.0, UNREADY / 2, UNREADY / 2):
            await asyncio.sleep(wait)
            statuses.append(csms.admit(name).status)

    run(work())
    assert (statuses, noises.landed("out-of-breath")) == ([503, 503, 101], 2)


def test_a_transaction_that_ends_late_counts_for_a_moment_after_its_stop() -> None:
    noises = chosen(noises=["late-ends"])
    csms = central_system(noises.seams)
    kept: list[Connection] = []

    async def work() -> None:
        conversation, connection = talk(csms)
        kept.append(connection)
        await emit(csms, conversation, [*answers("StopTransaction"), *answers("StartTransaction")])
        await asyncio.sleep(LATE_END)
        await emit(csms, conversation, answers("StartTransaction"))

    run(work())
    told = [json.loads(whole(message))[2].get("idTagInfo", {}).get("status") for message in kept[0].sent]
    assert (told[-6:-3], told[-3:]) == (
        ["ConcurrentTx", "ConcurrentTx", "Invalid"],
        ["Accepted", "Accepted", "Invalid"],
    )
    assert noises.landed("late-ends") == 2
