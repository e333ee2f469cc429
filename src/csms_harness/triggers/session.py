"""The log-in of a target: made once, shared by all lanes, made again when an answer says that it has expired."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import httpx

from csms_harness.triggers.base import Outcome, Performed, TriggerRequest
from csms_harness.triggers.calling import Caller, NotPerformed, failure
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.requests import Session
from csms_harness.triggers.template import Scope
from csms_harness.triggers.waits import Waits

_NOBODY: Final = TriggerRequest("session", "", {})


class LogIn:
    """What the log-in of a target keeps. ``expired`` are the statuses that ask for another one."""

    def __init__(self, session: Session, client: httpx.AsyncClient, secrets: Secrets, waits: Waits) -> None:
        self.expired = frozenset(session.expired)
        self._steps = session.login
        self._caller = Caller(client, secrets, waits)
        self._secrets = secrets
        self._values: Mapping[str, Any] | None = None
        self._turn = asyncio.Lock()

    async def perform(self, ends: float) -> Outcome:
        """Log in, unless that was done before."""
        try:
            await self.values(ends)
        except (NotPerformed, LookupError) as error:
            return failure(error)
        return Performed(self._caller.named(self._steps[-1], Scope(_NOBODY, self._secrets)))

    async def values(self, ends: float) -> dict[str, Any]:
        """What the log-in saved, after logging in if that was not done yet. Raises NotPerformed, LookupError."""
        async with self._turn:
            if self._values is None:
                self._values = await self._made(ends)
            return dict(self._values)

    async def again(self, stale: Mapping[str, Any], ends: float) -> dict[str, Any]:
        """What another log-in saved; none is made where another lane has made one since. Raises as ``values``."""
        async with self._turn:
            if self._values is None or self._values.items() <= stale.items():
                self._values = None
                self._values = await self._made(ends)
            return dict(self._values)

    async def _made(self, ends: float) -> Mapping[str, Any]:
        scope = Scope(_NOBODY, self._secrets)
        for number, step in enumerate(self._steps, 1):
            await self._caller.step(step, scope, ends, f"log-in step {number}: ")
        return scope.saved
