"""The sentences: of findings, reasons, steps, notes and broken rules, word by word."""

from __future__ import annotations

import re
from typing import Any

import pytest

from csms_harness.certificates.fitness import Flaw
from csms_harness.evidence import Cause, Executed, Finding, Happening, Kind, Left, Note, What
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact
from csms_harness.report.breaches import told_rule
from csms_harness.report.rows import rows_of
from csms_harness.report.telling import NO_CHECK, reason_of, told, told_case, told_finding
from csms_harness.report.titles import RULES, note_text, step_title, title_of
from csms_harness.resources import folder
from csms_harness.rules.beyond import CHECKS
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.scenario.load import load_library
from csms_harness.verdict import Verdict
from tests.report.realistic import case, facts, frame, note, result

CALL, CALLRESULT, CALLERROR = MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR
UNREADABLE = MessageType.UNREADABLE
AUTHORIZE, RESET = ("Authorize",), ("Reset",)


def finding(
    what: What, actions: tuple[str, ...] = (), kind: str = "", decides: Verdict | None = Verdict.FAIL, **more: Any
) -> Finding:
    return Finding(Kind.MISMATCH, decides, more.pop("step", "step 2"), what, actions, kind, **more)


# -- findings -----------------------------------------------------------------------------------------------

_LET_IN = "let it in in the CSMS, or give it longer (--deadline registration=…)"
_NEEDED = "ocpp1.6 is needed (OCPP-J 1.6 section 3.1.2), switch it on in the CSMS"
_STANDS = "still stands: the CSMS could not be made to take it back"
_HINT = "this Charge Point in the CSMS, compare its identity and the subprotocol"
SENTENCES: dict[What, list[tuple[Finding, str, str, str]]] = {
    What.WRONG_MEMBER: [
        (
            finding(What.WRONG_MEMBER, AUTHORIZE, CALLRESULT, path="idTagInfo.status", required="a", observed="b"),
            "Authorize.conf: idTagInfo.status is not what the case requires", "a", "b",
        ),
        (
            finding(What.WRONG_MEMBER, RESET, CALL, required="{type}", observed="{}"),
            "Reset.req: payload is not what the case requires", "{type}", "{}",
        ),
        (
            finding(What.WRONG_MEMBER, AUTHORIZE, CALLERROR, path="code", required="a", observed="b"),
            "CALLERROR to Authorize.req: code is not what the case requires", "a", "b",
        ),
        (
            finding(What.WRONG_MEMBER, (), "handshake", path="subprotocol", required="ocpp1.6", observed="missing"),
            "the handshake: subprotocol is not what the case requires", "ocpp1.6", "missing",
        ),
        (
            finding(
                What.WRONG_MEMBER, RESET, CALL, path="x", required="r", observed="absent", outcome="unasked"
            ),
            (
                "Reset.req: x is not what the case requires, and the wish did not name it: the CSMS, or your "
                "endpoint, has to choose it"
            ),
            "r", "absent",
        ),
    ],
    What.NOT_PASSED: [
        (
            finding(What.NOT_PASSED, RESET, CALL, path="type", required="Soft", observed="Hard"),
            "Reset.req: type is not what the case requires; your entry for Reset does not pass it", "Soft", "Hard",
        ),
    ],
    What.SAID_NO: [
        (
            finding(What.SAID_NO, RESET, CALL, detail='{"success": false}'),
            'no Reset.req came, and the trigger was answered with a refusal: {"success": false}', "", "",
        ),
    ],
    What.UNUSUAL_MEMBER: [
        (
            finding(What.UNUSUAL_MEMBER, ("Heartbeat",), CALLRESULT, path="currentTime", required="a", observed="b"),
            "Heartbeat.conf: currentTime is unusual", "a", "b",
        ),
    ],
    What.BROKEN_RULE: [
        (
            finding(What.BROKEN_RULE, ("Heartbeat",), CALLRESULT, rule="schema", path="x", observed="is required"),
            "Heartbeat.conf: x is required", "the OCPP 1.6 JSON schema", "is required",
        ),
        (
            finding(What.BROKEN_RULE, ("Reset",), CALL, rule="schema", observed="is no object"),
            "Reset.req: is no object", "the OCPP 1.6 JSON schema", "is no object",
        ),
        (
            finding(What.BROKEN_RULE, ("Heartbeat",), CALLRESULT, rule="datetime", path="x", observed="'y': no zone"),
            "Heartbeat.conf: x breaks the date-time form with zone (OCPP 1.6 section 3.14): 'y': no zone",
            "the date-time form with zone (OCPP 1.6 section 3.14)", "'y': no zone",
        ),
        (
            finding(What.BROKEN_RULE, RESET, CALL, rule="correlation", observed="twice"),
            "Reset.req breaks the correlation of CALL and answer (OCPP-J 1.6 section 4.1): twice",
            "the correlation of CALL and answer (OCPP-J 1.6 section 4.1)", "twice",
        ),
        (finding(What.BROKEN_RULE, RESET, CALL, rule="newer", observed="x"), "Reset.req breaks newer: x", "newer", "x"),
    ],
    What.CALLERROR: [
        (
            finding(What.CALLERROR, AUTHORIZE, CALL, detail="InternalError no {x}"),
            "Authorize.req was answered with a CALLERROR", "Authorize.conf", "CALLERROR InternalError no {x}",
        ),
    ],
    What.NOT_REFUSED: [
        (
            finding(What.NOT_REFUSED, AUTHORIZE, CALLRESULT),
            "Authorize.req was answered, but must be refused", "a CALLERROR", "Authorize.conf",
        ),
    ],
    What.SPOILT_UNANSWERED: [
        (
            finding(What.SPOILT_UNANSWERED, AUTHORIZE, CALL, path="idTag", outcome="wrong type"),
            "Authorize.req with the wrong type in idTag was not answered", "a CALLERROR", "no answer",
        ),
    ],
    What.SPOILT_TAKEN: [
        (
            finding(What.SPOILT_TAKEN, AUTHORIZE, CALL, path="idTag, {x}", outcome="missing"),
            "Authorize.req without idTag, {x} was answered, but must be refused", "a CALLERROR", "Authorize.conf",
        ),
    ],
    What.SPOILT_MISJUDGED: [
        (
            finding(What.SPOILT_MISJUDGED, AUTHORIZE, CALL, path="idTag", outcome="null", observed="InternalError"),
            "Authorize.req with null as idTag was refused with a code that says something else",
            "a code about the payload", "CALLERROR InternalError",
        ),
    ],
    What.SPOILT_OTHERWISE: [
        (
            finding(What.SPOILT_OTHERWISE, AUTHORIZE, CALL, path="x", outcome="extra member", observed="GenericError"),
            "Authorize.req with the unknown member x was refused with a code that OCPP-J has for something else",
            "a code for that (OCPP-J 1.6 section 4.2.3)", "CALLERROR GenericError",
        ),
    ],
    What.UNKNOWN_ACTION: [
        (
            finding(What.UNKNOWN_ACTION, AUTHORIZE, CALL),
            "the CSMS does not know Authorize.req, so it cannot look at what is wrong with one", "", "",
        ),
    ],
    What.FRAME: [
        (
            finding(What.FRAME, (), UNREADABLE, required="ignored or refused", observed="answered"),
            "the frame was answered", "ignored or refused", "answered",
        ),
    ],
    What.NOT_YET: [
        (
            finding(What.NOT_YET, ("BootNotification",), CALLRESULT, path="status", required="a", observed="Pending"),
            "BootNotification.conf: the first answer is Pending: OCPP allows it, the official tool does not",
            "a", "Pending",
        ),
    ],
    What.NOT_REGISTERED: [
        (
            finding(What.NOT_REGISTERED, ("BootNotification",), CALLRESULT, required="a", observed="b", limit=30.0),
            f"BootNotification.conf: the Charge Point is not accepted, also not within 30 s; {_LET_IN}",
            "a", "b",
        ),
        (
            finding(What.NOT_REGISTERED, ("BootNotification",), CALLRESULT, required="a", observed="b"),
            f"BootNotification.conf: the Charge Point is not accepted, as in an earlier case; {_LET_IN}",
            "a", "b",
        ),
    ],
    What.NO_ANSWER: [
        (
            finding(What.NO_ANSWER, AUTHORIZE, CALLRESULT, limit=30.0),
            "no Authorize.conf within 30 s", "Authorize.conf within 30 s", "no answer",
        ),
        (
            finding(What.NO_ANSWER, AUTHORIZE, CALLRESULT, limit=0.25, outcome=MessageType.UNREADABLE),
            "no Authorize.conf within 0.25 s", "Authorize.conf within 0.25 s", "an unreadable frame, and no other",
        ),
        *(
            (
                finding(What.NO_ANSWER, AUTHORIZE, CALLRESULT, limit=5.0, outcome=kind),
                "no Authorize.conf within 5 s", "Authorize.conf within 5 s",
                "an answer that belongs to no CALL of ours, and no other",
            )
            for kind in (CALLRESULT, CALLERROR)
        ),
    ],
    What.NO_PONG: [
        (
            finding(What.NO_PONG, limit=5.0),
            "the ping was not answered: no pong came (RFC 6455 section 5.5.2)",
            "a pong with the same application data within 5 s", "none",
        ),
        (
            finding(What.NO_PONG, limit=5.0, observed="others"),
            "the ping was not answered: only pongs with other application data came (RFC 6455 section 5.5.2)",
            "a pong with the same application data within 5 s", "pongs with other data",
        ),
    ],
    What.LATE: [
        (
            finding(What.LATE, AUTHORIZE, CALLRESULT, limit=5.0, seconds=5.1234),
            "Authorize.conf came late", "within 5 s", "after 5.123 s",
        ),
    ],
    What.NO_CALL: [
        (
            finding(What.NO_CALL, RESET, CALL, limit=10.0, outcome="asked", detail='{"job": 1}'),
            'no Reset.req came; the trigger was answered: {"job": 1}', "Reset.req within 10 s of the trigger", "none",
        ),
        (finding(What.NO_CALL, RESET, CALL, limit=10.0), "no Reset.req came", "Reset.req within 10 s", "none"),
        (
            finding(What.NO_CALL, ("Reset", "UnlockConnector"), CALL, limit=10.0, outcome="asked"),
            "no Reset.req or UnlockConnector.req came",
            "Reset.req or UnlockConnector.req within 10 s of the trigger", "none",
        ),
    ],
    What.ANOTHER_CALL: [
        (
            finding(What.ANOTHER_CALL, RESET, CALL, limit=10.0, outcome="asked", detail="queued {x}"),
            "no Reset.req came that is the one of this step; the trigger was answered: queued {x}",
            "Reset.req within 10 s of the trigger", "another one",
        ),
        (
            finding(What.ANOTHER_CALL, RESET, CALL, limit=10.0, outcome="asked"),
            "no Reset.req came that is the one of this step", "Reset.req within 10 s of the trigger", "another one",
        ),
    ],
    What.ASTRAY: [
        (
            finding(What.ASTRAY, RESET, CALL, detail='[2,"1","Reset",{}]'),
            "Reset.req went over the former connection, which the Charge Point had left for a newer one",
            "Reset.req over the newest connection",
            '[2,"1","Reset",{}]',
        ),
    ],
    What.FORBIDDEN: [
        (finding(What.FORBIDDEN, RESET, CALL), "this case forbids Reset.req", "no Reset.req", "it came"),
    ],
    What.NOT_ABSENT: [
        (finding(What.NOT_ABSENT, RESET, CALL), "Reset.req must not come here", "no Reset.req", "it came"),
    ],
    What.LOST: [
        (
            finding(What.LOST, detail="closed with code 1011"),
            "the connection was lost during the case", "an open connection", "closed with code 1011",
        ),
    ],
    What.FLOODED: [
        (
            finding(What.FLOODED, required="at most 9 frames", observed="10 frames"),
            "the CSMS floods the Charge Point, which left the connection", "at most 9 frames", "10 frames",
        ),
    ],
    What.REFUSED: [
        (finding(What.REFUSED, detail="nothing listens on port 9"), "nothing listens on port 9", "", ""),
        (finding(What.REFUSED), "no connection was had", "", ""),
    ],
    What.RESTARTED: [
        (
            finding(What.RESTARTED, detail="The Central System closed with code 1012."),
            "the CSMS was restarted during the case: The Central System closed with code 1012.", "", "",
        ),
    ],
    What.TURNED_AWAY: [
        (
            finding(What.TURNED_AWAY, detail="Code 1008.", seconds=10.0),
            f"the CSMS took the handshake and said no more: Code 1008. Allow {_HINT} (tried for 10.0 s)",
            "",
            "",
        ),
    ],
    What.PUT_OFF: [
        (
            finding(What.PUT_OFF, detail="Code 1013.", seconds=10.0),
            "the CSMS put the Charge Point off: Code 1013. Give it longer (--deadline reconnect=…) (tried for 10.0 s)",
            "",
            "",
        ),
    ],
    What.LET_IN_LATE: [
        (
            finding(What.LET_IN_LATE, detail="HTTP 503.", seconds=1.25),
            "the CSMS let the Charge Point in after 1.2 s; before that: HTTP 503.", "", "",
        ),
    ],
    What.SUBPROTOCOL: [
        (
            finding(What.SUBPROTOCOL, required="ocpp1.6", observed="ocpp2.0.1"),
            f"the CSMS answered the subprotocol 'ocpp2.0.1', offered was ocpp1.6; {_NEEDED}",
            "",
            "",
        ),
        (
            finding(What.SUBPROTOCOL, required="ocpp1.6"),
            f"the CSMS chose no subprotocol out of ocpp1.6; {_NEEDED}",
            "",
            "",
        ),
    ],
    What.WELCOME: [
        (
            finding(What.WELCOME, outcome="none password"),
            "the CSMS let the Charge Point in without a password",
            "a refusal",
            "an open connection",
        ),
        (
            finding(What.WELCOME, outcome="subprotocols"),
            "the CSMS let the Charge Point in although it offered no subprotocol that is spoken there",
            "a refusal",
            "an open connection",
        ),
    ],
    What.TRIGGER: [
        (
            finding(What.TRIGGER, RESET, outcome="failed", detail="HTTP 500 {}"),
            "the trigger for Reset failed: HTTP 500 {}", "", "",
        ),
        (
            finding(What.TRIGGER, RESET, outcome="declined"),
            "the trigger for Reset was declined: no reason given", "", "",
        ),
    ],
    What.PROVISION: [
        (
            finding(What.PROVISION, ("idTag",), observed="TAG-001", outcome="failed", detail="HTTP 404"),
            "provisioning the idTag TAG-001 failed: HTTP 404", "", "",
        ),
        (
            finding(What.PROVISION, ("chargePoint",), observed="CP_01", outcome="declined"),
            "provisioning the chargePoint CP_01 was declined: no reason given", "", "",
        ),
    ],
    What.EARLY: [
        (
            finding(What.EARLY, RESET, CALL, seconds=1.25),
            "a Reset.req came 1.2 s too early, before it was asked for", "", "",
        ),
    ],
    What.ONLY_EARLY: [
        (
            finding(What.ONLY_EARLY, RESET, CALL, seconds=2.0),
            "a Reset.req came 2.0 s too early, before it was asked for; none came afterwards", "", "",
        ),
    ],
    What.DISTURBED: [
        (
            finding(What.DISTURBED, ("Reset", "ClearCache"), CALL),
            "no Reset.req or ClearCache.req came, but another CALL disturbed this step", "", "",
        ),
    ],
    What.UNASKED: [
        (finding(What.UNASKED, RESET, CALL), "Reset.req came unasked and was answered with a refusal", "", ""),
    ],
    What.UNEXPECTED: [
        (
            finding(What.UNEXPECTED, RESET, CALL),
            "Reset.req came although no step expects it: OCPP allows it, the official tool does not", "", "",
        ),
    ],
    What.SHORTENED: [
        (finding(What.SHORTENED, limit=900.0, seconds=1.5), "a wait was shortened to our patience", "900 s", "1.5 s"),
    ],
    What.STOPPED: [(finding(What.STOPPED), "the run was stopped before the case ended", "", "")],
    What.UNFINISHED: [
        (
            finding(What.UNFINISHED, detail="closed with code 1006"),
            "the cleanup could not be finished: closed with code 1006", "", "",
        ),
        (finding(What.UNFINISHED), "the cleanup could not be finished", "", ""),
    ],
    What.UNANSWERED: [
        (
            finding(What.UNANSWERED, ("StopTransaction",), CALLRESULT),
            "no StopTransaction.conf while cleaning up", "", "",
        ),
    ],
    What.STANDING: [
        (
            finding(What.STANDING, cause=Cause(Left.RESERVATION, 0, 41, case="TC_049_CSMS")),
            f"reservation 41 of the Charge Point (TC_049_CSMS) {_STANDS}", "", "",
        ),
        (
            finding(What.STANDING, cause=Cause(Left.INOPERATIVE, 1)),
            f"the Inoperative of connector 1 (an earlier run) {_STANDS}", "", "",
        ),
    ],
    What.UNENDED: [
        (
            finding(What.UNENDED, ("StopTransaction",), cause=Cause(Left.TRANSACTION, 1, 151, "TAG-1", "TC_9")),
            "TAG-1's transaction 151 on connector 1 (TC_9) is still open: its StopTransaction.req was not answered",
            "", "",
        ),
    ],
    What.HINDERED: [
        (
            finding(What.HINDERED, RESET, CALL, detail="409", cause=Cause(Left.RESERVATION, 1, 41, case="TC_9")),
            "no Reset.req came, and reservation 41 of connector 1 (TC_9) still stands: the CSMS may hold to that: 409",
            "", "",
        ),
    ],
    What.BROKEN: [
        (finding(What.BROKEN, detail="KeyError: 'a'"), "the harness or the scenario broke: KeyError: 'a'", "", ""),
    ],
}  # fmt: skip
TOLD = [pytest.param(*row, id=f"{what}-{n}") for what, rows in SENTENCES.items() for n, row in enumerate(rows)]


@pytest.mark.parametrize(("found", "text", "required", "observed"), TOLD)
def test_what_was_found_is_told_in_these_words(found: Finding, text: str, required: str, observed: str) -> None:
    one = told_finding(found)

    assert (one.text, one.required, one.observed) == (text, required, observed)
    assert told_finding(one) == one


@pytest.mark.parametrize("what", What)
def test_a_finding_of_which_nothing_more_is_known_still_has_a_sentence(what: What) -> None:
    one = told_finding(finding(what))

    assert what in SENTENCES
    assert one.text.strip()
    assert not re.search(r"[{}]|None", f"{one.text} {one.required} {one.observed}")


_PROVISION = "if the CSMS is right, give it that status there (csms-harness provision), or name another idTag"
_CONCURRENT = "Authorize.conf: idTagInfo.status is not what the case requires"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (
            {"cause": Cause(Left.TRANSACTION, 1, 151, "TAG-001", "TC_003_CSMS", "CP_02", 0.0184)},
            "; TAG-001's transaction 151 on connector 1 (TC_003_CSMS on CP_02) was stopped 18 ms before",
        ),
        (
            {"cause": Cause(Left.TRANSACTION, 1, 151, "TAG-001", "", "CP_01")},
            "; TAG-001's transaction 151 on connector 1 (an earlier run on CP_01) is still open",
        ),
        (
            {"cause": Cause(Left.TRANSACTION, 0, None, "TAG-001")},
            "; the CSMS holds a transaction of TAG-001 that no case of this run began: stop it there",
        ),
        (
            {"claimed": "blocked_id_tag"},
            f"; the target claims that config.blocked_id_tag is Blocked: {_PROVISION}",
        ),
    ],
)
def test_a_wrong_status_says_what_of_our_own_may_be_behind_it(more: dict[str, Any], text: str) -> None:
    one = told_finding(finding(What.WRONG_MEMBER, AUTHORIZE, CALLRESULT, path="idTagInfo.status", **more))

    assert one.text == _CONCURRENT + text


def test_braces_of_a_foreign_text_are_words_like_any_other() -> None:
    hostile = "{0} {detail} {x!r} {{"
    one = told_finding(finding(What.WRONG_MEMBER, (hostile,), CALL, path=hostile, required=hostile, observed=hostile))

    assert one.text == f"{hostile}.req: {hostile} is not what the case requires"
    assert (one.required, one.observed) == (hostile, hostile)


def test_what_has_its_sentence_keeps_it() -> None:
    one = finding(What.FORBIDDEN, RESET, CALL, text="as it was told", required="r")

    assert told_finding(one) is one


def test_every_rule_of_the_wire_has_words_for_the_middle_of_a_sentence() -> None:
    rules = {rule.rule for rule in load_library(folder("scenarios")).rules if rule.group == "wire"}

    assert set(RULES) == rules - {"clock"}


# -- reasons ------------------------------------------------------------------------------------------------


def reason(verdict: Verdict, *findings: Finding, **more: Any) -> str:
    return told_case(case(verdict=verdict, findings=findings, **more)).reason


def test_a_case_that_passed_needs_no_reason() -> None:
    assert reason(Verdict.PASS, finding(What.UNEXPECTED, RESET, CALL, decides=None)) == ""


def test_the_reason_is_the_first_finding_that_decided_with_its_place_and_values() -> None:
    found = (
        finding(What.UNUSUAL_MEMBER, RESET, CALL, decides=None),
        finding(What.STOPPED, decides=Verdict.INCONCLUSIVE),
        finding(What.LATE, AUTHORIZE, CALLRESULT, limit=5.0, seconds=6.0),
        finding(What.FORBIDDEN, RESET, CALL),
    )
    assert (
        reason(Verdict.FAIL, *found) == "step 2: Authorize.conf came late (required within 5 s, observed after 6.000 s)"
    )
    assert reason(Verdict.INCONCLUSIVE, *found) == "step 2: the run was stopped before the case ended"


def test_a_finding_without_a_place_is_told_without_one() -> None:
    assert reason(Verdict.FAIL, finding(What.STOPPED, step="")) == "the run was stopped before the case ended"


def test_what_could_not_be_prepared_names_the_case_that_tests_it() -> None:
    found = finding(
        What.NO_ANSWER, ("BootNotification",), CALLRESULT, Verdict.INCONCLUSIVE, limit=5.0,
        step="before › Booted › steps 1-2", tested_by="TC_001_CSMS",
    )  # fmt: skip
    assert reason(Verdict.INCONCLUSIVE, found) == (
        "before › Booted › steps 1-2: no BootNotification.conf within 5 s "
        "(required BootNotification.conf within 5 s, observed no answer); TC_001_CSMS tests that"
    )


def test_by_the_habits_of_the_official_tool_the_reason_is_the_remark() -> None:
    remark = Finding(Kind.COMPATIBILITY, None, "step 1", What.UNEXPECTED, RESET, CALL)

    assert reason(Verdict.FAIL, remark) == (
        "step 1: Reset.req came although no step expects it: OCPP allows it, the official tool does not"
    )


def test_a_case_that_checked_nothing_says_so_whatever_else_was_noticed() -> None:
    remark = Finding(Kind.COMPATIBILITY, None, "step 1", What.UNEXPECTED, RESET, CALL)

    assert reason(Verdict.ERROR) == reason(Verdict.ERROR, remark) == NO_CHECK
    assert NO_CHECK == "no check on the Central System was executed"


def test_a_reason_that_is_there_is_kept() -> None:
    assert reason_of(case(verdict=Verdict.NOT_APPLICABLE, reason="the PICS says no")) == "the PICS says no"


# -- messages, steps, notes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "action", "code", "title"),
    [
        (CALL, "Authorize", "", "Authorize.req"),
        (CALLRESULT, "Authorize", "", "Authorize.conf"),
        (CALLRESULT, "", "", "CALLRESULT"),
        (CALLERROR, "Authorize", "NotImplemented", "CALLERROR NotImplemented"),
        (CALLERROR, "", "", "CALLERROR"),
        (MessageType.UNREADABLE, "", "", "unreadable frame"),
    ],
)
def test_a_message_of_a_transcript_has_its_name(kind: MessageType, action: str, code: str, title: str) -> None:
    assert title_of(Message(0.0, Side.CENTRAL_SYSTEM, kind, action, code=code)) == title


@pytest.mark.parametrize(
    ("step", "title"),
    [
        (Executed("1", "send", "Authorize"), "Charge Point sends Authorize.req"),
        (Executed("1", "send", "StatusNotification", "Preparing"),
         "Charge Point sends StatusNotification.req (Preparing)"),
        (Executed("1", "receive", "Reset"), "Central System sends Reset.req"),
        (Executed("1", "absent", "Reset"), "no Reset.req comes"),
        (Executed("1", "state", "Charging"), "reusable state Charging"),
        (Executed("1", "connect"), "Charge Point connects"),
        (Executed("1", "disconnect"), "Charge Point closes the connection"),
        (Executed("1", "disconnect", "drop"), "the connection is lost"),
        (Executed("1", "wait", "the reservation expires"), "time passes: the reservation expires"),
        (Executed("1", "wait", "drop"), "time passes: drop"),
    ],
)  # fmt: skip
def test_a_step_has_one_line_of_what_it_does(step: Executed, title: str) -> None:
    assert step_title(step) == title
    assert told_case(case(steps=(step,))).steps[0].title == title


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (Note(0, Happening.CONNECTED, "ocpp1.6"), "connected, subprotocol ocpp1.6"),
        (Note(0, Happening.CONNECTED), "connected, subprotocol None"),
        (Note(0, Happening.REFUSED, "nothing listens on port 9"), "nothing listens on port 9"),
        (Note(0, Happening.DISCONNECTED, "closed with code 1006"), "closed with code 1006"),
        (Note(0, Happening.ASKED, item="ClearCache"), "asked for ClearCache.req"),
        (
            Note(0, Happening.ASKED, item="UnlockConnector", fields={"connectorId": 1, "x": "y"}),
            "asked for UnlockConnector.req (connectorId 1, x y)",
        ),
        (Note(0, Happening.ASKED, item="idTag", fields={"idTag": "TAG-001"}), "asked for the idTag (idTag TAG-001)"),
        (Note(0, Happening.TRIGGER, item="Reset", outcome="performed"), "Reset: performed"),
        (Note(0, Happening.TRIGGER, "HTTP 500", "Reset", "failed"), "Reset: failed, HTTP 500"),
    ],
)
def test_what_is_no_message_is_told_in_these_words(said: Note, text: str) -> None:
    assert note_text(said) == text


def test_a_row_on_paper_is_an_entry_in_words_that_counts_from_the_beginning_of_the_case() -> None:
    entries = (
        note(1, 100.5, Happening.ASKED, item="Reset"),
        frame(2, "CS", CALLERROR, "NotSupported", "[4]", at=101.0, latency=0.25),
        result(3, "CP", "Reset", "[3]", at=102.0),
    )
    asked, error, answer = rows_of(case(transcript=entries, began=100.0))

    assert (asked.kind, asked.direction, asked.at, asked.text) == ("trigger", "", 0.5, "asked for Reset.req")
    assert (error.kind, error.direction, error.title, error.latency) == ("frame", "CS", "CALLERROR NotSupported", 0.25)
    assert (answer.at, answer.title, answer.text, answer.answers) == (2.0, "Reset.conf", "[3]", True)


# -- standing rules -------------------------------------------------------------------------------------------

EARLIER = {"earlier_case": "TC_003_CSMS", "earlier_frame": 4}
BREACHES: dict[str, list[tuple[RuleBreach, str]]] = {
    "never_lowered": [
        (
            RuleBreach("TC_1", 2, path="value", required="2", observed="1", action="ChangeConfiguration"),
            "TC_1 frame 2: SecurityProfile is to be 1, and 2 is in force: it is never lowered over OCPP",
        )
    ],
    "passwords": [
        (
            RuleBreach("TC_1", 2, path="data", action="DataTransfer"),
            "TC_1 frame 2: data of DataTransfer says a password of the Charge Point that was set before",
        )
    ],
    "pem_lines": [
        (
            RuleBreach("TC_1", 2, path="certificate", action="InstallCertificate"),
            "TC_1 frame 2: certificate of InstallCertificate.req has a BEGIN or END of PEM that is no line of its own",
        )
    ],
    "client_certificates": [
        (
            RuleBreach("TC_1", 2, path="certificateChain", observed=flaw, action="CertificateSigned"),
            f"TC_1 frame 2: the certificate in certificateChain {words}",
        )
        for flaw, words in {
            Flaw.AUTHORITY: "is that of an authority (basicConstraints): with it the Charge Point could certify others",
            Flaw.NO_CLIENT: "is not made for TLS clients (extendedKeyUsage): no Central System that looks can take it",
            Flaw.NO_SIGNATURES: "is not made to sign (keyUsage lacks digitalSignature), as a TLS client has to",
            Flaw.SHORT_KEY: "or one behind it is signed by an RSA key of less than 2048 bits",
            Flaw.NO_AUTHORITY: "is followed by one that is not that of an authority (basicConstraints)",
            Flaw.NO_ORGANIZATION: "names no organization (O), as the security whitepaper has it",
        }.items()
    ],
    "transaction_ids": [
        (
            RuleBreach("TC_1", 2, path="transactionId", observed="7", **EARLIER),  # type: ignore[arg-type]
            "TC_1 frame 2: transactionId 7 was given before, TC_003_CSMS frame 4",
        )
    ],
    "one_status": [
        (
            RuleBreach("TC_1", 2, "TAG-001", "status", observed="Invalid", action="Authorize", **EARLIER),  # type: ignore[arg-type]
            "TC_1 frame 2: status of TAG-001 is Invalid in Authorize.conf, not as in TC_003_CSMS frame 4",
        )
    ],
    "expired": [
        (
            RuleBreach("TC_1", 2, "TAG-001", "expiryDate", observed="2020-01-01T00:00:00Z", action="Authorize"),
            "TC_1 frame 2: TAG-001 is Accepted, though its expiryDate was 2020-01-01T00:00:00Z",
        )
    ],
    "as_asked": [
        (
            RuleBreach("TC_1", 2, path="connectorId", required="1", observed="2"),
            "TC_1 frame 2: connectorId is 2; asked for was 1",
        )
    ],
    "once": [
        (
            RuleBreach("TC_1", 2, action="Reset", **EARLIER),  # type: ignore[arg-type]
            "TC_1 frame 2: Reset.req came again, as in TC_003_CSMS frame 4",
        )
    ],
    "by_itself": [
        (
            RuleBreach("CP_01 before TC_1", 2, observed="ClearCache", remark=True),
            "CP_01 before TC_1 frame 2: ClearCache.req came by itself: OCPP allows it, the official tool does not",
        )
    ],
    "narrow_numbers": [
        (
            RuleBreach("TC_1", 2, path="transactionId", observed="4294967296", remark=True),
            "TC_1 frame 2: transactionId is 4294967296: many Charge Points keep 32 bits",
        )
    ],
    "not_over": [
        (
            RuleBreach("TC_1", 2, path="expiryDate", required="in the future", observed="yesterday"),
            "TC_1 frame 2: expiryDate is yesterday; required is in the future",
        )
    ],
    "list_growth": [
        (
            RuleBreach("TC_1", 2, path="listVersion", required="more than 3", observed="3", remark=True, **EARLIER),  # type: ignore[arg-type]
            (
                "TC_1 frame 2: listVersion of a differential update is 3, and the list had that of TC_003_CSMS frame 4:"
                " more than 3 is needed, or a Charge Point answers VersionMismatch"
            ),
        )
    ],
    "list_version": [
        (
            RuleBreach("TC_1", 2, path="listVersion", observed="0", action="SendLocalList"),
            "TC_1 frame 2: listVersion is 0",
        )
    ],
    "connector_ids": [
        (
            RuleBreach("TC_1", 2, path="connectorId", required="1", observed="0", action="UnlockConnector"),
            "TC_1 frame 2: connectorId is 0 in UnlockConnector.req, where 1 is the least",
        )
    ],
    "profiles": [
        (
            RuleBreach("TC_1", 2, path="csChargingProfiles.validTo", required="in the future", observed="yesterday"),
            "TC_1 frame 2: csChargingProfiles.validTo is yesterday; required is in the future",
        )
    ],
    "limits": [
        (
            RuleBreach("TC_1", 2, subject="GetConfigurationMaxKeys", path="key", required="50", observed="80"),
            "TC_1 frame 2: key is 80; GetConfigurationMaxKeys is 50",
        )
    ],
    "listed_once": [
        (
            RuleBreach("TC_1", 2, subject="TAG", path="localAuthorizationList", observed="2"),
            "TC_1 frame 2: TAG stands 2 times in localAuthorizationList",
        ),
        (
            RuleBreach("TC_1", 2, subject="TAG", path="localAuthorizationList", observed="2", others=3),
            "TC_1 frame 2: TAG stands 2 times in localAuthorizationList, and 3 more idTags more than once",
        ),
    ],
    "locations": [
        (
            RuleBreach("TC_1", 2, path="location", observed="/var/log", action="GetDiagnostics"),
            "TC_1 frame 2: location of GetDiagnostics.req is no URI: /var/log",
        )
    ],
    "private_keys": [
        (
            RuleBreach("TC_1", 2, path="certificateChain", action="CertificateSigned"),
            "TC_1 frame 2: certificateChain of CertificateSigned.req holds a private key",
        )
    ],
    "clock": [
        (
            RuleBreach("TC_1", 2, path="currentTime", observed="-3600"),
            "TC_1 frame 2: currentTime is 3600 s behind the clock of this machine",
        ),
        (
            RuleBreach("TC_1", 2, path="currentTime", observed="301"),
            "TC_1 frame 2: currentTime is 301 s ahead of the clock of this machine",
        ),
    ],
    "schema": [
        (RuleBreach("TC_1", 2, path="idTag", observed="is missing"), "TC_1 frame 2: idTag is missing"),
        (RuleBreach("TC_1", observed="{} is no object"), "TC_1: {} is no object"),
    ],
}


def broken(rule: str, *breaches: RuleBreach, more: int = 0) -> RuleVerdict:
    return RuleVerdict("R", "t", "c", Verdict.FAIL, 1, breaches=breaches, rule=rule, more=more)


@pytest.mark.parametrize(
    ("rule", "breach", "text"), [(rule, *row) for rule, rows in BREACHES.items() for row in rows]
)  # fmt: skip
def test_a_broken_rule_says_where_and_how(rule: str, breach: RuleBreach, text: str) -> None:
    assert [one.text for one in told_rule(broken(rule, breach)).breaches] == [text]


def test_every_rule_beyond_the_document_has_its_sentence() -> None:
    assert set(CHECKS) < set(BREACHES)


def test_breaches_that_are_not_listed_are_counted_once() -> None:
    once = told_rule(broken("schema", RuleBreach("TC_1", 2, observed="x"), more=7))

    assert [breach.text for breach in once.breaches] == ["TC_1 frame 2: x", "and 7 more"]
    assert told_rule(once) == once


# -- a whole run --------------------------------------------------------------------------------------------


def untold() -> CaseFact:
    transcript = (result(1, "CS", "Heartbeat", "[3]", breaches=(Breach("schema", "is missing", "currentTime"),)),)
    found = tuple(one for rows in SENTENCES.values() for one, *_ in rows)
    return case(verdict=Verdict.FAIL, steps=(Executed("1", "send", "A"),), findings=found, transcript=transcript)


def test_telling_twice_is_telling_once_and_changes_nothing_but_words() -> None:
    run = facts(cases=(untold(),), rules=(broken("schema", RuleBreach("TC_1", 2, observed="x"), more=1),))
    once = told(run)

    assert told(once) == once
    assert (once.cases[0].transcript, once.run, once.pics) == (run.cases[0].transcript, run.run, run.pics)
    assert [one.decides for one in once.cases[0].findings] == [one.decides for one in run.cases[0].findings]
    assert once.cases[0].reason.startswith("step 2: Authorize.conf: idTagInfo.status is not what the case requires (")
