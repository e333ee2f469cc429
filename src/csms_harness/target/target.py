"""The system under test and how to make it act (target.yaml)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from csms_harness.addresses import SHORTEST, mask_addresses, secrets_in_address
from csms_harness.documents.location import Location
from csms_harness.documents.mistakes import Mistake, Mistakes
from csms_harness.documents.nodes import Node
from csms_harness.documents.source import parse_yaml, read_yaml
from csms_harness.documents.validation import validate
from csms_harness.foreign import MASK
from csms_harness.target.config import CONFIDENTIAL_NAME, DEFAULTS, as_number, config_mistakes
from csms_harness.target.deadlines import DeadlineName, DeadlineSeconds, without
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.filling import fill
from csms_harness.target.keys import key_mistakes
from csms_harness.target.materials import materials, requests_of
from csms_harness.target.pics import Part
from csms_harness.target.securing import SecurityProfile, Trust, checked_url
from csms_harness.target.sharing import shared
from csms_harness.triggers.config import Provision, Triggers
from csms_harness.triggers.fieldnames import saved_in, unknown_fields, unknown_in_session
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.requests import Session

LIMIT_IN_WATTS: Final = 6000.0
"""The charging limit of the certification document where the rate unit is W; 6 where it is A."""


class Target(Part):
    """A whole target.yaml. Where only security profiles have a URL, that of the lowest is the URL of the target."""

    url: str
    name: str = ""
    charge_points: tuple[ChargePointEntry, ...]
    config: dict[str, Any] = Field(default_factory=dict)
    deadlines: Annotated[dict[DeadlineName, DeadlineSeconds], BeforeValidator(without)] = Field(default_factory=dict)
    triggers: Triggers = Triggers({})
    provision: Provision = Provision({})
    session: Session | None = None
    parts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    tls: Trust = Trust()
    security_profiles: tuple[SecurityProfile, ...] = ()
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
    def _one_each(cls, value: tuple[SecurityProfile, ...]) -> tuple[SecurityProfile, ...]:
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
    url = _URL.fullmatch(path.as_posix())
    if url is not None and not path.exists():
        text = f"is a URL, and a target is a file; write --url {url[1]}://{url[2]}, or the name of the file"
        raise Mistakes([Mistake(Location.whole(str(path)), text)])
    return _target(read_yaml(path), path.parent, names)


_URL: Final = re.compile("(wss?):/+(.+)")
"""A WebSocket URL, as it is left of one that was taken for a path."""


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
