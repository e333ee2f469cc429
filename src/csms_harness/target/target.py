"""The system under test and how to make it act (target.yaml)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from csms_harness.addresses import SHORTEST, mask_addresses, secrets_in_address
from csms_harness.charge_point.model import ChargePoint
from csms_harness.documents.durations import parse_duration
from csms_harness.documents.mistakes import Mistake, Mistakes, did_you_mean
from csms_harness.documents.nodes import Node
from csms_harness.documents.source import parse_yaml, read_yaml
from csms_harness.documents.validation import no_flag, validate
from csms_harness.foreign import MASK
from csms_harness.target.config import CONFIDENTIAL_NAME, DEFAULTS, as_number, config_mistakes
from csms_harness.target.deadlines import NAMES, WITHOUT
from csms_harness.target.filling import fill
from csms_harness.target.keys import key_mistakes
from csms_harness.target.materials import materials, requests_of
from csms_harness.target.pics import Part, Seconds
from csms_harness.target.securing import SecurityProfile, Trust, beside
from csms_harness.target.sharing import shared
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.trust import credential_problem
from csms_harness.triggers.config import Provision, Triggers
from csms_harness.triggers.fieldnames import saved_in, unknown_fields, unknown_in_session
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.requests import Session

LIMIT_IN_WATTS: Final = 6000.0
"""The charging limit of the certification document where the rate unit is W; 6 where it is A."""


def _secret(value: Any, info: ValidationInfo) -> Any:
    """``$env.NAME`` or ``$file:PATH`` as its value; a secret itself may not stand in a file that people share."""
    if not isinstance(value, str):
        return value
    context = info.context or {}
    if value in context.get("told", ()):
        return ""
    secrets = Secrets(folder=context.get("folder"))
    try:
        if value.startswith("$env."):
            return secrets.from_environment(value.removeprefix("$env."))
        if value.startswith("$file:"):
            return secrets.from_file(value.removeprefix("$file:"))
    except LookupError as error:
        raise ValueError(str(error)) from None
    raise ValueError("a secret does not stand in the file itself; write $env.NAME or $file:PATH")


Secret = Annotated[str, BeforeValidator(_secret)]


def checked_url(value: str) -> str:
    """The URL, if it is a WebSocket URL that can be connected to. Raises ValueError with one sentence."""
    try:
        parts = urlsplit(value)
        known, confiding = parts.scheme in ("ws", "wss") and bool(parts.hostname), parts.username is not None
    except ValueError:
        known, confiding = True, False  # the Endpoint says what is wrong
    if known and confiding:
        raise ValueError("a URL holds no user and no password; write them under charge_points")
    if not known:
        raise ValueError(f"{mask_addresses(value)!r} is no WebSocket URL; write ws://HOST:PORT/PATH or wss://…")
    Endpoint(value, identity="CP")  # raises ValueError for what cannot be connected to
    return value


class ChargePointEntry(Part):
    """One identity, which is one lane. ``password`` (Basic authentication) is text, or ``hex:`` and bytes in hex.

    ``certificate_file`` is its client certificate with the chain, ``key_file`` the private key, unless both are in one
    file; in PEM, beside the target file. ``expired_certificate_file`` and ``early_certificate_file`` are certificates
    of the same authority that are over, or not valid yet, each with its key: nobody may be let in with them.
    """

    id: str = Field(min_length=1, max_length=48)
    password: Secret | None = Field(default=None, repr=False)
    vendor: str | None = Field(default=None, max_length=20)
    model: str | None = Field(default=None, max_length=20)
    serial_number: str | None = Field(default=None, max_length=25)
    certificate_file: Path | None = None
    key_file: Path | None = None
    expired_certificate_file: Path | None = None
    early_certificate_file: Path | None = None
    connectors: Annotated[int, BeforeValidator(no_flag)] = Field(default=2, ge=1, le=64)
    configuration: dict[str, str | int | bool] = Field(default_factory=dict)
    config: dict[str, Any] = Field(default_factory=dict)

    def password_bytes(self) -> bytes | None:
        """The raw bytes of the password."""
        if self.password is None:
            return None
        if self.password.startswith("hex:"):
            return bytes.fromhex(self.password.removeprefix("hex:"))
        return self.password.encode()

    _beside = field_validator("certificate_file", "key_file", "expired_certificate_file", "early_certificate_file")(
        beside
    )

    @model_validator(mode="after")
    def _complete(self, info: ValidationInfo) -> ChargePointEntry:
        if self.key_file is not None and self.certificate_file is None:
            raise ValueError("key_file stands without certificate_file; a key alone is no client certificate")
        if (info.context or {}).get("folder") is None:
            return self
        for name in ("certificate_file", "expired_certificate_file", "early_certificate_file"):
            path = getattr(self, name)
            own_key = self.key_file if name == "certificate_file" else None
            problem = "" if path is None else credential_problem(path, own_key)
            if problem:
                raise ValueError(f"the {name} {path} {problem}")
        return self

    @field_validator("password")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None and value.startswith("hex:"):
            try:
                bytes.fromhex(value.removeprefix("hex:"))
            except ValueError:
                raise ValueError("after 'hex:' stand pairs of the digits 0-9 and a-f, one pair to a byte") from None
        return value

    @field_validator("id")
    @classmethod
    def _visible(cls, value: str) -> str:
        if not value.isprintable() or not value.strip():
            raise ValueError("an identity consists of signs that can be seen")
        return value

    @model_validator(mode="after")
    def _confiding(self) -> ChargePointEntry:
        if self.password is not None and ":" in self.id:
            raise ValueError(
                f"the identity {self.id} has a colon, and a password; "
                "in Basic authentication the user, which is the identity, ends at the first colon"
            )
        return self

    def charge_point(self) -> ChargePoint:
        """A simulated Charge Point of this identity."""
        named = {"vendor": self.vendor, "model": self.model, "serial_number": self.serial_number}
        values = {name: _configured(value) for name, value in self.configuration.items()}
        given = {name: value for name, value in named.items() if value is not None}
        return ChargePoint(self.id, connectors=self.connectors, configuration=values, **given)


def _configured(value: str | float) -> str:
    """A configuration key's value as OCPP writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _known_deadline(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"unknown deadline; known are {', '.join(NAMES)}. {did_you_mean(name, NAMES)}".rstrip())
    return name


DeadlineName = Annotated[str, AfterValidator(_known_deadline)]


class _Without(float):
    """A deadline of 0 that may be one."""


def _without(value: Any) -> Any:
    """Take ``0 s`` where a deadline may be 0; anything else is looked at where it stands."""
    if not isinstance(value, dict):
        return value
    return {name: _Without() if name in WITHOUT and _is_nothing(text) else text for name, text in value.items()}


def _is_nothing(text: Any) -> bool:
    try:
        return isinstance(text, str) and parse_duration(text) == 0
    except ValueError:
        return False


def _deadline(value: Any, otherwise: ValidatorFunctionWrapHandler) -> float:
    return 0.0 if isinstance(value, _Without) else float(otherwise(value))


DeadlineSeconds = Annotated[Seconds, WrapValidator(_deadline)]


class ProfileEntry(SecurityProfile):
    """One entry of ``security_profiles``; the profile and its URL must go together."""

    _url = field_validator("url")(checked_url)

    @model_validator(mode="after")
    def _together(self) -> ProfileEntry:
        if problem := self.fits():
            raise ValueError(problem)
        return self


class Target(Part):
    """A whole target.yaml. Where only security profiles have a URL, that of the lowest is the URL of the target."""

    url: str
    name: str = ""
    charge_points: tuple[ChargePointEntry, ...]
    config: dict[str, Any] = Field(default_factory=dict)
    deadlines: Annotated[dict[DeadlineName, DeadlineSeconds], BeforeValidator(_without)] = Field(default_factory=dict)
    triggers: Triggers = Triggers({})
    provision: Provision = Provision({})
    session: Session | None = None
    parts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    tls: Trust = Trust()
    security_profiles: tuple[ProfileEntry, ...] = ()
    _secrets: frozenset[str] = PrivateAttr(default=frozenset())

    _url = field_validator("url")(checked_url)

    @model_validator(mode="before")
    @classmethod
    def _lowest_url(cls, data: Any) -> Any:
        entries = data.get("security_profiles") if isinstance(data, dict) and "url" not in data else None
        named = [one for one in entries or () if isinstance(one, dict) and isinstance(one.get("profile"), int)]
        return data | {"url": min(named, key=lambda one: one["profile"]).get("url")} if named else data

    @field_validator("security_profiles")
    @classmethod
    def _one_each(cls, value: tuple[ProfileEntry, ...]) -> tuple[ProfileEntry, ...]:
        numbers = [one.profile for one in value]
        twice = sorted({one for one in numbers if numbers.count(one) > 1})
        if twice:
            raise ValueError(f"security profile {twice[0]} stands twice; one profile has one URL")
        return value

    @model_validator(mode="after")
    def _certified(self) -> Target:
        bare = [one.id for one in self.charge_points if one.certificate_file is None]
        if bare and any(one.profile == 3 for one in self.security_profiles):
            raise ValueError(f"security profile 3 needs a client certificate: name the certificate_file of {bare[0]}")
        return self

    @model_validator(mode="after")
    def _distinct(self) -> Target:
        identities = [entry.id for entry in self.charge_points]
        if not identities:
            raise ValueError("charge_points is empty; one identity is one lane, and at least one is needed")
        twice = sorted({one for one in identities if identities.count(one) > 1})
        if twice:
            raise ValueError(f"the identity {twice[0]} stands twice under charge_points; one identity is one lane")
        return self

    def confiding(self, secrets: frozenset[str]) -> Target:
        """The target with parts of its URL that nobody may see."""
        other = self.model_copy()
        other._secrets = secrets  # noqa: SLF001  its own
        return other

    @property
    def secrets(self) -> frozenset[str]:
        """What is masked wherever it shows up: passwords, and the parts of the URL that are secrets."""
        passwords = {entry.password.removeprefix("hex:") for entry in self.charge_points if entry.password}
        addresses = (self.url, *(one.url for one in self.security_profiles))
        return self._secrets.union(passwords, *(secrets_in_address(one) for one in addresses))

    @property
    def secrets_in_config(self) -> frozenset[str]:
        """Values of ``config`` that scenarios send and nobody may read: those that are secrets by their name."""
        given = [
            item for config in (self.config, *(one.config for one in self.charge_points)) for item in config.items()
        ]
        return frozenset(
            value
            for name, value in given
            if isinstance(value, str) and len(value) >= SHORTEST and CONFIDENTIAL_NAME.search(name)
        )

    @property
    def shown_url(self) -> str:
        """The URL as it may be shown."""
        url = self.url
        for secret in sorted(self._secrets, key=len, reverse=True):
            url = url.replace(secret, MASK)
        return mask_addresses(url)

    def lane_config(self, entry: ChargePointEntry) -> dict[str, Any]:
        """What ``$config.…`` means on this lane: defaults, the target's, the Charge Point's own."""
        given = {**self.config, **entry.config}
        derived = {"charging_limit": LIMIT_IN_WATTS} if given.get("charging_rate_unit") == "W" else {}
        return {
            **DEFAULTS,
            **materials(),
            **requests_of(entry.id),
            **derived,
            **{name: as_number(name, value) for name, value in given.items()},
        }


def read_target(path: Path, names: Collection[str] | None = None) -> Target:
    """Read a target.yaml; paths of secret files are relative to it. Raises Mistakes with every mistake in it.

    ``names`` are those of ``config`` that scenarios use; any other is a mistake. None takes every name.
    """
    return _target(read_yaml(path), path.parent, names)


def parse_target(text: str, name: str, folder: Path, names: Collection[str] | None = None) -> Target:
    """A target from text; ``name`` stands in mistakes, paths of secret files are relative to ``folder``."""
    return _target(parse_yaml(text, name), folder, names)


def _unknown(root: Node) -> Iterator[Mistake]:
    """Names that no request has, in the sections that are filled in later."""
    session = root.members.get("session")
    login = None if session is None else session.members.get("login")
    saved = saved_in(*(login.items or (login,))) if login is not None else frozenset()
    if session is not None:
        yield from unknown_in_session(session)
    for section in ("triggers", "provision"):
        if section in root.members:
            yield from unknown_fields(section, root.members[section], saved)


def _target(root: Node, folder: Path, names: Collection[str] | None) -> Target:
    secrets = Secrets(folder=folder)
    with_parts = shared(root)
    root = with_parts.root
    filled = fill(root, secrets)
    mistakes = [*filled.mistakes, *with_parts.mistakes]
    mistakes += _unknown(root)
    told = (*config_mistakes(filled.root, names), *key_mistakes(filled.root))
    mistakes += [one for one in told if one.where not in filled.places]
    try:
        target = validate(Target, filled.root, {"folder": folder, "told": filled.unset})
    except Mistakes as error:
        mistakes += [mistake for mistake in error.mistakes if mistake.where not in filled.places]
    if mistakes:
        raise Mistakes(replace(mistake, text=secrets.mask(mistake.text)) for mistake in mistakes)
    return target.confiding(filled.secrets)
