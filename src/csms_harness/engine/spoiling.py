"""The verb ``spoil``: a right message made wrong in every way, one after another, and what the answers are worth."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from csms_harness.dialogue.outgoing import Outgoing
from csms_harness.engine.asking import resolved
from csms_harness.engine.incoming import spoilt as stalled
from csms_harness.engine.sending import answered, judge
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import Steps, Wait
from csms_harness.evidence import Kind, What
from csms_harness.message import Message, MessageType
from csms_harness.ocpp16.spoiling import FITTING, MAY_BE_TAKEN, NOT_ABOUT_IT, NOT_KNOWN, Ill, Spoilt, spoil
from csms_harness.ocppj.error_codes import meant
from csms_harness.ocppj.frames import Payload
from csms_harness.scenario.model import Send, Spoil
from csms_harness.scenario.references import Scope, seconds

PROBE = "Heartbeat"
"""What is right, and has to be answered after what is wrong."""


@dataclass(slots=True)
class _Group:
    """Wrong messages with one ill that met with the same reaction: their members, and the first answer."""

    members: list[str] = field(default_factory=list)
    frame: int | None = None
    stalled: float | None = None


_Reactions = dict[tuple[What, Ill, str], _Group]


def send_spoilt(stage: Stage, step: Spoil, scope: Scope) -> Steps:
    """Send a message wrong in every way, and something right after each. Judge the reactions, one ill at a time."""
    right = resolved(step.payload, scope, stage)
    whole, _ = stage.line.dialogue.filled(step.action, right, stage.now)
    limit = None if step.within is None else seconds(step.within, scope)
    reactions: _Reactions = {}
    silent: set[Ill] = set()
    codes: list[str | None] = []
    unknown = False
    outside, before = stage.place, len(stage.notebook.findings)
    try:
        for one in spoil(step.action, whole):
            if one.ill not in silent:
                stage.place = (*outside, f"{one.path}: {one.ill}")
                answer = yield from _tried(stage, step, one, limit, reactions)
                codes.append(None if answer is None else answer.code)
                if answer is None:
                    silent.add(one.ill)
        unknown = yield from _unknown(stage, step, whole, limit, codes)
    finally:
        stage.place = outside
        _tell(stage, step, reactions, unknown=unknown)
    stage.stop_on_failure(before)


def _tried(
    stage: Stage, step: Spoil, one: Spoilt, limit: float | None, reactions: _Reactions
) -> Generator[Wait, Any, Message | None]:
    """The answer to one wrong message, None without any; something right was answered after it."""
    outgoing = stage.submit(step.action, one.payload, limit, raw=True)
    yield from answered(stage, outgoing)
    stage.notebook.checks += 1
    for what, code in _reaction(one, outgoing.answer):
        group = reactions.setdefault((what, one.ill, code), _Group())
        group.members.append(one.path)
        if group.frame is None:
            group.frame = outgoing.number if outgoing.answer is None else outgoing.answer_number
            group.stalled = stalled(stage, outgoing) if outgoing.answer is None else None
    yield from _still_answers(stage, step)
    return outgoing.answer


def _unknown(
    stage: Stage, step: Spoil, whole: Payload, limit: float | None, codes: list[str | None]
) -> Generator[Wait, Any, bool]:
    """Whether the Central System does not know the action.

    One that looks at the payload before it looks for the action refuses a part of what is wrong by codes of its own.
    So where nothing was taken and some was not known, the right message itself tells.
    """
    known = [code not in NOT_KNOWN for code in codes]
    if all(known) or not all(codes):  # "" is a CALLRESULT, None is silence
        return False
    if not any(known):
        return True
    outgoing = stage.submit(step.action, whole, limit)
    yield from answered(stage, outgoing)
    return outgoing.answer is not None and outgoing.answer.code in NOT_KNOWN


def _reaction(one: Spoilt, answer: Message | None) -> Iterator[tuple[What, str]]:
    """What there is to say about an answer, and its code; nothing when it is as it should be."""
    if answer is None:
        yield What.SPOILT_UNANSWERED, ""
    elif answer.type is MessageType.CALLRESULT:
        if one.ill not in MAY_BE_TAKEN:
            yield What.SPOILT_TAKEN, ""
    elif answer.code in NOT_ABOUT_IT:
        yield What.SPOILT_MISJUDGED, answer.code
    elif meant(answer.code) not in FITTING[one.ill]:
        yield What.SPOILT_OTHERWISE, answer.code


def _still_answers(stage: Stage, step: Spoil) -> Steps:
    """What is right is answered, whatever was wrong before."""
    before = len(stage.notebook.findings)
    probe = Send(where=step.where, action=PROBE)
    outgoing: Outgoing = stage.submit(PROBE, {})
    yield from answered(stage, outgoing)
    judge(stage, probe, outgoing, Scope({}))
    stage.stop_on_failure(before)


def _tell(stage: Stage, step: Spoil, reactions: _Reactions, *, unknown: bool) -> None:
    """One finding to each ill and reaction, whatever the number of members; what is only unusual decides nothing.

    Who knows the action not at all has judged none of them.
    """
    if unknown:
        stage.find(Kind.PREREQUISITE, What.UNKNOWN_ACTION, actions=(step.action,), type=MessageType.CALL)
        return
    for (what, ill, code), group in reactions.items():
        stage.find(
            _KINDS[what], what, actions=(step.action,), type=MessageType.CALL, path=", ".join(group.members),
            outcome=str(ill), observed=code, frame=group.frame, stalled=group.stalled, where=str(step.where),
        )  # fmt: skip


_KINDS = {
    What.SPOILT_UNANSWERED: Kind.NO_ANSWER,
    What.SPOILT_TAKEN: Kind.MISMATCH,
    What.SPOILT_MISJUDGED: Kind.MISMATCH,
    What.SPOILT_OTHERWISE: Kind.OBSERVATION,
}
