"""An armed expectation: it recognises *its* CALL, judges it once and answers it.

*Which message is this?* (action and ``where``) and *what must it say?* (``expect``) are different questions.
A mismatch is a FAIL. One thing softens it: a Central System may send GetConfiguration and its like at any
time, so while a trigger is at work a harmless CALL that does not match is a *suspect*: it fails the case
unless the right one follows within the grace (docs/decisions/0003).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from csms_harness.charge_point.behaviour import HARMLESS
from csms_harness.engine.exchange import Exchange, Heard
from csms_harness.engine.judgement import Kind
from csms_harness.ocppj.frames import Breach, Payload
from csms_harness.scenario.matching import Mismatch, count_checks, match
from csms_harness.scenario.model import Receive, Reference
from csms_harness.scenario.references import Scope, UndefinedName, resolve, value_at


@dataclass(slots=True)
class Expectation:
    """A ``receive`` that listens. ``heard`` is its CALL, ``suspect`` a harmless one that did not match."""

    step: Receive
    label: str
    scope: Scope
    exchange: Exchange
    started: bool = False
    asked_at: datetime | None = None
    heard: Heard | None = None
    suspect: tuple[Heard, list[Breach], list[Mismatch]] | None = None
    _deferred: Heard | None = None

    def claim(self, heard: Heard) -> bool:
        """Whether this CALL is ours; if so it is judged and answered now."""
        if self.heard is not None or self._deferred is not None or heard.action != self.step.action:
            return False
        try:
            return self._claim(heard)
        except UndefinedName:
            if self.started:
                raise
            self._deferred = heard  # it needs a name that the running step has yet to save
            return True

    def start(self) -> None:
        """The step itself begins: a CALL that came earlier can be judged now."""
        self.started = True
        if self._deferred is not None:
            heard, self._deferred = self._deferred, None
            if not self._claim(heard):
                self.exchange.unclaimed(heard)

    def abandon(self) -> None:
        """The step will not begin: a CALL kept for it is answered the way a good Charge Point would."""
        if self._deferred is not None:
            heard, self._deferred = self._deferred, None
            self.exchange.answer_ambiently(heard)

    def _claim(self, heard: Heard) -> bool:
        now = self._moment()
        names = self.names(now)
        if self.step.match is not None and match(self.step.match, heard.payload, names, now):
            return False
        breaches = [breach for breach in heard.breaches if not breach.note]
        mismatches = [] if self.step.expect is None else match(self.step.expect, heard.payload, names, now)
        if (breaches or mismatches) and self._may_be_unasked(heard):
            self.suspect = self.suspect or (heard, breaches, mismatches)
            return False
        observed = [] if self.step.observe is None else match(self.step.observe, heard.payload, names, now)
        save(self.step.save, heard.payload, self.scope)
        reply = self._reply_to(heard, breaches, names)  # the last thing that may lack a name: from here on it is done
        self.heard = heard
        self.exchange.judgement.checks += 1 + count_checks(self.step.expect)
        reply()
        self._report(heard, breaches, mismatches)
        for mismatch in observed:
            observe(self.exchange, self.label, f"{heard.action}.req", heard.number, mismatch)
        return True

    def names(self, now: datetime) -> Scope:
        """The names this step can see: those of the case, and ``asked``, what its trigger asks for."""
        if self.step.trigger is None:
            return self.scope
        return self.scope.inner({"asked": resolve(self.step.trigger, self.scope, now)}, {})

    def _moment(self) -> datetime:
        """``$now`` of a CALL that was asked for is the moment of asking: a person may take minutes to act."""
        return self.asked_at or self.exchange.utc()

    def _may_be_unasked(self, heard: Heard) -> bool:
        return self.step.trigger is not None and heard.action in HARMLESS

    def condemn_suspect(self) -> None:
        """No better CALL came: the one that did not match was the one."""
        if self.suspect is not None and self.heard is None:
            heard, breaches, mismatches = self.suspect
            self.heard = heard
            self.exchange.judgement.checks += 1 + count_checks(self.step.expect)
            self._report(heard, breaches, mismatches)

    def _report(self, heard: Heard, breaches: list[Breach], mismatches: list[Mismatch]) -> None:
        report(self.exchange, self.label, f"{heard.action}.req", heard.number, breaches, mismatches)

    def _reply_to(self, heard: Heard, breaches: list[Breach], names: Scope) -> Callable[[], object]:
        """How to answer, with every name in it resolved; nothing is sent yet."""
        exchange, step = self.exchange, self.step
        if any(breach.rule in ("schema", "frame", "json") for breach in breaches):
            return partial(exchange.answer_ambiently, heard)  # no good Charge Point accepts what it cannot read
        if step.reply_error is not None:
            error = resolve(step.reply_error, names, exchange.utc())
            code, description = error.get("code", "GenericError"), error.get("description", "")
            return partial(exchange.reply_error, heard, code, description, error.get("details"))
        if step.reply is not None and not isinstance(step.reply, Reference):
            return partial(exchange.reply, heard, resolve(step.reply, names, exchange.utc()))
        ordinary = exchange.ordinary_answer(heard, refuse_disruptive=False)
        if ordinary.error is not None:
            return partial(exchange.reply_error, heard, *ordinary.error)
        return partial(exchange.reply, heard, ordinary.reply or {})


def save(names: Mapping[str, str], data: Payload, scope: Scope) -> None:
    """Keep the values that a step saves; a member that is not there saves nothing."""
    for name, path in names.items():
        try:
            scope.save(name, value_at(data, path))
        except KeyError:
            continue


def report(
    exchange: Exchange, label: str, message: str, number: int | None, breaches: list[Breach], mismatches: list[Mismatch]
) -> None:
    """Findings for a message that is not what it must be."""
    for breach in breaches:
        exchange.find(
            Kind.BREACH, f"{message} breaks {_RULES.get(breach.rule, breach.rule)}", step=label,
            required=_RULES.get(breach.rule, breach.rule), observed=breach.text, path=breach.path, frame=number,
        )  # fmt: skip
    for mismatch in mismatches:
        exchange.find(
            Kind.MISMATCH, f"{message}: {mismatch.path or 'payload'} is not what the case requires", step=label,
            required=mismatch.required, observed=mismatch.observed, path=mismatch.path, frame=number,
            where=str(mismatch.where),
        )  # fmt: skip


def observe(exchange: Exchange, label: str, message: str, number: int | None, mismatch: Mismatch) -> None:
    """A remark for a message that is allowed but worth telling."""
    exchange.find(
        Kind.OBSERVATION, f"{message}: {mismatch.path or 'payload'} is unusual", step=label,
        required=mismatch.required, observed=mismatch.observed, path=mismatch.path, frame=number,
        where=str(mismatch.where),
    )  # fmt: skip


_RULES = {
    "json": "JSON (RFC 8259, UTF-8)",
    "frame": "the OCPP-J message form (OCPP-J 1.6 section 4.2)",
    "unique_id": "the uniqueId rules (OCPP-J 1.6 section 4.1.4)",
    "correlation": "the correlation of CALL and answer (OCPP-J 1.6 section 4.1)",
    "one_call": "one CALL at a time (OCPP-J 1.6 section 4.1.1)",
    "error_code": "the CALLERROR codes (OCPP-J 1.6 section 4.2.3)",
    "schema": "the OCPP 1.6 JSON schema",
    "datetime": "the date-time form with zone (OCPP 1.6 section 3.14)",
}
