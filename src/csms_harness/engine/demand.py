"""What the CALL of a step must say, and what is written down where it says something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from csms_harness.engine.findings import report, said
from csms_harness.engine.members import holds
from csms_harness.engine.stage import Heard, Stage, Ticket
from csms_harness.evidence import Kind, What
from csms_harness.message import Message
from csms_harness.ocppj.breach import Breach
from csms_harness.scenario.matchers import Matcher
from csms_harness.scenario.matching import Mismatch, count_checks, match
from csms_harness.scenario.model import Receive
from csms_harness.scenario.references import Scope, resolve


@dataclass(slots=True, eq=False)
class Demand:
    """What a ``receive`` requires.

    ``asked_at`` is the moment at which its CALL was asked for, ``ticket`` the trigger that asks for it.
    """

    step: Receive
    label: str
    scope: Scope
    stage: Stage
    asked_at: datetime | None = None
    ticket: Ticket | None = None

    def names(self) -> Scope:
        """The names this step can see: those of the case, and ``asked``, what its trigger asks for."""
        if self.step.trigger is None:
            return self.scope
        return self.scope.inner({"asked": resolve(self.step.trigger, self.scope, self._moment())}, {})

    def _moment(self) -> datetime:
        """``$now`` of a CALL that was asked for is the moment of asking: a person may take minutes to act."""
        return self.asked_at or self.stage.utc()

    def mismatches(self, message: Message, matcher: Matcher | None) -> list[Mismatch]:
        """Where a CALL is not as a matcher of the step wants it."""
        return [] if matcher is None else match(matcher, message.payload, self.names(), self._moment())

    def is_met_by(self, message: Message) -> bool:
        """Whether a CALL is what this step looks for, whenever it came."""
        return message.action == self.step.action and not any(
            self.mismatches(message, matcher) for matcher in (self.step.match, self.step.expect)
        )

    def wrong_in(self, message: Message) -> tuple[list[Breach], list[Mismatch]]:
        """What is wrong with a CALL. One that hurried past another breaks a standing rule, and no case."""
        breaches = [breach for breach in message.faults if breach.rule != "one_call"]
        return breaches, self.mismatches(message, self.step.expect)

    def lost_on_the_way(self, message: Message) -> list[Mismatch]:
        """What keeps a CALL from being the one of this step, if that is only what the target does not hand over."""
        if self.ticket is None or message.action != self.step.action or message.faults:
            return []
        found = [one for matcher in (self.step.match, self.step.expect) for one in self.mismatches(message, matcher)]
        return found if all(self.ticket.loses(one.path) for one in found) else []

    # -- findings -----------------------------------------------------------------------------------------

    def judge(self, heard: Heard, breaches: list[Breach], mismatches: list[Mismatch]) -> None:
        """Count what was checked of a CALL, and write down what is wrong with it."""
        self.stage.notebook.checks += 1 + count_checks(self.step.expect)
        unasked = self._unasked(heard, breaches)
        report(self.stage, heard.message, heard.number, breaches, [], self.label, unasked=unasked)
        self.tell(heard, mismatches)

    def tell(self, heard: Heard, mismatches: list[Mismatch]) -> None:
        """Findings for what is not as the step requires it."""
        self._report(heard, mismatches, Kind.MISMATCH, What.WRONG_MEMBER)

    def observe(self, heard: Heard, mismatches: list[Mismatch]) -> None:
        """Remarks for what is allowed, but worth telling, or not what the official tool takes."""
        self._report(heard, mismatches, Kind.OBSERVATION, What.UNUSUAL_MEMBER)
        habits = self.mismatches(heard.message, self.step.octt)
        self._report(heard, habits, Kind.COMPATIBILITY, What.UNUSUAL_MEMBER)

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
                outcome="" if lost or not self._left_open(heard, mismatch.path) else "unasked", **said(mismatch),
            )  # fmt: skip

    def _unasked(self, heard: Heard, breaches: list[Breach]) -> frozenset[str]:
        """The required members that are missing, and that the wish did not name either."""
        missing = (breach.path for breach in breaches if breach.keyword == "required")
        return frozenset(path for path in missing if self._left_open(heard, path))

    def _left_open(self, heard: Heard, path: str) -> bool:
        """Whether a member is missing that the wish did not name either: somebody has to choose it."""
        asked = self.names().find("asked") if self.ticket is not None else None
        return (
            isinstance(asked, Mapping)
            and bool(path)
            and not holds(asked, path)
            and not holds(heard.message.payload, path)
        )
