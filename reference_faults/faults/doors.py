"""Faults of the door: who is let in that a Central System must refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reference_csms.seams import (
    NO_PASSWORD,
    SUBPROTOCOL,
    SUBPROTOCOLS,
    SWITCHING_PROTOCOLS,
    WRONG_PASSWORD,
    Admission,
    Seams,
)
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.model import Clause, Fault, Group

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


def door_faults() -> Iterator[Fault]:
    """All faults of the group that need no TLS."""
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
