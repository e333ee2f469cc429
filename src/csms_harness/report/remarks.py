"""What else has to be known about a run: what it left open, what came between cases, what is worth telling."""

from __future__ import annotations

from collections import Counter
from typing import Final

from csms_harness.evidence import Cause, Finding, Kind, Left, What
from csms_harness.foreign import cut
from csms_harness.message import Side
from csms_harness.record.facts import Facts
from csms_harness.report import summary, timing
from csms_harness.report.titles import left_text, title_of
from csms_harness.report.waits import wait_remarks
from csms_harness.report.wording import counted
from csms_harness.rules.verdicts import RuleVerdict

_TITLES: Final = 5
"""So many kinds of messages between cases are named."""


def remarks(facts: Facts) -> tuple[str, ...]:
    """What else has to be known about the run; the words of the PICS stand on the first page instead."""
    count = summary.compatibility_remarks(facts)
    habits = (
        f"{counted(count, 'compatibility remark')}: something the specification allows, and the official test tool "
        "may count as a failure. See the cases."
    )
    return (
        *between_cases(facts),
        *((habits,) if count else ()),
        *(rule_remark(rule) for rule in remarked(facts)),
        *timing.threshold_remarks(facts),
        *contested(facts),
        *open_remarks(facts),
        *wait_remarks(facts),
    )


CONTESTED: Final = 3
"""In so many cases of a lane the Central System ended a connection that nobody asked it to end, and it is said."""


def contested(facts: Facts) -> tuple[str, ...]:
    """The identities that something else seems to use: whoever connects throws the other out."""
    ended = Counter(case.lane for case in (*facts.cases, *facts.pack) if any(map(_is_cut, case.findings)))
    return tuple(
        f"The Central System ended the connection of {lane} in {number} cases. If another run or a Charge Point uses "
        "this identity, each connection throws the other out: stop it, and run these cases again."
        for lane, number in sorted(ended.items())
        if number >= CONTESTED
    )


def _is_cut(finding: Finding) -> bool:
    """Whether a finding is an end that nobody wanted, and that was not about what had been sent."""
    return finding.kind is Kind.DISCONNECT and finding.what is What.LOST and finding.outcome not in _ABOUT_A_MESSAGE


_ABOUT_A_MESSAGE: Final = frozenset({"1002", "1003", "1007", "1009", "1011"})
"""Close codes of who cannot make anything of a message, or broke on it (RFC 6455 section 7.4.1)."""


def open_remarks(facts: Facts) -> tuple[str, ...]:
    """What this run leaves open in the Central System, and what became of what an earlier one had left."""
    left = [one.cause() for one in facts.run.left_open]
    found = [one.cause() for one in facts.run.found_open]
    still = {(one.lane, one.what, one.number, one.connector_id) for one in left}
    closed = [one for one in found if (one.lane, one.what, one.number, one.connector_id) not in still]
    return (
        *(f"Left open in the CSMS: {left_text(one)}. {_what_then(one)}" for one in left),
        *(f"Left open by an earlier run, and now no more: {left_text(one)}." for one in closed),
    )


def between_cases(facts: Facts) -> tuple[str, ...]:
    """What the Central System sent while no case was running, in a sentence; nothing when it was silent."""
    messages = [entry.message for one in facts.between for entry in one.transcript if entry.message is not None]
    sent = Counter(cut(title_of(one), 60) for one in messages if one.side is Side.CENTRAL_SYSTEM)
    if not sent:
        return ()
    told = ", ".join(f"{title} {number} times" if number > 1 else title for title, number in sent.most_common(_TITLES))
    others = f" and {len(sent) - _TITLES} other kinds" if len(sent) > _TITLES else ""
    return (f"While no case was running the CSMS sent {told}{others}. That belongs to the run and to no case.",)


def remarked(facts: Facts) -> tuple[RuleVerdict, ...]:
    """The rules that met something legal but worth telling."""
    return tuple(rule for rule in facts.rules if rule.remarks)


def rule_remark(rule: RuleVerdict) -> str:
    """What a rule remarked, the first in full, and how often it was in all."""
    count = sum(1 for one in rule.remarks if one.case) + rule.more_remarks
    often = f" {count} times" if count > 1 else ""
    return f"{rule.id} remarks{often} what is legal but worth knowing: {rule.remarks[0].text}."


def _what_then(cause: Cause) -> str:
    """What becomes of what is left open."""
    if cause.what is Left.SECURITY_PROFILE:
        return "It is never lowered over OCPP: the next run connects under it; set it back in the CSMS."
    if cause.what is Left.PASSWORD:
        return "Set the one of the target file in the CSMS."
    return "The next run closes it where it can."
