"""An armed expectation: it recognises *its* CALL, judges it once and answers it.

*Which message is this?* (action and ``where``) and *what must it say?* (``expect``) are different questions.
A mismatch is a FAIL. One thing softens it: a Central System may send GetConfiguration and its like at any
time, so while a trigger is at work a harmless CALL that does not match is a *suspect*: it fails the case
unless the right one follows before the step is overdue (docs/decisions/0003, 0010).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from csms_harness.charge_point.behaviour import HARMLESS
from csms_harness.engine.demand import Demand
from csms_harness.engine.incoming import unclaimed
from csms_harness.engine.members import save
from csms_harness.engine.replying import Reply, is_answered_alike, reply_to, unreadable
from csms_harness.engine.stage import Heard, Stage
from csms_harness.message import Message, MessageType
from csms_harness.ocppj.breach import Breach
from csms_harness.scenario.matching import Mismatch
from csms_harness.scenario.model import Receive
from csms_harness.scenario.references import Scope, UndefinedName

NAMING: Final = frozenset({"key"})
"""Members that say what a harmless CALL is about: one about something else may have nothing to do with the step."""


@dataclass(slots=True, eq=False)
class Expectation:
    """A ``receive`` that listens. ``heard`` is its CALL, ``suspect`` a harmless one that did not match.

    ``demand`` is what the CALL must say.
    """

    step: Receive
    label: str
    scope: Scope
    stage: Stage
    demand: Demand = field(init=False)
    started: bool = False
    heard: Heard | None = None
    suspect: Heard | None = None
    _kept: Heard | None = None
    _owed: Reply | None = None
    _wrong: tuple[list[Breach], list[Mismatch]] = ([], [])

    def __post_init__(self) -> None:
        self.demand = Demand(self.step, self.label, self.scope, self.stage)

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

    def is_broken_since(self, moment: float) -> bool:
        """Whether its suspect came after a moment and is none that a Charge Point could answer."""
        return self.suspect is not None and self.suspect.at >= moment and unreadable(self._wrong[0])

    def condemn_suspect(self) -> None:
        """No better CALL came: the one that did not match was the one."""
        if self.suspect is not None and self.heard is None:
            self.heard = self.suspect
            self.demand.judge(self.suspect, *self._wrong)
            if not any(self._wrong):
                save(self.step.save, self.suspect.message.payload, self.scope)
                self.demand.observe(self.suspect, self.demand.mismatches(self.suspect.message, self.step.observe))

    def _claim(self, heard: Heard) -> bool:
        demand = self.demand
        if demand.mismatches(heard.message, self.step.match):
            return False
        breaches, mismatches = demand.wrong_in(heard.message)
        observed = demand.mismatches(heard.message, self.step.observe)
        wrong, another = bool(breaches or mismatches), any(one.path in NAMING for one in observed)
        if (wrong or another) and self._may_be_unasked(heard.message):
            if self.suspect is None and (
                wrong or is_answered_alike(self.stage, self.step, demand.names, heard.message)
            ):
                self.suspect, self._wrong = heard, (breaches, mismatches)
            return False
        save(self.step.save, heard.message.payload, self.scope)
        # The last thing that may lack a name: from here on it is done.
        reply = reply_to(self.stage, self.step, demand.names, heard.message, breaches)
        self.heard = heard
        if self.step.silent or (self.step.meanwhile and self.started):
            self._owed = reply
        else:
            breaches = self._hindering(breaches, self._answered(reply))
        demand.judge(heard, breaches, mismatches)
        demand.observe(heard, observed)
        return True

    def answer(self) -> None:
        """Answer now what was left open for other CALLs."""
        if self._owed is not None and self.stage.line.connected and not self.step.silent:
            self._answered(self._owed)
        self._owed = None

    def _answered(self, reply: Reply) -> Message:
        answer = reply()
        self.stage.send(answer, self.stage.role, self.stage.step)
        return answer

    def _hindering(self, breaches: list[Breach], answer: Message) -> list[Breach]:
        """Before the scenario a breach that did not keep us from answering is left to the standing rules."""
        refused = answer.type is MessageType.CALLERROR and self.step.reply_error is None
        return breaches if refused or not self.stage.preparing else []

    def _may_be_unasked(self, message: Message) -> bool:
        return self.step.trigger is not None and message.action in HARMLESS
