"""What a case needs to exist in the Central System before it begins (``before.memory``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from csms_harness.engine.exchange import Exchange
from csms_harness.engine.judgement import Kind
from csms_harness.engine.waiting import CaseStopped, Steps, Wait
from csms_harness.scenario.memory import item_of
from csms_harness.scenario.model import Value
from csms_harness.scenario.references import Scope, resolve

_WORDS: Final = {"declined": "was declined", "failed": "failed"}


def provide(exchange: Exchange, wanted: Mapping[str, Value], scope: Scope) -> Steps:
    """Have one item exist in the Central System, or stop the case with the reason why it does not."""
    fields = resolve(wanted, scope, exchange.utc())
    item = item_of(fields)
    ticket = exchange.request_provision(item, fields)
    yield Wait(f"the {item} to be provisioned", lambda: ticket.outcome or None, lambda: None)
    if ticket.outcome != "performed":
        named = fields.get("idTag") or fields.get("chargePointId")
        text = f"provisioning the {item} {named} {_WORDS[ticket.outcome]}: {ticket.text or 'no reason given'}"
        raise CaseStopped(exchange.find(Kind.TRIGGER, text))
