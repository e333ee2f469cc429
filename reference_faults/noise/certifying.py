"""Legal noise of the security whitepaper: certificates by other authorities, PEM and hash data written otherwise."""

from __future__ import annotations

from typing import Any, Final

from cryptography.x509.oid import ExtendedKeyUsageOID

from reference_csms.wire.frames import Payload
from reference_faults.edits import Change, alter, both, put
from reference_faults.noise.making import after, before, calling
from reference_faults.reissuing import (
    Reissue,
    intermediate,
    pss_authority,
    purposes,
    reissued,
    reordered,
    rsa_authority,
    stranger,
    usage,
)

_PEM: Final = {
    "CertificateSigned": "certificateChain",
    "InstallCertificate": "certificate",
    "SignedUpdateFirmware": "firmware.signingCertificate",
}


def _chain(reissue: Reissue) -> Change:
    return alter("certificateChain", reissue)


def _pem(change: Any) -> Any:
    return both(*(alter(path, change) for path in _PEM.values()))


def _with_line_ends(text: Any) -> str:
    return str(text).replace("\n", "\r\n")


def _without_the_last_end(text: Any) -> str:
    return str(text).rstrip("\n")


def _in_capitals(payload: Payload) -> Payload:
    named = payload.get("certificateHashData")
    if not isinstance(named, dict):
        return payload
    return payload | {"certificateHashData": {name: str(value).upper() for name, value in named.items()}}


_RETRIES: Final = both(put("retries", 3), put("retryInterval", 60))
_OF_A_DAY: Final = both(
    put("log.oldestTimestamp", "2026-01-01T00:00:00Z"), put("log.latestTimestamp", "2026-01-02T00:00:00Z")
)
_ROOTS: Final = {"certificateType": "CentralSystemRootCertificate"}
_LOG: Final = {"logType": "SecurityLog", "requestId": 900_001, "log": {"remoteLocation": "ftp://127.0.0.1/logs"}}
_SIGNED: Final = "CertificateSigned"
_CLIENT, _SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH

CERTIFYING: Final = (
    calling("pem-crlf", "ends the lines of PEM with CR and LF", _pem(_with_line_ends), *_PEM),
    calling("pem-without-end", "leaves out the last line end of PEM", _pem(_without_the_last_end), *_PEM),
    calling(
        "chain-by-rsa",
        "signs certificates by RSA",
        _chain(reissued(issuer=rsa_authority, after=(rsa_authority,))),
        _SIGNED,
    ),
    calling(
        "chain-by-pss",
        "signs certificates by RSA-PSS",
        _chain(reissued(issuer=pss_authority, after=(pss_authority,))),
        _SIGNED,
    ),
    calling(
        "chain-of-three",
        "has an intermediate authority",
        _chain(reissued(issuer=intermediate, after=(intermediate, stranger))),
        _SIGNED,
    ),
    calling(
        "chain-without-root",
        "leaves the root out of the chain",
        _chain(reissued(issuer=intermediate, after=(intermediate,))),
        _SIGNED,
    ),
    calling(
        "chain-of-one", "sends a certificate without its issuer", _chain(reordered(lambda blocks: blocks[:1])), _SIGNED
    ),
    calling(
        "chain-for-clients",
        "says that a certificate is for clients and servers, and that its key signs and encrypts",
        _chain(reissued(lambda leaf: leaf | {"extensions": [purposes(_CLIENT, _SERVER), usage(encrypts=True)]})),
        _SIGNED,
    ),
    calling(
        "chain-explained",
        "writes a text before and behind each certificate of a chain",
        _chain(reordered(lambda blocks: [f"subject=CN = a text\n{one}\n" for one in blocks])),
        _SIGNED,
    ),
    calling("hash-in-capitals", "writes hash data in capitals", _in_capitals, "DeleteCertificate"),
    calling(
        "update-retries",
        "says how often to try the upload or the download again",
        _RETRIES,
        "GetLog",
        "SignedUpdateFirmware",
    ),
    calling("log-of-a-day", "asks for the log of one day", _OF_A_DAY, "GetLog"),
    before("certificates-before-calls", "GetInstalledCertificateIds", _ROOTS),
    after("certificates-after-boot", "BootNotification", "GetInstalledCertificateIds", _ROOTS),
    after("log-after-event", "SecurityEventNotification", "GetLog", _LOG),
)
"""What a certificate authority, and whoever writes PEM, may choose."""
