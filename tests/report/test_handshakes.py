"""The block about openings that are not as usual."""

from __future__ import annotations

from typing import Any

import pytest

from csms_harness.evidence import Entry, Happening, Note, Role
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import handshakes
from csms_harness.report.certificate import certificate_html
from csms_harness.report.markdown import report_markdown
from csms_harness.report.pages import pages
from csms_harness.verdict import Level, Verdict
from tests.report.realistic import all_passed
from tests.report.test_pack import beyond

CONNECTED, REFUSED, DISCONNECTED = Happening.CONNECTED, Happening.REFUSED, Happening.DISCONNECTED


def trying(*notes: tuple[Happening, str, dict[str, Any]], verdict: Verdict = Verdict.PASS, **more: Any) -> CaseFact:
    """A case with these notes in its transcript."""
    entries = tuple(
        Entry(number, Role.SCENARIO, str(number), note=Note(float(number), what, text, fields=fields, **more))
        for number, (what, text, fields) in enumerate(notes, 1)
    )
    return beyond("LINE_040", Level.SHOULD, verdict).model_copy(update={"transcript": entries})


def told(case: CaseFact) -> list[tuple[str, str]]:
    return [(one.tried, one.came) for one in handshakes.rows(facts(case))]


def facts(*cases: CaseFact) -> Facts:
    return all_passed().model_copy(update={"pack": cases, "rules": ()})


@pytest.mark.parametrize(
    ("fields", "tried", "right"),
    [
        ({"subprotocols": []}, "no subprotocol", "not let in, or closed at once (OCPP-J 3.1.2)"),
        ({"subprotocols": ["ocpp1.5"]}, "the subprotocol ocpp1.5", "not let in, or closed at once (OCPP-J 3.1.2)"),
        ({"subprotocols": ["ocpp1.6", "ocpp2.0.1"]}, "the subprotocols ocpp1.6, ocpp2.0.1",
         "let in, one of what was offered (RFC 6455 4.2.2)"),
        ({"password": "wrong"}, "a wrong password", "refused, HTTP 401 (security whitepaper 3)"),
        ({"certificate": "none"}, "no client certificate", "not let in (security whitepaper 3)"),
        ({"identity": "unknown"}, "an identity that nobody knows",
         "HTTP 404 (OCPP-J 3.1.2), or let in as a new Charge Point"),
        ({"slash": "at the end"}, "a slash at the end of the URL", "either: OCPP-J does not say"),
        ({"compression": "offered"}, "compression (permessage-deflate)", "let in, with it or without (RFC 6455 9.1)"),
    ],
)  # fmt: skip
def test_each_opening_is_told_with_what_is_right(fields: dict[str, Any], tried: str, right: str) -> None:
    (one,) = handshakes.rows(facts(trying((REFUSED, "no", {**fields, "status": 401}))))
    assert (one.tried, one.came, one.right) == (tried, "refused, HTTP 401", right)


def test_a_usual_opening_is_not_told() -> None:
    assert told(trying((CONNECTED, "ocpp1.6", {}), (REFUSED, "HTTP 503", {}))) == []


def test_one_that_was_tried_again_is_told_as_it_ended() -> None:
    tried = {"identity": "unknown"}
    case = trying((REFUSED, "busy", {**tried, "status": 503}), (REFUSED, "no", {**tried, "status": 404}))
    assert told(case) == [("an identity that nobody knows", "refused, HTTP 404")]


def test_who_ended_a_connection_makes_a_difference() -> None:
    notes: tuple[tuple[Happening, str, dict[str, Any]], ...]
    notes = (CONNECTED, "ocpp1.6", {"slash": "at the end"}), (DISCONNECTED, "Closed with 1002.", {})
    assert told(trying(*notes))[0][1] == "let in, subprotocol ocpp1.6; then closed: Closed with 1002."
    assert told(trying(*notes, outcome="ours"))[0][1] == "let in, subprotocol ocpp1.6"
    assert told(trying((CONNECTED, "", {"slash": "at the end"})))[0][1] == "let in, no subprotocol named"


def test_the_block_stands_in_each_report_and_only_where_something_was_tried() -> None:
    some = facts(trying((REFUSED, "The <b> peer said no", {"subprotocols": []}), verdict=Verdict.FAIL))
    for text in (certificate_html(some), report_markdown(some), str(pages(some))):
        assert handshakes.ABOUT in text
        assert "no subprotocol" in text
        assert "LINE_040" in text
    assert "The <b> peer" not in certificate_html(some)
    none = facts(trying((CONNECTED, "ocpp1.6", {})))
    for text in (certificate_html(none), report_markdown(none), str(pages(none))):
        assert handshakes.ABOUT not in text
