"""Whatever arrives, whenever it arrives: no crash, no ERROR, an end, and facts that can be written down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csms_harness.engine.case import CaseRun
from csms_harness.engine.events import Event, FrameReceived
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.error_codes import ERROR_CODES
from csms_harness.record.facts_of import case_fact
from csms_harness.verdict import Verdict
from tests.engine.play import a_case, play
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import GOOD_ANSWERS, ScriptedCsms

SCENARIO = """
- step: 1
  state: Charging
- step: 2
  receive: RemoteStopTransaction
  trigger: {transactionId: $transactionId}
  expect: {transactionId: $transactionId}
  observe: {transactionId: {at_least: 1}}
  reply: {status: Accepted}
  save: {stopped: transactionId}
- step: 3
  send: StopTransaction
  with: {transactionId: $transactionId, meterStop: 20}
- step: 4
  receive: GetConfiguration
  trigger: {key: [HeartbeatInterval]}
  expect: {key: {contains: HeartbeatInterval}}
  reply: $answer
- step: 5
  any_of:
    - name: reserved
      steps:
        - receive: ReserveNow
          trigger: {connectorId: 1, idTag: $config.valid_id_tag, expiryDate: $now + 30 min}
          expect: {idTag: $config.valid_id_tag, expiryDate: {near: $now + 30 min, tolerance: 5 min}}
          reply: {status: Accepted}
          save: {reservationId: reservationId}
    - name: cancelled
      steps:
        - receive: CancelReservation
          reply: {status: Rejected}
- step: 6
  absent: Reset
  during: 2 s
- step: 7
  disconnect: drop
- step: 8
  connect:
- step: 9
  repeat: 2
  every: 1 s
  steps:
    - send: Heartbeat
      observe: {currentTime: {near: $now, tolerance: 5 min}}
"""
MORE = "forbid: [UnlockConnector]"
CASE = a_case(SCENARIO, MORE)
LONGEST = 400.0
"""Seconds that this scenario may take against anybody: the sum of its deadlines, with some to spare."""

SPOKEN = (
    "Authorize", "BootNotification", "CancelReservation", "GetConfiguration", "Heartbeat", "RemoteStopTransaction",
    "ReserveNow", "StartTransaction", "StatusNotification", "StopTransaction",
)  # fmt: skip
"""What this scenario says and hears."""

words = st.sampled_from(
    ["", "Accepted", "HeartbeatInterval", "AuthorizationKey", "TAG-001", "2026-01-31T12:00:00Z", "0001-01-01T00:00:00Z",
     "9999-12-31T23:59:60-23:59", "\ud800", "\x00\x1b[2J", "Full", "Soft", "Hard", "Inoperative", "StatusNotification",
     "x" * 3000, "ftp://a:b@c/", "TxProfile", "Relative"]
)  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 1003), st.just(10**40), st.just(-(10**12)), st.floats(), words,
)  # fmt: skip
names = st.sampled_from(
    ["key", "value", "status", "idTag", "connectorId", "transactionId", "reservationId", "expiryDate", "type",
     "interval", "currentTime", "idTagInfo", "requestedMessage", "updateType", "listVersion",
     "csChargingProfiles", "parentIdTag",
     "localAuthorizationList", "chargingSchedule", "vendorId", "data", "location", "x"]
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)),
    max_leaves=8,
)
payloads = st.dictionaries(names, values, max_size=6)
ids = st.one_of(st.just("$ID"), st.sampled_from(["cs-1", "h-1", "h-2", "", "i" * 50]), scalars)
calls = st.tuples(st.just(2), ids, st.sampled_from([*sorted(ACTIONS), "MakeCoffee", ""]), payloads)
results = st.tuples(st.just(3), ids, payloads)
errors = st.tuples(st.just(4), ids, st.sampled_from([*sorted(ERROR_CODES), "Nonsense"]), words, payloads)
proper = st.sampled_from(
    [
        [2, "h-3", "TriggerMessage", {"requestedMessage": "StatusNotification"}],
        [2, "h-4", "TriggerMessage", {"requestedMessage": "BootNotification"}],
        [2, "h-5", "Reset", {"type": "Hard"}],
        [2, "h-6", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "1"}],
        [2, "h-7", "ChangeConfiguration", {"key": "SupportedFeatureProfiles", "value": "Core"}],
        [2, "h-8", "RemoteStopTransaction", {"transactionId": 1001}],
        [2, "h-9", "UnlockConnector", {"connectorId": 1}],
        [2, "h-a", "ChangeAvailability", {"connectorId": 0, "type": "Operative"}],
        [
            2,
            "h-b",
            "ReserveNow",
            {"connectorId": 0, "idTag": "T", "reservationId": 1, "expiryDate": "9999-12-31T23:59:59Z"},
        ],
        [3, "$ID", {"status": "Accepted", "currentTime": "2026-01-31T12:00:00Z", "interval": 10**29}],
        [3, "$ID", {"transactionId": -1, "idTagInfo": {"status": "Accepted"}}],
        [3, "$ID", {}],
    ]
)
arrays = st.one_of(proper, calls.map(list), results.map(list), errors.map(list), st.lists(values, max_size=6))
odd = st.one_of(
    st.text(max_size=40),
    st.binary(max_size=20),
    st.sampled_from(
        ["[" * 100, '{"a":' * 70, "[2,NaN,Infinity]", '[3,"$ID",{"a":1,"a":2}]', "﻿[]", '[2,"x","\\ud800",{}]']
    ),
)
texts = st.one_of(arrays.map(json.dumps), arrays.map(json.dumps), odd, arrays.map(lambda one: json.dumps(one)[:-2]))
streams = st.lists(st.tuples(st.integers(0, 60), texts), min_size=1, max_size=12)


def at_their_turns(stream: list[tuple[int, str | bytes]]) -> Any:
    turn = iter(range(10**6))

    def inject(run: CaseRun, now: float) -> list[Event]:
        number, open_call = next(turn), run.line.dialogue.outstanding
        unique_id = "" if open_call is None else open_call.unique_id
        due = [text for at, text in stream if at == number and run.line.connected]
        told = [text.replace("$ID", unique_id) if isinstance(text, str) else text for text in due]
        return [FrameReceived(now, text) for text in told]

    return inject


def assert_survived(result: CaseResult) -> None:
    assert result.verdict is not Verdict.ERROR, result.reason
    assert result.ended <= LONGEST
    assert [entry.number for entry in result.entries] == list(range(1, len(result.entries) + 1))
    assert all(0 < finding.frame <= len(result.entries) for finding in result.findings if finding.frame is not None)
    assert all(sample.resumed >= sample.seconds >= 0.0 for sample in result.samples)
    fact = case_fact(
        CASE,
        result.raw,
        octt=False,
        declared=None,
        lane="CP_01",
        started=datetime(2026, 1, 31, tzinfo=UTC),
        reproduce="",
    )
    written = fact.model_dump(mode="json", fallback=str)
    again = type(fact).model_validate(json.loads(json.dumps(written, ensure_ascii=True)))
    assert again.model_dump(mode="json", fallback=str) == written


QUICK = [HealthCheck.too_slow]


@settings(max_examples=100, deadline=None, suppress_health_check=QUICK)
@given(streams)
def test_no_stream_of_frames_breaks_a_case(stream: list[tuple[int, str | bytes]]) -> None:
    assert_survived(play(SCENARIO, ScriptedCsms(), more=MORE, events=at_their_turns(stream)))


@settings(max_examples=60, deadline=None, suppress_health_check=QUICK)
@given(st.dictionaries(st.sampled_from(sorted(ACTIONS)), st.one_of(texts, payloads), min_size=1))
def test_no_central_system_that_answers_and_asks_nonsense_breaks_a_case(nonsense: dict[str, Any]) -> None:
    told = {name: said for name, said in nonsense.items() if not isinstance(said, bytes)}
    answers = {name: _always(said) for name, said in told.items()}
    calls = {name: _always([said]) for name, said in told.items()}

    assert_survived(play(SCENARIO, ScriptedCsms(answers=answers, calls=calls), more=MORE))


def _always(said: Any) -> Any:
    return lambda _csms, _request: said


@settings(max_examples=100, deadline=None, suppress_health_check=QUICK)
@given(st.dictionaries(st.sampled_from(SPOKEN), st.dictionaries(names, values, max_size=2), min_size=1, max_size=3))
def test_no_member_that_is_wrong_in_an_otherwise_right_message_breaks_a_case(wrong: dict[str, Any]) -> None:
    answers = {name: _but_for(GOOD_ANSWERS[name], members) for name, members in wrong.items() if name in GOOD_ANSWERS}
    calls = {name: _asks_but_for(name, members) for name, members in wrong.items() if name not in GOOD_ANSWERS}

    assert_survived(play(SCENARIO, ScriptedCsms(answers=answers, calls=calls), more=MORE))


def _but_for(good: Any, members: dict[str, Any]) -> Any:
    return lambda csms, request: good(csms, request) | members


def _asks_but_for(action: str, members: dict[str, Any]) -> Any:
    return lambda csms, fields: [csms.good_call(action, fields) | members]
