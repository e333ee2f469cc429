"""A lane: it does what the engine asks, and keeps what belongs to an old connection or case away from the new one."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from csms_harness.dialogue.outgoing import READING_SLACK
from csms_harness.engine import flood
from csms_harness.engine.events import Event, FrameReceived, FrameSent, GoOn, Interrupted
from csms_harness.evidence import Kind, What
from csms_harness.matrix.pipe import ChargePointEnd
from csms_harness.record.journal import Played
from csms_harness.runner.course import TURN
from csms_harness.runner.lane import ROOM
from csms_harness.runner.world import Link, Pace
from csms_harness.transport.websocket import Closed, CloseSide, ConnectionLost, Handshake, Received
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest
from csms_harness.verdict import Verdict
from tests.engine.play import a_case, call, kinds, messages, only
from tests.runner.memory import HANDSHAKE, REFUSED, Bench, on_a_bench
from tests.support.reading import Result as CaseResult
from tests.support.reading import read
from tests.support.scripted_csms import ScriptedCsms

HEARTBEAT = a_case("- send: Heartbeat")
RESET = a_case("- receive: Reset\n  trigger: {type: Soft}\n  reply: {status: Accepted}")
CHARGING = a_case("- state: Charging")
RECONNECTING = a_case("- send: Heartbeat\n- disconnect:\n- connect:\n- send: Heartbeat", "forbid: [ClearCache]")
PROVISIONED = a_case("- send: Heartbeat", "before: {memory: [{idTag: TAG-9, status: Blocked}]}")


def run(*cases: Any, **central: Any) -> list[CaseResult]:
    """These cases one after another on one lane."""

    async def work(bench: Bench) -> list[CaseResult]:
        return [read(await bench.lane.run(case)) for case in cases]

    return on_a_bench(work, **central)


def test_a_case_runs_to_its_end_over_a_connection() -> None:
    (result,) = run(CHARGING)

    assert result.verdict is Verdict.PASS
    assert messages(result, "CP")[-1] == "StatusNotification.req"


def test_the_connection_is_kept_from_case_to_case() -> None:
    first, second = run(HEARTBEAT, HEARTBEAT)

    assert "connected" in [entry.kind for entry in first.entries]
    assert [entry.message for entry in second.entries] == ["Heartbeat.req", "Heartbeat.conf"]


def test_deadlines_are_kept_without_any_event() -> None:
    (result,) = run(HEARTBEAT, csms=ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None}))

    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.NO_ANSWER])
    assert 5.0 <= result.ended - result.began < 5.2


BESIDE = a_case("""
- {step: 1, connect: beside}
- {step: [2, 3], send: Heartbeat}
- {step: 4, disconnect: former}
- {step: [5, 6], send: Heartbeat}
""")


def test_a_connection_that_is_left_open_is_read_by_nobody_and_its_end_ends_nothing() -> None:
    async def work(bench: Bench) -> tuple[CaseResult, CaseResult, list[Any]]:
        first = read(await bench.lane.run(HEARTBEAT))
        bench.central.say('[2,"stray","ClearCache",{}]', bench.central.pipes[0], 0.0)
        second = read(await bench.lane.run(BESIDE))
        return first, second, bench.central.pipes

    _first, second, pipes = on_a_bench(work)
    assert (second.verdict, len(pipes)) == (Verdict.PASS, 2)
    assert "the Charge Point" not in str([entry.text for entry in second.entries if entry.kind == "disconnected"])
    assert pipes[0].ended is not None


ORDERED = a_case("""
- {step: 1, connect: beside}
- {step: [2, 3], send: Heartbeat}
- {step: [4, 5], receive: ClearCache, trigger: {}, within: 1 s, reply: {status: Accepted}}
""")


def test_a_call_that_went_over_the_connection_that_was_left_is_told_so() -> None:
    async def work(bench: Bench) -> CaseResult:
        await bench.lane.run(HEARTBEAT)
        running = asyncio.create_task(bench.lane.run(ORDERED))
        await asyncio.sleep(0.5)
        bench.central.say('[2,"astray","ClearCache",{}]', bench.central.pipes[0], 0.0)
        return read(await running)

    result = on_a_bench(work, csms=ScriptedCsms(calls={"ClearCache": lambda *_: []}))
    assert (result.verdict, result.findings[-1].what) == (Verdict.FAIL, What.ASTRAY)
    assert result.findings[-1].detail == '[2,"astray","ClearCache",{}]'


def test_of_what_came_between_two_cases_no_more_is_taken_at_once_than_there_is_room_for() -> None:
    async def work(bench: Bench) -> CaseResult:
        await bench.lane.run(HEARTBEAT)
        for number in range(2 * ROOM):
            bench.central.say(call(f"c{number}", "ClearCache", {}))
        await asyncio.sleep(1.0)
        return read(await bench.lane.run(HEARTBEAT))

    result = on_a_bench(work)
    assert (result.verdict, len(messages(result, "CS"))) == (Verdict.PASS, 1 + ROOM)


def test_a_frame_that_waited_says_when_it_came_and_when_it_was_taken() -> None:
    async def work(bench: Bench) -> tuple[float, Sequence[Event]]:
        await bench.lane.run(HEARTBEAT)
        bench.central.say(call("1", "ClearCache", {}))
        came = bench.loop.time()
        await asyncio.sleep(5)
        await bench.lane.run(HEARTBEAT)
        assert bench.lane.played is not None
        return came, bench.lane.played.before

    came, (frame,) = on_a_bench(work)
    assert isinstance(frame, FrameReceived)
    assert frame.resumed is not None
    assert (round(frame.at - came, 3), round(frame.resumed - came, 3)) == (0.001, 5.0)


def test_a_case_that_leaves_a_connection_open_has_it_closed_before_the_next() -> None:
    async def work(bench: Bench) -> list[Any]:
        await bench.lane.run(a_case("- {step: 1, connect: beside}\n- {step: [2, 3], send: Heartbeat}"))
        return [pipe.ended is not None for pipe in bench.central.pipes]

    assert on_a_bench(work) == [True, False]


def test_a_second_connection_that_is_refused_ends_the_first_too() -> None:
    async def work(bench: Bench) -> tuple[CaseResult, CaseResult]:
        await bench.lane.run(HEARTBEAT)
        bench.central.refusals.append(REFUSED)
        return read(await bench.lane.run(BESIDE)), read(await bench.lane.run(HEARTBEAT))

    refused, after = on_a_bench(work)
    assert (refused.verdict, after.verdict) == (Verdict.FAIL, Verdict.PASS)


class _ReadLate:
    """A connection whose answers lie in the socket until the time is up, as after a pause of the process."""

    def __init__(self, inner: ChargePointEnd) -> None:
        self._inner, self._sent, self._hidden = inner, 0.0, False
        self.handshake: Handshake = HANDSHAKE

    async def send(self, data: str | bytes, fragments: int = 1, pinged: str | None = None) -> float:
        self._sent = await self._inner.send(data)
        return self._sent

    def send_now(self, text: str) -> float | None:
        self._sent = self._inner.send_now(text) or 0.0
        return self._sent

    def listen(self, stirred: Callable[[], None]) -> None:
        self._stirred = stirred
        self._inner.listen(self._arrived)

    def _arrived(self) -> None:
        """The answer to a Heartbeat becomes visible a turn of the loop after its time was up."""
        text = str(self._inner.pipe.to_charge_point.messages)
        if "currentTime" in text and "interval" not in text:
            loop = asyncio.get_running_loop()
            self._hidden = True
            loop.call_at(self._sent + 5.0 + READING_SLACK, loop.call_soon, self._show)
        else:
            self._stirred()

    def _show(self) -> None:
        self._hidden = False
        self._stirred()

    @property
    def holds_message(self) -> bool:
        return not self._hidden and self._inner.holds_message

    def take(self) -> Received | Closed | None:
        return None if self._hidden else self._inner.take()

    async def close(self, code: int = 1000, reason: str = "") -> Closed:
        return await self._inner.close(code, reason)

    async def drop(self) -> None:
        await self._inner.drop()


def test_what_lies_in_the_socket_when_the_time_is_up_is_judged_by_its_stamp() -> None:
    (result,) = run(HEARTBEAT, wrap=_ReadLate)

    assert (result.verdict, kinds(result)) == (Verdict.PASS, [])


def test_a_stall_of_the_harness_reaches_the_case_that_runs() -> None:
    async def work(bench: Bench) -> CaseResult:
        bench.lane.stalled(9.0)  # nobody's: no case runs
        bench.loop.call_later(3.0, bench.lane.stalled, 2.0)
        return read(await bench.lane.run(HEARTBEAT))

    result = on_a_bench(work, csms=ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None}))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert only(result, Kind.NO_ANSWER).stalled == pytest.approx(2.0, abs=0.1)


def test_a_trigger_reaches_the_central_system_and_its_adapter_is_named() -> None:
    (result,) = run(RESET)

    assert (result.verdict, result.initiated[0].adapter) == (Verdict.PASS, "http POST /api")


def test_the_adapter_is_named_though_the_call_comes_before_the_trigger_has_ended() -> None:
    async def work(bench: Bench) -> CaseResult:
        async def slow(request: TriggerRequest) -> Outcome:
            bench.central.say('[2,"c","Reset",{"type":"Soft"}]')
            await asyncio.sleep(5.0)
            return Performed()

        bench.book.ways = {"Reset": slow}
        return read(await bench.lane.run(RESET))

    assert on_a_bench(work).initiated[0].adapter == "http POST /api"


def test_what_the_target_does_not_hand_over_is_known_when_the_call_comes() -> None:
    case = a_case("- receive: Reset\n  trigger: {type: Soft}\n  expect: {type: $asked}\n  reply: {status: Accepted}")

    async def work(bench: Bench) -> CaseResult:
        async def hard(_request: TriggerRequest) -> Outcome:
            bench.central.say('[2,"c","Reset",{"type":"Hard"}]')
            return Performed()

        bench.book.ways, bench.book.drops = {"Reset": hard}, ("type",)
        return read(await bench.lane.run(case))

    result = on_a_bench(work)
    assert (result.verdict, only(result, Kind.PREREQUISITE).path) == (Verdict.INCONCLUSIVE, "type")


def test_an_answer_to_a_trigger_that_says_no_reaches_the_case() -> None:
    async def work(bench: Bench) -> CaseResult:
        async def refused(_request: TriggerRequest) -> Outcome:
            return Performed("HTTP 200", '{"success": false}', doubtful=True)

        bench.book.ways = {"Reset": refused}
        return read(await bench.lane.run(RESET))

    result = on_a_bench(work)
    assert (result.verdict, only(result, Kind.TRIGGER).detail) == (Verdict.INCONCLUSIVE, '{"success": false}')


@pytest.mark.parametrize("outcome", [Declined("the operator says no"), Failed("the operator says no")])
def test_what_a_trigger_says_is_told_in_its_own_words(outcome: Outcome) -> None:
    async def work(bench: Bench) -> CaseResult:
        async def give_up(_request: TriggerRequest) -> Outcome:
            return outcome

        bench.book.ways = {"Reset": give_up}
        return read(await bench.lane.run(RESET))

    result = on_a_bench(work)
    assert (result.verdict, "the operator says no" in only(result, Kind.TRIGGER).text) == (Verdict.INCONCLUSIVE, True)


def test_a_refusal_is_inconclusive_and_the_next_case_tries_again() -> None:
    first, second = run(HEARTBEAT, HEARTBEAT, refusals=[REFUSED])

    assert (first.verdict, "HTTP 503" in first.reason) == (Verdict.INCONCLUSIVE, True)
    assert second.verdict is Verdict.PASS


def test_an_opening_that_breaks_is_a_refusal_and_nobody_waits_for_ever() -> None:
    (result,) = run(HEARTBEAT, refusals=[OSError("no such file: ca.pem")])

    assert (result.verdict, "OSError: no such file: ca.pem" in result.reason) == (Verdict.INCONCLUSIVE, True)


NO_BYTES = Closed(None, "", CloseSide.CHARGE_POINT, 0.0, "The Central System took no bytes.")


@dataclass
class _Passing:
    """A connection that passes everything on to another."""

    end: ChargePointEnd
    handshake = HANDSHAKE

    async def send(self, data: str | bytes, fragments: int = 1, pinged: str | None = None) -> float:
        return await self.end.send(data, fragments, pinged)

    def send_now(self, text: str) -> float | None:
        return self.end.send_now(text)

    async def control(self, data: str, *, pong: bool = False) -> float:
        return await self.end.control(data, pong=pong)

    @property
    def pings(self) -> int:
        return self.end.pings

    def listen(self, stirred: Callable[[], None]) -> None:
        self.end.listen(stirred)

    @property
    def holds_message(self) -> bool:
        return self.end.holds_message

    def take(self) -> Received | Closed | None:
        return self.end.take()

    async def close(self, code: int = 1000, reason: str = "") -> Closed:
        return await self.end.close(code, reason)

    async def drop(self) -> None:
        await self.end.drop()


@dataclass
class _CannotSend(_Passing):
    """A connection on which nothing can be written after the first ``left`` frames."""

    left: int
    closed: Closed = NO_BYTES

    async def send(self, data: str | bytes, fragments: int = 1, pinged: str | None = None) -> float:
        self.left -= 1
        if self.left < 0:
            raise ConnectionLost(self.closed)
        return await super().send(data, fragments, pinged)

    def send_now(self, text: str) -> float | None:
        if self.left < 1:
            return None
        self.left -= 1
        return super().send_now(text)


def test_a_frame_that_cannot_be_sent_fails_the_case_and_crashes_nothing() -> None:
    def wrap(end: ChargePointEnd) -> Link:
        return _CannotSend(end, 1)

    first, second = run(HEARTBEAT, HEARTBEAT, wrap=wrap)

    assert (first.verdict, only(first, Kind.DISCONNECT).observed) == (
        Verdict.FAIL,
        "The Central System took no bytes.",
    )
    assert second.verdict is Verdict.FAIL


@pytest.mark.parametrize(("code", "left", "kind"), [(1008, 0, Kind.REFUSED), (1001, 1, Kind.DISCONNECT)])
def test_a_close_that_a_write_meets_first_is_judged_by_its_code(code: int, left: int, kind: Kind) -> None:
    closed = Closed(code, "", CloseSide.CENTRAL_SYSTEM, 0.0, f"The Central System closed with code {code}.")

    (result,) = run(HEARTBEAT, wrap=lambda end: _CannotSend(end, left, closed=closed))

    assert (result.verdict, kinds(result)) == (Verdict.INCONCLUSIVE, [kind])


def test_a_frame_that_cannot_be_sent_in_the_cleanup_is_listed_only() -> None:
    sent_by_the_scenario = 5

    def wrap(end: ChargePointEnd) -> Link:
        return _CannotSend(end, sent_by_the_scenario)

    (result,) = run(CHARGING, wrap=wrap)

    assert (result.verdict, Kind.CLEANUP in kinds(result)) == (Verdict.PASS, True)


@dataclass
class _Counting(_Passing):
    """A connection that counts what is written in the turn of the loop that brought the frame before it."""

    at_once: int = 0
    waited: int = 0

    async def send(self, data: str | bytes, fragments: int = 1, pinged: str | None = None) -> float:
        self.waited += 1
        return await super().send(data, fragments, pinged)

    def send_now(self, text: str) -> float | None:
        self.at_once += 1
        return super().send_now(text)


def test_an_answer_brings_the_next_call_without_a_turn_of_the_loop_between() -> None:
    ends: list[_Counting] = []

    def wrap(end: ChargePointEnd) -> Link:
        ends.append(_Counting(end))
        return ends[0]

    (result,) = run(a_case("- repeat: 20\n  steps:\n    - send: Heartbeat"), wrap=wrap)

    assert result.verdict is Verdict.PASS
    assert ends[0].at_once > 15 > ends[0].waited


@dataclass
class _Broken(_Passing):
    """A connection over which nothing can be written, for a reason that nobody has thought of."""

    def send_now(self, text: str) -> float | None:
        raise ValueError(f"{len(text)} characters")


def test_what_breaks_while_a_frame_is_attended_to_reaches_whoever_runs_the_case() -> None:
    with pytest.raises(ValueError, match="characters"):
        run(HEARTBEAT, wrap=_Broken)


@dataclass
class _Turns(_Passing):
    """A connection that notes in which turn of the loop each message is taken."""

    turn: list[int] = field(default_factory=lambda: [0])
    taken: list[int] = field(default_factory=list)

    def take(self) -> Received | Closed | None:
        received = super().take()
        if isinstance(received, Received):
            self.taken.append(self.turn[0])
        return received


def test_frames_that_come_in_one_read_leave_others_their_turn() -> None:
    ends: list[_Turns] = []

    def wrap(end: ChargePointEnd) -> Link:
        ends.append(_Turns(end))
        return ends[0]

    async def work(bench: Bench) -> CaseResult:
        running = asyncio.create_task(bench.lane.run(a_case("- wait: 10 s\n  because: it\n- send: Heartbeat")))
        await asyncio.sleep(5)
        box, at = ends[0].end.pipe.to_charge_point, bench.loop.time()
        ends[0].taken.clear()
        for number in range(20):
            box.put(at, f'[3,"{number}",{{}}]')  # which nobody answers
        for _ in range(200):
            ends[0].turn[0] += 1
            await asyncio.sleep(0)
        return read(await running)

    on_a_bench(work, wrap=wrap)
    assert len(ends[0].taken) > 20
    assert max(Counter(ends[0].taken[:20]).values()) <= TURN + 1


@pytest.mark.parametrize("by", ["central system", "charge point", "network"])
def test_a_connection_that_ends_under_a_case_fails_it_whoever_had_to_close(by: Any) -> None:
    async def work(bench: Bench) -> CaseResult:
        running = asyncio.create_task(bench.lane.run(a_case("- wait: 10 s\n  because: it\n- send: Heartbeat")))
        await asyncio.sleep(5)
        bench.central.pipes[0].end(by, 1002, "")
        return read(await running)

    result = on_a_bench(work)
    assert (result.verdict, kinds(result)) == (Verdict.FAIL, [Kind.DISCONNECT])
    assert result.ended < 6.0


def test_a_connection_that_ends_between_two_cases_is_no_concern_of_the_second() -> None:
    async def work(bench: Bench) -> tuple[CaseResult, CaseResult]:
        first = read(await bench.lane.run(HEARTBEAT))
        bench.central.close()
        await asyncio.sleep(1)
        return first, read(await bench.lane.run(HEARTBEAT))

    first, second = on_a_bench(work)
    assert (first.verdict, second.verdict, second.findings) == (Verdict.PASS, Verdict.PASS, ())
    assert next(entry.kind for entry in second.entries) == "connected"


@dataclass
class _Lingering(_Passing):
    """A connection whose last frames are read only after it was closed, and after the next one is open."""

    late: deque[Received]
    closed: bool = False

    @property
    def holds_message(self) -> bool:
        return bool(self.late) or super().holds_message

    def take(self) -> Received | Closed | None:
        return self.late.popleft() if self.closed and self.late else super().take()

    async def close(self, code: int = 1000, reason: str = "") -> Closed:
        self.closed = True
        return await super().close(code, reason)


def test_a_late_frame_of_an_old_connection_is_not_heard_on_the_new_one() -> None:
    late: deque[Received] = deque()
    ends: list[_Lingering] = []

    def wrap(end: ChargePointEnd) -> Link:
        ends.append(_Lingering(end, late))
        return ends[-1] if len(ends) == 1 else end

    async def work(bench: Bench) -> CaseResult:
        def forbidden(_csms: ScriptedCsms, _request: Any) -> Any:
            if len(ends) == 2:
                text = call("late", "ClearCache", {})
                late.append(Received(text, bench.loop.time()))
            return {"currentTime": "2026-01-31T12:00:00Z"}

        bench.central.csms.answers = {"Heartbeat": forbidden}
        return read(await bench.lane.run(RECONNECTING))

    result = on_a_bench(work, wrap=wrap)
    assert (result.verdict, messages(result, "CS")) == (
        Verdict.PASS,
        ["BootNotification.conf", "Heartbeat.conf", "Heartbeat.conf"],
    )


def test_the_late_outcome_of_a_trigger_of_an_old_case_is_not_taken_for_one_of_the_new_case() -> None:
    """Both triggers carry the number 1; the first one says that it failed when only the second is at work."""

    async def work(bench: Bench) -> tuple[CaseResult, CaseResult]:
        stubborn = asyncio.Event()

        async def first(request: TriggerRequest) -> Outcome:
            bench.central.say(bench.central.csms.call("Reset", dict(request.fields)))
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await stubborn.wait()
            return Failed("much too late")

        async def second(request: TriggerRequest) -> Outcome:
            stubborn.set()
            await asyncio.sleep(1)
            bench.central.say(bench.central.csms.call("Reset", dict(request.fields)))
            return Performed()

        bench.book.ways = {"Reset": first}
        one = read(await bench.lane.run(RESET))
        bench.book.ways = {"Reset": second}
        return one, read(await bench.lane.run(RESET))

    one, other = on_a_bench(work)
    assert (one.verdict, other.verdict) == (Verdict.PASS, Verdict.PASS)
    assert "much too late" not in repr(other.entries)


def test_an_interrupt_ends_the_running_case_and_every_later_one() -> None:
    async def work(bench: Bench) -> tuple[CaseResult, CaseResult]:
        running = asyncio.create_task(bench.lane.run(a_case("- state: Charging\n- wait: 1 h\n  because: it")))
        await asyncio.sleep(10)
        bench.lane.interrupt()
        return read(await running), read(await bench.lane.run(HEARTBEAT))

    one, other = on_a_bench(work)
    assert (one.verdict, kinds(one)) == (Verdict.INCONCLUSIVE, [Kind.INTERRUPTED])
    assert "StopTransaction.req" in messages(one, "CP")
    assert one.ended < 11.0
    assert (other.verdict, messages(other)) == (Verdict.INCONCLUSIVE, [])


def test_an_operator_who_stops_the_run_is_heard() -> None:
    async def work(bench: Bench) -> tuple[CaseResult, bool]:
        async def stop(_request: TriggerRequest) -> Outcome:
            return Declined("stop", stop=True)

        bench.book.ways = {"Reset": stop}
        return read(await bench.lane.run(RESET)), bench.lane.stop_asked

    result, stop_asked = on_a_bench(work)
    assert (result.verdict, stop_asked) == (Verdict.INCONCLUSIVE, True)


@pytest.mark.parametrize("asks", [True, False])
def test_a_person_is_not_asked_any_longer_when_the_call_has_come_but_a_request_may_finish(
    asks: bool,
) -> None:
    case = a_case("- receive: Reset\n  trigger: {type: Soft}\n  reply: {status: Accepted}\n- wait: 60 s\n  because: it")

    async def work(bench: Bench) -> list[str]:
        ends: list[str] = []

        async def slow(request: TriggerRequest) -> Outcome:
            bench.central.say(bench.central.csms.call("Reset", dict(request.fields)))
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                ends.append("cancelled")
                raise
            ends.append("finished")
            return Performed()

        bench.book.ways, bench.book.asks = {"Reset": slow}, asks
        read(await bench.lane.run(case))
        return ends

    assert on_a_bench(work) == (["cancelled"] if asks else ["finished"])


@pytest.mark.parametrize(("provides", "made"), [(True, 1), (False, 0)])
def test_what_a_case_needs_is_made_if_the_target_says_how_and_else_taken_to_exist(provides: bool, made: int) -> None:
    async def work(bench: Bench) -> tuple[CaseResult, list[Any]]:
        bench.book.can_provide = provides
        return read(await bench.lane.run(PROVISIONED)), bench.book.provisioned

    result, provisioned = on_a_bench(work)
    wanted = {"item": "idTag", "within": 7.0, "idTag": "TAG-9", "status": "Blocked"}
    assert (result.verdict, provisioned) == (Verdict.PASS, [wanted] * made)


def test_who_watches_is_told_what_is_awaited_and_for_how_long() -> None:
    async def work(bench: Bench) -> list[Any]:
        bench.central.csms.delay = {"Heartbeat": 2.0}
        read(await bench.lane.run(HEARTBEAT))
        return bench.watcher.told

    told = on_a_bench(work)
    assert ("CP_01", "a connection", None) in told
    assert any(what == "Heartbeat.conf" and 4.9 < (left or 0) <= 5.1 for _, what, left in told)


def test_closing_a_lane_ends_its_connection_and_everything_at_work() -> None:
    async def work(bench: Bench) -> tuple[Any, int]:
        read(await bench.lane.run(HEARTBEAT))
        await bench.lane.close()
        await asyncio.sleep(1)
        return bench.central.pipes[0].ended, len(bench.central.tasks)

    ended, serving = on_a_bench(work)
    assert (ended.by, ended.code, serving) == ("charge point", 1000, 0)


def test_every_handshake_of_a_lane_is_kept() -> None:
    async def work(bench: Bench) -> list[Handshake]:
        read(await bench.lane.run(RECONNECTING))
        return [shown for _, shown in bench.lane.wires.handshakes]

    assert on_a_bench(work) == [HANDSHAKE, HANDSHAKE]


def test_the_moments_of_a_case_are_those_of_the_wall_clock() -> None:
    (result,) = run(a_case("- wait: 60 s\n  because: it\n- send: MeterValues"))

    (sent,) = (entry for entry in result.entries if entry.message == "MeterValues.req")
    assert json.loads(sent.text)[3]["meterValue"][0]["timestamp"].startswith("2026-01-31T12:01:00")


def test_the_charge_point_takes_its_time_to_answer_a_call_and_none_to_send_its_own() -> None:
    """A Central System that does not wait for an answer shows only while it has to (docs/decisions/0008)."""

    async def work(bench: Bench) -> list[Event]:
        bench.lane.thinking = 0.25
        await bench.lane.run(RESET)
        assert bench.lane.played is not None
        return bench.lane.played.events

    events = on_a_bench(work)
    came = next(one for one in events if isinstance(one, FrameReceived) and "Reset" in str(one.data))
    answered = next(one for one in events if isinstance(one, FrameSent) and one.unique_id in str(came.data))
    booted = next(one for one in events if isinstance(one, FrameSent))
    assert answered.at - came.at >= 0.25
    assert booted.at < 0.25


def test_a_flood_of_calls_is_answered_without_taking_time() -> None:
    """The second CALL waits already: who does not wait shows, and a flood is over before the time of the case is."""

    async def work(bench: Bench) -> tuple[CaseResult, float]:
        bench.lane.thinking = 0.25
        bench.central.csms.answers = {"Heartbeat": lambda _csms, _request: [2, "c0", "ClearCache", {}]}
        for number in range(1, flood.FRAMES + 10):
            bench.central.loop.call_later(1.0, bench.central.say, call(f"c{number}", "ClearCache", {}))
        began = bench.central.loop.time()
        return read(await bench.lane.run(HEARTBEAT)), bench.central.loop.time() - began

    result, took = on_a_bench(work)
    assert only(result, Kind.FLOOD)
    assert took < 5.0


STEPWISE = a_case("- {step: [1, 2], send: Heartbeat}\n- {step: [3, 4], send: Heartbeat}")


def stepping(*paces: Pace) -> tuple[CaseResult, int, list[str], bool]:
    """A case of two steps, what somebody wants at each, a second case; and how often was asked."""
    wanted, asked = list(paces), 0

    async def stepper() -> Pace:
        nonlocal asked
        asked += 1
        await asyncio.sleep(500.0)
        return wanted.pop(0)

    async def work(bench: Bench) -> tuple[CaseResult, int, list[str], bool]:
        bench.lane.limits = replace(bench.lane.limits, stepwise=True)
        bench.lane.prompts.stepper = stepper
        found = read(await bench.lane.run(STEPWISE))
        assert bench.lane.played is not None
        kept = Played.from_json(json.loads(json.dumps(bench.lane.played.as_json(lambda text: text))))
        events = [type(event).__name__ for event in kept.events if isinstance(event, GoOn | Interrupted)]
        return found, asked, events, bench.lane.stop_asked

    return on_a_bench(work)


def test_each_step_waits_for_somebody_and_the_journal_says_so() -> None:
    result, asked, events, _ = stepping(Pace.STEP, Pace.STEP)
    assert (result.verdict, asked, events) == (Verdict.PASS, 2, ["GoOn", "GoOn"])
    assert result.ended - result.began > 1000
    result, asked, events, _ = stepping(Pace.TO_THE_END)
    assert (result.verdict, asked, events) == (Verdict.PASS, 1, ["GoOn"])
    result, asked, events, stop_asked = stepping(Pace.STEP, Pace.STOP)
    assert (kinds(result), asked, events, stop_asked) == ([Kind.INTERRUPTED], 2, ["GoOn", "Interrupted"], True)


def test_where_nobody_looks_nobody_is_waited_for() -> None:
    async def work(bench: Bench) -> CaseResult:
        bench.lane.limits = replace(bench.lane.limits, stepwise=True)
        return read(await bench.lane.run(STEPWISE))

    result = on_a_bench(work)
    assert (result.verdict, result.ended - result.began < 5) == (Verdict.PASS, True)
