"""The simulated Charge Point: its state, and how that changes."""

from __future__ import annotations

from datetime import datetime

from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.learning import APPLIED, SENT
from csms_harness.charge_point.records import Transaction
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocppj.frames import Payload


class ChargePoint(ChargePointState):
    """One simulated Charge Point: it learns from each exchange, loses its connection, restarts, is tidied."""

    def sent(self, action: str, payload: Payload, answer: Payload, now: datetime) -> None:
        """Learn from a CALL of ours and its CALLRESULT. Never raises on what the answer holds."""
        lesson = SENT.get(action)
        if lesson is not None:
            lesson(Exchange(self, payload, now, answer))

    def applied(self, action: str, payload: Payload, reply: Payload, now: datetime) -> None:
        """Learn from a CALL of the Central System and our CALLRESULT. Never raises on what they hold."""
        lesson = APPLIED.get(action)
        if lesson is not None and reply.get("status") in ("Accepted", "RebootRequired"):
            lesson(Exchange(self, payload, now, reply))

    def confirmed(self, action: str, payload: Payload) -> None:
        """A CALL of ours has a CALLRESULT, in time or not: the Central System knows what it said."""
        if action == "StopTransaction":
            number = payload.get("transactionId")
            if isinstance(number, int):
                self.unended.pop(number, None)

    def note_changes(self, case: str) -> None:
        """What the Central System changed about how this Charge Point is let in was changed by this case, if new."""
        if self.password is not None:
            self.changed_by = self.changed_by or case
        if self.raised_to is not None:
            self.raised_by = self.raised_by or case

    def cut(self) -> None:
        """The connection is gone. An idTag that was authorized but not used is forgotten; all else stays.

        A Charge Point that only lost its connection stays booted (section 4.2), and its transactions,
        reservations, charging profiles and local list outlive the connection.
        """
        self.authorized = None

    def restart(self) -> None:
        """A reboot: BootNotification has to be accepted again. What is stored outlives it."""
        self.booted, self.registration = False, ""
        self.heartbeat_interval = self.boot_interval = None
        self.authorized = None

    def untidy(self, now: datetime) -> list[tuple[str, Payload]]:
        """The CALLs that bring this Charge Point back to idle, in order; ``fill`` completes them.

        Every open transaction is stopped and its connector goes to Finishing and Available; then every
        other connector that is not Available becomes so, unless what made it so stands.
        """
        calls: list[tuple[str, Payload]] = []
        stopped = [item.connector_id for item in self.transactions.values()]
        for item in self.transactions.values():
            calls += [("StopTransaction", _end(item)), *_statuses(item.connector_id, "Finishing", "Available")]
        kept = self._kept(now)
        for connector_id, status in self.statuses.items():
            if connector_id not in stopped and status != "Available" and connector_id not in kept:
                calls += _statuses(connector_id, "Available")
        return calls

    def unfinished(self) -> list[tuple[str, Payload]]:
        """The CALLs that end transactions which run no longer, but whose end was not confirmed."""
        left = [item for number, item in self.unended.items() if number not in self.transactions]
        return [("StopTransaction", _end(item) | {"meterStop": self._last_reading(item)}) for item in left]

    def _last_reading(self, item: Transaction) -> int:
        return max(item.meter_start, self.meters.get(item.connector_id, 0))

    def reset_to_idle(self, now: datetime) -> None:
        """No transactions, the initial configuration, all Available but for what stands ordered otherwise.

        The local list and its version stay, and so do charging profiles that belong to no transaction, and
        reservations: the Central System still believes in them. So does the heartbeat interval of
        BootNotification.conf. A certificate with which no connection was opened is forgotten.
        """
        kept = self._kept(now)
        self.transactions.clear()
        self.reservations = {number: item for number, item in self.reservations.items() if item.expires > now}
        self.charging_profiles = [item for item in self.charging_profiles if not item.for_transaction]
        self.statuses = {number: kept.get(number, "Available") for number in self.connector_ids}
        self.error_codes = dict.fromkeys(self.connector_ids, "NoError")
        self.requests.clear()
        self.certificate_chain = self.proven_chain
        self.authorized = None
        self.configuration.reset()
        self.heartbeat_interval = self.boot_interval
        if self.boot_interval is not None:
            self.configuration.set("HeartbeatInterval", str(self.boot_interval))

    def _kept(self, now: datetime) -> dict[int, str]:
        """The connectors whose status stays, because the order that made it so stands."""
        due = [("Unavailable" if one.reservation_id is None else "Reserved", one) for one in self.standing(now)]
        return {
            number: status
            for number, status in self.statuses.items()
            if any(status == wanted and one.connector_id in (0, number) for wanted, one in due)
        }


def _end(item: Transaction) -> Payload:
    return {"transactionId": item.transaction_id, "idTag": item.id_tag, "reason": "Local"}


def _statuses(connector_id: int, *statuses: str) -> list[tuple[str, Payload]]:
    return [
        ("StatusNotification", {"connectorId": connector_id, "status": status, "errorCode": "NoError"})
        for status in statuses
    ]
