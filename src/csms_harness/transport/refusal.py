"""Why no connection was had: every way a handshake fails, as one clear sentence."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from websockets.http11 import Response

from csms_harness.transport.endpoint import SUBPROTOCOL, Endpoint

RefusalKind = Literal["dns", "tcp", "tls", "http", "redirect", "subprotocol", "timeout", "not-websocket"]

EXCERPT = 200
"""Characters of a foreign text that are worth showing."""

REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})

_STATUS_SENTENCES = {
    403: "it forbids {identity} to connect; allow this Charge Point in the CSMS",
    404: "it does not know the Charge Point {identity}, or the path of the URL is wrong;"
    " register the Charge Point in the CSMS and compare the path",
    426: "it asks for another protocol or WebSocket version (Upgrade: {upgrade});"
    " check that the port serves OCPP 1.6-J",
    503: "it is not available now; wait until the CSMS is up, or raise its connection limit",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no connection was had; `sentence` says what, where and what to do, and never shows the password."""

    kind: RefusalKind
    sentence: str
    http_status: int | None = None
    http_body: str = ""


class Refused(Exception):
    """Carries a refusal up through the stages of opening a connection."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """A foreign text on one line, at most `limit` characters, without control and invisible characters."""
    visible = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text[: 4 * limit])
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def refuse(kind: RefusalKind, endpoint: Endpoint, what: str, **http: int | str) -> Refused:
    """A refusal whose sentence begins with the address; the password is taken out wherever it shows up."""
    refusal = Refusal(kind, f"{endpoint.address}: {what}.", **http)  # type: ignore[arg-type]
    masked = endpoint.without_password(refusal.sentence)
    return Refused(replace(refusal, sentence=masked, http_body=endpoint.without_password(refusal.http_body)))


def refused_by_status(endpoint: Endpoint, response: Response) -> Refused:
    """The refusal for an HTTP answer that is not 101."""
    status = response.status_code
    # Mask before cutting, or half a password could be left at the cut.
    body = excerpt(endpoint.without_password((response.body or b"").decode(errors="replace")))
    if status in REDIRECTS:
        target = excerpt(", ".join(response.headers.get_all("Location"))) or "nowhere"
        what = f"the CSMS redirects to {target} (HTTP {status}); this is not followed, give the final URL"
        return refuse("redirect", endpoint, what, http_status=status, http_body=body)
    answered = f"the CSMS answered HTTP {status} {excerpt(response.reason_phrase or '', 60)}".rstrip()
    what = f"{answered}: {_meaning_of_status(endpoint, response)}"
    kind: RefusalKind = "not-websocket" if status < 300 else "http"
    return refuse(kind, endpoint, what, http_status=status, http_body=body)


def _meaning_of_status(endpoint: Endpoint, response: Response) -> str:
    status = response.status_code
    if status == 401 and endpoint.password is None:
        return f"it wants a password and none is configured; set the password of {endpoint.identity}"
    if status == 401:
        return f"it did not take the configured password of {endpoint.identity}; compare it with the CSMS"
    if status < 300:
        return "a plain HTTP answer, there is no WebSocket at this address; check port and path"
    upgrade = excerpt(", ".join(response.headers.get_all("Upgrade")), 60) or "none named"
    other = "it refused the WebSocket handshake; look into the log of the CSMS"
    sentence = _STATUS_SENTENCES.get(status, other)
    return sentence.format(identity=endpoint.identity, upgrade=upgrade)


def refused_by_subprotocol(endpoint: Endpoint, answered: str | None) -> Refused:
    """The refusal for a handshake that was accepted with another subprotocol, or with none (OCPP-J 3.1.2)."""
    offered = ", ".join(endpoint.subprotocols)
    if answered is None:
        what = f"the CSMS chose no subprotocol out of {offered}"
    else:
        what = f"the CSMS answered the subprotocol {excerpt(answered, 60)!r}, offered was {offered}"
    hint = f"{SUBPROTOCOL} is needed (OCPP-J 3.1.2), switch it on in the CSMS"
    return refuse("subprotocol", endpoint, f"{what}; {hint}", http_status=101)


def refused_by_bytes(endpoint: Endpoint, heard: bytes) -> Refused:
    """The refusal for an answer that is no HTTP at all, or for no answer before the connection was closed."""
    if not heard:
        # Under TLS 1.3 the client believes in the handshake before its certificate is judged.
        hint = ", and whether it wants a client certificate" if endpoint.secure else ""
        what = f"the connection was closed without an answer; check that the port serves OCPP 1.6-J{hint}"
    else:
        shown = excerpt(heard[:48].decode("latin-1"), 48)
        what = f"the answer is not HTTP (it begins {shown!r}); check that the port serves OCPP 1.6-J"
    return refuse("not-websocket", endpoint, what)


def refused_by_timeout(endpoint: Endpoint, stage: str, heard: bytes) -> Refused:
    """The refusal for a Central System that was not done within `open_timeout`, by how far it came."""
    within = f"within {endpoint.open_timeout:g} s"
    what = {
        "dns": f"the name {endpoint.host!r} was not resolved {within}; check the name and the network",
        "tcp": f"no TCP connection to port {endpoint.port} {within}; check host, port and firewall",
        "tls": f"no TLS answer {within}; check that the port speaks TLS, or use ws://",
        "http": f"connected, but no answer to the WebSocket handshake {within}; look into the CSMS",
    }[stage]
    if stage == "http" and heard:
        begin = excerpt(heard.decode("latin-1"), 40)
        what = f"the HTTP answer was not complete {within} (it begins {begin!r}); look into the CSMS"
    return refuse("timeout", endpoint, what)
