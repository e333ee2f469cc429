"""What the certificate of a Charge Point is good for."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from csms_harness.certificates.fitness import Flaw, flaws
from csms_harness.certificates.pem import Unreadable
from tests.certificates import making

CLIENT, SERVER, ANY = (
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
)
ROOT, ROOT_KEY = making.root()
NAME = making.name("CP_01", "Operator")


def leaf(*extensions: x509.ExtensionType, **more: Any) -> x509.Certificate:
    subject = more.pop("subject", NAME)
    return making.certificate(subject, making.key().public_key(), ROOT.subject, ROOT_KEY, extensions=extensions, **more)


def found(*chain: x509.Certificate) -> list[Flaw]:
    return list(flaws(making.pem(*chain)))


def usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(signs, *[False] * 8)


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (x509.ExtendedKeyUsage([CLIENT]),),
        (x509.ExtendedKeyUsage([SERVER, CLIENT]), usage(signs=True)),
        (x509.ExtendedKeyUsage([ANY]),),
    ],
)
def test_what_a_client_can_show_has_no_flaw(extensions: tuple[x509.ExtensionType, ...]) -> None:
    assert found(leaf(*extensions)) == []
    assert found(leaf(*extensions), ROOT) == []


@pytest.mark.parametrize(
    ("made", "flaw"),
    [
        (leaf(ca=True), Flaw.AUTHORITY),
        (leaf(x509.ExtendedKeyUsage([SERVER])), Flaw.NO_CLIENT),
        (leaf(usage(signs=False)), Flaw.NO_SIGNATURES),
        (leaf(subject=making.name("CP_01")), Flaw.NO_ORGANIZATION),
    ],
)
def test_each_flaw_is_found(made: x509.Certificate, flaw: Flaw) -> None:
    assert found(made, ROOT) == [flaw]


@pytest.mark.parametrize("scheme", [padding.PKCS1v15(), padding.PSS(padding.MGF1(making.SHA256), 32)])
@pytest.mark.parametrize(("bits", "expected"), [(1024, [Flaw.SHORT_KEY]), (2048, [])])
def test_an_rsa_key_that_is_too_short_shows_in_what_it_signed(scheme: Any, bits: int, expected: list[Flaw]) -> None:
    short = rsa.generate_private_key(65537, bits)
    made = making.certificate(NAME, making.key().public_key(), making.name("CA"), short, rsa_padding=scheme)
    assert found(made) == expected


def test_who_signs_is_an_authority() -> None:
    assert found(leaf(), leaf()) == [Flaw.NO_AUTHORITY]


def test_what_is_no_chain_cannot_be_read() -> None:
    with pytest.raises(Unreadable):
        list(flaws("no PEM"))
