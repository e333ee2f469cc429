"""One sentence for several messages: what they have in common goes wrong in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from csms_harness.evidence import Finding, What
from csms_harness.report.cause_keys import INTEGRAL, NULL, RESPELT
from csms_harness.report.telling import broken
from csms_harness.report.titles import message_title

_NAMED: Final = 3
"""So many are named one by one."""


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
    return f"{_joined(names, last)}{broken(replace(finding, path=''), 'break')}"


def of_unknown_actions(messages: Sequence[tuple[str, str]]) -> str:
    """The sentence of CALLs that nobody knows, by their actions."""
    *names, last = dict.fromkeys(action for _, action in messages)
    return f"{_joined(names, last)} are no actions of OCPP 1.6" if names else f"{last} is no action of OCPP 1.6"


def of_members_too_much(finding: Finding, paths: Sequence[str]) -> str:
    """The sentence of members that a message must not have."""
    *names, last = paths
    return f"{_title(finding)}: {_joined(names, last)} are not allowed: the schema has no such members"


def of_members_missing(finding: Finding, paths: Sequence[str]) -> str:
    """The sentence of members that a message lacks."""
    *names, last = paths
    return f"{_title(finding)}: {_joined(names, last)} are required and not there"


def of_members(what: str, messages: Sequence[tuple[str, str]], paths: Sequence[str]) -> str:
    """The sentence of members that are wrong in one way (the end of the cause's key), whatever the message."""
    *titles, last_title = dict.fromkeys(message_title(kind, action) for kind, action in messages)
    *names, last = paths
    one, several = _WRONG[what]
    return f"{_joined(titles, last_title)}: {_joined(names, last)} {several if names else one}"


_WRONG: Final[Mapping[str, tuple[str, str]]] = {
    NULL: ("is null; a member without a value is left out", "are null; a member without a value is left out"),
    INTEGRAL: ("has a decimal point, as no whole number has", "have a decimal point, as no whole number has"),
    RESPELT: ("is not spelt as in the schema", "are missing or too many: names are not spelt as in the schema"),
}


def _title(finding: Finding) -> str:
    return message_title(finding.type, finding.actions[0] if finding.actions else "")


def _joined(names: list[str], last: str) -> str:
    if len(names) > _NAMED:
        names, last = names[:_NAMED], f"{len(names) - _NAMED + 1} others"
    return f"{', '.join(names)} and {last}" if names else last
