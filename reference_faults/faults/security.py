"""Faults of the security whitepaper: certificates, hash data, logs and signed firmware."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from reference_faults.edits import Change, Value, alter, drop, put, swap
from reference_faults.faults.answers import spot as answer
from reference_faults.faults.calls import spot as call
from reference_faults.faults.model import Fault, Row
from reference_faults.faults.spots import Spot
from reference_faults.reissuing import (
    LIFETIME,
    Leaf,
    another_key,
    another_root,
    impostor,
    named,
    no_authority,
    private_key,
    purposes,
    reissued,
    reordered,
    rsa_authority,
    self_signed,
    stranger,
    usage,
    weak_authority,
)

_RENEWALS: Final = ("TC_074_CSMS", "TC_077_CSMS")
_ROOTS: Final = ("TC_075_1_CSMS", "TC_075_2_CSMS", "TC_078_CSMS")
_UPDATES: Final = ("TC_080_CSMS", "TC_081_CSMS")
_TYPES: Final = ("ManufacturerRootCertificate", "CentralSystemRootCertificate")
_ALGORITHMS: Final = ("SHA256", "SHA384", "SHA512")
_TOO_LONG: Final = 10_000
_NO_PEM: Final = "a certificate"
_SERVER: Final = ExtendedKeyUsageOID.SERVER_AUTH


def security_faults() -> Iterator[Fault]:
    """All faults of this table."""
    yield from _sign_certificate(answer("SignCertificate"))
    yield from _trigger(call("ExtendedTriggerMessage"))
    yield from _chain(call("CertificateSigned"))
    yield from _install(call("InstallCertificate"))
    yield from _read(call("GetInstalledCertificateIds"))
    yield from _delete(call("DeleteCertificate"))
    yield from _log(call("GetLog"))
    yield from _firmware(call("SignedUpdateFirmware"))


def _sign_certificate(at: Spot) -> Iterator[Fault]:
    yield from at.member("status", "enumeration", *_RENEWALS)
    yield at.wrong("rejected", "refuses what it signs all the same", put("status", "Rejected"), *_RENEWALS)


def _trigger(at: Spot) -> Iterator[Fault]:
    yield from at.member("requestedMessage", "choice", *_RENEWALS)
    heartbeat = swap("requestedMessage", "SignChargePointCertificate", "Heartbeat")
    yield at.wrong("another-message", "asks for a Heartbeat instead of a certificate request", heartbeat, *_RENEWALS)
    yield at.wrong("names-a-connector", "names connector 1", put("connectorId", 1), *_RENEWALS)


def _chain(at: Spot) -> Iterator[Fault]:
    yield from _text(at, "certificateChain", *_RENEWALS)
    yield at.wrong("no-pem", "has a chain that is no PEM", put("certificateChain", _NO_PEM), *_RENEWALS)
    cut = alter("certificateChain", lambda chain: chain[: len(chain) // 4])
    yield at.wrong("cut-off", "has a chain that is cut off", cut, *_RENEWALS)
    leaking = alter("certificateChain", lambda chain: f"{chain}{private_key()}")
    yield at.wrong("private-key", "has a private key beside the chain", leaking, "RULE_013")
    for row in _CHAINS:
        yield at.wrong(row.ending, row.what, alter("certificateChain", row.done), "TC_074_CSMS", origin=row.origin)
    flat = alter("certificateChain", lambda chain: chain.replace("\n", " "))
    yield at.wrong("one-line", "has blanks instead of the line ends of PEM", flat, "RULE_020")
    for row in _UNFIT:
        yield at.wrong(row.ending, row.what, alter("certificateChain", row.done), "RULE_019", origin=row.origin)


def _text(at: Spot, member: str, *cases: str) -> Iterator[Fault]:
    """A text of thousands of characters; what stands before the first block of PEM explains it."""
    yield at.wrong(f"{member.lower()}-missing", f"has no {member}", drop(member), "WIRE_006", *cases)
    yield at.wrong(f"{member.lower()}-number", f"has a number as {member}", put(member, 17), "WIRE_006", *cases)
    longer = alter(member, lambda text: f"{'x' * _TOO_LONG}\n{text}")
    yield at.wrong(f"{member.lower()}-too-long", f"has a {member} that is too long", longer, "WIRE_006", *cases)


def _with(**changed: Any) -> Value:
    return reissued(lambda leaf: leaf | changed)


def _earlier(leaf: Leaf) -> Leaf:
    return leaf | {"not_before": leaf["not_before"] - 2 * LIFETIME, "not_after": leaf["not_before"] - LIFETIME}


def _later(leaf: Leaf) -> Leaf:
    return leaf | {"not_before": leaf["not_before"] + LIFETIME, "not_after": leaf["not_before"] + 2 * LIFETIME}


_CHAINS: Final[tuple[Row[Value], ...]] = (
    Row(
        "key-another",
        "certifies another key than that of the request",
        reissued(lambda leaf: leaf | {"public_key": another_key().public_key()}),
    ),
    Row("subject-another", "certifies another Charge Point", _with(subject=named("CP_99"))),
    Row("expired", "has a certificate that has expired", reissued(_earlier)),
    Row("not-yet-valid", "has a certificate that is not valid yet", reissued(_later)),
    Row("hash-short", "is signed with a hash of 224 bits", reissued(hashed=hashes.SHA224())),
    Row("self-signed", "has a certificate that was signed by itself", self_signed),
    Row("root-first", "has the issuer before the certificate", reordered(lambda blocks: blocks[::-1])),
    Row("root-alone", "has the issuer and no certificate", reordered(lambda blocks: blocks[1:])),
    Row("issuer-another", "is followed by another issuer of the same name", reissued(after=(impostor,))),
    Row(
        "issuer-unrelated", "is followed by an issuer that has nothing to do with it", reissued(after=(rsa_authority,))
    ),
)


_UNFIT: Final[tuple[Row[Value], ...]] = (
    Row("authority", "makes an authority of the Charge Point", _with(ca=True)),
    Row("server-only", "has a certificate for servers alone", _with(extensions=[purposes(_SERVER)])),
    Row(
        "signs-nothing",
        "has a certificate whose key may not sign",
        _with(extensions=[usage(signs=False, encrypts=True)]),
    ),
    Row("key-short", "is signed by an RSA key of 1024 bits", reissued(issuer=weak_authority, after=(weak_authority,))),
    Row(
        "issuer-no-authority",
        "is signed by one that is no authority",
        reissued(issuer=no_authority, after=(no_authority, stranger)),
    ),
)


def _install(at: Spot) -> Iterator[Fault]:
    yield from at.member("certificateType", "choice", *_ROOTS)
    yield from _text(at, "certificate", *_ROOTS)
    yield at.wrong("no-pem", "has a certificate that is no PEM", put("certificate", _NO_PEM), *_ROOTS, "TC_076_CSMS")
    yield at.wrong("another", "has another certificate", alter("certificate", another_root), *_ROOTS)
    flat = alter("certificate", lambda text: text.replace("\n", ""))
    yield at.wrong("one-line", "has lost the line ends of PEM", flat, "RULE_020")
    yield from _types(at, {0: ("TC_075_1_CSMS",), 1: ("TC_075_2_CSMS", "TC_076_CSMS", "TC_078_CSMS")})


def _types(at: Spot, cases: dict[int, tuple[str, ...]]) -> Iterator[Fault]:
    for number, (right, wrong) in enumerate((_TYPES, _TYPES[::-1])):
        what = f"names the type {wrong} instead of {right}"
        ending = f"{right.removesuffix('RootCertificate').lower()}-as-another"
        yield at.wrong(ending, what, swap("certificateType", right, wrong), *cases[number])


def _read(at: Spot) -> Iterator[Fault]:
    yield from at.member("certificateType", "choice", "TC_075_1_CSMS", "TC_075_2_CSMS")
    yield from _types(at, {0: ("TC_075_1_CSMS",), 1: ("TC_075_2_CSMS",)})


def _delete(at: Spot) -> Iterator[Fault]:
    members = ("hashAlgorithm", "issuerNameHash", "issuerKeyHash", "serialNumber")
    for member in members:
        path = f"certificateHashData.{member}"
        yield from at.member(path, "choice" if member == "hashAlgorithm" else "text", "TC_076_CSMS")
    for algorithm in _ALGORITHMS:
        another = _ALGORITHMS[_ALGORITHMS.index(algorithm) - 1]
        changes: tuple[tuple[str, str, Change], ...] = (
            ("algorithm", f"names {another}", put("certificateHashData.hashAlgorithm", another)),
            ("name", "has another issuerNameHash", alter("certificateHashData.issuerNameHash", _turned)),
            ("key", "has another issuerKeyHash", alter("certificateHashData.issuerKeyHash", _turned)),
            ("serial", "has another serialNumber", alter("certificateHashData.serialNumber", _turned)),
        )
        for ending, what, change in changes:
            told = f"{what} where the hash algorithm is {algorithm}"
            yield at.wrong(f"{algorithm.lower()}-{ending}", told, _where(algorithm, change), "TC_076_CSMS")


def _turned(text: Any) -> Any:
    return str(text)[::-1]


def _where(algorithm: str, change: Change) -> Change:
    def limited(payload: Any) -> Any:
        named_by = payload.get("certificateHashData", {})
        return change(payload) if named_by.get("hashAlgorithm") == algorithm else payload

    return limited


def _log(at: Spot) -> Iterator[Fault]:
    yield from at.member("requestId", "count", "TC_079_CSMS")
    yield from at.member("logType", "choice", "TC_079_CSMS")
    elsewhere = alter("log.remoteLocation", lambda place: f"{place}/elsewhere")
    yield from at.rows(
        Row("type-diagnostics", "asks for the other log", put("logType", "DiagnosticsLog"), ("TC_079_CSMS",)),
        Row("location-another", "has another location", elsewhere, ("TC_079_CSMS",)),
        Row("location-no-uri", "has a location that is a path", put("log.remoteLocation", "/var/log"), ("RULE_012",)),
        Row("location-missing", "has no location", drop("log.remoteLocation"), ("WIRE_006", "TC_079_CSMS")),
    )


def _firmware(at: Spot) -> Iterator[Fault]:
    yield from at.member("requestId", "count", *_UPDATES)
    yield from at.member("firmware.retrieveDateTime", "moment", *_UPDATES)
    signature, place = "firmware.signature", "firmware.location"
    certificate = "firmware.signingCertificate"
    yield from at.rows(
        Row("location-another", "has another location", alter(place, lambda text: f"{text}.old"), _UPDATES),
        Row("location-missing", "has no location", drop(place), ("WIRE_006", *_UPDATES)),
        Row("signature-missing", "has no signature", drop(signature), ("WIRE_006", *_UPDATES)),
        Row("signature-empty", "has an empty signature", put(signature, ""), _UPDATES),
        Row("signature-another", "has a signature of its own", alter(signature, _turned), _UPDATES),
        Row("certificate-another", "has another signing certificate", alter(certificate, another_root),
            ("RULE_004", "TC_080_CSMS")),
        Row("certificate-missing", "has no signing certificate", drop(certificate), ("WIRE_006", *_UPDATES)),
    )  # fmt: skip
