"""Faults of charging profiles that nobody ordered: a Central System that balances a load by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from reference_csms.seams import Line, Seams
from reference_csms.wire.frames import Payload
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.model import Clause, Fault, Group
from reference_faults.unordered import ask, own_profile, profile_after

_RULE: Final = ("RULE_009",)
_NUMBERS: Final = Clause(Group.CALLS, "OCPP 1.6, 7.8, 7.13 and 7.14", _RULE)
_TRANSACTION: Final = Clause(Group.CALLS, "OCPP 1.6, 3.13.1, 5.16 and 7.8", _RULE)
_REMOTE: Final = Clause(Group.CALLS, "OCPP 1.6, 5.11 and 7.8", _RULE)


def own_profiles() -> Iterator[Fault]:
    """All faults of this table."""
    for name, what, profile in (
        ("level-below-zero", "of the stackLevel -1", own_profile(stackLevel=-1)),
        ("without-a-time", "of a duration of 0", own_profile(schedule={"duration": 0})),
        ("without-phases", "for no phase", own_profile(period={"numberPhases": 0})),
        ("with-four-phases", "for four phases", own_profile(period={"numberPhases": 4})),
        ("for-transaction-zero", "for all transactions, with the transactionId 0", own_profile(transactionId=0)),
    ):
        clause = _TRANSACTION if "transaction" in name else _NUMBERS
        yield clause.made(f"own-profile-{name}", f"sets a profile {what} after each boot", _after_boot(profile))
    yield _TRANSACTION.made(
        "own-profile-at-the-other-connector", "sets the profile of each transaction at another connector",
        _after_start(lambda connector: 2 if connector == 1 else 1),
    )  # fmt: skip
    yield _REMOTE.made(
        "own-start-with-a-default", "starts by itself when a cable is plugged in, with a default profile",
        _when_plugged_in(own_profile()),
    )  # fmt: skip
    yield _REMOTE.made(
        "own-start-with-transaction-zero", "starts by itself when a cable is plugged in, for the transactionId 0",
        _when_plugged_in(own_profile(chargingProfilePurpose="TxProfile", transactionId=0)),
    )  # fmt: skip


def _after_boot(profile: Payload) -> Make:
    def make(ledger: Ledger) -> Seams:
        async def hook(line: Line, _: Payload, answer: Payload) -> None:
            if answer["status"] == "Accepted":
                profile_after(ledger, line, 1, profile)

        return Seams(after=(("BootNotification", hook),))

    return make


def _after_start(place: Callable[[int], int]) -> Make:
    def make(ledger: Ledger) -> Seams:
        async def hook(line: Line, request: Payload, answer: Payload) -> None:
            own = own_profile(chargingProfilePurpose="TxProfile", transactionId=answer["transactionId"])
            profile_after(ledger, line, place(request["connectorId"]), own)

        return Seams(after=(("StartTransaction", hook),))

    return make


def _when_plugged_in(profile: Payload) -> Make:
    def make(ledger: Ledger) -> Seams:
        async def hook(line: Line, request: Payload, _: Payload) -> None:
            if request["status"] == "Preparing":
                named = {"connectorId": request["connectorId"], "idTag": "TAG-002", "chargingProfile": profile}
                ask(ledger, line, "RemoteStartTransaction", named)

        return Seams(after=(("StatusNotification", hook),))

    return make
