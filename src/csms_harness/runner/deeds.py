"""What a lane does for a case: each effect that the engine asks for, by the connection, the prompts or the keys."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from csms_harness.charge_point.model import ChargePoint
from csms_harness.engine.case import CaseRun
from csms_harness.engine.effects import (
    CloseConnection,
    Effect,
    Hold,
    MakeKey,
    OpenConnection,
    ProbeTls,
    ReleaseTrigger,
    RequestProvision,
    RequestTrigger,
    SendControl,
    SendFrame,
)
from csms_harness.engine.events import Event, FrameSent, KeyMade, Refused
from csms_harness.runner.chores import Chores
from csms_harness.runner.entrance import Entrance
from csms_harness.runner.inbox import Inbox
from csms_harness.runner.prompts import Prompts
from csms_harness.runner.showing import NothingToShow
from csms_harness.runner.wires import Wires
from csms_harness.runner.world import World
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.refusal import RefusalKind


@dataclass(frozen=True, slots=True)
class Deeds:
    """Does effects; ``thinking`` is how long, in seconds, the Charge Point takes to answer a CALL."""

    entrance: Entrance
    charge_point: ChargePoint
    wires: Wires
    prompts: Prompts
    inbox: Inbox
    chores: Chores
    world: World
    thinking: float

    def at_once(self, effect: Effect) -> FrameSent | None:
        """Write a CALL for which nobody has to be waited for; None where it is anything else, and nothing is done."""
        return self.wires.send_now(effect) if isinstance(effect, SendFrame) and not effect.answer else None

    async def do(self, run: CaseRun, effect: Effect) -> Event | None:
        """Do what was asked for; what is known of it at once is an event, all else comes later."""
        match effect:
            case SendFrame():
                if effect.answer and not self.wires.holds_message:  # who did not wait shows already; a flood must end
                    await asyncio.sleep(self.thinking)  # docs/decisions/0008: who does not wait for it shows
                return await self.wires.send(effect.text, effect.unique_id, effect.framing)
            case SendControl(data, pong):
                return await self.wires.control(data, pong=pong)
            case MakeKey():
                return self._make_key(run, effect)
            case OpenConnection():
                return self._open(effect)
            case ProbeTls(profile, weak):
                self.wires.probe(run, self._through(OpenConnection(profile=profile)), weak=weak)
            case CloseConnection(former=True):
                self.wires.part()
            case CloseConnection(drop):
                self.wires.end(drop=drop)
            case RequestTrigger(ticket, action, fields):
                return self.prompts.trigger(run, ticket, action, fields)
            case RequestProvision(ticket, item, fields):
                self.prompts.provision(run, ticket, item, fields)
            case ReleaseTrigger(ticket, action):
                self.prompts.release(ticket, action)
            case Hold():
                self.prompts.hold(run)
        return None

    def _through(self, wanted: OpenConnection) -> Endpoint:
        return self.entrance.through(wanted, self.charge_point.certificate_chain)

    def _open(self, wanted: OpenConnection) -> Event | None:
        try:
            self.wires.open(self._through(wanted), wanted.profile, beside=wanted.beside)
        except NothingToShow as lack:
            return Refused(self.world.now(), str(lack), RefusalKind.CLIENT_CERTIFICATE)
        return None

    def _make_key(self, run: CaseRun, wanted: MakeKey) -> Event | None:
        if wanted.algorithm == "RSA":
            self.chores.begin(self._make_rsa_key(run, wanted))
            return None
        csr = self.entrance.keys.make(wanted.algorithm, wanted.common_name, wanted.organization)
        return KeyMade(self.world.now(), csr)

    async def _make_rsa_key(self, run: CaseRun, wanted: MakeKey) -> None:
        """It takes so long that nobody else could do anything meanwhile."""
        make = self.entrance.keys.make
        csr = await asyncio.to_thread(make, wanted.algorithm, wanted.common_name, wanted.organization)
        self.inbox.put(run, KeyMade(self.world.now(), csr))
