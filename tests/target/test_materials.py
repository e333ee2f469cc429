"""What the security cases hand over: made for a run, or the target's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csms_harness.certificates.reading import chain_facts
from csms_harness.certificates.signing import is_signature
from csms_harness.documents.mistakes import Mistakes
from csms_harness.target.materials import materials
from csms_harness.target.target import parse_target
from tests.certificates import making

PEM = making.pem(making.root()[0])


def test_the_signatures_are_real_and_only_one_is_that_of_the_firmware() -> None:
    made = materials()
    certificate = made["signing_certificate"]
    assert is_signature(made["firmware_signature"], certificate, b"firmware.bin")
    assert not is_signature(made["invalid_firmware_signature"], certificate, b"firmware.bin")
    assert is_signature(made["invalid_firmware_signature"], certificate, b"another.bin")


def test_the_roots_are_roots_and_differ() -> None:
    first, second = (chain_facts(materials()[name])["leaf"] for name in ("root_certificate", "root_certificate_2"))
    assert (first["selfSigned"], second["selfSigned"]) == (True, True)
    assert first["subject"] != second["subject"]


def test_no_private_key_is_among_them_and_all_fit_their_members() -> None:
    made = materials()
    assert not [name for name, value in made.items() if "PRIVATE" in value]
    assert max(len(value) for value in made.values()) <= 5500
    assert max(len(made[name]) for name in made if name.endswith("signature")) <= 800


_HEAD = "url: ws://127.0.0.1:9000/ocpp\ncharge_points: [{id: CP_01}]\nconfig:\n"


def _config(**values: str) -> str:
    return _HEAD + "".join(f"  {name}: {json.dumps(value)}\n" for name, value in values.items())


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"root_certificate": "root.pem"}, "4:21: 'root_certificate': a certificate in PEM"),
        ({"root_certificate_2": PEM * 20}, "'root_certificate_2': a certificate of at most 5500 characters is due"),
        ({"certificate_algorithm": "DSA"}, "'certificate_algorithm': ECDSA or RSA is due, this is the text 'DSA'"),
        ({"certificate_common_name": "serial"}, "identity or serial_number is due"),
        ({"firmware_signature": "c2ln"}, "'firmware_signature' needs 'signing_certificate' beside it"),
        ({"signing_certificate": PEM}, "'signing_certificate' needs 'firmware_signature' beside it"),
    ],
)
def test_what_cannot_be_used_is_told_when_the_target_is_read(config: dict[str, str], told: str) -> None:
    with pytest.raises(Mistakes) as mistakes:
        parse_target(_config(**config), "target.yaml", Path())
    assert told in str(mistakes.value)


def test_a_target_may_give_its_own() -> None:
    target = parse_target(
        _config(root_certificate=PEM, security_log_url="https://example.com/log"), "target.yaml", Path()
    )
    config = target.lane_config(target.charge_points[0])
    assert (config["root_certificate"], config["security_log_url"]) == (PEM, "https://example.com/log")
    assert config["root_certificate_2"] == materials()["root_certificate_2"]
