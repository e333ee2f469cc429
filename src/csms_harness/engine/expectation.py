"""An armed expectation: it recognises *its* CALL, judges it once and answers it.

*Which message is this?* (action and ``where``) and *what must it say?* (``expect``) are different questions.
A mismatch is a FAIL. One thing softens it: a Central System may send GetConfiguration and its like at any
time, so while a trigger is at work a harmless CALL that does not match is a *suspect*: it fails the case
unless the right one follows before the step is overdue (docs/decisions/0003, 0010).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from csms_harness.charge_point.behaviour import HARMLESS
from csms_harness.engine.incoming import unclaimed
from csms_harness.engine.stage import Heard, Stage, Ticket
from csms_harness.evidence import Kind, What
from csms_harness.message import Message, MessageType
from csms_harness.ocppj.frames import Breach, Payload
from csms_harness.scenario.matching import Mismatch, count_checks, match
from csms_harness.scenario.model import Receive, Reference
from csms_harness.scenario.references import Scope, UndefinedName, resolve, value_at

NAMING: Final = frozenset({"key"})
"""Members that say what a harmless CALL is about: one about something else may have nothing to do with the step."""


@dataclass(slots=True, eq=False)
class Expectation:
    """A ``receive`` that listens. ``heard`` is its CALL, ``suspect`` a harmless one that did not match.

    ``asked_at`` is the moment at which the CALL was asked for, ``ticket`` the trigger that asks for it.
    """

    step: Receive
    label: str
    scope: Scope
    stage: Stage
    started: bool = False
    asked_at: datetime | None = None
    ticket: Ticket | None = None
    heard: Heard | None = None
    suspect: Heard | None = None
    _kept: Heard | None = None
    _owed: Callable[[], Message] | None = None
    _wrong: tuple[list[Breach], list[Mismatch]] = ([], [])

    def claim(self, heard: Heard) -> bool:
        """Whether this CALL is ours; if so it is judged and answered now."""
        if self.heard is not None or self._kept is not None or heard.message.action != self.step.action:
            return False
        try:
            return self._claim(heard)
        except UndefinedName:
            if self.started:
                raise
            self._kept = heard  # it needs a name that the running step has yet to save
            return True

    def start(self) -> None:
        """The step itself begins: a CALL that came earlier can be judged now."""
        self.started = True
        if self._kept is not None:
            heard, self._kept = self._kept, None
            if not self._claim(heard):
                unclaimed(self.stage, heard)

    def abandon(self) -> None:
        """The step will not begin: a CALL kept for it is answered the way a good Charge Point would."""
        if self._kept is not None:
            heard, self._kept = self._kept, None
            self.stage.answered_ordinarily(heard.message)

    def would_match(self, message: Message) -> bool:
        """Whether a CALL is what this step looks for, whenever it came."""
        return message.action == self.step.action and not any(
            self._mismatches(message, matcher) for matcher in (self.step.match, self.step.expect)
        )

    def is_broken_since(self, moment: float) -> bool:
        """Whether its suspect came after a moment and is none that a Charge Point could answer."""
        return self.suspect is not None and self.suspect.at >= moment and _unreadable(self._wrong[0])

    def condemn_suspect(self) -> None:
        """No better CALL came: the one that did not match was the one."""
        if self.suspect is not None and self.heard is None:
            self.heard = self.suspect
            self._judged(self.suspect, *self._wrong)
            if not any(self._wrong):
                save(self.step.save, self.suspect.message.payload, self.scope)
                self._observed(self.suspect, self._mismatches(self.suspect.message, self.step.observe))

    def _claim(self, heard: Heard) -> bool:
        if self._mismatches(heard.message, self.step.match):
            return False
        breaches, mismatches = self._judge(heard.message)
        observed = self._mismatches(heard.message, self.step.observe)
        wrong, another = bool(breaches or mismatches), any(one.path in NAMING for one in observed)
        if (wrong or another) and self._may_be_unasked(heard.message):
            if self.suspect is None and (wrong or self._is_answered_alike(heard.message)):
                self.suspect, self._wrong = heard, (breaches, mismatches)
            return False
        save(self.step.save, heard.message.payload, self.scope)
        reply = self._reply_to(heard.message, breaches)  # the last thing that may lack a name: from here on it is done
        self.heard = heard
        if self.step.meanwhile and self.started:
            self._owed = reply
        else:
            breaches = self._hindering(breaches, self._answered(reply))
        self._judged(heard, breaches, mismatches)
        self._observed(heard, observed)
        return True

    def answer(self) -> None:
        """Answer now what was left open for other CALLs."""
        if self._owed is not None and self.stage.line.connected:
            self._answered(self._owed)
        self._owed = None

    def _answered(self, reply: Callable[[], Message]) -> Message:
        answer = reply()
        self.stage.send(answer, self.stage.role, self.stage.step)
        return answer

    def _judge(self, message: Message) -> tuple[list[Breach], list[Mismatch]]:
        """What is wrong with a CALL. One that hurried past another breaks a standing rule, and no case."""
        breaches = [breach for breach in message.faults if breach.rule != "one_call"]
        return breaches, self._mismatches(message, self.step.expect)

    def _mismatches(self, message: Message, matcher: Any) -> list[Mismatch]:
        return [] if matcher is None else match(matcher, message.payload, self._names(), self._moment())

    def _names(self) -> Scope:
        """The names this step can see: those of the case, and ``asked``, what its trigger asks for."""
        if self.step.trigger is None:
            return self.scope
        return self.scope.inner({"asked": resolve(self.step.trigger, self.scope, self._moment())}, {})

    def _judged(self, heard: Heard, breaches: list[Breach], mismatches: list[Mismatch]) -> None:
        self.stage.notebook.checks += 1 + count_checks(self.step.expect)
        report(
            self.stage, heard.message, heard.number, breaches, [], self.label, unasked=self._unasked(heard, breaches)
        )
        self.tell(heard, mismatches)

    def tell(self, heard: Heard, mismatches: list[Mismatch]) -> None:
        """Findings for what is not as the step requires it."""
        self._report(heard, mismatches, Kind.MISMATCH, What.WRONG_MEMBER)

    def _report(self, heard: Heard, mismatches: list[Mismatch], kind: Kind, what: What) -> None:
        """Findings for members that are not as the step wants them.

        One that the entry of the target does not hand over says nothing of the Central System (docs/decisions/0021).
        """
        for mismatch in mismatches:
            lost = self.ticket is not None and self.ticket.loses(mismatch.path)
            softer = Kind.PREREQUISITE if kind is Kind.MISMATCH else kind
            self.stage.find(
                softer if lost else kind, What.NOT_PASSED if lost else what, actions=(heard.message.action,),
                type=heard.message.type, frame=heard.number, step=self.label,
                outcome="" if lost or not self._left_open(heard, mismatch.path) else "unasked", **_said(mismatch),
            )  # fmt: skip

    def _unasked(self, heard: Heard, breaches: list[Breach]) -> frozenset[str]:
        """The required members that are missing, and that the wish did not name either."""
        missing = (breach.path for breach in breaches if breach.keyword == "required")
        return frozenset(path for path in missing if self._left_open(heard, path))

    def _left_open(self, heard: Heard, path: str) -> bool:
        """Whether a member is missing that the wish did not name either: somebody has to choose it."""
        asked = self._names().find("asked") if self.ticket is not None else None
        return (
            isinstance(asked, Mapping)
            and bool(path)
            and not holds(asked, path)
            and not holds(heard.message.payload, path)
        )

    def lost_on_the_way(self, message: Message) -> list[Mismatch]:
        """What keeps a CALL from being the one of this step, if that is only what the target does not hand over."""
        if self.ticket is None or message.action != self.step.action or message.faults:
            return []
        found = [one for matcher in (self.step.match, self.step.expect) for one in self._mismatches(message, matcher)]
        return found if all(self.ticket.loses(one.path) for one in found) else []

    def _hindering(self, breaches: list[Breach], answer: Message) -> list[Breach]:
        """Before the scenario a breach that did not keep us from answering is left to the standing rules."""
        refused = answer.type is MessageType.CALLERROR and self.step.reply_error is None
        return breaches if refused or not self.stage.preparing else []

    def _observed(self, heard: Heard, mismatches: list[Mismatch]) -> None:
        self._report(heard, mismatches, Kind.OBSERVATION, What.UNUSUAL_MEMBER)
        habits = self._mismatches(heard.message, self.step.octt)
        self._report(heard, habits, Kind.COMPATIBILITY, What.UNUSUAL_MEMBER)

    def _is_answered_alike(self, message: Message) -> bool:
        """Whether this Charge Point by itself answers a CALL about something else as the step would."""
        if self.step.reply is None or isinstance(self.step.reply, Reference):
            return self.step.reply_error is None
        own = self.stage.line.dialogue.ordinary_answer(message, self.stage.now)
        return bool(own.reply == resolve(self.step.reply, self._names(), self.stage.utc()))

    def _moment(self) -> datetime:
        """``$now`` of a CALL that was asked for is the moment of asking: a person may take minutes to act."""
        return self.asked_at or self.stage.utc()

    def _may_be_unasked(self, message: Message) -> bool:
        return self.step.trigger is not None and message.action in HARMLESS

    def _reply_to(self, asked: Message, breaches: list[Breach]) -> Callable[[], Message]:
        """How to answer, with every name in it resolved; nothing is sent yet."""
        dialogue, now, step = self.stage.line.dialogue, self.stage.now, self.step
        if _unreadable(breaches):
            return self._ordinary(asked, refuse_disruptive=True)  # no good Charge Point accepts what it cannot read
        if step.reply_error is not None:
            error = resolve(step.reply_error, self._names(), self.stage.utc())
            code, description = error.get("code", "GenericError"), error.get("description", "")
            return lambda: dialogue.refuse(asked, code, description, error.get("details"), at=now)
        if step.reply is not None and not isinstance(step.reply, Reference):
            payload = resolve(step.reply, self._names(), self.stage.utc())
            return lambda: dialogue.reply(asked, payload, now)
        return self._ordinary(asked, refuse_disruptive=False)

    def _ordinary(self, asked: Message, *, refuse_disruptive: bool) -> Callable[[], Message]:
        dialogue, now = self.stage.line.dialogue, self.stage.now
        if refuse_disruptive:
            return lambda: dialogue.answer_ordinarily(asked, now)[1]
        ambient = dialogue.ordinary_answer(asked, now, refuse_disruptive=False)
        if ambient.error is not None:
            code, description = ambient.error
            return lambda: dialogue.refuse(asked, code, description, at=now)
        return lambda: dialogue.reply(asked, ambient.reply or {}, now)


def _unreadable(breaches: list[Breach]) -> bool:
    return any(breach.rule in ("schema", "frame", "json") for breach in breaches)


def holds(data: Any, path: str) -> bool:
    """Whether a path leads to a value."""
    try:
        value_at(data, path)
    except KeyError:
        return False
    return True


def save(names: Mapping[str, str], data: Payload, scope: Scope) -> None:
    """Keep the values that a step saves; a member that is not there saves nothing."""
    for name, path in names.items():
        try:
            scope.save(name, value_at(data, path))
        except KeyError:
            continue


def report(
    stage: Stage,
    message: Message,
    number: int | None,
    breaches: list[Breach],
    mismatches: list[Mismatch],
    step: str | None = None,
    claimed: str = "",
    unasked: frozenset[str] = frozenset(),
) -> None:
    """Findings for a message that is not what it must be.

    ``claimed`` is what the target calls its idTag, ``unasked`` are members that are missing because nobody chose them.
    """
    named: dict[str, Any] = {"actions": (message.action,), "type": message.type, "frame": number, "step": step}
    for breach in breaches:
        stage.find(
            Kind.BREACH, What.BROKEN_RULE, rule=breach.rule, path=breach.path, observed=breach.text,
            outcome="unasked" if breach.path in unasked else "", **named,
        )  # fmt: skip
    for mismatch in mismatches:
        about = claimed if mismatch.path == "idTagInfo.status" else ""
        stage.find(Kind.MISMATCH, What.WRONG_MEMBER, claimed=about, **named, **_said(mismatch))


def observe(stage: Stage, message: Message, number: int | None, mismatch: Mismatch, step: str | None = None) -> None:
    """A remark for a message that is allowed but worth telling."""
    stage.find(
        Kind.OBSERVATION, What.UNUSUAL_MEMBER, actions=(message.action,), type=message.type, frame=number, step=step,
        **_said(mismatch),
    )  # fmt: skip


def _said(mismatch: Mismatch) -> dict[str, Any]:
    return {
        "path": mismatch.path,
        "required": mismatch.required,
        "observed": mismatch.observed,
        "where": str(mismatch.where),
    }
