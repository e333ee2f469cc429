"""From the engine's results to facts, and what the frames of a run show besides its verdicts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from csms_harness.charge_point.model import ChargePoint
from csms_harness.dialogue.dialogue import Dialogue
from csms_harness.evidence import Entry, Role
from csms_harness.message import Message, MessageType, Side
from csms_harness.record.facts import CaseFact
from csms_harness.record.facts_of import case_fact, decided_fact
from csms_harness.report.telling import told_case
from csms_harness.rules.clock import clock_skew, milliseconds_in_timestamps
from csms_harness.rules.indexed import Indexed, indexed
from csms_harness.verdict import Verdict
from tests.engine.play import a_case, play
from tests.support.scripted_csms import EPOCH, ScriptedCsms

CASE = a_case("- step: 1\n  send: Heartbeat\n  note: after a while", "readings: [we read it so]")


def fact(csms: ScriptedCsms | None = None, *, octt: bool = False, scenario: str = "- send: Heartbeat") -> CaseFact:
    """The facts of a case against a Central System."""
    result = play(scenario, csms).raw
    return case_fact(CASE, result, octt=octt, declared=True, lane="CP_01", started=EPOCH, reproduce="run it")


def test_a_case_that_ran_says_what_it_is_and_how_it_went() -> None:
    made = fact()

    assert (made.id, made.functionality, made.file, made.verdict) == ("TC_900_CSMS", "Core", "case.yaml", Verdict.PASS)
    assert (made.checks, made.lane, made.declared, made.reproduce) == (1, "CP_01", True, "run it")
    assert made.readings == ("we read it so",)
    assert [step.title for step in told_case(made).steps] == ["Charge Point sends Heartbeat.req"]


def test_the_transcript_counts_from_the_beginning_of_the_case() -> None:
    result = replace(play("- send: Heartbeat").raw, began=-100.0)
    made = case_fact(CASE, result, octt=False, declared=None, lane="", started=EPOCH, reproduce="")

    assert made.after(made.transcript[0]) == 100.0
    assert made.moment(made.transcript[0]) == EPOCH + timedelta(seconds=100)
    assert made.seconds == pytest.approx(100.002, abs=1e-6)


def test_samples_findings_and_breaches_are_all_there() -> None:
    broken = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: {"currentTime": 5}})
    made = fact(broken)

    assert [sample.action for sample in made.samples] == ["BootNotification", "Heartbeat"]
    assert (made.findings[0].kind, made.findings[0].decides) == ("breach", Verdict.FAIL)
    heard = [(entry.number, entry.message) for entry in made.transcript if entry.message is not None]
    breaches = [(breach.rule, number) for number, message in heard for breach in message.breaches]
    assert breaches == [("schema", made.findings[0].frame)]


def test_a_rehearsal_for_the_laboratory_gives_the_remark_as_its_reason() -> None:
    chatty = ScriptedCsms(unasked={"Heartbeat": [("ClearCache", {})]})
    scenario = "- send: Heartbeat\n- send: MeterValues"
    by_spec = told_case(fact(chatty, scenario=scenario))
    by_octt = told_case(fact(chatty, octt=True, scenario=scenario))

    assert (by_spec.verdict, by_spec.octt_verdict, by_spec.reason) == (Verdict.PASS, Verdict.FAIL, "")
    assert (by_octt.verdict, "ClearCache.req came" in by_octt.reason) == (Verdict.FAIL, True)


def test_a_case_decided_before_connecting_has_no_frames_and_says_why() -> None:
    made = decided_fact(CASE, Verdict.NOT_APPLICABLE, "the PICS says no", declared=False)

    assert (made.verdict, made.octt_verdict, made.reason, made.declared) == (
        Verdict.NOT_APPLICABLE,
        Verdict.NOT_APPLICABLE,
        "the PICS says no",
        False,
    )
    assert (made.transcript, made.steps, made.started) == ((), (), None)


def test_the_facts_of_a_hostile_case_can_be_written_and_read_again() -> None:
    text = '{"currentTime": "\\ud800\\u0000", "x": [1e999, 123456789012345678901234567890123456789]}'
    hostile = ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: f'[3, "$ID", {text}]'})
    made = fact(hostile)

    written = json.dumps(made.model_dump(mode="json"))
    assert CaseFact.model_validate(json.loads(written)) == without_payloads(made)


def without_payloads(case: CaseFact) -> CaseFact:
    """A case as it is stored: a payload stands in the text of its frame."""
    transcript = tuple(
        entry if entry.message is None else replace(entry, message=replace(entry.message, payload={}))
        for entry in case.transcript
    )
    return case.model_copy(update={"transcript": transcript})


def entry(
    action: str, payload: Any, kind: MessageType = MessageType.CALLRESULT, at: float = 0.0, side: str = "CS"
) -> Entry:
    """A message with this payload, of the Central System unless told otherwise."""
    message = Message(at, Side(side), kind, action, payload=payload)
    return Entry(1, Role.SCENARIO, "", message)


def case_with(*entries: Entry) -> CaseFact:
    """A case with this transcript."""
    return fact().model_copy(update={"transcript": entries, "started": datetime(2026, 1, 31, 12, tzinfo=UTC)})


def heartbeat(moment: Any) -> Entry:
    return entry("Heartbeat", {"currentTime": moment})


@pytest.mark.parametrize(
    ("moments", "seen"),
    [
        ([], None),
        (["2026-01-31T12:00:00Z"], False),
        (["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"], True),
        (["nonsense", 5, None, ["2026-01-31T12:00:00.1Z"]], None),
    ],
)
def test_milliseconds_are_seen_in_valid_date_times_only(moments: list[Any], *, seen: bool | None) -> None:
    assert milliseconds_in_timestamps(indexed([case_with(*map(heartbeat, moments))])) is seen


def test_date_times_of_requests_and_deep_ones_count_and_our_own_do_not() -> None:
    request = entry("UpdateFirmware", {"retrieveDate": "2026-01-31T12:00:00.5Z"}, MessageType.CALL)
    deep = {"csChargingProfiles": {"chargingSchedule": {"startSchedule": "2026-01-31T12:00:00.5Z"}}}
    profile = entry("SetChargingProfile", deep, MessageType.CALL)
    ours = entry("Heartbeat", {"currentTime": "2026-01-31T12:00:00.5Z"}, side="CP")

    assert milliseconds_in_timestamps(indexed([case_with(request)])) is True
    assert milliseconds_in_timestamps(indexed([case_with(profile)])) is True
    assert milliseconds_in_timestamps(indexed([case_with(ours)])) is None


def test_the_skew_is_their_clock_minus_ours_at_the_arrival() -> None:
    late = entry("Heartbeat", {"currentTime": "2026-01-31T12:00:05.250Z"}, at=10.0)
    early = entry("BootNotification", {"currentTime": "2026-01-31T14:00:01+01:00"}, at=1.0)
    case = case_with(late, early)

    assert [skew for _, skew in Indexed(case).skews] == [-4.75, 3600.0]
    assert clock_skew(indexed([case])) == (-4.75, 3600.0)
    assert clock_skew(indexed([case_with()])) is None


HOSTILE = ["", "[3", "{}", "[3]", '[3,"1"]', "[3,1,null]", "null", "[" * 50_000, '[3,"1",[1]]']


@pytest.mark.parametrize("text", HOSTILE)
def test_frames_that_are_none_show_nothing(text: str) -> None:
    arrival = Dialogue(ChargePoint("CP_01"), lambda _: EPOCH).receive(text, 0.0)

    assert milliseconds_in_timestamps(indexed([case_with(Entry(1, Role.AMBIENT, "", arrival.message))])) is None


def test_an_end_of_time_breaks_nothing() -> None:
    case = case_with(heartbeat("9999-12-31T23:59:59.999Z"), heartbeat("0001-01-01T00:00:00Z"))

    assert len(Indexed(case).skews) == 2
