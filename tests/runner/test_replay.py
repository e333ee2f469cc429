"""A run judged again from its journal: the same verdicts by the same rules, or the name of what is judged otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import Limits
from csms_harness.evidence import Kind
from csms_harness.record.facts import PicsFact, ProductFact, RunFact
from csms_harness.record.journal import NAME, Journal
from csms_harness.record.rebuild import Head, LaneFact, Told, facts_of, read_run, rebuild
from csms_harness.runner.keeping import Keeper
from csms_harness.runner.replay import replay
from csms_harness.runner.session import Session
from csms_harness.scenario.library import Library, TestCase
from csms_harness.target.pics import undeclared
from csms_harness.transport.refusal import Refusal, RefusalKind
from csms_harness.verdict import Verdict
from tests.engine.play import STATES, a_case
from tests.runner.memory import Bench, Watching, on_a_bench
from tests.support.scripted_csms import CONFIG, ScriptedCsms

HEARTBEAT = replace(a_case("- step: 1\n  send: Heartbeat"), id="TC_900_CSMS")
AUTHORIZE = replace(
    a_case(
        "- step: [1, 2]\n  send: Authorize\n  with: {idTag: $config.valid_id_tag}\n"
        "  expect: {idTagInfo: {status: Accepted}}"
    ),
    id="TC_901_CSMS",
)
RESET = replace(
    a_case(
        "- step: [1, 2]\n  receive: Reset\n  trigger: {type: Soft}\n  expect: {type: Soft}\n  reply: {status: Accepted}"
    ),
    id="TC_902_CSMS",
)
PASSWORD = replace(
    a_case(
        "- step: [1, 2]\n  receive: ChangeConfiguration\n"
        "  trigger: {key: AuthorizationKey, value: $config.new_password}\n"
        "  expect: {key: AuthorizationKey, value: $config.new_password}\n  reply: {status: Accepted}"
    ),
    id="TC_903_CSMS",
)
SIGNED = replace(
    a_case(
        "- step: [1, 2]\n  send: SignCertificate\n  expect: {status: Accepted}\n"
        "- step: [3, 4]\n  receive: CertificateSigned\n"
        "  expect: {certificateChain: {certificates: {leaf: {key: $csr.key}}}}\n  reply: {status: Accepted}"
    ),
    id="TC_904_CSMS",
)
SECRET = "0123456789abcdefCAFE"


def library(*cases: TestCase) -> Library:
    return Library({case.id: case for case in cases}, STATES, (), "digest")


def recorded(folder: Path, *cases: TestCase, limits: Limits | None = None, config: Any = None, **central: Any) -> Told:
    """The journal of a run of these cases on one lane."""

    async def work(bench: Bench) -> None:
        bench.lane.config = {**CONFIG, "new_password": SECRET, **(config or {})}
        bench.lane.limits = limits or bench.lane.limits
        with Journal(folder) as journal:
            keeper = Keeper(journal)
            keeper.line("run", _head(*cases).model_dump(mode="json"))
            session = Session([bench.lane], undeclared("x"), False, lambda _: "", Watching(), keeper.case)
            await session.run(cases, ())

    on_a_bench(work, **central)
    return read_run(folder)


def _head(*cases: TestCase) -> Head:
    charge_point = ChargePoint("CP_01")
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    return Head(
        run=RunFact(
            tool_version="0", edition="2025-11", scenario_digest="digest", started=now, finished=now, seconds=0.0,
            strictness="spec", lanes=1, url="ws://127.0.0.1:9000/ocpp", target="", command="",
        ),
        pics=PicsFact(product=ProductFact(designation="x")),
        planned=tuple(case.id for case in cases),
        rules=(),
        catalogue=tuple({"id": case.id, "functionality": "Core"} for case in cases),
        lanes=(
            LaneFact(
                identity="CP_01", vendor=charge_point.vendor, model=charge_point.model,
                serial_number=charge_point.serial_number, connectors=2, configuration={},
            ),
        ),
    )  # fmt: skip


def test_the_same_cases_are_judged_the_same_with_the_same_findings(tmp_path: Path) -> None:
    told = recorded(tmp_path, HEARTBEAT, AUTHORIZE, RESET)

    found = replay(told, library(HEARTBEAT, AUTHORIZE, RESET))
    assert (found.cases, found.differences) == (3, ())


@pytest.mark.parametrize(
    "csms",
    [
        ScriptedCsms(answers={"Authorize": lambda _csms, _request: {"idTagInfo": {"status": "Blocked"}}}),
        ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: None}),
        ScriptedCsms(answers={"Heartbeat": lambda _csms, _request: '[3, "$ID", {"currentTime": 1}, "more"]'}),
        ScriptedCsms(calls={"Reset": lambda _csms, _fields: [{"type": "Hard"}]}),
        ScriptedCsms(unasked={"Authorize": [("GetConfiguration", {}), ("Reset", {"type": "Hard"})]}),
        ScriptedCsms(answers={"BootNotification": lambda csms, _: '[4, "$ID", "InternalError", "\\ud800", {}]'}),
    ],
)
def test_a_wrong_central_system_is_judged_the_same_again(tmp_path: Path, csms: ScriptedCsms) -> None:
    cases = (HEARTBEAT, AUTHORIZE, RESET, HEARTBEAT, AUTHORIZE)
    told = recorded(tmp_path, *(replace(case, id=f"TC_91{at}_CSMS") for at, case in enumerate(cases)), csms=csms)

    again = library(*(replace(case, id=f"TC_91{at}_CSMS") for at, case in enumerate(cases)))
    assert {fact.verdict for fact in told.cases} != {Verdict.PASS} or any(fact.between for fact in told.cases)
    assert replay(told, again).differences == ()


def test_refusals_waits_and_what_came_between_two_cases_are_judged_the_same_again(tmp_path: Path) -> None:
    paced = Limits(action=10.0, responses={"": 5.0}, reboot=2.0, settle=0.5, reconnect=10.0)
    busy = [Refusal(RefusalKind.HTTP_STATUS, "HTTP 503.", 503, (("Retry-After", "1"),))] * 2
    again = replace(a_case("- disconnect:\n- connect:\n- send: BootNotification"), id="TC_904_CSMS")
    asking = ScriptedCsms(unasked={"Authorize": [("GetConfiguration", {}), ("ClearCache", {})]})
    cases = (again, AUTHORIZE, HEARTBEAT)
    told = recorded(tmp_path, *cases, limits=paced, refusals=busy, csms=asking)

    assert [fact.verdict for fact in told.cases] == [Verdict.PASS] * 3
    assert Kind.RECONNECT in {finding.kind for finding in told.cases[0].findings}
    assert told.cases[2].between
    assert replay(told, library(*cases)).differences == ()


def test_a_changed_scenario_names_the_case_that_it_changes_and_no_other(tmp_path: Path) -> None:
    told = recorded(tmp_path, HEARTBEAT, AUTHORIZE, RESET)
    stricter = replace(
        a_case("- step: [1, 2]\n  send: Authorize\n  with: {idTag: $config.valid_id_tag}\n"
               "  expect: {idTagInfo: {status: Blocked}}"), id=AUTHORIZE.id
    )  # fmt: skip

    (one,) = replay(told, library(HEARTBEAT, stricter, RESET)).differences
    assert (one.id, one.recorded, one.now) == ("TC_901_CSMS", Verdict.PASS, Verdict.FAIL)
    assert "idTagInfo.status is not what the case requires (required Blocked, observed Accepted)" in one.why


def test_a_scenario_that_wants_more_than_was_recorded_is_named_and_ends(tmp_path: Path) -> None:
    told = recorded(tmp_path, HEARTBEAT, AUTHORIZE)
    longer = replace(a_case("- send: Heartbeat\n- send: Heartbeat"), id=HEARTBEAT.id)

    (one,) = replay(told, library(longer, AUTHORIZE)).differences
    assert (one.id, one.now) == ("TC_900_CSMS", Verdict.FAIL)
    assert "no Heartbeat.conf within 5 s" in one.why


def test_a_run_that_leaves_a_transaction_open_and_ends_it_again_is_judged_the_same(tmp_path: Path) -> None:
    charging = replace(a_case("- state: Charging"), id="TC_904_CSMS")
    deaf = ScriptedCsms(answers={"StopTransaction": lambda _csms, _request: None})
    told = recorded(tmp_path, charging, HEARTBEAT, AUTHORIZE, csms=deaf)

    assert [case.verdict for case in told.cases] == [Verdict.PASS] * 3
    assert replay(told, library(charging, HEARTBEAT, AUTHORIZE)).differences == ()


def test_a_case_that_is_gone_is_told(tmp_path: Path) -> None:
    told = recorded(tmp_path, HEARTBEAT, AUTHORIZE)

    (one,) = replay(told, library(HEARTBEAT)).differences
    assert (one.id, one.now) == ("TC_901_CSMS", None)


def test_no_secret_is_in_the_journal_and_it_is_judged_the_same_all_the_same(tmp_path: Path) -> None:
    told = recorded(tmp_path, PASSWORD)

    assert SECRET not in (tmp_path / NAME).read_text("ascii")
    assert told.cases[0].verdict is Verdict.PASS
    assert replay(told, library(PASSWORD)).differences == ()
    stored, given_back = (
        entry.message
        for entry in told.cases[0].transcript
        if entry.message and "AuthorizationKey" in entry.message.text
    )
    assert len(stored.payload["value"]) == len(SECRET)
    assert given_back.payload["value"] != stored.payload["value"]


@pytest.mark.parametrize("algorithm", ["ECDSA", "RSA"])
def test_a_certificate_for_a_key_of_that_run_is_judged_the_same_and_the_key_is_nowhere(
    tmp_path: Path, algorithm: str
) -> None:
    told = recorded(tmp_path, SIGNED, config={"certificate_algorithm": algorithm})
    (fact,) = told.cases
    again = replay(told, library(SIGNED))
    assert (fact.verdict, again.cases, again.differences) == (Verdict.PASS, 1, ())
    assert "CERTIFICATE REQUEST" in (tmp_path / NAME).read_text()
    assert "PRIVATE" not in (tmp_path / NAME).read_text()


def test_a_wrong_password_differs_from_the_one_asked_for_in_the_journal_as_well(tmp_path: Path) -> None:
    wrong = ScriptedCsms(
        calls={"ChangeConfiguration": lambda _csms, _: [{"key": "AuthorizationKey", "value": SECRET[::-1]}]}
    )
    told = recorded(tmp_path, PASSWORD, csms=wrong)

    assert told.cases[0].verdict is Verdict.FAIL
    assert SECRET[::-1] not in (tmp_path / NAME).read_text("ascii")
    assert replay(told, library(PASSWORD)).differences == ()


def test_a_killed_run_is_rebuilt_with_its_rules_judged_from_what_crossed(tmp_path: Path) -> None:
    told = recorded(tmp_path, HEARTBEAT, AUTHORIZE)
    facts = rebuild(tmp_path)

    assert [case.verdict for case in facts.cases] == [Verdict.PASS, Verdict.PASS]
    assert facts.clock_skew is not None
    assert facts == facts_of(told.head, told.cases, told.whole_end())


def test_deadlines_are_those_of_the_run(tmp_path: Path) -> None:
    told = recorded(tmp_path, HEARTBEAT)
    assert Limits(**told.played[0].limits) == Limits(action=10.0, responses={"": 5.0})
