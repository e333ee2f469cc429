"""The key pairs of a Charge Point: who gets them, and that nobody else does."""

from __future__ import annotations

import ssl
import stat

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from csms_harness.certificates.reading import request_facts
from csms_harness.runner.keys import Keys
from tests.certificates import making
from tests.support.scripted_csms import ROOT, ROOT_KEY


def signed(csr: str) -> str:
    request = making.read_request(csr)
    return making.pem(making.certificate(request.subject, request.public_key(), ROOT.subject, ROOT_KEY), ROOT)


@pytest.mark.parametrize("algorithm", ["ECDSA", "RSA"])
def test_the_key_of_a_chain_is_the_one_that_its_request_was_made_with(algorithm: str) -> None:
    keys = Keys()
    first, second = (keys.make(algorithm, "CP_01", "Operator") for _ in range(2))
    assert request_facts(first)["key"]["algorithm"] == algorithm
    assert keys.of(signed(first)) != keys.of(signed(second))
    private = keys.of(signed(first))
    assert private is not None
    assert load_pem_private_key(private, None).public_key() == making.read_request(first).public_key()


def test_a_chain_for_a_key_of_somebody_else_has_none() -> None:
    keys = Keys()
    keys.make("ECDSA", "CP_01", "")
    assert keys.of(making.pem(ROOT)) is None
    assert keys.files(making.pem(ROOT)) is None
    assert keys.of("no PEM") is None


def test_the_files_of_a_connection_are_for_this_user_alone_and_go_with_the_lane() -> None:
    keys = Keys()
    chain = signed(keys.make("ECDSA", "CP_01", ""))
    for _ in range(2):
        places = keys.files(chain.replace("\n", "\r\n"))
        assert places is not None
        certificate, key = places
        ssl.create_default_context().load_cert_chain(certificate, key)
        assert [stat.S_IMODE(one.stat().st_mode) for one in (key.parent, certificate, key)] == [0o700, 0o600, 0o600]
    keys.close()
    assert not key.parent.exists()
    keys.close()


@pytest.mark.parametrize("lost", ["", " ", "\r", "\n\n"])
def test_a_chain_can_be_shown_however_its_lines_came(lost: str) -> None:
    keys = Keys()
    places = keys.files(f"subject=CP_01 {signed(keys.make('ECDSA', 'CP_01', '')).replace(chr(10), lost)} end")
    assert places is not None
    ssl.create_default_context().load_cert_chain(*places)
    keys.close()


def test_no_key_is_in_what_is_shown_of_them() -> None:
    keys = Keys()
    keys.make("ECDSA", "CP_01", "")
    assert "Key" not in repr(keys).removeprefix("<csms_harness.runner.keys.Keys")
