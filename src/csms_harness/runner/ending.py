"""What is known of a run after its last case, and of the secrets that no case of it showed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from csms_harness.addresses import SHORTEST
from csms_harness.record.facts import ConnectionFact, WaitFact
from csms_harness.record.rebuild import End
from csms_harness.runner.lane import Lane
from csms_harness.transport.clock import now, utc_now

if TYPE_CHECKING:
    from csms_harness.runner.session import Session
    from csms_harness.target.target import Target
    from csms_harness.triggers.book import TriggerBook


def end_of(session: Session, book: TriggerBook, began: float) -> End:
    """The end of a run that began at this moment of the monotonic clock."""
    return End(
        finished=utc_now(),
        seconds=now() - began,
        interrupted=session.interrupted,
        left=dict(session.left),
        connections=_connections(session.lanes),
        left_open=tuple(one for lane in session.lanes for one in lane.left()),
        waits=tuple(WaitFact(**asdict(one)) for one in book.waits),
    )


def unshown_secrets(target: Target, book: TriggerBook, lanes: Sequence[Lane]) -> frozenset[str]:
    """What no case shows as a secret, and the Central System might say all the same."""
    known = target.secrets_in_config.union(book.confidential, *(lane.entrance.endpoint.confidential for lane in lanes))
    return frozenset(secret for secret in known if len(secret) >= SHORTEST)


def _connections(lanes: Sequence[Lane]) -> tuple[ConnectionFact, ...]:
    """One line for each different handshake of a Charge Point."""
    seen = dict.fromkeys(
        ConnectionFact(
            charge_point=lane.name,
            security_profile=profile,
            subprotocol=handshake.subprotocol,
            tls_version=handshake.tls_version,
            cipher=handshake.cipher,
            clock=handshake.clock,
        )
        for lane in lanes
        for profile, handshake in lane.wires.handshakes
    )
    return tuple(seen)
