"""By what a cause is known: data of a finding or a breach, never a sentence (docs/decisions/0016)."""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

from csms_harness.evidence import Finding, What
from csms_harness.message import Message, MessageType
from csms_harness.ocpp16.members import members
from csms_harness.ocpp16.payloads import Direction
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.breach import Breach

Key = tuple[str, ...]

ACTION: Final = "action"
"""What ends the key of CALLs whose action OCPP does not know."""

TOO_MUCH: Final = "too much"
"""What ends the key of members that an object must not have."""

MISSING: Final = "missing"
"""What ends the key of members that an object lacks, when it lacks several."""

NULL: Final = "null"
"""What ends the key of members that are null, where a member without a value is left out."""

INTEGRAL: Final = "integral"
"""What ends the key of whole numbers that are written as 1.0."""

RESPELT: Final = "respelt"
"""What ends the key of members that are written otherwise than in the schema: ``current_time``, ``CurrentTime``."""

HABIT: Final = ("rule", "by_itself")
"""The key of all CALLs that came by themselves."""

SILENT: Final = (str(What.NO_CALL), "silent")
"""The key of all CALLs that are missing on a lane where none came any more."""

_ASTRAY: Final = (str(What.NO_CALL), "astray")
"""The key of all CALLs that came to another Charge Point: the Central System takes one for the other."""

_BY_DETAIL: Final = frozenset(
    {
        What.TRIGGER,
        What.SAID_NO,
        What.PROVISION,
        What.REFUSED,
        What.TURNED_AWAY,
        What.PUT_OFF,
        What.LOST,
        What.RESTARTED,
        What.BROKEN,
        What.STOPPED,
        What.UNFINISHED,
    }
)
"""What is the same in whatever step it happens: its cause is the reason that was given."""

_BY_ILL: Final = frozenset({What.SPOILT_UNANSWERED, What.SPOILT_TAKEN, What.SPOILT_MISJUDGED, What.SPOILT_OTHERWISE})
"""How a Central System takes what is wrong: one cause for each ill, whatever the message and its members."""

_MISSED: Final = frozenset({What.NO_ANSWER, What.NO_CALL, What.ANOTHER_CALL})
"""What misses a message: when one came that nobody can read, that is the cause."""


def key_of(finding: Finding, message: Message | None) -> Key:
    """The key of a finding; ``message`` is the one it points at, or the stray that came instead.

    What is wrong with a message as such goes before what a case missed in it: a member that breaks the schema is also
    not what the case requires, and an answer nobody can read is also no answer.
    """
    behind = None if message is None else _behind(finding, message)
    if behind is not None:
        return breach_key(behind.rule, behind.path, message)
    if finding.what is What.NO_CALL and finding.cause is not None:
        return _ASTRAY
    action = finding.actions[0] if finding.actions else ""
    match finding.what:
        case What.UNEXPECTED:
            return HABIT
        case What.BROKEN_RULE:
            return breach_key(finding.rule, finding.path, message, finding.type, action)
        case What.WRONG_MEMBER | What.UNUSUAL_MEMBER:
            shapes = shape(finding.required), shape(finding.observed)
            return str(What.WRONG_MEMBER), finding.type, action, anywhere(finding.path), *shapes
        case What.CALLERROR:
            return str(finding.what), action, "" if message is None else message.code
        case what if what in _BY_DETAIL:
            return str(what), finding.outcome, shape(finding.detail)
        case what if what in _BY_ILL:
            return str(what), finding.outcome, "" if message is None else message.code
    return str(finding.what), finding.type, *finding.actions


def breach_key(rule: str, path: str, message: Message | None, kind: str = "", action: str = "") -> Key:
    """The key of what breaks a wire rule: a member by its name, all else by its keyword, whatever the action.

    Of a message that was not kept only the rule is known, and the type and action that are given. In a payload that is
    no object nothing else can be right, and who writes an action that OCPP does not know does so with each.
    """
    breach = Breach(rule, "", path) if message is None else _fault(rule, path, message)
    if message is not None:
        kind, action = message.type, message.action
    if breach.keyword == ACTION:
        return "envelope", breach.rule, kind, ACTION
    if breach.rule in _WHEREVER:
        return "envelope", breach.rule, breach.keyword
    if breach.path:
        return "breach", breach.rule, *_member_key(breach, message, kind, action)
    code = shape(message.code) if message is not None and breach.rule == "error_code" else ""
    return "envelope", breach.rule, *filter(None, (code,)), breach.keyword


def _member_key(breach: Breach, message: Message | None, kind: str, action: str) -> Key:
    """What is wrong with a member; members that an object must not have are one cause, so are several that it lacks.

    Whoever writes null for what is not there, whole numbers as 1.0, or names in a spelling of his own does so in every
    message.
    """
    for habit in (NULL, INTEGRAL):
        if _is(habit, breach, message):
            return (habit,)
    if message is not None and _is_respelt(breach, message):
        return (RESPELT,)
    if _is(_EXTRA, breach, message):
        return kind, action, _holder(breach.path), TOO_MUCH
    if _lacks_several(breach, message):
        return kind, action, _holder(breach.path), MISSING
    return kind, action, anywhere(breach.path)


def _fault(rule: str, path: str, message: Message) -> Breach:
    """The breach of the message that this is; where its payload or action can be none at all, that."""
    whole = (one for one in message.faults if one.keyword in ("payload", ACTION))
    here = (one for one in message.faults if (one.rule, one.path) == (rule, path))
    return next(chain(whole, here), Breach(rule, "", path))


def _is(keyword: str, breach: Breach, message: Message | None) -> bool:
    """Whether this is what is wrong with the member of a breach."""
    faults = () if message is None else message.faults
    return any(one.path == breach.path and one.keyword == keyword for one in (breach, *faults))


def _is_respelt(breach: Breach, message: Message) -> bool:
    """Whether this member is missing from, or too much in, an object that spells members of the schema otherwise.

    All that such an object lacks and has too much is of one making: it names ``heartbeat_interval`` beside
    ``current_time``.
    """
    held = [one for one in message.faults if _holder(one.path) == _holder(breach.path)]
    known = _known(message, _holder(breach.path)) if any(one.keyword == _EXTRA for one in held) else frozenset()
    respelt = any(one.keyword == _EXTRA and _letters(_name(one.path)) in known for one in held)
    return respelt and any(one.path == breach.path and one.keyword in (_EXTRA, "required") for one in held)


_EXTRA: Final = "additionalProperties"


def _known(message: Message, holder: str) -> frozenset[str]:
    """The members that the schema knows in this object, by their letters."""
    direction = Direction.REQUEST if message.type is MessageType.CALL else Direction.CONFIRMATION
    known = members(message.action, direction) if message.action in ACTIONS else ()
    return frozenset(_letters(one.name) for one in known if one.inside == holder)


def _letters(name: str) -> str:
    """A name without what differs between spellings of it: ``current_time`` and ``CurrentTime`` are ``currenttime``."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _name(path: str) -> str:
    return path.rpartition(".")[2]


def _lacks_several(breach: Breach, message: Message | None) -> bool:
    """Whether the object that lacks this member lacks another one too, as an empty one does."""
    faults = () if message is None else message.faults
    lacking = [one.path for one in faults if one.keyword == "required" and _holder(one.path) == _holder(breach.path)]
    return len(lacking) > 1 and breach.path in lacking


def _holder(path: str) -> str:
    """The object that a member belongs to; empty for the payload."""
    return anywhere(path).rpartition(".")[0]


_WHEREVER: Final = frozenset({"clock", "datetime"})
"""Rules that a Central System breaks wherever it writes a moment: one clock, and one way to write it."""


def shape(text: str) -> str:
    """A text without what differs from case to case: words that hold a digit, addresses."""
    return " ".join("#" if _VARYING.search(word) else word for word in text.split())


_VARYING: Final = re.compile(r"[\d/]")


def anywhere(path: str) -> str:
    """A path that means every element of a list."""
    return re.sub(r"\[\d+\]", "[]", path)


def one_place(path: str, other: str) -> bool:
    """Whether two paths name one member, or one of them what the other holds."""
    shorter, longer = sorted((path, other), key=len)
    return bool(shorter) and (longer == shorter or longer.startswith((f"{shorter}.", f"{shorter}[")))


def _behind(finding: Finding, message: Message) -> Breach | None:
    """The breach of the message itself that a finding is about too, if there is one."""
    if finding.what in _MISSED:
        return next(iter(message.faults), None)
    if finding.what is What.NOT_ABSENT:
        return next((one for one in message.faults if one.rule == "one_call"), None)
    if finding.what is What.WRONG_MEMBER:
        return next((one for one in message.faults if _covers(one, finding.path)), None)
    return None


def _covers(breach: Breach, path: str) -> bool:
    return breach.keyword in ("payload", ACTION) or one_place(breach.path, path)
