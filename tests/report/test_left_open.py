"""What stays open in the Central System is told wherever a run is told."""

from __future__ import annotations

from csms_harness.evidence import Finding, Kind, Left, What
from csms_harness.record.facts import LeftFact, WaitFact
from csms_harness.report.markdown import report_markdown
from csms_harness.report.remarks import contested, open_remarks
from csms_harness.report.waits import wait_remarks
from csms_harness.verdict import Verdict
from tests.report.realistic import facts

TRANSACTION = LeftFact(
    charge_point="CP_01", what=Left.TRANSACTION, connector_id=1, number=151, id_tag="TAG-001", case="TC_003_CSMS"
)
TEXT = "TAG-001's transaction 151 on connector 1 (TC_003_CSMS on CP_01)"
RESERVATION = LeftFact(charge_point="CP_01", what=Left.RESERVATION, connector_id=2, number=41)


def test_what_stays_open_and_what_an_earlier_run_had_left_are_remarks_of_the_report() -> None:
    some = facts()
    run = some.run.model_copy(update={"left_open": (TRANSACTION,), "found_open": (TRANSACTION, RESERVATION)})
    told = some.model_copy(update={"run": run})
    assert open_remarks(told) == (
        f"Left open in the CSMS: {TEXT}. The next run closes it where it can.",
        "Left open by an earlier run, and now no more: reservation 41 of connector 2 (an earlier run on CP_01).",
    )
    assert "transaction 151 on connector 1" in report_markdown(told)


def test_a_run_that_leaves_nothing_says_nothing() -> None:
    assert open_remarks(facts()) == ()


def test_what_the_control_api_had_the_run_wait_for_is_told() -> None:
    some = facts()
    waited = WaitFact(address="POST http://127.0.0.1:9/login", status=429, times=2, seconds=3.0)
    told = some.model_copy(update={"run": some.run.model_copy(update={"waits": (waited,)})})
    (text,) = wait_remarks(told)
    assert text == (
        "The control API answered POST http://127.0.0.1:9/login with HTTP 429 2 times, and was asked again later; "
        "3.0 s were waited in all."
    )
    assert "with HTTP 429 2 times" in report_markdown(told)


def test_an_identity_whose_connection_was_ended_again_and_again_is_told() -> None:
    some = facts()
    lost = Finding(Kind.DISCONNECT, Verdict.FAIL, "1", What.LOST)
    cut = [case.model_copy(update={"findings": (lost,), "lane": "CP_07"}) for case in some.cases[:3]]

    assert contested(some.model_copy(update={"cases": tuple(cut[:2])})) == ()
    (told,) = contested(some.model_copy(update={"cases": tuple(cut)}))
    assert told.startswith("The Central System ended the connection of CP_07 in 3 cases.")
    assert "each connection throws the other out" in report_markdown(some.model_copy(update={"cases": tuple(cut)}))


def test_one_that_breaks_on_a_message_is_not_taken_for_another_user_of_the_identity() -> None:
    some = facts()
    broke = Finding(Kind.DISCONNECT, Verdict.FAIL, "1", What.LOST, outcome="1011")
    cut = [case.model_copy(update={"findings": (broke,), "lane": "CP_07"}) for case in some.cases[:3]]
    assert contested(some.model_copy(update={"cases": tuple(cut)})) == ()
