"""What happens to each frame of the Central System during a case.

The order is that of the design: an answer goes to the CALL with its uniqueId; a CALL that an armed expectation
recognises is judged once; a forbidden one is a FAIL; anything else is answered the way a good Charge Point would,
and noted.
"""

from __future__ import annotations

from typing import Any, Final

from csms_harness.dialogue.dialogue import Answered, Asked, Stray
from csms_harness.dialogue.outgoing import Outgoing
from csms_harness.engine.events import FrameReceived
from csms_harness.engine.stage import Heard, Stage
from csms_harness.evidence import Kind, Role, Sample, What
from csms_harness.message import Message, MessageType
from csms_harness.scenario.matching import match
from csms_harness.verdict import Verdict

BEFORE: Final = frozenset({Role.BETWEEN, Role.PREPARATION})
"""The parts of a case in which what the Central System does by itself has nothing to do with the case."""


def ambient_role(stage: Stage) -> Role:
    """What a CALL is that nobody asked for: the case's to remark on, or only the run's."""
    return Role.BETWEEN if stage.role in BEFORE else Role.AMBIENT


def receive(stage: Stage, event: FrameReceived) -> None:
    """Take one frame of the Central System."""
    stage.line.hear()
    if stage.admission is not None:
        stage.admission.let_in()
        stage.admission = None
    match stage.line.dialogue.receive(event.data, event.at, event.resumed):
        case Answered() as answered:
            _answer(stage, answered, event)
        case Asked(message):
            _call(stage, message)
        case Stray(message):
            number = stage.notebook.message(message, Role.AMBIENT, stage.step)
            stage.strays.append(Heard(number, message))


def _answer(stage: Stage, answered: Answered, event: FrameReceived) -> None:
    outgoing, message = answered.outgoing, answered.message
    role, latency = (Role.AMBIENT, None) if outgoing is None else (outgoing.role, outgoing.latency)
    number = stage.notebook.message(message, role, stage.step, (), latency)
    if outgoing is None or latency is None:
        return
    outgoing.answer_number = number
    if outgoing.forged:
        return  # no action waits for it, and whoever sent the frame sees what came
    resumed = event.at if event.resumed is None else event.resumed
    looked = max(latency, resumed - (message.at - latency))
    late = answered.given_up or outgoing.late
    clock = "user" if answered.misdated else event.clock
    sample = Sample(outgoing.action, latency, looked, late, answered=True, clock=clock)
    outgoing.sample = stage.notebook.measure(sample, outgoing.sample)
    if answered.given_up and stage.role is not Role.BETWEEN:
        tell_late(stage, outgoing, Verdict.FAIL if outgoing.role is Role.SCENARIO else None)


def tell_late(stage: Stage, outgoing: Outgoing, decides: Verdict | None, kind: Kind = Kind.LATE) -> None:
    """An answer that came after its time."""
    stage.find(
        kind, What.LATE, decides, step=outgoing.step, actions=(outgoing.action,),
        type=MessageType.CALLRESULT, limit=outgoing.limit, seconds=outgoing.latency, frame=outgoing.answer_number,
        stalled=spoilt(stage, outgoing),
    )  # fmt: skip


def spoilt(stage: Stage, outgoing: Outgoing) -> float | None:
    """Seconds by which the harness itself spoilt the wait for an answer; None when it did not."""
    since = outgoing.sent_at
    return None if since is None else stage.stalls.spoilt(since, since + outgoing.limit)


def give_up(stage: Stage, outgoing: Outgoing) -> None:
    """The answer to a CALL did not come in time: stop waiting, free the line."""
    missing = Sample(outgoing.action, outgoing.limit, outgoing.limit, late=True, answered=False)
    outgoing.sample = stage.notebook.measure(missing, outgoing.sample)
    stage.line.dialogue.give_up(outgoing, stage.now)


def _call(stage: Stage, message: Message) -> None:
    number = stage.notebook.message(message, ambient_role(stage), stage.step)
    heard = Heard(number, message)
    stage.line.owed.known.add(message.action)
    if any(listener.claim(heard) for listener in list(stage.armed)):
        stage.notebook.claim(number, stage.role)
        return
    unclaimed(stage, heard)


def unclaimed(stage: Stage, heard: Heard) -> None:
    """A CALL that no step expects: a FAIL if it is forbidden, answered in any case, and noted."""
    if stage.line.owed.awaits(heard.message.action, heard.message.payload):  # asked for when a case gave back, and late
        stage.answered_ordinarily(heard.message, wished=True)
        stage.notebook.claim(heard.number, Role.CLEANUP)
        return
    what = _forbidden(stage, heard.message)
    named: dict[str, Any] = {"actions": (heard.message.action,), "type": MessageType.CALL, "frame": heard.number}
    if what is not None:
        stage.find(Kind.FORBIDDEN, what, **named)
    disruptive = stage.answered_ordinarily(heard.message)
    if what is not None or stage.role is Role.CLEANUP:
        return
    stage.unasked.append(heard)
    if disruptive and stage.role is not Role.BETWEEN:
        stage.disturbances.append(heard)
        stage.find(Kind.DISTURBANCE, What.UNASKED, **named)
    if stage.role in BEFORE:
        return  # a habit of the Central System, which is the business of the run
    stage.find(Kind.COMPATIBILITY, What.UNEXPECTED, **named)


def _forbidden(stage: Stage, message: Message) -> What | None:
    """Why a CALL must not come now, or None."""
    if stage.role is Role.SCENARIO and message.action in stage.forbidden:
        return What.FORBIDDEN
    for watch in stage.absences:
        step = watch.step
        if message.action == step.action and (
            step.match is None or not match(step.match, message.payload, watch.scope, stage.utc())
        ):
            return What.NOT_ABSENT
    return None
