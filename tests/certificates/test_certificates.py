"""Certificates, requests and signatures as data."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.certificates.hashing import ALGORITHMS, hash_data, is_named_by
from csms_harness.certificates.pem import Unreadable, blocks, is_pem, same_pem
from csms_harness.certificates.reading import certificates, chain_facts, request_facts
from csms_harness.certificates.signing import is_signature
from tests.certificates import making

ROOT, ROOT_KEY = making.root()
OWN = making.key()
LEAF = making.certificate(making.name("CP_01", "Operator"), OWN.public_key(), ROOT.subject, ROOT_KEY)
CHAIN = making.pem(LEAF, ROOT)


@pytest.mark.parametrize("line_end", ["\r\n", "\n\n", "\n"])
def test_line_ends_do_not_matter(line_end: str) -> None:
    assert same_pem(CHAIN, CHAIN.replace("\n", line_end))
    assert is_pem(CHAIN.replace("\n", line_end))
    assert chain_facts(CHAIN.replace("\n", line_end)) == chain_facts(CHAIN)


def test_the_order_and_the_number_of_blocks_do_matter() -> None:
    assert not same_pem(CHAIN, making.pem(ROOT, LEAF))
    assert not same_pem(CHAIN, making.pem(LEAF))
    assert not same_pem("no PEM", "no PEM")


def test_what_stands_around_the_blocks_is_explanation() -> None:
    explained = f"Bag Attributes\n  subject=CP_01\n{CHAIN}\nthe end"
    assert is_pem(explained)
    assert same_pem(explained, CHAIN)


def test_a_block_that_is_not_whole_is_no_pem() -> None:
    assert not is_pem(CHAIN[:-40])
    assert not is_pem(CHAIN.replace("-----END", "---END", 1))
    assert not is_pem("")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    blocks(text)
    with pytest.raises(Unreadable):
        certificates(text)


def test_a_block_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"no X\.509 certificate"):
        certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def test_a_chain_tells_its_leaf_and_its_order() -> None:
    facts = chain_facts(CHAIN)
    assert facts["number"] == 2
    assert facts["inOrder"] is True
    assert facts["leaf"]["subject"] == {"O": "Operator", "CN": "CP_01"}
    assert facts["leaf"]["issuer"] == {"CN": "Root"}
    assert facts["leaf"]["signature"] == {"algorithm": "ECDSA", "hash": "SHA256"}
    assert facts["leaf"]["key"]["size"] == 256
    assert facts["leaf"]["selfSigned"] is False
    assert facts["leaf"]["validFrom"].startswith("2026-01-01T00:00:00")
    assert chain_facts(making.pem(ROOT, LEAF))["inOrder"] is False
    assert chain_facts(making.pem(ROOT))["leaf"]["selfSigned"] is True


def test_a_chain_of_another_authority_with_the_same_name_is_not_in_order() -> None:
    other, _ = making.root()
    assert chain_facts(making.pem(LEAF, other))["inOrder"] is False


@pytest.mark.parametrize(("scheme", "told"), [(padding.PKCS1v15(), "RSA"), (None, "RSA"), ("pss", "RSA-PSS")])
def test_the_family_of_a_signature_is_told(scheme: object, told: str) -> None:
    if scheme == "pss":
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    certificate, _ = making.root(kind="RSA", rsa_padding=scheme)
    facts = chain_facts(making.pem(certificate))["leaf"]
    assert facts["signature"] == {"algorithm": told, "hash": "SHA256"}
    assert facts["key"]["algorithm"] == "RSA"
    assert facts["selfSigned"] is True


def test_a_request_has_the_key_that_its_certificate_must_have() -> None:
    facts = request_facts(making.request("CP_01", "Operator", OWN))
    assert facts["subject"] == {"O": "Operator", "CN": "CP_01"}
    assert facts["key"] == chain_facts(CHAIN)["leaf"]["key"]
    with pytest.raises(Unreadable):
        request_facts(CHAIN)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_hash_data_is_computed_as_the_whitepaper_has_it(algorithm: str) -> None:
    """Over the DER of the issuer's name, and over its uncompressed point: 65 bytes, which end the key's encoding."""
    data = hash_data(CHAIN, algorithm)
    point = ROOT_KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert data == {
        "hashAlgorithm": algorithm,
        "issuerNameHash": hashlib.new(algorithm, ROOT.subject.public_bytes()).hexdigest(),
        "issuerKeyHash": hashlib.new(algorithm, point).hexdigest(),
        "serialNumber": "a1b",
    }
    assert is_named_by(CHAIN, data)
    assert is_named_by(CHAIN, {name: value.upper() for name, value in data.items()})
    assert not is_named_by(CHAIN, data | {"issuerKeyHash": data["issuerNameHash"]})
    assert not is_named_by(CHAIN, {})


def test_the_key_of_an_rsa_root_is_hashed_without_tag_and_length() -> None:
    certificate, own = making.root(kind="RSA")
    bits = own.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    assert hash_data(making.pem(certificate))["issuerKeyHash"] == hashlib.sha256(bits).hexdigest()


def test_a_firmware_signature_is_verified() -> None:
    content = b"firmware"
    signed = base64.b64encode(OWN.sign(content, ec.ECDSA(hashes.SHA256()))).decode()
    assert is_signature(signed, making.pem(LEAF), content)
    assert not is_signature(signed, making.pem(LEAF), b"another")
    assert not is_signature(signed, making.pem(ROOT), content)
    assert not is_signature("no Base64", making.pem(LEAF), content)
    assert not is_signature(signed, "no PEM", content)


def test_a_firmware_signature_by_rsa_may_be_of_either_family() -> None:
    certificate, own = making.root(kind="RSA")
    for scheme in (padding.PKCS1v15(), padding.PSS(padding.MGF1(hashes.SHA256()), 32)):
        signed = base64.b64encode(own.sign(b"firmware", scheme, hashes.SHA256())).decode()
        assert is_signature(signed, making.pem(certificate), b"firmware")
