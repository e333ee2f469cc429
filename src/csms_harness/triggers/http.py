"""The http adapter: declared requests to the control API of a CSMS."""

from __future__ import annotations

import asyncio
import math

import httpx

from csms_harness.triggers.answers import says_no, says_nothing
from csms_harness.triggers.base import Knock, Outcome, Performed, TriggerRequest
from csms_harness.triggers.calling import Answer, Caller, NotPerformed, failure
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.numbers import Numbers
from csms_harness.triggers.requests import HttpEntry
from csms_harness.triggers.session import LogIn
from csms_harness.triggers.template import Scope
from csms_harness.triggers.waits import Waits


class HttpTrigger:
    """Logs in where the target says how, performs an entry's ``prepare`` steps in turn, then its request."""

    def __init__(
        self,
        entry: HttpEntry,
        client: httpx.AsyncClient,
        secrets: Secrets,
        numbers: Numbers,
        waits: Waits,
        log_in: LogIn | None,
    ) -> None:
        self._entry = entry
        self._caller = Caller(client, secrets, waits, entry.timeout)
        self._secrets = secrets
        self._numbers = numbers
        self._log_in = log_in

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Performed when the CSMS answers in a way that is accepted, else Failed with what it answered."""
        scope = Scope(request, self._secrets, numbers=self._numbers)
        ends = math.inf if request.within is None else asyncio.get_running_loop().time() + request.within
        try:
            answer = await self._answer(scope, ends)
        except (NotPerformed, LookupError) as error:
            return failure(error)
        said = "" if says_nothing(answer.body) else self._caller.shown(answer.body)
        told = f"{self._caller.named(self._entry, scope)} answered HTTP {answer.status}"
        return Performed(f"{told}: {said}" if said else told, said, says_no(answer.body))

    async def knock(self, request: TriggerRequest) -> Knock:
        """What the address of the last request says to OPTIONS, after a log-in where the target says how."""
        scope = Scope(request, self._secrets, numbers=self._numbers)
        try:
            if self._log_in is not None:
                scope.saved = await self._log_in.values(math.inf)
            answer = await self._caller.options(self._entry, scope)
        except (NotPerformed, LookupError) as error:
            return Knock(self.label(request), failed=failure(error))
        return Knock(self.label(request), answer.status)

    def label(self, request: TriggerRequest) -> str:
        """Method and address of the last request, as far as they are known before it."""
        return self._caller.named(self._entry, Scope(request, self._secrets))

    async def aclose(self) -> None:
        """Nothing to give back: the client belongs to the book."""

    async def _answer(self, scope: Scope, ends: float) -> Answer:
        """The accepted answer. One that says that the session has expired is followed by another log-in, once."""
        if self._log_in is None:
            return await self._requests(scope, ends)
        scope.saved = await self._log_in.values(ends)
        try:
            return await self._requests(scope, ends)
        except NotPerformed as error:
            if error.status not in self._log_in.expired:
                raise
        scope.saved = await self._log_in.again(scope.saved, ends)
        return await self._requests(scope, ends)

    async def _requests(self, scope: Scope, ends: float) -> Answer:
        scope.saved = dict(scope.saved)
        for number, step in enumerate(self._entry.prepare, 1):
            await self._caller.step(step, scope, ends, f"prepare step {number}: ")
        return await self._caller.answer_to(self._entry, scope, ends)
