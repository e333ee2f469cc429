"""The book of triggers: makes the CSMS act, within bounds, never raising, with secrets masked."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from csms_harness.addresses import mask_addresses
from csms_harness.foreign import excerpt
from csms_harness.triggers.adapters import Adapters
from csms_harness.triggers.base import Declined, Failed, Knock, Outcome, Performed, TriggerRequest
from csms_harness.triggers.config import ITEMS, SECRET_FIELDS, Entry, Provision, Triggers
from csms_harness.triggers.entries import Entries, in_words, item_request
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.operator import OperatorDesk, OperatorTrigger
from csms_harness.triggers.requests import Session
from csms_harness.triggers.terminal import StreamTerminal
from csms_harness.triggers.waits import Wait

if TYPE_CHECKING:
    from csms_harness.triggers.http import HttpTrigger

T = TypeVar("T")

PROVISION_DEADLINE = 30.0
"""Seconds for one item, unless the caller gives another number."""

CLEAN_UP = 1.0
"""Seconds that an adapter is given to close down after its deadline."""

_REASON_LENGTH = 600


class _CancelledItself(Exception):
    """Work that ended as if somebody had cancelled it, which nobody did."""


class TriggerBook:
    """Every trigger of a target, which says by its ``entries`` who serves what.

    Commands and secret files start in ``folder``, that of the target file.
    """

    def __init__(
        self,
        triggers: Triggers | None = None,
        provision: Provision | None = None,
        session: Session | None = None,
        *,
        desk: OperatorDesk | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        self.entries = Entries(triggers or Triggers(), provision or Provision(), session)
        self._secrets = Secrets(environment, folder)
        for secret in secrets:
            self._secrets.remember(secret)
        self._adapters = Adapters(desk or OperatorDesk(StreamTerminal()), self._secrets, folder, session)

    async def perform(self, request: TriggerRequest, deadline: float) -> Outcome:
        """Make the CSMS act, within ``deadline`` seconds; a prompt's time begins when it is shown.

        Never raises: whatever an adapter or a plug-in does is an outcome.
        """
        return await self.serve(self.entries.entry_for(request), request, deadline)

    async def provision(self, item: str, fields: Mapping[str, Any], deadline: float = PROVISION_DEADLINE) -> Outcome:
        """Have an ``idTag``, ``chargePoint`` or ``password`` made in the CSMS, by the same adapters.

        ``fields`` are those of the item: idTag, status, expiryDate, parentIdTag; chargePointId; password, or
        passwordHex for one that is not text.
        """
        if item not in ITEMS:
            return Failed(f"{item!r} cannot be provisioned; there are {', '.join(ITEMS)}")
        for name in SECRET_FIELDS:
            if isinstance(fields.get(name), str):
                self._secrets.remember(fields[name])
        entry = self.entries.maker(item, fields)
        outcome = await self.serve(entry or Entry(operator=True), item_request(item, fields), deadline)
        if entry is not None and isinstance(outcome, Failed) and outcome.status in entry.exists:
            return Performed(f"there already, HTTP {outcome.status}")
        return outcome

    def provides(self, item: str, fields: Mapping[str, Any]) -> bool:
        """Whether the target says how an item with these fields is made; else it is taken to exist."""
        return self.entries.maker(item, fields) is not None

    async def log_in(self, deadline: float) -> Outcome | None:
        """Log in, unless that was done before; None where the target names no log-in."""
        if self.entries.session is None:
            return None
        log_in = self._adapters.connected()[1]
        assert log_in is not None
        outcome = await _within(deadline, log_in.perform(math.inf))
        return self._masked(outcome or Failed(f"the log-in brought no answer within {deadline:g} s"))

    async def knock(self, request: TriggerRequest, deadline: float) -> Knock | None:
        """What the address that serves a wish says to OPTIONS; None where it is not http, or is made under way."""
        entry = self.entries.entry_for(request)
        if entry.http is None or entry.http.prepare:
            return None
        adapter: HttpTrigger = self._adapters.of(entry)  # type: ignore[assignment]
        knock = await _within(deadline, adapter.knock(request))
        late = Failed(f"no answer from {adapter.label(request)} within {deadline:g} s")
        failed = late if knock is None else knock.failed
        masked = None if failed is None else self._masked(failed)
        assert masked is None or isinstance(masked, Failed)
        label = self._secrets.mask(adapter.label(request))
        return Knock(label, None if knock is None else knock.status, masked)

    def load(self) -> None:
        """Import what the entries need now: in the middle of a run that would stall every lane."""
        if self.entries.need_http:
            import_module("csms_harness.triggers.http")

    def not_passed(self, request: TriggerRequest) -> tuple[str, ...]:
        """The members of a wish that the entry which serves it does not hand over, by path."""
        return self.entries.not_passed(request)

    def asks_person(self, action: str) -> bool:
        """Whether an action or an item is asked of the operator before any program."""
        return self.entries.asks_person(action)

    @property
    def confidential(self) -> frozenset[str]:
        """Every secret it has come across, in each form in which it travels."""
        return self._secrets.forms

    @property
    def waits(self) -> tuple[Wait, ...]:
        """How often the control API had wishes wait, by address and status; secrets masked."""
        return self._adapters.waits.told(lambda text: mask_addresses(self._secrets.mask(text)))

    def describe(self, action: str) -> str:
        """Which adapter serves an action or an item, in words for a plan."""
        words = (in_words(entry) for entry in self.entries.reachable(action))
        return self._secrets.mask(", else ".join(dict.fromkeys(words)))

    async def aclose(self) -> None:
        """Close plug-ins and connections; an error of one does not keep the others open."""
        await self._adapters.aclose()

    async def serve(self, entry: Entry, request: TriggerRequest, deadline: float) -> Outcome:
        """Hand a wish to an entry. Never raises; ``perform`` says more."""
        request = replace(request, within=deadline)
        label = f"the {entry.way} trigger"
        try:
            adapter = self._adapters.of(entry)
            label = adapter.label(request)
            # A prompt may have to wait for another lane's, so the desk counts its time itself.
            limit = None if isinstance(adapter, OperatorTrigger) else deadline
            outcome = await _within(limit, adapter.perform(request))
        except _CancelledItself:
            outcome = Failed("the trigger was cancelled by its own code")
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and the run goes on
            outcome = Failed(f"{label} failed with {type(error).__name__}: {error}")
        late = Failed(f"no answer from {label} within {deadline:g} s")
        return self._masked(late if outcome is None else outcome)

    def _masked(self, outcome: Outcome) -> Outcome:
        def mask(text: str) -> str:
            return excerpt(self._secrets.mask(text), _REASON_LENGTH)

        if isinstance(outcome, Performed):
            return Performed(mask(outcome.detail), mask(outcome.said), outcome.doubtful)
        if isinstance(outcome, Declined):
            return Declined(mask(outcome.reason), outcome.stop)
        return Failed(mask(outcome.reason), outcome.status, self._secrets.mask(outcome.unreached))


async def _within(limit: float | None, work: Coroutine[Any, Any, T]) -> T | None:
    """The outcome, or None when the time is up, even for work that does not let itself be cancelled."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=limit)
        if task.cancelled():
            raise _CancelledItself
    finally:
        if not task.done():
            task.cancel()
            # Time to close what is open, such as a program that is to be killed.
            await asyncio.wait({task}, timeout=CLEAN_UP)
    if not task.done() or task.cancelled():
        return None
    return task.result()
