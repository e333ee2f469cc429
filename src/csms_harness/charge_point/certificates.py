"""The certificates a Charge Point keeps: those that were installed on it, and its own (security whitepaper)."""

from __future__ import annotations

from csms_harness.certificates.hashing import hash_data, is_named_by
from csms_harness.certificates.pem import Unreadable, same_pem
from csms_harness.certificates.reading import chain_facts, request_facts
from csms_harness.charge_point.exchange import Exchange
from csms_harness.charge_point.json_values import member
from csms_harness.charge_point.records import InstalledCertificate
from csms_harness.ocppj.frames import Payload


def installed_ids(exchange: Exchange) -> Payload:
    """GetInstalledCertificateIds.conf: the hash data of what is installed of the type that is asked for."""
    wanted = exchange.text("certificateType")
    found = [hash_data(one.pem) for one in exchange.charge_point.certificates if one.type == wanted]
    return {"status": "Accepted", "certificateHashData": found} if found else {"status": "NotFound"}


def judge_install(exchange: Exchange) -> str:
    """The status of InstallCertificate.conf: Rejected for what is no certificate, Failed when there is no room."""
    charge_point, text = exchange.charge_point, exchange.text("certificate") or ""
    try:
        hash_data(text)
    except Unreadable:
        return "Rejected"
    room = charge_point.configuration.number("CertificateStoreMaxLength")
    kept = [one for one in charge_point.certificates if not same_pem(one.pem, text)]
    return "Accepted" if len(kept) < room else "Failed"


def judge_delete(exchange: Exchange) -> str:
    """The status of DeleteCertificate.conf."""
    return "Accepted" if _named(exchange) else "NotFound"


def judge_signed(exchange: Exchange) -> str:
    """The status of CertificateSigned.conf: Accepted when the chain is in order and certifies the key of our CSR."""
    try:
        chain, asked = chain_facts(exchange.text("certificateChain") or ""), request_facts(exchange.charge_point.csr)
    except Unreadable:
        return "Rejected"
    return "Accepted" if chain["leaf"]["key"] == asked["key"] and chain["inOrder"] else "Rejected"


def install(exchange: Exchange) -> None:
    """Keep an installed certificate; the same one again takes its own place."""
    charge_point, kind, text = exchange.charge_point, exchange.text("certificateType"), exchange.text("certificate")
    if kind is None or text is None or judge_install(exchange) != "Accepted":
        return
    kept = [one for one in charge_point.certificates if one.type != kind or not same_pem(one.pem, text)]
    charge_point.certificates = [*kept, InstalledCertificate(kind, text)]


def delete(exchange: Exchange) -> None:
    """Forget a certificate that was deleted."""
    gone = _named(exchange)
    exchange.charge_point.certificates = [one for one in exchange.charge_point.certificates if one not in gone]


def keep_own(exchange: Exchange) -> None:
    """Keep the chain that was signed for us, if it certifies the key of our CSR: with any other we cannot connect."""
    if judge_signed(exchange) == "Accepted":
        exchange.charge_point.certificate_chain = exchange.text("certificateChain") or ""


def _named(exchange: Exchange) -> list[InstalledCertificate]:
    named = member(exchange.payload, "certificateHashData")
    if not isinstance(named, dict):
        return []
    return [one for one in exchange.charge_point.certificates if is_named_by(one.pem, named)]
