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

import os
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from csms_harness.addresses import mask_addresses
from csms_harness.documents.durations import SCHEMA, parse_duration
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.documents.validation import no_flag
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS
from csms_harness.triggers.answers import Accept, Accepted
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.plugin import installed_plugins
from csms_harness.triggers.template import parse_path, references_in, texts_in

ACTIONS = tuple(sorted(CENTRAL_SYSTEM_ACTIONS))
"""What a Central System initiates (OCPP 1.6 chapter 5; security whitepaper)."""

ITEMS = ("idTag", "chargePoint", "password")
"""What a CSMS can be given before a run, and no .req describes."""

SECRET_FIELDS = ("password", "passwordHex")
"""Fields of an item that are shown nowhere."""

_PLACES = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_ONE, _SEVERAL = "(one)", "(several)"


def _filled_in(value: Any, info: ValidationInfo) -> Any:
    """Read every ``$…`` and ``{…}`` now, so that a mistake or an unset secret is found before connecting."""
    context = info.context or {}
    secrets = Secrets(context.get("environment", os.environ), context.get("folder"))
    told = context.get("told", ())
    problems = []
    for where, text in texts_in(value):
        try:
            for reference in references_in(text):
                if reference.secret not in told:
                    secrets.check(reference.variable, reference.file)
        except (ValueError, LookupError) as error:
            problems.append(f"{where}: {error}" if where else str(error))
    if problems:
        raise ValueError("; ".join(problems))
    return value


def _operator(value: Any) -> Any:
    if value is None or value is True or isinstance(value, str):
        return value
    raise ValueError("operator is either true or the sentence to show")


def _http_address(value: str) -> str:
    if value.startswith(("$", "{env.", "{file:")):
        return value  # as a whole from elsewhere
    shown = mask_addresses(value)
    if not value.startswith(("http://", "https://")):
        raise ValueError(f"{shown!r} begins with neither http:// nor https://")
    plain = _PLACES.sub("1", value)
    if any(sign.isspace() or not sign.isprintable() for sign in plain):
        raise ValueError(f"{shown!r} holds a blank or a sign that cannot be seen; take it out, or write it as %20")
    try:
        parts = urlsplit(plain)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{shown!r} is no URL ({error}); write it like http://localhost:9100/path") from None
    if not host:
        raise ValueError(f"{shown!r} names no host; write it like http://localhost:9100/path")
    if port == 0:
        raise ValueError(f"{shown!r} names port 0, on which nothing listens")
    return value


def _saved_path(value: str) -> str:
    parse_path(value)
    return value


Template = Annotated[str, AfterValidator(_filled_in)]
JsonTemplate = Annotated[Any, AfterValidator(_filled_in)]
UrlTemplate = Annotated[str, AfterValidator(_http_address), AfterValidator(_filled_in)]


def _seconds(value: Any) -> Any:
    return parse_duration(value if isinstance(value, str) else f"{no_flag(value)} s")


Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0), WithJsonSchema(dict(SCHEMA))]


SavedPath = Annotated[str, AfterValidator(_saved_path)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _from_elsewhere(value: str) -> str:
    if not list(references_in(value)):
        raise ValueError("a secret does not stand in the file itself; write $env.NAME or $file:PATH")
    return value


Credential = Annotated[str, AfterValidator(_filled_in), AfterValidator(_from_elsewhere)]


class Basic(_Strict):
    """User and password of HTTP Basic authentication (RFC 7617)."""

    user: Template
    password: Credential


class Auth(_Strict):
    """Who asks: exactly one of ``basic`` and ``bearer`` (RFC 6750)."""

    basic: Basic | None = None
    bearer: Credential | None = None

    @model_validator(mode="after")
    def _one(self) -> Auth:
        if (self.basic is None) is (self.bearer is None):
            raise ValueError("auth is either basic: {user: …, password: …} or bearer: …")
        return self


class HttpRequest(_Strict):
    """One HTTP request; at most one of ``json`` and ``form`` is its body.

    ``omit`` takes members out of the body, ``rename`` spells the names of all that are left in another way.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: UrlTemplate
    headers: dict[Template, JsonTemplate] = {}
    params: dict[Template, JsonTemplate] = {}
    json_body: JsonTemplate = Field(default=None, alias="json")
    form: dict[Template, JsonTemplate] | None = None
    omit: list[SavedPath] = []
    rename: Literal["snake_case", "kebab-case", "PascalCase"] | None = None
    auth: Auth | None = None
    accept: Accepted = Accept()

    @model_validator(mode="after")
    def _one_body(self) -> HttpRequest:
        if self.json_body is not None and self.form is not None:
            raise ValueError("json and form are both given; a request has one body")
        if self.json_body is None and self.form is None and (self.omit or self.rename):
            raise ValueError("omit and rename shape a body, and there is neither json nor form")
        if self.auth is not None and any(name.casefold() == "authorization" for name in self.headers):
            raise ValueError("auth and a header Authorization are both given; one says who asks")
        return self

    @property
    def taken(self) -> Accept:
        """When an answer means that the CSMS took the wish."""
        return Accept(status=self.accept) if isinstance(self.accept, list) else self.accept


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class PrepareStep(HttpRequest):
    """A request before the request, such as a login; ``save`` keeps values of the answer by their path."""

    save: dict[str, SavedPath] = {}


class Session(_Strict):
    """The ``session`` section: requests that log in, once for the whole run, and when an answer says it has expired.

    What they ``save`` is known to every http entry of the target.
    """

    login: Annotated[
        list[PrepareStep],
        BeforeValidator(_as_list, json_schema_input_type=list[PrepareStep] | PrepareStep),
        Field(min_length=1, max_length=8),
    ]
    expired: list[Annotated[int, BeforeValidator(no_flag), Field(ge=400, le=599)]] = [401]

    @property
    def saves(self) -> frozenset[str]:
        """The names it keeps values under."""
        return frozenset(name for step in self.login for name in step.save)


class HttpEntry(HttpRequest):
    """The ``http`` adapter: a few fixed steps, then the request; no branches, no loops."""

    timeout: Seconds | None = None
    prepare: list[PrepareStep] = Field(default=[], max_length=8)


class PluginEntry(_Strict):
    """The ``plugin`` adapter: the name of an entry point, and options for its class."""

    name: str
    options: dict[Template, JsonTemplate] = {}

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


class Entry(_Strict):
    """One way to perform an action; exactly one adapter, and ``when`` narrows it by fields of the request.

    A value in ``when`` is what the field must equal, a list is what it may equal; ``{present: true}`` asks only
    that it is there. ``unsupported`` says why the product cannot do this at all.
    """

    when: dict[SavedPath, Any] = {}
    operator: Annotated[Any, AfterValidator(_operator), AfterValidator(_filled_in)] = None
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

    exists: list[Annotated[int, BeforeValidator(no_flag), Field(ge=400, le=499)]] = []
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
