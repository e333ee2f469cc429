"""The ``triggers`` and ``provision`` sections of a target file (values: see csms_harness.triggers.template).

triggers:
  default: {http: {url: "http://localhost:9100/api/octt/1.6/{chargePointId}/{action}", json: $request}}
  Reset: {command: [./ops/reset, "{chargePointId}", "{type}"]}
  ReserveNow: {plugin: acme}
  UnlockConnector: {operator: true}
  ClearCache: {unsupported: This product keeps no cache.}
  ChangeAvailability:
    - {when: {connectorId: 0}, operator: "Switch {chargePointId} off in the fleet view."}
    - {http: {method: PUT, url: "http://localhost/{chargePointId}/{connectorId}/{type}"}}
provision:
  idTag:
    http: {url: "http://localhost/tags", json: {tag: $idTag, state: $status}}
    exists: [409]
    read: {method: GET, url: "http://localhost/tags/{idTag}", accept: {json: {state: $status}}}
    remove: {method: DELETE, url: "http://localhost/tags/{idTag}"}
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    RootModel,
    Tag,
    field_validator,
    model_validator,
)

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.documents.validation import no_flag
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS
from csms_harness.triggers.plugin import installed_plugins
from csms_harness.triggers.requests import HttpEntry, JsonTemplate, SavedPath, Strict, Template, filled_in

ACTIONS = tuple(sorted(CENTRAL_SYSTEM_ACTIONS))
"""What a Central System initiates (OCPP 1.6 chapter 5; security whitepaper)."""

ITEMS = ("idTag", "chargePoint", "password")
"""What a CSMS can be given before a run, and no .req describes."""

SECRET_FIELDS = ("password", "passwordHex")
"""Fields of an item that are shown nowhere."""

_ONE, _SEVERAL = "(one)", "(several)"


def _operator(value: Any) -> Any:
    if value is None or value is True or isinstance(value, str):
        return value
    raise ValueError("operator is either true or the sentence to show")


class PluginEntry(Strict):
    """The ``plugin`` adapter: the name of an entry point, and options for its class."""

    name: str
    options: dict[Template, JsonTemplate] = Field(default_factory=dict)

    @field_validator("name")
    @classmethod
    def _installed(cls, name: str) -> str:
        installed = sorted(installed_plugins())
        if name not in installed:
            there = ", ".join(installed) or "none"
            raise ValueError(f"no trigger plug-in {name!r} is installed (installed: {there})")
        return name


def _plugin(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Way(StrEnum):
    """An adapter, by the name of its member in an entry."""

    OPERATOR = "operator"
    HTTP = "http"
    COMMAND = "command"
    PLUGIN = "plugin"
    UNSUPPORTED = "unsupported"


class Entry(Strict):
    """One way to perform an action; exactly one adapter, and ``when`` narrows it by fields of the request.

    A value in ``when`` is what the field must equal, a list is what it may equal; ``{present: true}`` asks only
    that it is there. ``unsupported`` says why the product cannot do this at all.
    """

    when: dict[SavedPath, Any] = Field(default_factory=dict)
    operator: Annotated[Any, AfterValidator(_operator), AfterValidator(filled_in)] = None
    http: HttpEntry | None = None
    command: Annotated[list[Template], Field(min_length=1)] | None = None
    plugin: Annotated[PluginEntry, BeforeValidator(_plugin, json_schema_input_type=PluginEntry | str)] | None = None
    unsupported: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_adapter(self) -> Entry:
        given = [way for way in Way if getattr(self, way) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"exactly one of {', '.join(Way)} is needed, given: {found}")
        return self

    @property
    def way(self) -> Way:
        """The adapter of this entry."""
        return next(way for way in Way if getattr(self, way) is not None)


class ItemEntry(Entry):
    """One way to make an item. ``exists`` are the HTTP statuses that say that it is there already; ``read`` shows it.

    ``remove`` takes it away again, where the CSMS is to be left as it was found.
    """

    exists: list[Annotated[int, BeforeValidator(no_flag), Field(ge=400, le=499)]] = Field(default_factory=list)
    read: HttpEntry | None = None
    remove: HttpEntry | None = None

    @cached_property
    def reading(self) -> Entry | None:
        """The entry that shows the item."""
        return None if self.read is None else Entry(http=self.read)

    @cached_property
    def removing(self) -> Entry | None:
        """The entry that takes it away."""
        return None if self.remove is None else Entry(http=self.remove)

    @model_validator(mode="after")
    def _over_http(self) -> ItemEntry:
        if self.exists and self.http is None:
            raise ValueError("exists names HTTP statuses, and nothing here is made over http")
        return self


E = TypeVar("E", bound=Entry)


def _reachable(entries: list[E]) -> list[E]:
    if any(not entry.when for entry in entries[:-1]):
        raise ValueError("an entry without `when` is not the last one; those after it are never reached")
    return entries


_by_kind = Discriminator(lambda value: _SEVERAL if isinstance(value, list) else _ONE)

Entries = Annotated[
    Annotated[Entry, Tag(_ONE)]
    | Annotated[list[Entry], Field(min_length=1), AfterValidator(_reachable), Tag(_SEVERAL)],
    _by_kind,
]
ItemEntries = Annotated[
    Annotated[ItemEntry, Tag(_ONE)]
    | Annotated[list[ItemEntry], Field(min_length=1), AfterValidator(_reachable), Tag(_SEVERAL)],
    _by_kind,
]


def _known(name: str, names: tuple[str, ...], kind: str) -> str:
    if name in names or name == "default":
        return name
    hint = did_you_mean(name, names) or f"one of default, {', '.join(names)}"
    raise ValueError(f"{name!r} is no {kind}; {hint}")


Action = Annotated[str, AfterValidator(lambda name: _known(name, ACTIONS, "action of a Central System"))]
Item = Annotated[str, AfterValidator(lambda name: _known(name, ITEMS, "item to provision"))]


class Triggers(RootModel[dict[Action, Entries]]):
    """The ``triggers`` section: ``default``, and entries by action."""

    root: dict[Action, Entries] = {}


class Provision(RootModel[dict[Item, ItemEntries]]):
    """The ``provision`` section: ``default``, and entries by item (idTag, chargePoint, password)."""

    root: dict[Item, ItemEntries] = {}


def entries_of(section: Triggers | Provision, name: str) -> list[Entry]:
    """The entries to try for a name in turn: its own, then those of ``default``."""
    found = (section.root.get(key) for key in dict.fromkeys((name, "default")))
    return [entry for entries in found if entries for entry in entries_in(entries)]


def entries_in(entries: Entry | Sequence[Entry]) -> list[Entry]:
    """One entry or several, as a list."""
    return [entries] if isinstance(entries, Entry) else list(entries)
