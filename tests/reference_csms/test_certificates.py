"""The security whitepaper in the reference CSMS: an authority, installed certificates, signed firmware."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from reference_csms.authority import Authority
from reference_csms.running import RunningCsms, running
from reference_csms.settings import SettingsError
from tests.certificates import making

from .client import Operator, Point, connected, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACCEPTED = {"status": "Accepted"}
ROOT = making.pem(making.root()[0])
CENTRAL_SYSTEM = "CentralSystemRootCertificate"
NAMED = {"hashAlgorithm": "SHA512", "issuerNameHash": "ab", "issuerKeyHash": "cd", "serialNumber": "1"}


async def test_a_certificate_request_is_signed_and_the_chain_sent(point: Point, operator: Operator) -> None:
    key = making.key()
    request = making.request(point.identity, "Operator", key)
    assert await point.ask("SignCertificate", {"csr": request}) == ACCEPTED
    chain = (await point.taken("CertificateSigned", ACCEPTED))["certificateChain"]
    leaf, root = x509.load_pem_x509_certificates(chain.encode())
    leaf.verify_directly_issued_by(root)
    assert leaf.public_key() == key.public_key()
    assert leaf.subject == making.name(point.identity, "Operator")
    assert (await operator.look("authority"))["certificate"] == making.pem(root)
    (issued,) = await operator.look("issued-certificates", point)
    assert issued["certificateChain"] == chain


async def test_a_request_by_the_serial_number_of_the_boot_is_signed_too(point: Point) -> None:
    boot = {"chargePointVendor": "V", "chargePointModel": "M", "chargePointSerialNumber": "S-1"}
    await point.ask("BootNotification", boot)
    assert await point.ask("SignCertificate", {"csr": making.request("S-1", "", making.key())}) == ACCEPTED
    await point.taken("CertificateSigned", ACCEPTED)


async def test_what_another_charge_point_asks_for_is_refused(point: Point) -> None:
    for csr in (making.request("CP_SOMEBODY", "", making.key()), "no request", ROOT):
        assert await point.ask("SignCertificate", {"csr": csr}) == {"status": "Rejected"}
    await point.ask("Heartbeat")  # and nothing came in between


async def test_a_request_that_is_too_weak_or_not_its_own_is_refused(point: Point) -> None:
    short = making.request(point.identity, "", ec.generate_private_key(ec.SECP192R1()))
    assert await point.ask("SignCertificate", {"csr": short}) == {"status": "Rejected"}


async def test_installed_certificates_are_known_by_what_the_charge_point_says(point: Point, operator: Operator) -> None:
    wish = {"certificateType": CENTRAL_SYSTEM, "certificate": ROOT}
    await operator.perform(point, "InstallCertificate", wish, ACCEPTED)
    (installed,) = await operator.look("installed-certificates", point)
    assert (installed["certificateType"], installed["hashData"]["hashAlgorithm"]) == (CENTRAL_SYSTEM, "SHA256")

    kind, listed = {"certificateType": CENTRAL_SYSTEM}, {"status": "Accepted", "certificateHashData": [NAMED]}
    await operator.perform(point, "GetInstalledCertificateIds", kind, listed)
    (installed,) = await operator.look("installed-certificates", point)
    assert installed["hashData"] == NAMED

    assert await operator.perform(point, "DeleteCertificate", {}, ACCEPTED) == {"certificateHashData": NAMED}
    assert await operator.look("installed-certificates", point) == []
    await operator.perform(point, "GetInstalledCertificateIds", kind, {"status": "NotFound"})
    assert (await operator.order(point, "DeleteCertificate", {})).status_code == 422


async def test_a_certificate_that_was_refused_is_not_kept(point: Point, operator: Operator) -> None:
    wish = {"certificateType": CENTRAL_SYSTEM, "certificate": ROOT}
    await operator.perform(point, "InstallCertificate", wish, {"status": "Rejected"})
    assert await operator.look("installed-certificates", point) == []


async def test_a_firmware_without_a_signature_is_signed(point: Point, operator: Operator) -> None:
    place = "https://127.0.0.1/firmware.bin"
    wish: dict[str, Any] = {"firmware": {"location": place, "retrieveDateTime": "2099-01-01T00:00:00Z"}}
    firmware = (await operator.perform(point, "SignedUpdateFirmware", wish, ACCEPTED))["firmware"]
    key = x509.load_pem_x509_certificate(firmware["signingCertificate"].encode()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(base64.b64decode(firmware["signature"]), place.encode(), ec.ECDSA(hashes.SHA256()))


async def test_a_signature_that_is_given_is_passed_on(point: Point, operator: Operator) -> None:
    firmware = {
        "location": "ftp://127.0.0.1/", "retrieveDateTime": "2099-01-01T00:00:00Z", "signature": "c2ln",
        "signingCertificate": ROOT,
    }  # fmt: skip
    sent = await operator.perform(point, "SignedUpdateFirmware", {"firmware": firmware}, ACCEPTED)
    assert sent["firmware"] == firmware
    (row,) = await operator.look("file-transfers", point)
    assert (row["kind"], row["requestId"]) == ("SignedFirmware", sent["requestId"])


async def test_the_authority_of_a_folder_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    folder, now = tmp_path / "data", datetime(2026, 1, 1, tzinfo=UTC)
    first, again = Authority.open(folder, now), Authority.open(folder, now)
    assert first.root == again.root
    assert Authority.open(None, now).root != first.root
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "authority.key.pem").stat().st_mode) == 0o600


async def test_a_folder_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "authority.key.pem").write_text("no key")
    with pytest.raises(SettingsError, match=r"--data .* cannot be used"):
        async with running(private(data=tmp_path)):
            pass


async def test_two_central_systems_in_memory_have_authorities_of_their_own(csms: RunningCsms) -> None:
    async with running(private()) as other, connected(other, "CP_X"):
        assert other.central_system.basis.authority.root != csms.central_system.basis.authority.root
