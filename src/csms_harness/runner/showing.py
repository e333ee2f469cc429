"""What a Charge Point shows when it connects: which password, as whom, and which client certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from csms_harness.engine.effects import OpenConnection
from csms_harness.runner.keys import Keys
from csms_harness.scenario.model import Credential, Password
from csms_harness.transport.endpoint import LONGEST_IDENTITY, Endpoint

Files = tuple[Path, Path | None]
"""A client certificate with its chain, and its key, unless both are in one file."""


class NothingToShow(Exception):
    """The target has no such certificate; the text is a sentence."""


def shown(
    usual: Endpoint, wanted: OpenConnection, keys: Keys, chain: str, given: Mapping[Credential, Files]
) -> Endpoint:
    """Where to connect to, with what this opening changes of it. Raises NothingToShow.

    ``chain`` is the client certificate that was renewed in this run, in PEM, or empty; ``given`` are those that are
    none of this Charge Point's own.
    """
    certificate, key = _certificate(usual, wanted.certificate, keys, chain, given)
    own = usual.password if wanted.key is None or usual.password is None else wanted.key
    return replace(
        usual,
        identity=f"NOBODY-{usual.identity}"[:LONGEST_IDENTITY] if wanted.stranger else usual.identity,
        slash=wanted.slash,
        url=_without_tls(usual) if wanted.plain else usual.url,
        user=f"{usual.identity}-OTHER" if wanted.other_user else usual.user,
        password=_password(own, wanted.password),
        compression=wanted.compression,
        subprotocols=usual.subprotocols if wanted.subprotocols is None else wanted.subprotocols,
        client_certificate=certificate,
        client_key=key,
    )


def _certificate(
    usual: Endpoint, which: Credential, keys: Keys, chain: str, given: Mapping[Credential, Files]
) -> tuple[Path | None, Path | None]:
    own = usual.client_certificate
    if which is Credential.NONE or own is None:
        return None, None
    if which is Credential.FORGED:
        try:
            return keys.forged(own)
        except (OSError, ValueError) as error:
            raise NothingToShow(f"The client certificate {own} cannot be read: {error}.") from error
    if which is not Credential.OWN:
        if which not in given:
            raise NothingToShow(f"The target names no client certificate that is {which} ({_ADVICE[which]}).")
        return given[which]
    renewed = keys.files(chain) if chain else None
    return renewed or (own, usual.client_key)


_ADVICE = {
    Credential.ANOTHER: "the certificate_file of a second Charge Point",
    Credential.EXPIRED: "expired_certificate_file",
    Credential.EARLY: "early_certificate_file",
}


def _password(own: bytes | None, which: Password) -> bytes | None:
    """The password that is shown; a wrong one is as long as the own one, and differs in its last byte.

    Where there are no letters to be swapped, a wrong one is shown.
    """
    if which is Password.NONE or own is None:
        return None
    if which is Password.CASE and own.swapcase() != own:
        return own.swapcase()
    if which in (Password.WRONG, Password.CASE):
        return own[:-1] + bytes([own[-1] ^ 1 if own else ord("x")])
    return {Password.EMPTY: b"", Password.SHORT: own[:-1], Password.LONG: own + b"x"}.get(which, own)


def _without_tls(usual: Endpoint) -> str:
    """The URL for a connection without TLS to the very port that is served over TLS."""
    parts = urlsplit(usual.url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return urlunsplit(parts._replace(scheme="ws", netloc=f"{host}:{usual.port}"))
