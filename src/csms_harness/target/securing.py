"""The security profiles of a target: one address for each, and under which of them a Charge Point connects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from csms_harness.addresses import mask_addresses
from csms_harness.ocpp16.vocabulary import SECURITY_PROFILES
from csms_harness.target.pics import Part
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.trust import trust_problem

WITH_PASSWORD: Final = frozenset({1, 2})
"""The security profiles with Basic authentication (security whitepaper, section 2.4)."""

OVER_TLS: Final = frozenset({2, 3})
"""The security profiles over TLS."""


def beside(value: Path | None, info: ValidationInfo) -> Path | None:
    """A file that is named in a target file lies beside it, unless its path is absolute."""
    folder = (info.context or {}).get("folder")
    return value if value is None or folder is None else folder / value


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


class Trust(Part):
    """What a wss connection is checked by.

    ``ca_file`` holds the certificates of the issuing authorities, in PEM, beside the target file; ``server_name`` is
    the name that the certificate of the CSMS is made out to, where that is not the host of the URL.
    """

    ca_file: Path | None = None
    server_name: str | None = Field(default=None, min_length=1)

    @field_validator("ca_file")
    @classmethod
    def _trusted(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        path = beside(value, info)
        problem = trust_problem(path) if path is not None and (info.context or {}).get("folder") is not None else ""
        if problem:
            raise ValueError(f"{path} {problem}; name a file with the certificates of the authorities, in PEM")
        return path


class SecurityProfile(Trust):
    """Where a Central System serves one security profile; what is left out is as ``tls`` of the target says."""

    profile: int
    url: str

    @field_validator("profile")
    @classmethod
    def _known(cls, value: int) -> int:
        if value not in SECURITY_PROFILES:
            known = ", ".join(str(one) for one in SECURITY_PROFILES)
            raise ValueError(f"there is no security profile {value}; there are {known}")
        return value

    _url = field_validator("url")(checked_url)

    @model_validator(mode="after")
    def _together(self) -> SecurityProfile:
        if self.url.startswith("wss:") is not (self.profile in OVER_TLS):
            wanted, found = ("wss", "ws") if self.profile in OVER_TLS else ("ws", "wss")
            raise ValueError(
                f"security profile {self.profile} is served at a {wanted}:// URL, this one begins with {found}://"
            )
        return self


def profile_of(endpoint: Endpoint) -> int:
    """The security profile that a connection to this endpoint comes to."""
    if not endpoint.secure:
        return 0 if endpoint.password is None else 1
    return 2 if endpoint.client_certificate is None else 3


def doors_of(
    plain: Endpoint, profiles: Iterable[SecurityProfile], declared: Iterable[int] | None = None
) -> dict[int, Endpoint]:
    """Where one Charge Point connects under each security profile, the lowest first.

    ``plain`` is the endpoint of the target's own URL. Of what the PICS has ``declared`` the others are left out.
    """
    named = {one.profile: _at(plain, one) for one in profiles}
    if plain.url not in {one.url for one in named.values()}:
        named.setdefault(profile_of(plain), plain)
    wanted = set(SECURITY_PROFILES if declared is None else declared)
    return {number: named[number] for number in sorted(named) if number in wanted}


def _at(plain: Endpoint, one: SecurityProfile) -> Endpoint:
    return replace(
        plain,
        url=one.url,
        password=plain.password if one.profile in WITH_PASSWORD else None,
        client_certificate=plain.client_certificate if one.profile in OVER_TLS - WITH_PASSWORD else None,
        client_key=plain.client_key if one.profile in OVER_TLS - WITH_PASSWORD else None,
        ca_file=one.ca_file or plain.ca_file,
        server_name=one.server_name or plain.server_name,
    )


def not_below(served: Iterable[int], raised_to: int | None) -> list[int]:
    """Of the security profiles that are served those that a Charge Point can connect under which was raised to one."""
    return [one for one in served if one >= (raised_to or 0)]


def lowest(served: Iterable[int], allowed: Iterable[int], *, and_next: bool = False) -> int | None:
    """The lowest security profile of these that is served, ``and_next``: with the one above it.

    Any will do where none is named.
    """
    among, there = set(allowed) or set(SECURITY_PROFILES), set(served)
    return min((one for one in there & among if not and_next or one + 1 in there), default=None)
