"""The adapters that serve the entries of a target: one each, with one client and one log-in for all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from csms_harness.triggers.base import Adapter, TriggerRequest
from csms_harness.triggers.command import CommandTrigger
from csms_harness.triggers.config import Entry
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.numbers import Numbers
from csms_harness.triggers.operator import OperatorDesk, OperatorTrigger
from csms_harness.triggers.plugin import PluginTrigger
from csms_harness.triggers.requests import Session
from csms_harness.triggers.template import Scope, render
from csms_harness.triggers.unsupported import Unsupported
from csms_harness.triggers.waits import Waits

if TYPE_CHECKING:
    import httpx

    from csms_harness.triggers.session import LogIn


@dataclass(slots=True)
class Adapters:
    """Made when they are first wanted. Commands and secret files start in ``folder``, that of the target file."""

    desk: OperatorDesk
    secrets: Secrets
    folder: Path | None = None
    session: Session | None = None
    numbers: Numbers = field(default_factory=Numbers)
    waits: Waits = field(default_factory=Waits)
    _client: httpx.AsyncClient | None = None
    _log_in: LogIn | None = None
    _made: dict[int, Adapter] = field(default_factory=dict)

    def of(self, entry: Entry) -> Adapter:
        """The adapter of an entry."""
        if entry.operator is not None:
            words = entry.operator if isinstance(entry.operator, str) else None
            return OperatorTrigger(self.desk, words, self.secrets, self.numbers)
        # Entries live as long as the adapters, so their identity is a key.
        if id(entry) not in self._made:
            self._made[id(entry)] = self._new_adapter(entry)
        return self._made[id(entry)]

    def _new_adapter(self, entry: Entry) -> Adapter:
        if entry.unsupported is not None:
            return Unsupported(entry.unsupported)
        if entry.command is not None:
            return CommandTrigger(entry.command, self.folder, self.secrets, self.numbers)
        if entry.plugin is not None:
            nothing = TriggerRequest("options", "", {})
            options = render(entry.plugin.options, Scope(nothing, self.secrets))
            return PluginTrigger(entry.plugin.name, options)
        # A CLI that only lists cases does not wait for httpx.
        from csms_harness.triggers import http  # noqa: PLC0415

        assert entry.http is not None
        client, log_in = self.connected()
        return http.HttpTrigger(entry.http, client, self.secrets, self.numbers, self.waits, log_in)

    def connected(self) -> tuple[httpx.AsyncClient, LogIn | None]:
        """One client and one log-in for all entries."""
        from csms_harness.triggers import calling, session  # noqa: PLC0415

        if self._client is None:
            self._client = calling.new_client()
            if self.session is not None:
                self._log_in = session.LogIn(self.session, self._client, self.secrets, self.waits)
        return self._client, self._log_in

    async def aclose(self) -> None:
        """Close plug-ins and connections; an error of one does not keep the others open."""
        closing = [adapter.aclose() for adapter in self._made.values()]
        if self._client is not None:
            closing.append(self._client.aclose())
        self._made, self._client = {}, None
        await asyncio.gather(*closing, return_exceptions=True)
