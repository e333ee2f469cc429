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
    Seams,
)
from reference_faults.deviation import Ledger, Make
from reference_faults.noise.making import noise_made

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


DOORS: Final = (
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
