"""The sentences: what was found, done and asked for, made into words for people. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from csms_harness.evidence import Cause, Executed, Finding, Happening, Kind, Left, Note, What
from csms_harness.message import Message, MessageType
from csms_harness.ocpp16.spoiling import Ill
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.scenario.given import CLAIMS
from csms_harness.verdict import Verdict

RULES: Final = {
    "json": "JSON (RFC 8259, UTF-8)",
    "frame": "the OCPP-J message form (OCPP-J 1.6 section 4.2)",
    "unique_id": "the uniqueId rules (OCPP-J 1.6 section 4.1.4)",
    "correlation": "the correlation of CALL and answer (OCPP-J 1.6 section 4.1)",
    "one_call": "one CALL at a time (OCPP-J 1.6 section 4.1.1)",
    "error_code": "the CALLERROR codes (OCPP-J 1.6 section 4.2.3)",
    "schema": "the OCPP 1.6 JSON schema",
    "datetime": "the date-time form with zone (OCPP 1.6 section 3.14)",
}
"""The standing wire rules by name, as the middle of a sentence."""

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
    if finding.path.startswith("suites.TLS_RSA_") and finding.observed == "refused":
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
    What.LATE: ("{message} came late", "within {limit}", "after {seconds:.3f} s"),
    What.OVER_BUDGET: ("{message} took longer than its budget", "within {limit}", "{seconds:.3f} s"),
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
        "breach": _breach(finding),
        "detail": finding.detail,
        "reason": finding.detail or "no reason given",
        "refusal": finding.detail or "no connection was had",
        "identity_hint": "this Charge Point in the CSMS, compare its identity and the subprotocol",
        "in_vain": f" (tried for {finding.seconds:.1f} s)" if finding.seconds else "",
        "because": f": {finding.detail}" if finding.detail else "",
        "outcome": _OUTCOMES.get(finding.outcome, finding.outcome),
        "stray": _STRAYS.get(finding.outcome, "no answer"),
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


def of_many(finding: Finding, messages: Sequence[tuple[str, str]]) -> str:
    """The sentence of a finding as that of several messages, each a type and an action."""
    *names, last = dict.fromkeys(message_title(kind, action) for kind, action in messages)
    if not names:
        return finding.text
    if finding.what is What.NO_CALL:
        said = f"; the first trigger was answered: {finding.detail}" if finding.detail else ""
        return f"no CALL came from here on, whatever was asked for: {_joined(names, last)}{said}"
    if finding.what is not What.BROKEN_RULE:
        return finding.text
    return f"{_joined(names, last)}{_breach(replace(finding, path=''), 'break')}"


def of_unknown_actions(messages: Sequence[tuple[str, str]]) -> str:
    """The sentence of CALLs that nobody knows, by their actions."""
    *names, last = dict.fromkeys(action for _, action in messages)
    return f"{_joined(names, last)} are no actions of OCPP 1.6" if names else f"{last} is no action of OCPP 1.6"


def of_members_too_much(finding: Finding, paths: Sequence[str]) -> str:
    """The sentence of members that a message must not have."""
    *names, last = paths
    action = finding.actions[0] if finding.actions else ""
    message = message_title(finding.type, action)
    return f"{message}: {_joined(names, last)} are not allowed: the schema has no such members"


def of_nulls(messages: Sequence[tuple[str, str]], paths: Sequence[str]) -> str:
    """The sentence of members that are null, whatever the message."""
    *titles, last_title = dict.fromkeys(message_title(kind, action) for kind, action in messages)
    *names, last = paths
    what = f"{_joined(names, last)} {'are' if names else 'is'} null"
    return f"{_joined(titles, last_title)}: {what}; a member without a value is left out"


def _joined(names: list[str], last: str) -> str:
    if len(names) > _NAMED:
        names, last = names[:_NAMED], f"{len(names) - _NAMED + 1} others"
    return f"{', '.join(names)} and {last}" if names else last


_NAMED: Final = 3


def _breach(finding: Finding, verb: str = "breaks") -> str:
    """What a message does wrong, after its name: the schema by member, any other rule by its name."""
    if finding.rule == "schema":
        return f": {finding.path} {finding.observed}" if finding.path else f": {finding.observed}"
    where = f": {finding.path}" if finding.path else ""
    said = f": {finding.observed}" if finding.observed else ""
    return f"{where} {verb} {RULES.get(finding.rule, finding.rule)}{said}"


def left_text(cause: Cause) -> str:
    """What a case left, by its number, its connector and who took it."""
    where = "the Charge Point" if cause.connector_id == 0 else f"connector {cause.connector_id}"
    by = " on ".join(part for part in (cause.case or "an earlier run", cause.lane) if part)
    match cause.what:
        case Left.PASSWORD:
            return f"the new password of the Charge Point ({by}), which the target file does not have"
        case Left.SECURITY_PROFILE:
            return f"security profile {cause.number} of the Charge Point ({by})"
        case Left.INOPERATIVE:
            return f"the Inoperative of {where} ({by})"
        case Left.RESERVATION:
            return f"reservation {cause.number} of {where} ({by})"
    return f"{cause.id_tag}'s transaction {cause.number} on {where} ({by})"


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


# -- messages and steps -----------------------------------------------------------------------------------


def message_title(kind: str, action: str) -> str:
    """How a message is named in prose: ``Authorize.req``, ``Authorize.conf``, ``CALLERROR to Authorize.req``."""
    match kind:
        case MessageType.CALL:
            return f"{action}.req"
        case MessageType.CALLRESULT:
            return f"{action}.conf" if action else "CALLRESULT"
        case MessageType.CALLERROR:
            return f"CALLERROR to {action}.req" if action else "CALLERROR"
        case MessageType.UNREADABLE:
            return "unreadable frame"
    return f"the {kind}"


def title_of(message: Message) -> str:
    """How a message of a transcript is named; a CALLERROR by its code."""
    if message.type is MessageType.CALLERROR:
        return f"CALLERROR {message.code}".rstrip()
    return message_title(message.type, message.action)


_STEPS: Final = {
    "send": "Charge Point sends {subject}.req{detail}",
    "spoil": "Charge Point sends {subject}.req, wrong in every way",
    "frame": "Charge Point sends a {subject} frame as it stands",
    "receive": "Central System sends {subject}.req",
    "absent": "no {subject}.req comes",
    "state": "reusable state {subject}",
    "connect": "Charge Point connects",
    "probe": "Charge Point tries each TLS suite and version in a handshake of its own",
    "beside": "Charge Point connects again and leaves the former connection open",
    "at once": "Charge Point connects again at once",
    "former": "Charge Point closes the former connection",
    "disconnect": "Charge Point closes the connection",
    "drop": "the connection is lost",
    "wait": "time passes: {subject}",
}


def step_title(step: Executed) -> str:
    """One line of what a step does."""
    verb = step.subject if step.verb in ("connect", "disconnect") and step.subject else step.verb
    return _STEPS[verb].format(subject=step.subject, detail=f" ({step.detail})" if step.detail else "")


def note_text(note: Note) -> str:
    """What stands in a transcript beside messages."""
    match note.what:
        case Happening.CONNECTED:
            return f"connected, subprotocol {note.text or None}"
        case Happening.ASKED:
            return f"asked for {_wish(note)}"
        case Happening.TRIGGER:
            return f"{note.item}: {note.outcome}" + (f", {note.text}" if note.text else "")
    return note.text


def _wish(note: Note) -> str:
    wish = f"{note.item}.req" if note.item in ACTIONS else f"the {note.item}"
    fields = ", ".join(f"{name} {value}" for name, value in note.fields.items())
    return f"{wish} ({fields})" if fields else wish


# -- standing rules -----------------------------------------------------------------------------------------


def told_rule(rule: RuleVerdict) -> RuleVerdict:
    """A rule with a sentence to each of its breaches and remarks."""
    breaches = _told_breaches(rule.rule, rule.breaches, rule.more)
    remarks = _told_breaches(rule.rule, rule.remarks, rule.more_remarks)
    return replace(rule, breaches=breaches, remarks=remarks)


def _told_breaches(rule: str, found: tuple[RuleBreach, ...], more: int) -> tuple[RuleBreach, ...]:
    told = tuple(one if one.text else replace(one, text=_breach_text(rule, one)) for one in found)
    already = bool(told) and not told[-1].case
    return (*told, RuleBreach("", text=f"and {more} more")) if more and not already else told


def _breach_text(rule: str, breach: RuleBreach) -> str:
    said = _BREACHES.get(rule, _wire_text)(breach)
    return f"{_place(breach.case, breach.frame)}: {said}"


def _place(case: str, frame: int | None) -> str:
    return case if frame is None else f"{case} frame {frame}"


def _wire_text(breach: RuleBreach) -> str:
    return f"{breach.path}: {breach.observed}" if breach.path else breach.observed


def _schema_text(breach: RuleBreach) -> str:
    return f"{breach.path} {breach.observed}".strip()


def _skew_text(breach: RuleBreach) -> str:
    if breach.earlier_case:
        return f"currentTime is still that of {_earlier(breach)}, {breach.observed} s later: the clock stands still"
    skew = float(breach.observed)
    side = "ahead of" if skew > 0 else "behind"
    return f"currentTime is {abs(skew):.0f} s {side} the clock of this machine"


def _earlier(breach: RuleBreach) -> str:
    return _place(breach.earlier_case, breach.earlier_frame)


_BREACHES: Final[Mapping[str, Callable[[RuleBreach], str]]] = {
    "schema": _schema_text,
    "clock": _skew_text,
    "transaction_ids": lambda one: (
        f"{one.path} {one.observed} was given {'at another Charge Point' if one.remark else 'before'}, {_earlier(one)}"
    ),
    "one_status": lambda one: (
        f"{one.path} of {one.subject} is {one.observed} in {one.action}.conf, not as in {_earlier(one)}"
    ),
    "expired": lambda one: (
        f"{one.subject} is Accepted up to the present moment, {one.observed}: Charge Points take it for expired"
        if one.remark
        else f"{one.subject} is Accepted, though its expiryDate was {one.observed}"
    ),
    "as_asked": lambda one: f"{one.path} is {one.observed}; asked for was {one.required}",
    "once": lambda one: (
        f"{one.action}.req came by itself, when a cable was plugged in"
        if one.remark
        else f"{one.action}.req came again, as in {_earlier(one)}"
    ),
    "by_itself": lambda one: f"{one.observed}.req came by itself: OCPP allows it, the official tool does not",
    "profiles": lambda one: f"{one.path} is {one.observed}; required is {one.required}",
    "limits": lambda one: f"{one.path} is {one.observed}; {one.subject} is {one.required}",
    "listed_once": lambda one: (
        f"{one.subject} stands {one.observed} times in {one.path}"
        + (f", and {one.others} more {'idTag' if one.others == 1 else 'idTags'} more than once" if one.others else "")
    ),
    "locations": lambda one: f"{one.path} of {one.action}.req is no URI: {one.observed}",
    "private_keys": lambda one: f"{one.path} of {one.action}.req holds a private key",
    "never_lowered": lambda one: (
        f"SecurityProfile is to be {one.observed}, and {one.required} is in force: it is never lowered over OCPP"
    ),
    "passwords": lambda one: f"{one.path} of {one.action} says a password of the Charge Point that was set before",
    "narrow_numbers": lambda one: f"{one.path} is {one.observed}: many Charge Points keep 32 bits",
    "not_over": lambda one: f"{one.path} is {one.observed}; required is {one.required}",
    "list_growth": lambda one: (
        f"{one.path} of a differential update is {one.observed}, and the list had that of {_earlier(one)}: "
        f"{one.required} is needed, or a Charge Point answers VersionMismatch"
    ),
    "list_version": lambda one: f"listVersion is {one.observed}",
    "connector_ids": lambda one: f"{one.path} is {one.observed} in {one.action}.req, where {one.required} is the least",
}
"""What is said of a breach, by the name of the check; the wire rules say what the frame says."""
