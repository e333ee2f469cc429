"""Faults of the security whitepaper that the certification document does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from cryptography import x509

from reference_csms.seams import SWITCHING_PROTOCOLS, WRONG_PASSWORD, Admission, Line, Seams
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

    yield from _passwords()


def _passwords() -> Iterator[Fault]:
    """What is compared of a password, and said of it."""
    fits = clause_of("OCPP-J 1.6, 6.2; security whitepaper, profile 1", "SEC_005").made
    yield fits("password-may-be-empty", "lets a Charge Point in with an empty password", _taking(_is_empty))
    yield fits("password-by-its-begin", "compares as much of a password as is shown", _taking(_begins))
    yield fits("password-and-more", "looks over what follows the password", _taking(_goes_on))
    yield fits("password-in-any-letters", "takes small letters for capital ones in a password", _taking(_is_alike))
    yield fits("password-of-any-user", "takes the right password under any user name", _taking(_is_of_another))
    yield fits("password-echoed", "says in its refusal which password was shown", _echoing)
    yield clause_of(f"{_WHITEPAPER}, A01", "SEC_006").made(
        "former-password-let-in", "goes on to take the former password", _taking(_was_right)
    )


Compare = Callable[[bytes, bytes, bytes], bool]
"""Whether credentials that do not fit are taken all the same: as shown, those that fit last, and all that ever did."""


def _is_empty(shown: bytes, _right: bytes, _ever: bytes) -> bool:
    return shown.endswith(b":")


def _begins(shown: bytes, right: bytes, _ever: bytes) -> bool:
    return not shown.endswith(b":") and right.startswith(shown)


def _goes_on(shown: bytes, right: bytes, _ever: bytes) -> bool:
    return shown.startswith(right)


def _is_alike(shown: bytes, right: bytes, _ever: bytes) -> bool:
    return shown != right and shown.lower() == right.lower()


def _is_of_another(shown: bytes, right: bytes, _ever: bytes) -> bool:
    return shown.partition(b":")[2] == right.partition(b":")[2]


def _was_right(shown: bytes, _right: bytes, ever: bytes) -> bool:
    return shown in ever.split(b"\n")


def _taking(compare: Compare) -> Make:
    """Let a Charge Point in whose credentials do not fit, but nearly; the right ones are those that fitted before."""

    def make(ledger: Ledger) -> Seams:
        def admit(charge_point_id: str, admission: Admission) -> Admission:
            shown, (right, ever) = admission.credentials, ledger.memory.get(charge_point_id, (b"", b""))
            if admission.status == SWITCHING_PROTOCOLS and shown:
                ledger.memory[charge_point_id] = shown, ever + b"\n" + shown
            if admission.because != WRONG_PASSWORD or not right or not compare(shown, right, ever):
                return admission
            ledger.landed += 1
            return replace(admission, status=SWITCHING_PROTOCOLS)

        return Seams(admission=(admit,))

    return make


def _echoing(ledger: Ledger) -> Seams:
    def admit(_charge_point_id: str, admission: Admission) -> Admission:
        if admission.because != WRONG_PASSWORD:
            return admission
        ledger.landed += 1
        shown = admission.credentials.partition(b":")[2].decode("ascii", "replace")
        return replace(admission, sentence=f"The password {shown} is wrong.")

    return Seams(admission=(admit,))


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
