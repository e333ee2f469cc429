"""Where a Central System is, and as which Charge Point to go there."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from ssl import TLSVersion
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from csms_harness.addresses import mask_addresses, secrets_in_address
from csms_harness.foreign import MASK
from csms_harness.ocpp16.vocabulary import SUBPROTOCOL

PLACE: Final = "{chargePointId}"
"""What stands in a URL where the identity belongs, when that is not its end."""

LONGEST_IDENTITY: Final = 48
"""Characters that an identity may have (OCPP-J 3.1.1)."""

_NO_CHANCE: Final = 8
"""Characters of a password that no text holds by chance."""

_UNFILLED: Final = re.compile(r"\{[^{}]*\}?|<[^<>]*>?|[}>]")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One Charge Point identity at one Central System, with the limits of a connection to it.

    ``url`` is ws:// or wss://. The identity, percent-encoded, stands where ``PLACE`` does, in the path or the query;
    without one it becomes the last path segment (OCPP-J 3.1.1). ``secrets`` are parts of the URL that nobody may
    see, beside what looks like one. ``user`` is that of Basic authentication, the identity unless it is given
    (OCPP-J 6.2). Without ``ca_file`` the trust store of this machine counts; a client certificate needs its key in a
    file of its own or in the same. ``server_name`` is what the certificate of the CSMS is made out to, if not
    to the host of the URL. With ``slash`` the path ends in one. ``ciphers`` is a list as OpenSSL writes it, for TLS up
    to 1.2. Durations are in seconds, ``max_size`` is in bytes. One that differs in part is made with
    ``dataclasses.replace``.
    Raises ValueError for an unusable URL.
    """

    url: str
    identity: str
    user: str | None = None
    password: bytes | None = field(default=None, repr=False)
    subprotocols: tuple[str, ...] = (SUBPROTOCOL,)
    compression: bool = False
    slash: bool = False
    ca_file: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    server_name: str | None = None
    tls_minimum: TLSVersion = TLSVersion.TLSv1_2
    tls_maximum: TLSVersion = TLSVersion.MAXIMUM_SUPPORTED
    ciphers: str | None = None
    open_timeout: float = 10.0
    close_timeout: float = 2.0
    send_timeout: float = 10.0
    max_size: int = 4 * 2**20
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        problem = _problem_of_url(self.url)
        if problem:
            raise ValueError(f"The URL of the Central System cannot be used: {problem}.")
        if not self.identity:
            raise ValueError("The Charge Point has no identity: give it an id, the URL ends in it.")

    @property
    def secure(self) -> bool:
        """Whether the connection is made over TLS."""
        return urlsplit(self.url).scheme == "wss"

    @property
    def host(self) -> str:
        """The host name or address, without brackets; an international name in its ASCII form."""
        name = urlsplit(self.url).hostname or ""
        return name if name.isascii() else name.encode("idna").decode()

    @property
    def certified_name(self) -> str:
        """The name that is asked for in the TLS handshake, and that the certificate of the CSMS must hold."""
        return self.server_name or self.host

    @property
    def port(self) -> int:
        """The TCP port; 80 or 443 where the URL names none."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def address(self) -> str:
        """The whole URL that is requested, with the identity at its place."""
        identity, end = quote(self.identity, safe=""), "/" if self.slash else ""
        if PLACE in self.url:
            filled = self.url.replace(PLACE, identity)
            return filled if not end else urlunsplit(urlsplit(filled)._replace(path=f"{urlsplit(filled).path}/"))
        parts = urlsplit(self.url)
        path = f"{parts.path.rstrip('/')}/{identity}{end}"
        return urlunsplit(parts._replace(path=path))

    @property
    def headers(self) -> dict[str, str]:
        """The Authorization header, built from raw bytes: the key of OCPP-J 6.2 need not be text."""
        if self.password is None:
            return {}
        user = self.identity if self.user is None else self.user
        credentials = user.encode() + b":" + self.password
        return {"Authorization": f"Basic {b64encode(credentials).decode()}"}

    def without_secrets(self, text: str) -> str:
        """The text with the password and the secrets of the URL, in each form they travel in, replaced by ``MASK``."""
        for secret in sorted(self.confidential, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return mask_addresses(text)

    @property
    def confidential(self) -> frozenset[str]:
        """The password and the secrets of the URL, in each form in which they travel or come back."""
        return self.secrets | secrets_in_address(self.url) | self._password_forms

    @property
    def _password_forms(self) -> frozenset[str]:
        if not self.password:
            return frozenset()
        plain = self.password.decode(errors="replace")
        credentials = self.headers["Authorization"].removeprefix("Basic ")
        encoded = {self.password.hex(), self.password.hex().upper(), b64encode(self.password).decode()}
        return frozenset({plain, quote(plain, safe=""), credentials} | encoded)

    def is_said_in(self, text: str) -> bool:
        """Whether a text says the password in a form that it travels in; a short one may stand there by chance."""
        return any(len(form) >= _NO_CHANCE and form in text for form in self._password_forms)


def _problem_of_url(url: str) -> str:
    shown = mask_addresses(url)
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        return f"{shown!r} holds a blank or a sign that cannot be seen; take it out, or write it percent-encoded"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError as error:
        return f"{shown!r} is no URL ({error}); write it like ws://host:port/path"
    if parts.username is not None:
        return "it contains a user name; give the password of the Charge Point on its own, not in the URL"
    if parts.scheme not in ("ws", "wss"):
        return f"{shown!r} begins with neither ws:// nor wss://"
    if not host:
        return f"{shown!r} names no host"
    if parts.port == 0:
        return f"{shown!r} names port 0, on which nothing listens"
    if PLACE in parts.netloc:
        return f"{PLACE} stands in the host; it can stand in the path or in the query"
    if parts.fragment:
        return f"{shown!r} has a fragment (#{parts.fragment}), which a WebSocket URL cannot have"
    unfilled = _UNFILLED.search(url.replace(PLACE, ""))
    if unfilled:
        return f"nobody filled in {unfilled[0]!r}; {PLACE} says where the identity of the Charge Point stands"
    return ""
