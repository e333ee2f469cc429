"""What an editor tells about a key when the author points at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DOCUMENT_WORDS: Final[Mapping[str, str]] = {
    "id": "The id of the test case, which is also the name of the file: TC_010_CSMS.",
    "state": "The name of the reusable state, by which cases run it.",
    "name": "The name of the test case in the document.",
    "section": "The section of the document, in quotes when it looks like a number.",
    "edition": "The edition of the document that was read, in quotes.",
    "profile": "The feature profile of OCPP 1.6 that the case belongs to.",
    "purpose": "What the Central System must be able to do, in one sentence of our own.",
    "description": "What happens in the case, in a few sentences of our own.",
    "requires": "Claims the vendor must make for the case to apply; else it is NOT APPLICABLE.",
    "tested_by": "The test case whose purpose this state is; a case that cannot be prepared points at it.",
    "params": "The parameters of the state with their defaults; null means that there is none.",
    "before": "Where the case starts. What fails here makes the case INCONCLUSIVE, not FAIL.",
    "before.from": "booted (the default) or disconnected.",
    "before.configuration": "Configuration keys of the simulated Charge Point, and their values.",
    "before.memory": "What has to be provisioned: {idTag: $config.expired_id_tag, status: Expired}.",
    "before.states": "Reusable states that run first.",
    "scenario": "The steps, in the order of the document.",
    "after": "Steps that always run at the end and never change the verdict; seldom needed.",
    "forbid": "Actions whose arrival is a FAIL in this case.",
    "readings": "Where the document is silent or unclear, and how we read it; printed in the certificate.",
}
"""Keys of a test case or a state."""

STEP_WORDS: Final[Mapping[str, str]] = {
    "step": "The document's own step numbers.",
    "note": "A stage direction: EV driver plugs in the cable.",
    "requirement": "The requirement of the specification that this step holds.",
    "when": "Run the step only if this $name was saved.",
    "send": "The Charge Point sends this CALL and waits for its answer.",
    "with": "The members that the document names; the Charge Point fills what else is required.",
    "expect": "What the message must say. A mismatch is a FAIL.",
    "expect_error": "A CALLERROR is demanded instead of an answer: {code, description, details}.",
    "observe": "What is worth telling about the message. Never decides the verdict.",
    "save": "New names for values of the message, each with a dotted path: {idTag: idTag}.",
    "within": "A hard deadline.",
    "budget": "A soft target for the response time: reported, never a FAIL.",
    "receive": "The Central System sends this CALL; the Charge Point answers.",
    "trigger": "What the Central System is asked to send; left out when the CALL comes by itself.",
    "where": "Only a message that matches is meant.",
    "reply": "The answer of the Charge Point, or $answer: what it would answer anyway.",
    "reply_error": "A CALLERROR as the answer: {code, description}.",
    "optional": "The CALL is welcome, and not waited for.",
    "absent": "This CALL must not arrive.",
    "during": "For how long it must not arrive.",
    "state": "Run a reusable state.",
    "connect": "Open a connection to the Central System; stays empty.",
    "disconnect": "Close the connection in order, or drop it.",
    "wait": "Let time pass.",
    "because": "The reason that the protocol gives for waiting.",
    "at_most": "Never wait longer than this.",
    "any_of": "The first branch whose first message arrives is taken.",
    "all_of": "Every branch runs, in any order.",
    "for_each": "The steps once for each value: {connectorId: $charge_point.connector_ids}.",
    "repeat": "The steps so many times.",
    "every": "The time before each repetition.",
    "steps": "What is done each time.",
}
"""Verbs and modifiers of a step."""

PREDICATE_WORDS: Final[Mapping[str, str]] = {
    "equals": "Is this value; objects may hold more members.",
    "not": "Does not match this.",
    "one_of": "Is one of these values.",
    "matches": "Is a text that this regular expression matches from begin to end.",
    "at_least": "Is this number or more.",
    "at_most": "Is this number or less.",
    "near": "Is this number or date-time, give or take the tolerance.",
    "tolerance": "How far from 'near' is near enough.",
    "after": "Is a date-time later than this.",
    "present": "Is there (true) or is not there (false).",
    "if_present": "Is not there, or matches this.",
    "absent_means": "The specification's default: a member that is not there is judged as this value.",
    "contains": "Is a list with an element that matches this.",
    "each": "Is a list whose elements all match this.",
    "count": "Is a list of so many elements.",
}
"""The predicates."""
