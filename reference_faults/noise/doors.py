"""Legal noise: other ways to refuse a Charge Point that must not be let in."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reference_csms.seams import (
    NO_PASSWORD,
    SUBPROTOCOLS,
    SWITCHING_PROTOCOLS,
    WRONG_PASSWORD,
    Admission,
    Forward,
    Line,
    Seams,
    Take,
)
from reference_csms.wire.frames import CALL, Frame, Payload
from reference_faults.deviation import Ledger, Make
from reference_faults.noise.making import calling, noise_made

FORBIDDEN: Final = 403


def _refusing(status: int, *causes: str) -> Make:
    """Refuse with this HTTP status instead, or after the upgrade where that is 101."""

    def make(ledger: Ledger) -> Seams:
        def admit(_charge_point_id: str, admission: Admission) -> Admission:
            if admission.because not in causes:
                return admission
            ledger.landed += 1
            because = "" if status == SWITCHING_PROTOCOLS else admission.because
            return replace(admission, status=status, because=because)

        return Seams(admission=(admit,))

    return make


def _challenging(challenge: str | None) -> Make:
    """Another challenge beside a refusal, or none."""

    def make(ledger: Ledger) -> Seams:
        def admit(_charge_point_id: str, admission: Admission) -> Admission:
            if admission.challenge is None:
                return admission
            ledger.landed += 1
            return replace(admission, challenge=challenge)

        return Seams(admission=(admit,))

    return make


def _not_knowing(status: int) -> Make:
    """Refuse who comes under an identity that nobody made known."""

    def make(ledger: Ledger) -> Seams:
        def admit(charge_point_id: str, admission: Admission) -> Admission:
            if not charge_point_id.startswith("NOBODY-"):
                return admission
            ledger.landed += 1
            return replace(admission, status=status, because="identity")

        return Seams(admission=(admit,))

    return make


def _bearing_the_former(ledger: Ledger) -> Seams:
    """Take the former password until the Charge Point has come with the new one, for nobody knows what it stored."""

    def admit(charge_point_id: str, admission: Admission) -> Admission:
        shown, last = admission.credentials, ledger.memory.get(charge_point_id)
        if admission.status == SWITCHING_PROTOCOLS:
            ledger.memory[charge_point_id] = shown
        if admission.because != WRONG_PASSWORD or shown != last or not shown:
            return admission
        return replace(admission, status=SWITCHING_PROTOCOLS)

    async def ordered(_line: Line, action: str, payload: Payload) -> None:
        ledger.landed += action == "ChangeConfiguration" and _is_key(payload)

    return Seams(admission=(admit,), ordered=(ordered,))


def _parting_over_the_key(ledger: Ledger) -> Seams:
    """Close the connection once the Charge Point has taken a new password, so that it comes back with that."""

    async def outgoing(line: Line, frame: Frame, forward: Forward) -> None:
        if frame.kind == CALL and frame.action == "ChangeConfiguration" and _is_key(frame.payload or {}):
            ledger.of(line)["asked"] = frame.message[1]
        await forward(frame)

    async def incoming(line: Line, data: str | bytes, take: Take) -> None:
        await take(data)
        asked = ledger.of(line).get("asked")
        if asked is not None and str(asked) in str(data):
            ledger.of(line).clear()
            ledger.landed += 1
            await line.connection.close(1000, "come back with the new password")

    return Seams(outgoing=(outgoing,), incoming=(incoming,))


def _is_key(payload: Payload) -> bool:
    return payload.get("key") == "AuthorizationKey"


def _in_capitals(payload: Payload) -> Payload:
    return payload | {"value": str(payload["value"]).upper()} if _is_key(payload) else payload


STRANGERS: Final = (
    noise_made("knows-its-charge-points", "answers an identity that it does not know with HTTP 404", _not_knowing(404)),
    noise_made("forbids-strangers", "answers an identity that it does not know with HTTP 403", _not_knowing(FORBIDDEN)),
)
"""How an identity that nobody made known is refused."""

DOORS: Final = (
    calling(
        "key-in-capitals", "writes a new password in hex with capital letters", _in_capitals, "ChangeConfiguration"
    ),
    noise_made(
        "parts-over-the-key",
        "closes the connection once the Charge Point has taken a new password",
        _parting_over_the_key,
    ),
    noise_made(
        "challenges-otherwise",
        "names two ways to authenticate beside HTTP 401",
        _challenging('Digest realm="a, b", qop="auth", Basic realm="ocpp", charset="UTF-8"'),
    ),
    noise_made("challenges-not", "refuses by HTTP 401 without a challenge", _challenging(None)),
    noise_made(
        "bears-the-former-password",
        "takes the former password until the Charge Point has come with the new one",
        _bearing_the_former,
    ),
    noise_made(
        "forbids",
        "refuses a password that does not fit with HTTP 403",
        _refusing(FORBIDDEN, NO_PASSWORD, WRONG_PASSWORD),
    ),
    noise_made(
        "closes-unspoken",
        "completes the handshake without a common subprotocol, and closes the connection at once",
        _refusing(SWITCHING_PROTOCOLS, SUBPROTOCOLS),
    ),
)
"""How a Charge Point is refused."""
