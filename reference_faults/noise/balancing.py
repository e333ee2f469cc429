"""Legal noise: a Central System that balances a load by itself, with profiles that nobody ordered."""

from __future__ import annotations

from typing import Final

from reference_csms.seams import Line, Seams
from reference_csms.wire.frames import Payload
from reference_faults.deviation import Ledger
from reference_faults.noise.making import noise_made
from reference_faults.unordered import own_profile, profile_after


def _balancing(ledger: Ledger) -> Seams:
    async def hook(line: Line, request: Payload, answer: Payload) -> None:
        own = own_profile(chargingProfilePurpose="TxProfile", transactionId=answer["transactionId"])
        if answer["idTagInfo"]["status"] == "Accepted":
            profile_after(ledger, line, request["connectorId"], own)

    return Seams(after=(("StartTransaction", hook),))


def _too_late(ledger: Ledger) -> Seams:
    async def begun(_: Line, request: Payload, answer: Payload) -> None:
        ledger.memory[answer["transactionId"]] = request["connectorId"]

    async def stopped(line: Line, request: Payload, _: Payload) -> None:
        number = request["transactionId"]
        if number in ledger.memory:
            pause = own_profile({}, {"limit": 0.0}, chargingProfilePurpose="TxProfile", transactionId=number)
            profile_after(ledger, line, ledger.memory[number], pause)

    return Seams(after=(("StartTransaction", begun), ("StopTransaction", stopped)))


BALANCING: Final = (
    noise_made("profile-after-start", "sets a profile for each transaction that it accepts", _balancing),
    noise_made("profile-after-stop", "sets a profile for each transaction that was just stopped", _too_late),
)
"""What it limits by itself."""
