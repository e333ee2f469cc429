"""Which entry of a target serves which wish: the first that applies, and the operator where none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from csms_harness.triggers.base import TriggerRequest
from csms_harness.triggers.config import ITEMS, Entry, ItemEntry, Provision, Triggers, Way, entries_in, entries_of
from csms_harness.triggers.needing import needed_and_missing
from csms_harness.triggers.passing import not_passed
from csms_harness.triggers.requests import Session
from csms_harness.triggers.template import MISSING, follow, parse_path


@dataclass(frozen=True, slots=True)
class Entries:
    """What a target says of how its Central System is made to act; nothing here does it."""

    triggers: Triggers
    provision: Provision
    session: Session | None = None

    def entry_for(self, request: TriggerRequest) -> Entry:
        """The entry that serves a wish; the operator where none of the target applies."""
        applying = (entry for entry in entries_of(self.triggers, request.action) if _applies(entry, request))
        return next(applying, None) or Entry(operator=True)

    def maker(self, item: str, fields: Mapping[str, Any]) -> ItemEntry | None:
        """The entry that makes an item with these fields, and says how it is seen and taken away."""
        request = item_request(item, fields)
        found = (entry for entry in entries_of(self.provision, item) if _applies(entry, request))
        return next((entry for entry in found if isinstance(entry, ItemEntry)), None)

    def reachable(self, action: str) -> list[Entry]:
        """The entries up to the first that always applies; the operator where none does."""
        entries = entries_of(self.provision if action in ITEMS else self.triggers, action)
        always = next((index for index, entry in enumerate(entries) if not entry.when), len(entries))
        return [*entries, Entry(operator=True)][: always + 1]

    def ways(self, action: str) -> tuple[Way, ...]:
        """The adapters that may serve an action or an item, in the order in which they are asked whether they apply."""
        return tuple(entry.way for entry in self.reachable(action))

    def asks_person(self, action: str) -> bool:
        """Whether an action or an item is asked of the operator before any program."""
        return self.ways(action)[0] is Way.OPERATOR

    def not_passed(self, request: TriggerRequest) -> tuple[str, ...]:
        """The members of a wish that the entry which serves it does not hand over, by path."""
        return not_passed(self.entry_for(request), request.fields, self._known)

    def needed_and_missing(self, request: TriggerRequest) -> tuple[str, ...]:
        """What the entry which serves a wish cannot do without, and the wish does not hold."""
        return needed_and_missing(self.entry_for(request), request.fields, self._known)

    @property
    def _known(self) -> frozenset[str]:
        """What a log-in saves for every entry."""
        return frozenset() if self.session is None else self.session.saves

    @property
    def need_http(self) -> bool:
        """Whether any of them is a request over HTTP."""
        sections = (self.triggers.root, self.provision.root)
        return any(
            entry.http is not None for section in sections for name in section for entry in entries_in(section[name])
        )


def item_request(item: str, fields: Mapping[str, Any]) -> TriggerRequest:
    """An item to make, see or take away, in the form of a wish."""
    return TriggerRequest(item, str(fields.get("chargePointId", "")), dict(fields))


def in_words(entry: Entry) -> str:
    """Which adapter an entry is, in words for a plan."""
    if entry.http is not None:
        return f"http {entry.http.method} {entry.http.url}"
    if entry.unsupported is not None:
        return f"not offered by the product: {entry.unsupported}"
    if entry.command is not None:
        return f"command {entry.command[0]}"
    return f"plugin {entry.plugin.name}" if entry.plugin is not None else "operator"


def _applies(entry: Entry, request: TriggerRequest) -> bool:
    return all(_matches(follow(request.fields, parse_path(path)), wanted) for path, wanted in entry.when.items())


def _matches(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return (value is not MISSING) is bool(wanted["present"])
    if isinstance(wanted, list):
        return any(_matches(value, one) for one in wanted)
    # In Python True equals 1; in JSON it does not.
    return value is not MISSING and isinstance(value, bool) is isinstance(wanted, bool) and value == wanted
