"""The cases of the security whitepaper on real TLS: a good Central System passes each, and each fault is caught."""

from __future__ import annotations

import json
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from csms_harness.evidence import Happening
from csms_harness.rules.indexed import indexed
from csms_harness.rules.standing import rule_verdicts
from csms_harness.verdict import Verdict
from reference_csms.seams import NO_PASSWORD, Line, Seams, Take
from reference_csms.wire.frames import Payload
from reference_faults.deviation import Ledger, plug
from reference_faults.faults.doors import letting_in
from reference_faults.faults.tls import TLS_FAULTS
from tests.tls.bench import a_lane, library, relayed, run, served, the_case, told
from tests.tls.making import DAY, TODAY, issue

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.ports]

ALL = ("TC_073_CSMS", "TC_085_CSMS", "TC_086_CSMS", "TC_087_CSMS", "TC_088_CSMS", "TC_083_CSMS")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


async def test_a_good_central_system_passes_each_case_under_the_profile_it_needs(data: Path) -> None:
    async with served(data) as csms:
        facts = await run(csms, *ALL)
    assert [(fact.id, fact.verdict, fact.reason) for fact in facts] == [(name, Verdict.PASS, "") for name in ALL]
    assert [fact.security_profile for fact in facts] == [1, 1, 2, 3, 1, 1]


BEYOND = tuple(f"SEC_{number:03}" for number in range(5, 14))


async def test_a_good_central_system_passes_what_is_asked_beyond_the_document(data: Path) -> None:
    async with served(data) as csms:
        facts = await run(csms, *BEYOND)
    assert [(fact.id, fact.verdict, fact.reason) for fact in facts] == [(name, Verdict.PASS, "") for name in BEYOND]
    assert [fact.security_profile for fact in facts] == [1, 1, 3, 3, 3, 3, 2, 2, 2]


async def test_who_takes_connections_without_tls_beside_those_over_it_is_caught(data: Path) -> None:
    """A proxy that looks at the first byte, and hands what is no TLS to the port that speaks none."""
    bare = letting_in(NO_PASSWORD)(Ledger())
    async with served(data, bare) as csms:
        lane = a_lane(csms)
        plain, secured = (lane.entrance.doors[profile].port for profile in (1, 2))
        async with relayed(lambda first: secured if first == b"\x16" else plain) as port:
            lane.entrance.doors = {2: replace(lane.entrance.doors[2], url=f"wss://localhost:{port}/ocpp")}
            try:
                fact = told("SEC_011", await lane.run(the_case("SEC_011")), lane)
            finally:
                await lane.close()
    assert fact.verdict is Verdict.FAIL
    assert "let the Charge Point in without TLS, at an address that is served over TLS" in fact.reason


async def test_a_profile_that_is_lowered_after_all_breaks_a_rule_and_no_case(data: Path) -> None:
    async def lower(line: Line, _asked: Payload, _answer: Payload) -> None:
        line.queue("ChangeConfiguration", {"key": "SecurityProfile", "value": "1"})

    async with served(data, Seams(after=(("SecurityEventNotification", lower),))) as csms:
        facts = await run(csms, "TC_083_CSMS", "SEC_003")
    assert [fact.verdict for fact in facts] == [Verdict.PASS] * 2
    rules = {rule.id: rule for rule in rule_verdicts(library().rules, indexed(facts))}
    assert (rules["RULE_017"].verdict, rules["RULE_017"].breaches[0].required) == (Verdict.FAIL, "2")


async def test_who_closes_the_connection_of_the_old_profile_at_once_passes(data: Path) -> None:
    async def close(line: Line, frame: str | bytes, take: Take) -> None:
        await take(frame)
        last = line.calls[-1] if line.calls else None
        raised = last is not None and last.payload.get("key") == "SecurityProfile"
        if last is not None and raised and json.loads(frame)[:2] == [3, last.unique_id]:
            line.connection.transport.abort()

    async with served(data, Seams(incoming=(close,))) as csms:
        (fact,) = await run(csms, "TC_083_CSMS")
    assert (fact.verdict, fact.reason) == (Verdict.PASS, "")
    happened = [entry.note.what for entry in fact.transcript if entry.note is not None]
    assert happened.count(Happening.CONNECTED) >= 3


@pytest.mark.parametrize("kind", ["another", "expired", "early"])
async def test_a_certificate_that_the_target_does_not_give_proves_nothing(kind: str, data: Path) -> None:
    number = {"another": 7, "expired": 9, "early": 10}[kind]
    async with served(data) as csms:
        lane = a_lane(csms)
        lane.entrance.certificates = {}
        try:
            fact = told(f"SEC_{number:03}", await lane.run(the_case(f"SEC_{number:03}")), lane)
        finally:
            await lane.close()
    assert (fact.verdict, f"names no client certificate that is {kind}" in fact.reason) == (Verdict.INCONCLUSIVE, True)


async def test_the_cases_pass_with_profile_2_and_3_alone(data: Path) -> None:
    async with served(data) as csms:
        facts = await run(csms, *ALL, only=(2, 3))
    assert [(fact.id, fact.verdict, fact.reason) for fact in facts] == [(name, Verdict.PASS, "") for name in ALL]


async def test_what_was_raised_stays_raised_for_the_cases_after_it(data: Path) -> None:
    async with served(data) as csms:
        facts = await run(csms, "TC_083_CSMS", "TC_085_CSMS", "TC_083_CSMS", "TC_088_CSMS")
    assert [(fact.verdict, fact.reason) for fact in facts] == [(Verdict.PASS, "")] * 4
    assert [fact.security_profile for fact in facts] == [1, 2, 2, 3]


@pytest.mark.parametrize("name", TLS_FAULTS)
async def test_a_fault_of_tls_is_caught_by_the_cases_that_are_meant_to(name: str, data: Path) -> None:
    fault = TLS_FAULTS[name]
    plugged = plug([fault])
    async with served(data, plugged.seams) as csms:
        facts = await run(csms, *fault.cases)
    assert [(fact.id, fact.verdict) for fact in facts] == [(case, Verdict.FAIL) for case in fault.cases]
    assert plugged.landed(name)


async def test_a_suite_that_only_the_document_demands_is_told_to_be_no_weakness(data: Path) -> None:
    fault = TLS_FAULTS["without-aes128-gcm-sha256"]
    async with served(data, plug([fault]).seams) as csms:
        (fact,) = await run(csms, "TC_086_CSMS")
    assert "TLS_RSA_WITH_AES_128_GCM_SHA256" in fact.reason
    assert "that is no weakness, but the document demands it of every CSMS" in fact.reason


async def test_a_connection_tells_its_tls_and_its_profile(data: Path) -> None:
    async with served(data) as csms:
        (fact,) = await run(csms, "TC_087_CSMS")
    notes = [entry.note.text for entry in fact.transcript if entry.note is not None]
    assert any("ocpp1.6" in text for text in notes)


@pytest.mark.parametrize(
    ("situation", "options", "phrase"),
    [
        ("expired", {"begins": TODAY - 9 * DAY, "ends": TODAY - 2 * DAY}, "expired on"),
        ("not yet valid", {"begins": TODAY + DAY}, "is not valid before"),
        ("wrong host", {"names": ("other.example",)}, "is made out to other.example, not to localhost"),
    ],
)
async def test_a_certificate_that_nobody_can_accept_fails_the_case_about_it(
    situation: str, options: dict[str, Any], phrase: str, data: Path, tmp_path: Path
) -> None:
    roots = [issue("Root", ca=True, with_rsa=with_rsa) for with_rsa in (True, False)]
    made = [issue("localhost", root, with_rsa=root is roots[0], **options) for root in roots]
    files = [one.write(tmp_path / f"{number}.pem") for number, one in enumerate(made)]

    def secure(context: ssl.SSLContext, _profile: int) -> ssl.SSLContext:
        for file in files:
            context.load_cert_chain(file)
        return context

    async with served(data, Seams(securing=(secure,))) as csms:
        assert csms.ca_file is not None
        trusted = csms.ca_file.read_bytes()
        try:
            csms.ca_file.write_bytes(trusted + b"".join(root.pem for root in roots))
            (fact,) = await run(csms, "TC_086_CSMS")
        finally:
            csms.ca_file.write_bytes(trusted)
    assert (fact.verdict, phrase in fact.reason) == (Verdict.FAIL, True), (situation, fact.reason)
