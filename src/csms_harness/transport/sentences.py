"""Every way an opening fails, as one clear sentence: what, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from csms_harness.foreign import EXCERPT, excerpt
from csms_harness.gist import gist
from csms_harness.ocpp16.vocabulary import SUBPROTOCOL
from csms_harness.transport.certifying import own_certificate
from csms_harness.transport.endpoint import PLACE, Endpoint
from csms_harness.transport.hints import Hint, hints_behind
from csms_harness.transport.refusal import Answer, Refusal, RefusalKind, Refused

REDIRECTS: Final = frozenset({300, 301, 302, 303, 307, 308})

_TEXTS: Final[Mapping[RefusalKind, str]] = {
    RefusalKind.NAME_UNKNOWN: "the host name {host!r} is not known ({detail}); check the name",
    RefusalKind.NAME_TIMEOUT: "the name {host!r} was not resolved {within}; check the name and the network",
    RefusalKind.TCP_REFUSED: "nothing listens on port {port} of {host}; start the CSMS or correct the port",
    RefusalKind.TCP_FAILED: "no TCP connection to port {port} of {host} ({detail}); check host, port and network",
    RefusalKind.TCP_TIMEOUT: "no TCP connection to port {port} {within}; check host, port and firewall",
    RefusalKind.TRUST_STORE: "the CA file {ca_file} cannot be used ({detail}); give a PEM file",
    RefusalKind.CLIENT_CERTIFICATE: "the client certificate {certificate} and its key cannot be used ({detail});"
    " give PEM files that belong together, the key without a passphrase",
    RefusalKind.CIPHERS: "the cipher list {ciphers!r} cannot be used ({detail}); write it as OpenSSL does",
    RefusalKind.CERTIFICATE: "the certificate of the CSMS is not accepted ({detail});"
    " name the file with its CA as ca_file, or correct the certificate",
    RefusalKind.CERTIFICATE_HOST: "the certificate of the CSMS is made out to {detail}, not to {certified};"
    " write one of its names in the URL, or as server_name, or correct the certificate",
    RefusalKind.CERTIFICATE_EXPIRED: "{detail}; renew it in the CSMS",
    RefusalKind.CERTIFICATE_EARLY: "{detail}; correct it in the CSMS, or the clock of this machine",
    RefusalKind.CERTIFICATE_UNFIT: "{detail}; give the CSMS another certificate",
    RefusalKind.TLS_SUITES: "the CSMS speaks none of the suites that are offered ({detail});"
    " switch those of the security whitepaper on, such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    RefusalKind.TLS_NAME: "the CSMS breaks the TLS handshake off for the name {certified} ({detail}), and goes on"
    " without one; have it know that name, or write the right one in the URL, or as server_name",
    RefusalKind.TLS_OLD: "the CSMS speaks {detail} and nothing newer; switch TLS 1.2 or 1.3 on in the CSMS",
    RefusalKind.CLIENT_CERTIFICATE_WANTED: "the CSMS wants a client certificate, and none is shown ({detail});"
    " name the certificate_file of {identity}, or use the URL for security profile 2",
    RefusalKind.CLIENT_CERTIFICATE_REFUSED: "the CSMS does not take the client certificate ({detail});"
    " have it know the CA, and compare the names with the CSMS",
    RefusalKind.TLS_FAILED: "the TLS handshake failed ({detail});"
    " compare TLS versions, suites and certificates with the CSMS",
    RefusalKind.TLS_BROKEN_OFF: "the TLS handshake broke off ({detail}); check that the port speaks TLS 1.2 or 1.3",
    RefusalKind.TLS_TIMEOUT: "no TLS answer {within}; check that the port speaks TLS, or use ws://",
    RefusalKind.TLS_ABSENT: "port {port} speaks no TLS; use ws:// in the URL",
    RefusalKind.TLS_NEITHER: "port {port} speaks neither TLS nor HTTP; check the port",
    RefusalKind.TLS_WANTED: "port {port} speaks TLS; use wss:// in the URL",
    RefusalKind.HTTP_STATUS: "the CSMS answered {answered}: {meaning}",
    RefusalKind.HTTP_REDIRECT: "the CSMS redirects to {location} (HTTP {status});"
    " this is not followed, give the final URL",
    RefusalKind.HTTP_PLAIN: "the CSMS answered {answered}:"
    " a plain HTTP answer, there is no WebSocket at this address; check port and path",
    RefusalKind.NOT_HTTP: "the answer is not HTTP (it begins {detail!r}); check that the port serves OCPP 1.6-J",
    RefusalKind.NO_ANSWER: "the connection was closed without an answer; check that the port serves OCPP 1.6-J{tls}",
    RefusalKind.ANSWER_TIMEOUT: "connected, but no answer to the WebSocket handshake {within}; look into the CSMS",
    RefusalKind.ANSWER_INCOMPLETE: "the HTTP answer was not complete {within} (it begins {detail!r});"
    " look into the CSMS",
    RefusalKind.HANDSHAKE_BROKEN: "the answer is no correct WebSocket handshake ({detail}); look into the CSMS",
    RefusalKind.EXTENSION: "the CSMS switches on the WebSocket extension {detail!r}, which was not offered"
    " (RFC 6455 section 9.1); switch its compression off",
    RefusalKind.SUBPROTOCOL: "the CSMS {chosen}; "
    + SUBPROTOCOL
    + " is needed (OCPP-J 3.1.2), switch it on in the CSMS",
}

_SHOWN: Final = {
    RefusalKind.CERTIFICATE: 300,
    RefusalKind.CLIENT_CERTIFICATE_REFUSED: 300,
    RefusalKind.CERTIFICATE_EXPIRED: 300,
    RefusalKind.CERTIFICATE_EARLY: 300,
    RefusalKind.CERTIFICATE_HOST: 300,
    RefusalKind.CERTIFICATE_UNFIT: 300,
    RefusalKind.NOT_HTTP: 48,
    RefusalKind.ANSWER_INCOMPLETE: 40,
}
"""Characters of a foreign beginning that are worth showing, where it is fewer than elsewhere."""

_NO_PASSWORD: Final = "it wants a password and none is configured; set the password of {identity}"
_STATUS_MEANINGS: Final = {
    401: "it did not take the configured password of {identity}; compare it with the CSMS",
    403: "it forbids {identity} to connect; allow this Charge Point in the CSMS",
    404: "it does not know the Charge Point {identity}, or the path of the URL is wrong;"
    " register the Charge Point in the CSMS and compare the path",
    426: "it asks for another protocol or WebSocket version (Upgrade: {upgrade});"
    " check that the port serves OCPP 1.6-J",
    503: "it is not available now; wait until the CSMS is up, or raise its connection limit",
}
_OTHERS_CERTIFICATE: Final = (
    "it does not let {identity} in with its client certificate; compare the names in it with the CSMS"
)
_OTHER_STATUS: Final = "it refused the WebSocket handshake; look into the log of the CSMS"

_HINTS: Final[Mapping[Hint, str]] = {
    Hint.IDENTITY_TWICE: "The URL ends with the identity {identity} already, and it is asked for twice:"
    " take it out of the URL, or write {place} there",
    Hint.PLACEHOLDER: "The URL looks as if it held a placeholder: {place} says where the identity stands",
    Hint.PERCENT_ENCODED: "The identity travels percent-encoded, as {encoded} (OCPP-J 3.1.1):"
    " a CSMS that does not decode it does not know it",
    Hint.HEX_PASSWORD: "The password is 40 hex digits and is sent as text:"
    " where they stand for 20 bytes (OCPP-J 6.2), it begins with hex:",
    Hint.NO_NAME: "The URL names an address, so TLS is begun without a host name (SNI): where the CSMS needs one,"
    " write it as server_name",
    Hint.SPEAKS_TLS: "The port speaks TLS: use wss:// in the URL",
    Hint.CHAIN: "Probably the CSMS does not send the intermediate certificate of its issuer:"
    " let it send the whole chain, or name the issuer's CA as ca_file",
}


def told_hint(hint: Hint, endpoint: Endpoint) -> str:
    """A hint as a sentence, without its full stop."""
    return _HINTS[hint].format(identity=endpoint.identity, encoded=quote(endpoint.identity, safe=""), place=PLACE)


def sentence_of(kind: RefusalKind, endpoint: Endpoint, detail: str, answer: Answer) -> str:
    """The sentence of a refusal. ``detail`` is what the kind leaves open: a reason, or how an answer begins."""
    told = _TEXTS[kind].format(
        host=endpoint.host,
        port=endpoint.port,
        within=f"within {endpoint.open_timeout:g} s",
        ca_file=endpoint.ca_file,
        certified=endpoint.certified_name,
        identity=endpoint.identity,
        certificate=endpoint.client_certificate,
        ciphers=endpoint.ciphers,
        tls=", and whether it wants a client certificate" if endpoint.secure else "",
        detail=excerpt(detail, _SHOWN.get(kind, EXCERPT)),
        status=answer.status,
        answered=f"HTTP {answer.status} {excerpt(answer.reason, 60)}".rstrip(),
        meaning=_meaning(endpoint, answer),
        location=excerpt(answer.field("Location")) or "nowhere",
        chosen=_chosen(endpoint, answer),
    )
    said = _said(answer)
    return f"{endpoint.address}: {told}{said}."


def _said(answer: Answer) -> str:
    """What the body of an answer adds to its status line; empty when it only repeats it."""
    told = gist(answer.body)
    status = f"{answer.status} {answer.reason}".casefold()
    return "" if told.casefold().strip(" .") in status else f"; its answer says: {told.rstrip('.')}"


def _meaning(endpoint: Endpoint, answer: Answer) -> str:
    without = answer.status == 401 and endpoint.password is None
    text = _NO_PASSWORD if without else _STATUS_MEANINGS.get(answer.status, _OTHER_STATUS)
    own = endpoint.client_certificate
    if own is not None and answer.status in (401, 403):  # over TLS that certificate says who comes
        shown = own_certificate(own)
        text = (
            f"{_OTHERS_CERTIFICATE} ({shown.replace('{', '{{').replace('}', '}}')})" if shown else _OTHERS_CERTIFICATE
        )
    return text.format(identity=endpoint.identity, upgrade=excerpt(answer.field("Upgrade"), 60) or "none named")


def _chosen(endpoint: Endpoint, answer: Answer) -> str:
    offered, chosen = ", ".join(endpoint.subprotocols), answer.subprotocol
    if chosen is None:
        return f"chose no subprotocol out of {offered}"
    return f"answered the subprotocol {excerpt(chosen, 60)!r}, offered was {offered}"


def refuse(
    kind: RefusalKind,
    endpoint: Endpoint,
    detail: str = "",
    answer: Answer | None = None,
    verify_code: int = 0,
    found_out: tuple[Hint, ...] = (),
) -> Refused:
    """A refusal with its sentence; password and secrets are taken out wherever they show up.

    ``found_out`` are hints beyond those that the endpoint itself gives.
    """
    mask = endpoint.without_secrets  # before anything is cut, or half a password could be left at the cut
    told = _masked(endpoint, answer or Answer(0))
    hints = (*found_out, *hints_behind(kind, endpoint, told.status, verify_code))
    words = (f"{told_hint(hint, endpoint)}." for hint in hints)
    sentence = mask(" ".join((sentence_of(kind, endpoint, mask(detail), told), *words)))
    if answer is None:
        return Refused(Refusal(kind, sentence))
    said = "\n".join((answer.reason, answer.body, *(value for _, value in answer.headers)))
    return Refused(
        Refusal(kind, sentence, told.status, told.headers, excerpt(told.body), echoes=endpoint.is_said_in(said))
    )


def refuse_status(endpoint: Endpoint, answer: Answer, found_out: tuple[Hint, ...] = ()) -> Refused:
    """The refusal for an HTTP answer that is not 101, with hints as for ``refuse``."""
    if answer.status in REDIRECTS:
        return refuse(RefusalKind.HTTP_REDIRECT, endpoint, answer=answer)
    kind = RefusalKind.HTTP_PLAIN if answer.status < 300 else RefusalKind.HTTP_STATUS
    return refuse(kind, endpoint, answer=answer, found_out=found_out)


def _masked(endpoint: Endpoint, answer: Answer) -> Answer:
    mask = endpoint.without_secrets
    headers = tuple((mask(name), mask(value)) for name, value in answer.headers)
    return replace(answer, reason=mask(answer.reason), headers=headers, body=mask(answer.body))


def refuse_probe(endpoint: Endpoint, error: OSError) -> Refused:
    """The refusal for a TLS handshake that nobody answered."""
    if isinstance(error, ConnectionRefusedError):
        return refuse(RefusalKind.TCP_REFUSED, endpoint)
    if isinstance(error, TimeoutError):
        return refuse(RefusalKind.TLS_TIMEOUT, endpoint)
    return refuse(RefusalKind.TCP_FAILED, endpoint, error.strerror or str(error))
