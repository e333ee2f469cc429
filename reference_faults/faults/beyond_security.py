"""Faults of the security whitepaper that the certification document does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from cryptography import x509

from reference_csms.seams import Line, Seams
from reference_csms.wire.frames import Payload
from reference_faults.deviation import Ledger, Make
from reference_faults.faults.beyond_parts import answering, clause_of
from reference_faults.faults.deeds import error, only
from reference_faults.faults.model import Fault
from reference_faults.reissuing import signed

_WHITEPAPER: Final = "OCPP 1.6, security whitepaper"
_KNOWN: Final = ("FirmwareUpdated", "InvalidChargePointCertificate", "InvalidCentralSystemCertificate")


def security_beyond() -> Iterator[Fault]:
    """What is signed without a look, and what is refused because it is not known."""
    yield clause_of(_WHITEPAPER, "SEC_001").made(
        "signs-for-another", "signs a certificate request for another Charge Point", _signing(_is_genuine)
    )
    yield clause_of(_WHITEPAPER, "SEC_002").made(
        "signs-what-is-forged",
        "signs a certificate request whose signature is wrong",
        _signing(lambda request: not _is_genuine(request)),
    )
    yield _refusing("security-event-unknown", "SecurityEventNotification", "an event that no case has", _is_new_event)
    yield _refusing("security-event-told", "SecurityEventNotification", "techInfo", lambda asked: "techInfo" in asked)
    yield _refusing("log-denied", "LogStatusNotification", "PermissionDenied", _status("PermissionDenied"))
    yield _refusing("log-unnumbered", "LogStatusNotification", "no requestId", _has_no_number)
    yield _refusing("update-paused", "SignedFirmwareStatusNotification", "DownloadPaused", _status("DownloadPaused"))
    yield _refusing("update-unnumbered", "SignedFirmwareStatusNotification", "no requestId", _has_no_number)


def _refusing(name: str, action: str, what: str, holds: Callable[[Payload], Any]) -> Fault:
    case = "SEC_003" if action == "SecurityEventNotification" else "SEC_004"
    deed = only(answering(action, holds), error("InternalError"))
    return clause_of(_WHITEPAPER, case).fault(f"{name}-refused", f"refuses {action}.req with {what}", deed)


def _is_new_event(request: Payload) -> bool:
    return request.get("type") not in _KNOWN


def _status(status: str) -> Callable[[Payload], bool]:
    return lambda request: request.get("status") == status


def _has_no_number(request: Payload) -> bool:
    return "requestId" not in request


def _signing(wanted: Callable[[x509.CertificateSigningRequest], bool]) -> Make:
    """Sign what the Central System has refused, if it is such a request."""

    def make(ledger: Ledger) -> Seams:
        async def hook(line: Line, asked: Payload, answer: Payload) -> None:
            try:
                request = x509.load_pem_x509_csr(str(asked.get("csr")).encode())
            except ValueError:
                return
            if answer.get("status") == "Rejected" and wanted(request):
                ledger.landed += 1
                line.queue("CertificateSigned", {"certificateChain": signed(request)})

        return Seams(after=(("SignCertificate", hook),))

    return make


def _is_genuine(request: x509.CertificateSigningRequest) -> bool:
    return request.is_signature_valid
