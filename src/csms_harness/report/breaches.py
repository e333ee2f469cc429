"""What is said of each breach of a standing rule, and of each remark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from csms_harness.rules.verdicts import RuleBreach, RuleVerdict


def told_rule(rule: RuleVerdict) -> RuleVerdict:
    """A rule with a sentence to each of its breaches and remarks."""
    breaches = _told_breaches(rule.rule, rule.breaches, rule.more)
    remarks = _told_breaches(rule.rule, rule.remarks, rule.more_remarks)
    return replace(rule, breaches=breaches, remarks=remarks)


def _told_breaches(rule: str, found: tuple[RuleBreach, ...], more: int) -> tuple[RuleBreach, ...]:
    told = tuple(one if one.text else replace(one, text=_breach_text(rule, one)) for one in found)
    already = bool(told) and not told[-1].case
    return (*told, RuleBreach("", text=f"and {more} more")) if more and not already else told


def listed(found: Sequence[RuleBreach], more: int, most: int) -> tuple[str, ...]:
    """What is said of the first ``most`` breaches or remarks, and how many there are beside them."""
    told = [one.text for one in found if one.case]  # what has no case says already how many more there are
    left = len(told[most:]) + more
    return (*told[:most], f"and {left} more") if left else tuple(told)


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


_FLAWS: Final[Mapping[str, str]] = {
    "authority": "is that of an authority (basicConstraints): with it the Charge Point could certify others",
    "no client": "is not made for TLS clients (extendedKeyUsage): no Central System that looks can take it",
    "no signatures": "is not made to sign (keyUsage lacks digitalSignature), as a TLS client has to",
    "short key": "or one behind it is signed by an RSA key of less than 2048 bits",
    "no authority": "is followed by one that is not that of an authority (basicConstraints)",
    "no organization": "names no organization (O), as the security whitepaper has it",
}
"""What is wrong with the certificate of a Charge Point, by the words of ``certificates.fitness.Flaw``."""

_KIND: Final = {"SendLocalList": "req", "ReserveNow": "req"}
"""The messages that tell of an idTag and are no answer."""

_BREACHES: Final[Mapping[str, Callable[[RuleBreach], str]]] = {
    "schema": _schema_text,
    "clock": _skew_text,
    "transaction_ids": lambda one: (
        f"{one.path} {one.observed} was given {'at another Charge Point' if one.remark else 'before'}, {_earlier(one)}"
    ),
    "one_status": lambda one: (
        f"{one.path} of {one.subject} is {one.observed} in {one.action}.{_KIND.get(one.action, 'conf')}, "
        f"not as in {_earlier(one)}"
    ),
    "expired": lambda one: (
        f"{one.subject} is Accepted up to the present moment, {one.observed}: Charge Points take it for expired"
        if one.remark
        else f"{one.subject} is Accepted, though its expiryDate was {one.observed}"
    ),
    "as_asked": lambda one: f"{one.path} is {one.observed}; asked for was {one.required}",
    "once": lambda one: (
        f"{one.action}.req came by itself {one.observed} times in a few seconds, though it was refused each time"
        if one.observed
        else f"{one.action}.req came by itself, when a cable was plugged in"
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
    "locations": lambda one: (
        f"{one.path} of {one.action}.req names no host that can be read in one way: {one.observed}"
        if one.remark
        else f"{one.path} of {one.action}.req is no URI: {one.observed}"
    ),
    "private_keys": lambda one: f"{one.path} of {one.action}.req holds a private key",
    "never_lowered": lambda one: (
        f"SecurityProfile is to be {one.observed}, and {one.required} is in force: it is never lowered over OCPP"
    ),
    "passwords": lambda one: f"{one.path} of {one.action} says a password of the Charge Point that was set before",
    "pem_lines": lambda one: f"{one.path} of {one.action}.req has a BEGIN or END of PEM that is no line of its own",
    "client_certificates": lambda one: f"the certificate in {one.path} {_FLAWS[one.observed]}",
    "narrow_numbers": lambda one: (
        f"{one.path} of {one.action}.req is {one.observed}: nothing takes less than no time, or is tried less than once"
        if one.required
        else f"{one.path} is {one.observed}: many Charge Points "
        f"{'take it for none' if one.path == 'transactionId' and int(one.observed) < 1 else 'keep 32 bits'}"
    ),
    "not_over": lambda one: f"{one.path} is {one.observed}; required is {one.required}",
    "list_growth": lambda one: (
        f"{one.path} of a differential update is {one.observed}, and the list had that of {_earlier(one)}: "
        f"{one.required} is needed, or a Charge Point answers VersionMismatch"
    ),
    "list_version": lambda one: f"listVersion is {one.observed}",
    "connector_ids": lambda one: f"{one.path} is {one.observed} in {one.action}.req, where {one.required} is the least",
}
"""What is said of a breach, by the name of the check; the wire rules say what the frame says."""
