"""From a target file to what reaches the system: endpoints of Charge Points, the book of triggers, their deadlines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from csms_harness.scenario.model import Credential
from csms_harness.target.deadlines import Deadlines
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.securing import doors_of
from csms_harness.target.target import Target
from csms_harness.transport.endpoint import Endpoint
from csms_harness.triggers.book import TriggerBook
from csms_harness.triggers.operator import OperatorDesk
from csms_harness.triggers.terminal import StreamTerminal, Terminal


def endpoint_of(target: Target, entry: ChargePointEntry, deadlines: Deadlines) -> Endpoint:
    """Where this Charge Point connects to, and within which limits."""
    return Endpoint(
        url=target.url,
        identity=entry.id,
        password=entry.password_bytes(),
        ca_file=target.tls.ca_file,
        client_certificate=entry.certificate_file,
        client_key=entry.key_file,
        server_name=target.tls.server_name,
        open_timeout=deadlines.connection,
        close_timeout=deadlines.close,
        send_timeout=deadlines.response,
        secrets=target.secrets,
    )


def certificates_of(target: Target, entry: ChargePointEntry) -> dict[Credential, tuple[Path, Path | None]]:
    """Client certificates, with their keys, that this Charge Point can show and may not be let in with."""
    found: dict[Credential, tuple[Path, Path | None]] = {}
    for other in target.charge_points:
        if other.certificate_file is not None and other.certificate_file != entry.certificate_file:
            found.setdefault(Credential.ANOTHER, (other.certificate_file, other.key_file))
    if entry.expired_certificate_file is not None:
        found[Credential.EXPIRED] = entry.expired_certificate_file, None
    if entry.early_certificate_file is not None:
        found[Credential.EARLY] = entry.early_certificate_file, None
    return found


def doors(
    target: Target, entry: ChargePointEntry, deadlines: Deadlines, declared: Iterable[int] | None = None
) -> dict[int, Endpoint]:
    """Where this Charge Point connects to under each security profile that the target names, or the PICS allows."""
    return doors_of(endpoint_of(target, entry, deadlines), target.security_profiles, declared)


def book_of(target: Target, folder: Path | None, terminal: Terminal | None = None) -> TriggerBook:
    """The triggers of a target whose file lies in ``folder``; an operator is asked at ``terminal``."""
    desk = OperatorDesk(terminal or StreamTerminal())
    return TriggerBook(
        target.triggers, target.provision, target.session, desk=desk, folder=folder, secrets=target.secrets
    )


def trigger_limit(book: TriggerBook, deadlines: Deadlines, action: str) -> float:
    """Seconds that a trigger may take: a person gets more than a program."""
    return deadlines.operator if book.asks_person(action) else deadlines.action
