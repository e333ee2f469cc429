"""What a case comes to, and when the harness blames itself."""

from __future__ import annotations

from itertools import product

import pytest

from csms_harness.engine.notebook import Notebook
from csms_harness.evidence import DECIDES, Finding, Kind, What
from csms_harness.verdict import Verdict, worst
from tests.engine.play import arrives, call, kinds, once, only, play, while_awaiting
from tests.support.scripted_csms import CONFIG, ScriptedCsms

ORDER = [Verdict.NOT_APPLICABLE, Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.ERROR]


def found(kind: Kind, decides: Verdict | None = None) -> Finding:
    return Finding(kind, decides if decides is not None else DECIDES.get(kind), "step 1", What.BROKEN)


@pytest.mark.parametrize(("one", "other"), list(product(ORDER, ORDER)))
def test_a_verdict_only_gets_worse(one: Verdict, other: Verdict) -> None:
    assert worst([one, other]) is ORDER[max(ORDER.index(one), ORDER.index(other))]


def test_nothing_decided_is_a_pass() -> None:
    assert worst([]) is Verdict.PASS


def test_a_pass_must_be_earned() -> None:
    notebook = Notebook()
    assert notebook.verdict() is Verdict.ERROR

    notebook.checks = 1
    assert notebook.verdict() is Verdict.PASS


def test_a_case_without_checks_that_was_not_reached_is_inconclusive_and_no_error() -> None:
    notebook = Notebook()
    notebook.findings.append(found(Kind.TRIGGER))

    assert notebook.verdict() is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("kinds_found", "verdict"),
    [
        ([Kind.TRIGGER, Kind.MISMATCH], Verdict.FAIL),
        ([Kind.MISMATCH, Kind.TRIGGER], Verdict.FAIL),
        ([Kind.MISMATCH, Kind.HARNESS], Verdict.ERROR),
        ([Kind.OBSERVATION, Kind.CLEANUP, Kind.DISTURBANCE, Kind.EARLY], Verdict.PASS),
    ],
)
def test_the_worst_finding_decides_whenever_it_was_found(kinds_found: list[Kind], verdict: Verdict) -> None:
    notebook = Notebook(checks=1)
    for kind in kinds_found:
        notebook.findings.append(found(kind))

    assert notebook.verdict() is verdict


def test_a_compatibility_remark_decides_only_by_the_habits_of_the_official_tool() -> None:
    notebook = Notebook(checks=1)
    notebook.findings.append(found(Kind.COMPATIBILITY))

    assert (notebook.verdict(), notebook.verdict(octt=True)) == (Verdict.PASS, Verdict.FAIL)


def test_the_habits_of_the_official_tool_never_make_a_verdict_better() -> None:
    notebook = Notebook(checks=1)
    notebook.findings.append(found(Kind.HARNESS))
    notebook.findings.append(found(Kind.COMPATIBILITY))

    assert notebook.verdict(octt=True) is Verdict.ERROR


def test_every_kind_that_decides_is_never_a_pass() -> None:
    assert set(DECIDES.values()) == {Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR}


def test_a_case_that_checks_nothing_is_an_error_with_its_reason() -> None:
    result = play("- wait: 1 s\n  because: nothing is checked")

    assert (result.verdict, result.reason) == (Verdict.ERROR, "no check on the Central System was executed")


def test_a_name_without_a_value_is_an_error_that_names_it_and_its_place() -> None:
    config = {name: value for name, value in CONFIG.items() if name != "valid_id_tag"}
    result = play("- send: Authorize\n  with: {idTag: $config.valid_id_tag}", config=config)

    assert result.verdict is Verdict.ERROR
    assert result.reason.endswith("case.yaml:10:19: $config.valid_id_tag has no value here")


def test_a_name_without_a_value_while_a_frame_is_judged_is_an_error_and_no_crash() -> None:
    config = {name: value for name, value in CONFIG.items() if name != "valid_id_tag"}
    scenario = "- receive: DataTransfer\n  expect: {vendorId: $config.valid_id_tag}\n  reply: {status: Accepted}"
    here = once(while_awaiting("DataTransfer"), arrives(call("x", "DataTransfer", {"vendorId": "me"})))
    result = play(scenario, config=config, events=here)

    assert result.verdict is Verdict.ERROR
    assert only(result, Kind.HARNESS).decides is Verdict.ERROR


@pytest.mark.parametrize("offset", ["99999999999 h", "a while", -1])
def test_a_configured_offset_that_leads_nowhere_is_an_error_and_no_crash(offset: object) -> None:
    scenario = "- send: MeterValues\n  with: {meterValue: [{timestamp: $now + $config.expiry_offset}]}"
    result = play(scenario, config={**CONFIG, "expiry_offset": offset})

    assert result.verdict is (Verdict.PASS if offset == -1 else Verdict.ERROR)


def test_an_instant_out_of_range_while_a_frame_is_judged_is_an_error_and_no_crash() -> None:
    scenario = """
    - receive: UpdateFirmware
      expect: {retrieveDate: {near: $now + $config.expiry_offset, tolerance: 1 s}}
      reply: {}
    """
    body = {"location": "ftp://host/", "retrieveDate": "2026-01-31T12:00:00Z"}
    here = once(while_awaiting("UpdateFirmware"), arrives(call("x", "UpdateFirmware", body)))
    result = play(scenario, config={**CONFIG, "expiry_offset": "99999999999 h"}, events=here)

    assert result.verdict is Verdict.ERROR


def test_the_reason_is_the_finding_that_decided_and_not_the_first_remark() -> None:
    csms = ScriptedCsms(unasked={"BootNotification": [("ClearCache", {})]}, answers={"Heartbeat": lambda _c, _r: None})
    result = play("- step: 2\n  send: Heartbeat", csms)

    assert kinds(result)[0] is Kind.COMPATIBILITY
    assert result.reason.startswith("step 2: no Heartbeat.conf within 5 s")


def test_an_error_of_ours_still_tidies_up() -> None:
    config = {**CONFIG, "patience": "a while"}
    csms = ScriptedCsms()
    result = play("- state: Charging\n- wait: $config.patience\n  because: it breaks", csms, config=config)

    assert result.verdict is Verdict.ERROR
    assert [action for action, _ in csms.seen].count("StopTransaction") == 1
