"""HTTP requests as a target file declares them: who asks, what is sent, what is accepted and what is kept."""

from __future__ import annotations

import os
import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from csms_harness.addresses import mask_addresses
from csms_harness.documents.durations import SCHEMA, parse_duration
from csms_harness.documents.validation import no_flag
from csms_harness.triggers.answers import Accept, Accepted, Status
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.picking import check_picking, wanted_in
from csms_harness.triggers.template import parse_path, references_in, texts_in

_PLACES = re.compile(r"\{\{|\}\}|\{[^{}]*\}")


def filled_in(value: Any, info: ValidationInfo) -> Any:
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


Template = Annotated[str, AfterValidator(filled_in)]
JsonTemplate = Annotated[Any, AfterValidator(filled_in)]
UrlTemplate = Annotated[str, AfterValidator(_http_address), AfterValidator(filled_in)]


def _seconds(value: Any) -> Any:
    return parse_duration(value if isinstance(value, str) else f"{no_flag(value)} s")


Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0), WithJsonSchema(dict(SCHEMA))]


SavedPath = Annotated[str, AfterValidator(_saved_path)]


def _picking_path(value: str) -> str:
    check_picking(value)
    return value


PickingPath = Annotated[str, AfterValidator(_picking_path)]


class Strict(BaseModel):
    """A part of a target file in which nothing else may stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _from_elsewhere(value: str) -> str:
    if not list(references_in(value)):
        raise ValueError("a secret does not stand in the file itself; write $env.NAME or $file:PATH")
    return value


Credential = Annotated[str, AfterValidator(filled_in), AfterValidator(_from_elsewhere)]


class Basic(Strict):
    """User and password of HTTP Basic authentication (RFC 7617)."""

    user: Template
    password: Credential


class Auth(Strict):
    """Who asks: exactly one of ``basic`` and ``bearer`` (RFC 6750)."""

    basic: Basic | None = None
    bearer: Credential | None = None

    @model_validator(mode="after")
    def _one(self) -> Auth:
        if (self.basic is None) is (self.bearer is None):
            raise ValueError("auth is either basic: {user: …, password: …} or bearer: …")
        return self


def _url_or_part(schema: dict[str, Any]) -> None:
    """To an editor the url may come from a part; the harness reads a request with its parts in place."""
    schema["required"] = [name for name in schema.get("required", ()) if name != "url"]
    schema["anyOf"] = [{"required": ["url"]}, {"required": ["use"]}]


class HttpRequest(Strict):
    """One HTTP request; at most one of ``json`` and ``form`` is its body.

    ``use`` names what it has from the section ``parts``, which is in place already when this is read.
    ``omit`` takes members out of the body, ``rename`` spells the names of all that are left in another way.
    """

    model_config = ConfigDict(json_schema_extra=_url_or_part)

    use: str | list[str] | None = None
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


class Kept(Strict):
    """Where in an answer a value is found: a path of its JSON, a field of its HTML form, a header, a cookie."""

    json_path: PickingPath | None = Field(default=None, alias="json")
    html: str | None = Field(default=None, min_length=1)
    header: str | None = Field(default=None, min_length=1)
    cookie: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one(self) -> Kept:
        if sum(one is not None for one in (self.json_path, self.html, self.header, self.cookie)) != 1:
            raise ValueError("a value is kept from exactly one of json, html, header and cookie")
        return self

    def __str__(self) -> str:
        if self.json_path is not None:
            return self.json_path
        named = {"the form field": self.html, "the header": self.header, "the cookie": self.cookie}
        return next(f"{kind} {name}" for kind, name in named.items() if name is not None)


def _as_kept(value: Any) -> Any:
    return {"json": value} if isinstance(value, str) else value


Saved = Annotated[Kept, BeforeValidator(_as_kept, json_schema_input_type=Kept | str)]


class Retry(Strict):
    """Statuses of a CSMS that has not noticed the connection yet, and how long it is asked again, each half second."""

    status: list[Status] = Field(min_length=1)
    within: Seconds = 5.0


def _as_retry(value: Any) -> Any:
    return {"status": value} if isinstance(value, list) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class PrepareStep(HttpRequest):
    """A request before the request, such as a login; ``save`` keeps values of the answer."""

    save: dict[str, Saved] = {}

    @property
    def compared(self) -> list[str]:
        """What ``save`` compares members of an answer with."""
        return [wanted for how in self.save.values() for wanted in wanted_in(how.json_path or "")]


class Session(Strict):
    """The ``session`` section: requests that log in, once for the whole run, and when an answer says it has expired.

    What they ``save`` is known to every http entry of the target.
    """

    login: Annotated[
        list[PrepareStep],
        BeforeValidator(_as_list, json_schema_input_type=list[PrepareStep] | PrepareStep),
        Field(min_length=1, max_length=8),
    ]
    expired: list[Annotated[int, BeforeValidator(no_flag), Field(ge=300, le=599)]] = [401]

    @property
    def saves(self) -> frozenset[str]:
        """The names it keeps values under."""
        return frozenset(name for step in self.login for name in step.save)


class HttpEntry(HttpRequest):
    """The ``http`` adapter: a few fixed steps, then the request; no branches, no loops."""

    timeout: Seconds | None = None
    retry: Annotated[Retry, BeforeValidator(_as_retry, json_schema_input_type=Retry | list[int])] | None = None
    prepare: list[PrepareStep] = Field(default=[], max_length=8)
