"""The simulated Charge Point: its state, and how that changes."""

from __future__ import annotations

from datetime import datetime

from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.learning import learn_applied, learn_sent
from csms_harness.charge_point.state import ChargePointState
from csms_harness.ocppj.frames import Payload


class ChargePoint(ChargePointState):
    """One simulated Charge Point: it learns from each exchange, loses its connection, restarts, is tidied."""

    def sent(self, action: str, payload: Payload, answer: Payload, now: datetime) -> None:
        """Learn from a CALL of ours and its CALLRESULT. Never raises on what the answer holds."""
        learn_sent(action, Exchange(self, payload, now, answer))

    def applied(self, action: str, payload: Payload, reply: Payload, now: datetime) -> None:
        """Learn from a CALL of the Central System and our CALLRESULT. Never raises on what they hold."""
        learn_applied(action, Exchange(self, payload, now, reply))

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

    def untidy(self) -> list[tuple[str, Payload]]:
        """The CALLs that bring this Charge Point back to idle, in order; ``fill`` completes them.

        Every open transaction is stopped and its connector goes to Finishing and Available; then every
        other connector that is not Available becomes so.
        """
        calls: list[tuple[str, Payload]] = []
        stopped = [item.connector_id for item in self.transactions.values()]
        for item in self.transactions.values():
            stop = {"transactionId": item.transaction_id, "idTag": item.id_tag, "reason": "Local"}
            calls += [("StopTransaction", stop), *_statuses(item.connector_id, "Finishing", "Available")]
        for connector_id, status in self.statuses.items():
            if connector_id not in stopped and status != "Available":
                calls += _statuses(connector_id, "Available")
        return calls

    def reset_to_idle(self) -> None:
        """No transactions, all Available, no reservations, the initial configuration.

        The local list and its version stay, and so do charging profiles that belong to no transaction:
        the Central System still believes in them. So does the heartbeat interval of BootNotification.conf.
        """
        self.transactions.clear()
        self.reservations.clear()
        self.charging_profiles = [item for item in self.charging_profiles if not item.for_transaction]
        self.statuses = dict.fromkeys(self.connector_ids, "Available")
        self.error_codes = dict.fromkeys(self.connector_ids, "NoError")
        self.requests.clear()
        self.authorized = None
        self.configuration.reset()
        self.heartbeat_interval = self.boot_interval
        if self.boot_interval is not None:
            self.configuration.set("HeartbeatInterval", str(self.boot_interval))


def _statuses(connector_id: int, *statuses: str) -> list[tuple[str, Payload]]:
    return [
        ("StatusNotification", {"connectorId": connector_id, "status": status, "errorCode": "NoError"})
        for status in statuses
    ]
