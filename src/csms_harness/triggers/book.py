"""The book of triggers: which adapter serves which wish, bounded, never raising, with secrets masked."""

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
from csms_harness.triggers.base import (
    Adapter,
    Declined,
    Failed,
    Knock,
    Outcome,
    Performed,
    TriggerRequest,
)
from csms_harness.triggers.command import CommandTrigger
from csms_harness.triggers.config import (
    ITEMS,
    SECRET_FIELDS,
    Entry,
    ItemEntry,
    Provision,
    Triggers,
    Way,
    entries_in,
    entries_of,
)
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.needing import needed_and_missing
from csms_harness.triggers.numbers import Numbers
from csms_harness.triggers.operator import OperatorDesk, OperatorTrigger
from csms_harness.triggers.passing import not_passed
from csms_harness.triggers.plugin import PluginTrigger
from csms_harness.triggers.requests import Session
from csms_harness.triggers.template import MISSING, Scope, follow, parse_path, render
from csms_harness.triggers.terminal import StreamTerminal
from csms_harness.triggers.unsupported import Unsupported
from csms_harness.triggers.waits import Wait, Waits

if TYPE_CHECKING:
    import httpx

    from csms_harness.triggers.http import HttpTrigger
    from csms_harness.triggers.session import LogIn

T = TypeVar("T")

PROVISION_DEADLINE = 30.0
"""Seconds for one item, unless the caller gives another number."""

CLEAN_UP = 1.0
"""Seconds that an adapter is given to close down after its deadline."""

_REASON_LENGTH = 600


class _CancelledItself(Exception):
    """Work that ended as if somebody had cancelled it, which nobody did."""


class TriggerBook:
    """Every trigger of a target. Commands and secret files start in ``folder``, that of the target file."""

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
        self._triggers = triggers or Triggers()
        self._provision = provision or Provision()
        self._session = session
        self._log_in: LogIn | None = None
        self._numbers = Numbers()
        self._waits = Waits()
        self._folder = folder
        self._secrets = Secrets(environment, folder)
        for secret in secrets:
            self._secrets.remember(secret)
        self._desk = desk or OperatorDesk(StreamTerminal())
        self._client: httpx.AsyncClient | None = None
        self._adapters: dict[int, Adapter] = {}

    async def perform(self, request: TriggerRequest, deadline: float) -> Outcome:
        """Make the CSMS act, within ``deadline`` seconds; a prompt's time begins when it is shown.

        Never raises: whatever an adapter or a plug-in does is an outcome.
        """
        return await self.serve(self.entry_for(request), request, deadline)

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
        entry = self.maker(item, fields)
        outcome = await self.serve(entry or Entry(operator=True), item_request(item, fields), deadline)
        if entry is not None and isinstance(outcome, Failed) and outcome.status in entry.exists:
            return Performed(f"there already, HTTP {outcome.status}")
        return outcome

    def provides(self, item: str, fields: Mapping[str, Any]) -> bool:
        """Whether the target says how an item with these fields is made; else it is taken to exist."""
        return self.maker(item, fields) is not None

    def maker(self, item: str, fields: Mapping[str, Any]) -> ItemEntry | None:
        """The entry that makes an item with these fields, and says how it is seen and taken away."""
        request = item_request(item, fields)
        found = (entry for entry in entries_of(self._provision, item) if _applies(entry, request))
        return next((entry for entry in found if isinstance(entry, ItemEntry)), None)

    async def log_in(self, deadline: float) -> Outcome | None:
        """Log in, unless that was done before; None where the target names no log-in."""
        if self._session is None:
            return None
        log_in = self._connected()[1]
        assert log_in is not None
        outcome = await _within(deadline, log_in.perform(math.inf))
        return self._masked(outcome or Failed(f"the log-in brought no answer within {deadline:g} s"))

    async def knock(self, request: TriggerRequest, deadline: float) -> Knock | None:
        """What the address that serves a wish says to OPTIONS; None where it is not http, or is made under way."""
        entry = self.entry_for(request)
        if entry.http is None or entry.http.prepare:
            return None
        adapter: HttpTrigger = self._adapter(entry)  # type: ignore[assignment]
        knock = await _within(deadline, adapter.knock(request))
        late = Failed(f"no answer from {adapter.label(request)} within {deadline:g} s")
        failed = late if knock is None else knock.failed
        masked = None if failed is None else self._masked(failed)
        assert masked is None or isinstance(masked, Failed)
        label = self._secrets.mask(adapter.label(request))
        return Knock(label, None if knock is None else knock.status, masked)

    def not_passed(self, request: TriggerRequest) -> tuple[str, ...]:
        """The members of a wish that the entry which serves it does not hand over, by path."""
        return not_passed(self.entry_for(request), request.fields, self._known)

    def needed_and_missing(self, request: TriggerRequest) -> tuple[str, ...]:
        """What the entry which serves a wish cannot do without, and the wish does not hold."""
        return needed_and_missing(self.entry_for(request), request.fields, self._known)

    @property
    def _known(self) -> frozenset[str]:
        """What a log-in saves for every entry."""
        return frozenset() if self._session is None else self._session.saves

    def load(self) -> None:
        """Import what the entries need now: in the middle of a run that would stall every lane."""
        sections = (self._triggers.root, self._provision.root)
        if any(
            entry.http is not None for section in sections for name in section for entry in entries_in(section[name])
        ):
            import_module("csms_harness.triggers.http")

    def ways(self, action: str) -> tuple[Way, ...]:
        """The adapters that may serve an action or an item, in the order in which they are asked whether they apply."""
        return tuple(entry.way for entry in self._reachable(action))

    def asks_person(self, action: str) -> bool:
        """Whether an action or an item is asked of the operator before any program."""
        return self.ways(action)[0] is Way.OPERATOR

    @property
    def confidential(self) -> frozenset[str]:
        """Every secret it has come across, in each form in which it travels."""
        return self._secrets.forms

    @property
    def waits(self) -> tuple[Wait, ...]:
        """How often the control API had wishes wait, by address and status; secrets masked."""
        return self._waits.told(lambda text: mask_addresses(self._secrets.mask(text)))

    def describe(self, action: str) -> str:
        """Which adapter serves an action or an item, in words for a plan."""
        words = (_in_words(entry) for entry in self._reachable(action))
        return self._secrets.mask(", else ".join(dict.fromkeys(words)))

    def _reachable(self, action: str) -> list[Entry]:
        """The entries up to the first that always applies; the operator where none does."""
        entries = entries_of(self._provision if action in ITEMS else self._triggers, action)
        always = next((index for index, entry in enumerate(entries) if not entry.when), len(entries))
        return [*entries, Entry(operator=True)][: always + 1]

    async def aclose(self) -> None:
        """Close plug-ins and connections; an error of one does not keep the others open."""
        closing = [adapter.aclose() for adapter in self._adapters.values()]
        if self._client is not None:
            closing.append(self._client.aclose())
        self._adapters, self._client = {}, None
        await asyncio.gather(*closing, return_exceptions=True)

    async def serve(self, entry: Entry, request: TriggerRequest, deadline: float) -> Outcome:
        """Hand a wish to an entry. Never raises; ``perform`` says more."""
        request = replace(request, within=deadline)
        label = f"the {entry.way} trigger"
        try:
            adapter = self._adapter(entry)
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

    def entry_for(self, request: TriggerRequest) -> Entry:
        """The entry that serves a wish; the operator where none of the target applies."""
        applying = (entry for entry in entries_of(self._triggers, request.action) if _applies(entry, request))
        return next(applying, None) or Entry(operator=True)

    def _adapter(self, entry: Entry) -> Adapter:
        if entry.operator is not None:
            words = entry.operator if isinstance(entry.operator, str) else None
            return OperatorTrigger(self._desk, words, self._secrets, self._numbers)
        # Entries live as long as the book, so their identity is a key.
        if id(entry) not in self._adapters:
            self._adapters[id(entry)] = self._new_adapter(entry)
        return self._adapters[id(entry)]

    def _new_adapter(self, entry: Entry) -> Adapter:
        if entry.unsupported is not None:
            return Unsupported(entry.unsupported)
        if entry.command is not None:
            return CommandTrigger(entry.command, self._folder, self._secrets, self._numbers)
        if entry.plugin is not None:
            nothing = TriggerRequest("options", "", {})
            options = render(entry.plugin.options, Scope(nothing, self._secrets))
            return PluginTrigger(entry.plugin.name, options)
        # A CLI that only lists cases does not wait for httpx.
        from csms_harness.triggers import http  # noqa: PLC0415

        assert entry.http is not None
        client, log_in = self._connected()
        return http.HttpTrigger(entry.http, client, self._secrets, self._numbers, self._waits, log_in)

    def _connected(self) -> tuple[httpx.AsyncClient, LogIn | None]:
        """One client and one log-in for all entries."""
        from csms_harness.triggers import calling, session  # noqa: PLC0415

        if self._client is None:
            self._client = calling.new_client()
            if self._session is not None:
                self._log_in = session.LogIn(self._session, self._client, self._secrets, self._waits)
        return self._client, self._log_in

    def _masked(self, outcome: Outcome) -> Outcome:
        def mask(text: str) -> str:
            return excerpt(self._secrets.mask(text), _REASON_LENGTH)

        if isinstance(outcome, Performed):
            return Performed(mask(outcome.detail), mask(outcome.said), outcome.doubtful)
        if isinstance(outcome, Declined):
            return Declined(mask(outcome.reason), outcome.stop)
        return Failed(mask(outcome.reason), outcome.status, self._secrets.mask(outcome.unreached))


def item_request(item: str, fields: Mapping[str, Any]) -> TriggerRequest:
    """An item to make, see or take away, in the form of a wish."""
    return TriggerRequest(item, str(fields.get("chargePointId", "")), dict(fields))


def _applies(entry: Entry, request: TriggerRequest) -> bool:
    return all(_matches(follow(request.fields, parse_path(path)), wanted) for path, wanted in entry.when.items())


def _matches(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return (value is not MISSING) is bool(wanted["present"])
    if isinstance(wanted, list):
        return any(_matches(value, one) for one in wanted)
    # In Python True equals 1; in JSON it does not.
    return value is not MISSING and isinstance(value, bool) is isinstance(wanted, bool) and value == wanted


def _in_words(entry: Entry) -> str:
    if entry.http is not None:
        return f"http {entry.http.method} {entry.http.url}"
    if entry.unsupported is not None:
        return f"not offered by the product: {entry.unsupported}"
    if entry.command is not None:
        return f"command {entry.command[0]}"
    return f"plugin {entry.plugin.name}" if entry.plugin is not None else "operator"


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
