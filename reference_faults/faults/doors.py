"""Faults of the door: who is let in that a Central System must refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from reference_csms.seams import (
    NO_PASSWORD,
    SUBPROTOCOL,
    SUBPROTOCOLS,
    SWITCHING_PROTOCOLS,
    WRONG_PASSWORD,
    Admission,
    Line,
    Seams,
)
from reference_csms.wire.frames import Payload
from reference_faults.changing import changing_calls
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.model import Clause, Fault, Group
from reference_faults.landing import watched

UNAUTHORIZED = 401

_password = Clause(Group.SECURITY, "OCPP-J 1.6, 6.2; security whitepaper, profile 1", ("TC_085_CSMS",)).made
_subprotocol = Clause(Group.SECURITY, "OCPP-J 1.6, 3.1.2", ("TC_088_CSMS",)).made


def letting_in(because: str, subprotocol: str | None = SUBPROTOCOL) -> Make:
    """Let a Charge Point in all the same that was to be refused because of this; with this subprotocol, or none."""

    def make(ledger: Ledger) -> Seams:
        def admit(_charge_point_id: str, admission: Admission) -> Admission:
            if admission.because != because or admission.status == SWITCHING_PROTOCOLS:
                return admission
            ledger.landed += 1
            return replace(admission, status=SWITCHING_PROTOCOLS, subprotocol=subprotocol)

        return Seams(admission=(admit,))

    return make


def _choosing_another(name: str) -> Make:
    """Choose another subprotocol than ours where a Charge Point offers that one, too."""

    def make(ledger: Ledger) -> Seams:
        def admit(_charge_point_id: str, admission: Admission) -> Admission:
            if name not in admission.offered or admission.status != SWITCHING_PROTOCOLS:
                return admission
            ledger.landed += 1
            return replace(admission, subprotocol=name)

        return Seams(admission=(admit,))

    return make


_key = Clause(Group.SECURITY, "security whitepaper, 2.4: AuthorizationKey", ("TC_073_CSMS",)).made
KEY = "AuthorizationKey"


def _writing(value: Callable[[str], str]) -> Make:
    """Write the new password otherwise."""

    def change(payload: Payload) -> Payload:
        return payload | {"value": value(payload["value"])} if payload.get("key") == KEY else payload

    return watched(changing_calls("ChangeConfiguration", change))


def _text(key: str) -> str:
    return bytes.fromhex(key).decode("ascii", "replace")


def _in_hex(text: str) -> str:
    return text.encode().hex()


def _forgetting_the_key(ledger: Ledger) -> Seams:
    """Go on to want the old password, once another was set."""

    async def ordered(line: Line, action: str, payload: Payload) -> None:
        if action == "ChangeConfiguration" and payload.get("key") == KEY:
            ledger.memory[line.charge_point_id] = True

    def admit(charge_point_id: str, admission: Admission) -> Admission:
        if charge_point_id not in ledger.memory or admission.status != SWITCHING_PROTOCOLS:
            return admission
        ledger.landed += 1
        return replace(admission, status=UNAUTHORIZED, because=WRONG_PASSWORD)

    return Seams(ordered=(ordered,), admission=(admit,))


def _telling_the_key(ledger: Ledger) -> Seams:
    """Say the new password again, in a message of a vendor's."""

    async def ordered(line: Line, action: str, payload: Payload) -> None:
        if action == "ChangeConfiguration" and payload.get("key") == KEY:
            ledger.landed += 1
            told = f"password set: {bytes.fromhex(payload['value']).decode('ascii', 'replace')}"
            line.queue("DataTransfer", {"vendorId": "org.example", "data": told})

    return Seams(ordered=(ordered,))


_said = Clause(Group.SECURITY, "security whitepaper, 2.4: AuthorizationKey", ("RULE_018",)).made


def door_faults() -> Iterator[Fault]:
    """All faults of the group that need no TLS."""
    yield _key("authorization-key-as-text", "sends a new password as text", _writing(_text))
    yield _key(
        "authorization-key-twice-in-hex", "encodes a new password twice", _writing(lambda key: key.encode().hex())
    )
    yield _key("authorization-key-too-short", "sends a new password of 10 bytes", _writing(lambda key: key[:20]))
    yield _key("authorization-key-forgotten", "does not take the password that it has set", _forgetting_the_key)
    yield _said("authorization-key-told", "says a new password in another message as well", _telling_the_key)
    yield _password("password-not-needed", "lets a Charge Point in that shows no password", letting_in(NO_PASSWORD))
    yield _password("any-password", "lets a Charge Point in with any password", letting_in(WRONG_PASSWORD))
    yield _subprotocol(
        "subprotocol-not-offered", "answers ocpp1.6 where that was not offered", letting_in(SUBPROTOCOLS)
    )
    yield _subprotocol(
        "subprotocol-not-needed", "keeps a connection on which nothing was agreed", letting_in(SUBPROTOCOLS, None)
    )
    yield _subprotocol(
        "subprotocol-first-offered", "takes the first subprotocol that is offered", _choosing_another("ocpp0.1")
    )
