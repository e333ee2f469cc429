"""The sentences: of each finding, and of a case why it did not pass. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from csms_harness.evidence import Finding, Kind, Left, Tried, What
from csms_harness.message import MessageType
from csms_harness.ocpp16.spoiling import Ill
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report.breaches import told_rule
from csms_harness.report.titles import RULES, left_text, message_title, step_title
from csms_harness.scenario.given import CLAIMS
from csms_harness.verdict import Verdict

NO_CHECK: Final = "no check on the Central System was executed"


def told(facts: Facts) -> Facts:
    """The facts with a sentence to each finding, step, rule and case. What has its sentence already keeps it."""
    return facts.model_copy(
        update={
            "cases": tuple(told_case(case) for case in facts.cases),
            "pack": tuple(told_case(case) for case in facts.pack),
            "rules": tuple(told_rule(rule) for rule in facts.rules),
        }
    )


def told_case(case: CaseFact) -> CaseFact:
    """A case with its sentences."""
    findings = tuple(told_finding(finding) for finding in case.findings)
    steps = tuple(step if step.title else replace(step, title=step_title(step)) for step in case.steps)
    told_so_far = case.model_copy(update={"findings": findings, "steps": steps})
    return told_so_far.model_copy(update={"reason": reason_of(told_so_far)})


# -- findings -------------------------------------------------------------------------------------------


def told_finding(finding: Finding) -> Finding:
    """A finding with its sentence, and with what was required and observed."""
    if finding.text:
        return finding
    text, required, observed = _FINDINGS[finding.what]
    values = _values(finding)
    return replace(
        finding,
        text=text.format_map(values) + _of_tls(finding) + _excuse(finding) + _of_ours(finding),
        required=required.format_map(values),
        observed=observed.format_map(values),
    )


def _of_tls(finding: Finding) -> str:
    """Why a TLS handshake came to that, and what a suite is worth that only the document demands."""
    if finding.type != "TLS":
        return ""
    why = f": {finding.detail}" if finding.detail else ""
    if finding.path.startswith("suites.TLS_RSA_") and finding.observed == Tried.REFUSED:
        return (
            f"{why}; this suite has no forward secrecy, and hardened servers refuse it: that is no weakness, but the "
            "document demands it of every CSMS"
        )
    return why


def _of_ours(finding: Finding) -> str:
    """What of our own, or of what the target claims, may be behind a wrong member."""
    cause = finding.cause
    if cause is not None and cause.what is Left.ASTRAY:
        return f"; one came {(cause.ended or 0.0) * 1000:.0f} ms after it was asked for, to {cause.lane} ({cause.case})"
    if finding.what is not What.WRONG_MEMBER:
        return ""
    if cause is not None and cause.number is None:
        return f"; the CSMS holds a transaction of {cause.id_tag} that no case of this run began: stop it there"
    if cause is not None:
        state = "is still open" if cause.ended is None else f"was stopped {cause.ended * 1000:.0f} ms before"
        return f"; {left_text(cause)} {state}"
    status = CLAIMS.get(finding.claimed)
    if status is None:
        return ""
    return (
        f"; the target claims that config.{finding.claimed} is {status}: if the CSMS is right, give it "
        "that status there (csms-harness provision), or name another idTag"
    )


def _excuse(finding: Finding) -> str:
    """Why a wait that was in vain proves nothing."""
    if finding.stalled is None:
        return ""
    return (
        f"; the harness itself was late by {finding.stalled:.1f} s, so this proves nothing against the CSMS: "
        "run it again where nothing stops this process"
    )


_MEMBER: Final = ("{required}", "{observed}")
_NOTHING: Final = ("", "")

_FINDINGS: Final[Mapping[What, tuple[str, str, str]]] = {
    What.WRONG_MEMBER: ("{message}: {member} is not what the case requires{unasked}", *_MEMBER),
    What.UNUSUAL_MEMBER: ("{message}: {member} is unusual{unasked}", *_MEMBER),
    What.NOT_PASSED: (
        "{message}: {member} is not what the case requires; your entry for {action} does not pass it",
        *_MEMBER,
    ),
    What.SAID_NO: ("no {wanted} came, and the trigger was answered with a refusal: {detail}", *_NOTHING),
    What.BROKEN_RULE: ("{message}{breach}{unasked}", "{rule}", "{observed}"),
    What.CALLERROR: ("{message} was answered with a CALLERROR", "{action}.conf", "CALLERROR {detail}"),
    What.NOT_REFUSED: ("{action}.req was answered, but must be refused", "a CALLERROR", "{action}.conf"),
    What.SPOILT_UNANSWERED: ("{action}.req {ill} was not answered", "a CALLERROR", "no answer"),
    What.SPOILT_TAKEN: ("{action}.req {ill} was answered, but must be refused", "a CALLERROR", "{action}.conf"),
    What.SPOILT_MISJUDGED: (
        "{action}.req {ill} was refused with a code that says something else",
        "a code about the payload",
        "CALLERROR {observed}",
    ),
    What.SPOILT_OTHERWISE: (
        "{action}.req {ill} was refused with a code that OCPP-J has for something else",
        "a code for that (OCPP-J 1.6 section 4.2.3)",
        "CALLERROR {observed}",
    ),
    What.UNKNOWN_ACTION: (
        "the CSMS does not know {action}.req, so it cannot look at what is wrong with one",
        *_NOTHING,
    ),
    What.FRAME: ("the frame was {observed}", *_MEMBER),
    What.NOT_YET: (
        "{message}: the first answer is {observed}: OCPP allows it, the official tool does not",
        *_MEMBER,
    ),
    What.NOT_REGISTERED: ("{message}: the Charge Point is not accepted{how_long}; {let_in}", *_MEMBER),
    What.NO_ANSWER: ("no {message} within {limit}", "{message} within {limit}", "{stray}"),
    What.NO_PONG: (
        "the ping was not answered: {ponged} (RFC 6455 section 5.5.2)",
        "a pong with the same application data within {limit}",
        "{pongs}",
    ),
    What.LATE: ("{message} came late", "within {limit}", "after {seconds:.3f} s"),
    What.NO_CALL: ("no {wanted} came{said}", "{wanted} within {limit}{of_trigger}", "none"),
    What.ANOTHER_CALL: (
        "no {wanted} came that is the one of this step{said}",
        "{wanted} within {limit}{of_trigger}",
        "another one",
    ),
    What.ASTRAY: (
        "{message} went over the former connection, which the Charge Point had left for a newer one",
        "{wanted} over the newest connection",
        "{detail}",
    ),
    What.FORBIDDEN: ("this case forbids {message}", "no {message}", "it came"),
    What.NOT_ABSENT: ("{message} must not come here", "no {message}", "it came"),
    What.LOST: ("the connection was lost during the case", "an open connection", "{detail}"),
    What.FLOODED: ("the CSMS floods the Charge Point, which left the connection", *_MEMBER),
    What.RESTARTED: ("the CSMS was restarted during the case: {reason}", *_NOTHING),
    What.REFUSED: ("{refusal}{in_vain}", *_NOTHING),
    What.TURNED_AWAY: (
        "the CSMS took the handshake and said no more: {reason} Allow {identity_hint}{in_vain}",
        *_NOTHING,
    ),
    What.PUT_OFF: (
        "the CSMS put the Charge Point off: {reason} Give it longer (--deadline reconnect=…){in_vain}",
        *_NOTHING,
    ),
    What.LET_IN_LATE: ("the CSMS let the Charge Point in after {seconds:.1f} s; before that: {reason}", *_NOTHING),
    What.SUBPROTOCOL: (
        "the CSMS {chosen}; {required} is needed (OCPP-J 1.6 section 3.1.2), switch it on in the CSMS",
        *_NOTHING,
    ),
    What.WELCOME: ("the CSMS let the Charge Point in {welcome}", "a refusal", "an open connection"),
    What.TRIGGER: ("the trigger for {action} {outcome}: {reason}", *_NOTHING),
    What.PROVISION: ("provisioning the {action} {observed} {outcome}: {reason}", *_NOTHING),
    What.EARLY: ("a {message} came {seconds:.1f} s too early, before it was asked for", *_NOTHING),
    What.ONLY_EARLY: (
        "a {message} came {seconds:.1f} s too early, before it was asked for; none came afterwards",
        *_NOTHING,
    ),
    What.DISTURBED: ("no {wanted} came, but another CALL disturbed this step", *_NOTHING),
    What.UNASKED: ("{message} came unasked and was answered with a refusal", *_NOTHING),
    What.UNEXPECTED: (
        "{message} came although no step expects it: OCPP allows it, the official tool does not",
        *_NOTHING,
    ),
    What.SHORTENED: ("a wait was shortened to our patience", "{limit}", "{seconds:g} s"),
    What.STOPPED: ("the run was stopped before the case ended", *_NOTHING),
    What.UNFINISHED: ("the cleanup could not be finished{because}", *_NOTHING),
    What.UNANSWERED: ("no {message} while cleaning up", *_NOTHING),
    What.STANDING: ("{left} still stands: the CSMS could not be made to take it back", *_NOTHING),
    What.UNENDED: ("{left} is still open: its StopTransaction.req was not answered", *_NOTHING),
    What.HINDERED: ("no {wanted} came, and {left} still stands: the CSMS may hold to that{because}", *_NOTHING),
    What.BROKEN: ("the harness or the scenario broke: {detail}", *_NOTHING),
}
"""What each finding says, what it requires, and what was observed."""

_UNASKED: Final = ", and the wish did not name it: the CSMS, or your endpoint, has to choose it"
_WELCOMES: Final = {
    "none password": "without a password",
    "wrong password": "with a wrong password",
    "former password": "with the password that was changed",
    "empty password": "with an empty password",
    "short password": "with its password but for the last byte",
    "long password": "with its password and one byte more",
    "case password": "with its password in other letters, small for capital",
    "other user": "under another user name than its identity",
    "none certificate": "without a client certificate",
    "another certificate": "with the client certificate of another Charge Point",
    "forged certificate": "with a client certificate that no authority has issued",
    "expired certificate": "with a client certificate that has expired",
    "early certificate": "with a client certificate that is not valid yet",
    "plain": "without TLS, at an address that is served over TLS",
    "subprotocols": "although it offered no subprotocol that is spoken there",
    "profile": "under a security profile that is not in force for it any more",
}
_ILLS: Final[Mapping[str, str]] = {
    Ill.MISSING: "without {path}",
    Ill.NULL: "with null as {path}",
    Ill.BLANK: "with null as {path}",
    Ill.TYPE: "with the wrong type in {path}",
    Ill.LONG: "with too long a text in {path}",
    Ill.VALUE: "with an unknown value in {path}",
    Ill.MOMENT: "with no date-time in {path}",
    Ill.EMPTY: "with an empty list in {path}",
    Ill.EXTRA: "with the unknown member {path}",
}
"""What was wrong with a message, after its name."""
_OUTCOMES: Final = {"declined": "was declined", "failed": "failed"}
_STRAYS: Final = {
    "": "no answer",
    MessageType.UNREADABLE: "an unreadable frame, and no other",
    MessageType.CALLRESULT: "an answer that belongs to no CALL of ours, and no other",
    MessageType.CALLERROR: "an answer that belongs to no CALL of ours, and no other",
}


def _values(finding: Finding) -> dict[str, object]:
    action = finding.actions[0] if finding.actions else ""
    return {
        "action": action,
        "wanted": " or ".join(f"{one}.req" for one in finding.actions),
        "message": message_title(finding.type, action),
        "member": finding.path or "payload",
        "required": finding.required,
        "observed": finding.observed,
        "chosen": _chosen(finding),
        "welcome": _WELCOMES.get(finding.outcome, ""),
        "rule": RULES.get(finding.rule, finding.rule),
        "breach": broken(finding),
        "detail": finding.detail,
        "reason": finding.detail or "no reason given",
        "refusal": finding.detail or "no connection was had",
        "identity_hint": "this Charge Point in the CSMS, compare its identity and the subprotocol",
        "in_vain": f" (tried for {finding.seconds:.1f} s)" if finding.seconds else "",
        "because": f": {finding.detail}" if finding.detail else "",
        "outcome": _OUTCOMES.get(finding.outcome, finding.outcome),
        "stray": _STRAYS.get(finding.outcome, "no answer"),
        "ponged": "only pongs with other application data came" if finding.observed else "no pong came",
        "pongs": "pongs with other data" if finding.observed else "none",
        "ill": _ILLS.get(finding.outcome, "{path}").format(path=finding.path),
        "left": "what a case left" if finding.cause is None else left_text(finding.cause),
        "of_trigger": " of the trigger" if finding.outcome else "",
        "let_in": "let it in in the CSMS, or give it longer (--deadline registration=…)",
        "how_long": ", as in an earlier case" if finding.limit is None else f", also not within {finding.limit:g} s",
        "unasked": _UNASKED if finding.outcome == "unasked" else "",
        "said": f"; the trigger was answered: {finding.detail}" if finding.detail else "",
        "limit": "" if finding.limit is None else f"{finding.limit:g} s",
        "seconds": finding.seconds or 0.0,
    }


def broken(finding: Finding, verb: str = "breaks") -> str:
    """What a message does wrong, after its name: the schema by member, any other rule by its name."""
    if finding.rule == "schema":
        return f": {finding.path} {finding.observed}" if finding.path else f": {finding.observed}"
    where = f": {finding.path}" if finding.path else ""
    said = f": {finding.observed}" if finding.observed else ""
    return f"{where} {verb} {RULES.get(finding.rule, finding.rule)}{said}"


def _chosen(finding: Finding) -> str:
    """What a handshake agreed on, where it is not what was offered."""
    if finding.observed:
        return f"answered the subprotocol {finding.observed!r}, offered was {finding.required}"
    return f"chose no subprotocol out of {finding.required}"


def reason_of(case: CaseFact) -> str:
    """Why a case did not pass, in one sentence; empty when it did. Its findings have their sentences."""
    if case.reason or case.verdict is Verdict.PASS:
        return case.reason
    deciding = next((one for one in case.findings if one.decides is case.verdict), None)
    if deciding is not None:
        said = said_apart(deciding)
        told_values = f" (required {deciding.required}, observed {deciding.observed})" if said else ""
        elsewhere = f"; {deciding.tested_by} tests that" if deciding.tested_by else ""
        return f"{_placed(deciding)}{told_values}{elsewhere}"
    if case.verdict is Verdict.ERROR:
        return NO_CHECK
    habit = next((one for one in case.findings if one.kind is Kind.COMPATIBILITY), None)
    return NO_CHECK if habit is None else _placed(habit)


def said_apart(finding: Finding) -> bool:
    """Whether what was required and observed is to be said beside the sentence: that of a broken rule holds both."""
    return bool(finding.required or finding.observed) and finding.what is not What.BROKEN_RULE


def says_more(case: CaseFact) -> bool:
    """Whether the reason of a case says more than the finding that stands below it: then that is told already."""
    return bool(case.reason) and not any(one.decides is case.verdict for one in case.findings)


def _placed(finding: Finding) -> str:
    return f"{finding.step}: {finding.text}" if finding.step else finding.text
