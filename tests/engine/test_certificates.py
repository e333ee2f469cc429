"""Certificates in a running case: key pairs, chains, hash data, and what only the official tool demands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography import x509

from csms_harness.certificates.hashing import hash_data
from csms_harness.certificates.reading import request_facts
from csms_harness.evidence import Kind
from csms_harness.verdict import Verdict
from tests.certificates import making
from tests.engine.play import a_line, frames, only, payload, play
from tests.scenarios.faults.chains import chain
from tests.support.reading import Result
from tests.support.scripted_csms import CONFIG, ROOT, Payload, ScriptedCsms

SIGN = """
- step: [1, 2]
  send: SignCertificate
  expect: {status: Accepted}
- step: [3, 4]
  receive: CertificateSigned
  expect: {certificateChain: {certificates: {leaf: {key: $csr.key, subject: {CN: $csr.common_name}}}}}
  octt: {certificateChain: {certificates: {number: {at_least: 2}, leaf: {signature: {algorithm: ECDSA}}}}}
  reply: $answer
"""
INSTALL = """
- step: [1, 2]
  receive: InstallCertificate
  trigger: {certificateType: CentralSystemRootCertificate, certificate: $config.root_certificate}
  expect: $asked
  reply: $answer
- step: [3, 4]
  receive: GetInstalledCertificateIds
  trigger: {certificateType: CentralSystemRootCertificate}
  reply: $answer
- step: [5, 6]
  receive: DeleteCertificate
  trigger: {certificateHashData: $hash_data.SHA512}
  expect: {certificateHashData: {issuerKeyHash: $asked}}
  reply: $answer
- step: [7, 8]
  receive: GetInstalledCertificateIds
  trigger: {certificateType: CentralSystemRootCertificate}
  reply: $answer
"""


def sending(action: str, change: Any) -> ScriptedCsms:
    """It sends what it is asked for, changed by this."""

    def calls(csms: ScriptedCsms, wish: Payload) -> list[Any]:
        return [change(csms.good_call(action, dict(wish)))]

    return ScriptedCsms(calls={action: calls})


def chains(change: Any) -> ScriptedCsms:
    return sending("CertificateSigned", lambda call: {"certificateChain": change(call["certificateChain"])})


def answers(result: Result) -> list[Any]:
    """The answers of the Charge Point, in order."""
    return [payload(one) for one in frames(result, "CP") if one.message.endswith(".conf")]


def request_of(result: Result) -> str:
    """The certificate request that was sent."""
    (sent,) = frames(result, "CP", "SignCertificate.req")
    return str(json.loads(sent.text)[3]["csr"])


def test_a_new_key_pair_is_made_for_each_request_and_only_the_request_is_told() -> None:
    csms, line = ScriptedCsms(), a_line()
    first, second = play(SIGN, csms, line=line), play(SIGN, csms, line=line)
    assert (first.verdict, second.verdict) == (Verdict.PASS, Verdict.PASS)
    assert request_facts(request_of(first))["key"] != request_facts(request_of(second))["key"]
    assert answers(first)[-1] == {"status": "Accepted"}
    assert "PRIVATE" not in str(first)


def test_a_new_certificate_is_kept_once_a_connection_was_opened_with_it() -> None:
    csms, line = ScriptedCsms(), a_line()
    play(SIGN, csms, line=line)
    assert line.charge_point.certificate_chain == ""
    play(f"{SIGN}- disconnect:\n- connect:\n", csms, line=line)
    kept = line.charge_point.certificate_chain
    assert kept.count("BEGIN CERTIFICATE") == 2
    play("- send: Heartbeat", csms, line=line)
    assert line.charge_point.certificate_chain == kept


def test_a_request_is_for_the_identity_and_the_operator() -> None:
    asked = request_facts(request_of(play(SIGN)))
    assert asked["subject"] == {"O": "CSMS Harness", "CN": "CP_01"}
    assert asked["key"]["algorithm"] == "ECDSA"


def test_the_target_says_for_whom_and_which_key_and_how_lines_end() -> None:
    told = {"certificate_common_name": "serial_number", "certificate_algorithm": "RSA", "certificate_line_ends": "CRLF"}
    result = play(SIGN, config={**CONFIG, **told})
    asked = request_facts(request_of(result))
    assert (asked["subject"]["CN"], asked["key"]["algorithm"]) == ("CSMS-HARNESS-0001", "RSA")
    assert request_of(result).count("\r\n") == request_of(result).count("\n")
    assert result.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("name", "path"), [("another_key", "leaf.key"), ("another_subject", "leaf.subject.CN"), ("root_first", "leaf.key")]
)
def test_what_a_chain_says_otherwise_is_told_by_its_place(name: str, path: str) -> None:
    result = play(SIGN, chains(lambda good: chain(f"$chain.{name}", good)))
    assert result.verdict is Verdict.FAIL
    assert f"certificateChain.{path}" in [found.path for found in result.findings if found.kind is Kind.MISMATCH]


def test_a_chain_that_is_not_for_our_key_is_refused_and_not_kept() -> None:
    line = a_line()
    result = play(SIGN, chains(lambda good: chain("$chain.another_key", good)), line=line)
    assert answers(result)[-1] == {"status": "Rejected"}
    assert line.charge_point.certificate_chain == ""


def test_a_text_that_is_no_chain_is_told_as_such() -> None:
    found = only(play(SIGN, chains(lambda _: "no PEM")), Kind.MISMATCH)
    assert (found.path, found.observed.startswith("no PEM, which is no PEM text")) == ("certificateChain", True)


def test_what_only_the_official_tool_demands_decides_only_under_its_strictness() -> None:
    alone = chains(lambda good: making.pem(*x509.load_pem_x509_certificates(good.encode())[:1]))
    result = play(SIGN, alone)
    assert (result.verdict, result.octt_verdict) == (Verdict.PASS, Verdict.FAIL)
    found = only(result, Kind.COMPATIBILITY)
    assert (found.path, found.required, found.observed) == ("certificateChain.number", "at least 2", "1")


def test_installed_certificates_are_listed_by_their_own_hash_data_and_deleted_by_any() -> None:
    result = play(INSTALL)
    assert result.verdict is Verdict.PASS
    installed, listed, deleted, gone = answers(result)
    assert (installed, deleted, gone) == ({"status": "Accepted"}, {"status": "Accepted"}, {"status": "NotFound"})
    assert listed == {"status": "Accepted", "certificateHashData": [hash_data(CONFIG["root_certificate"])]}


def test_line_ends_and_capitals_are_no_difference() -> None:
    crlf = sending("InstallCertificate", lambda call: call | {"certificate": call["certificate"].replace("\n", "\r\n")})
    assert play(INSTALL, crlf).verdict is Verdict.PASS
    upper = sending("DeleteCertificate", _in_capitals)
    assert play(INSTALL, upper).verdict is Verdict.PASS


def _in_capitals(call: Payload) -> Payload:
    named = {name: value.upper() for name, value in call["certificateHashData"].items()}
    return {"certificateHashData": named}


def test_another_certificate_is_a_difference() -> None:
    other = sending("InstallCertificate", lambda call: call | {"certificate": making.pem(ROOT)})
    assert only(play(INSTALL, other), Kind.MISMATCH).path == "certificate"


def test_hash_data_without_anything_installed_has_no_value() -> None:
    scenario = "- receive: DeleteCertificate\n  trigger: {certificateHashData: $hash_data.SHA256}\n  reply: $answer"
    result = play(scenario)
    assert (result.verdict, "$hash_data.SHA256 has no value here" in result.reason) == (Verdict.ERROR, True)
