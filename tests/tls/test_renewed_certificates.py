"""A certificate that was signed in a case is the one the Charge Point connects with from then on."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.certificates.reading import chain_facts
from csms_harness.verdict import Verdict
from reference_faults.choosing import chosen
from tests.tls.bench import a_lane, library, run, served, told

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.ports]

MESSAGES = ("TC_074_CSMS", "TC_075_1_CSMS", "TC_075_2_CSMS", "TC_076_CSMS", "TC_077_CSMS", "TC_078_CSMS")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


async def test_a_new_certificate_is_shown_from_then_on(data: Path) -> None:
    async with served(data) as csms:
        lane = a_lane(csms)
        try:
            renewed = told("TC_074_CSMS", await lane.run(library().cases["TC_074_CSMS"]), lane)
            after = told("TC_087_CSMS", await lane.run(library().cases["TC_087_CSMS"]), lane)
        finally:
            await lane.close()
    assert [(fact.verdict, fact.reason) for fact in (renewed, after)] == [(Verdict.PASS, "")] * 2
    assert renewed.security_profile == 3
    assert chain_facts(lane.charge_point.certificate_chain)["leaf"]["subject"]["CN"] == "CP_01"


async def test_a_certificate_of_an_authority_that_the_listener_does_not_know_fails_the_case_and_is_forgotten(
    data: Path,
) -> None:
    async with served(data, chosen(noises=["chain-by-rsa"]).seams) as csms:
        facts = await run(csms, "TC_074_CSMS", "TC_087_CSMS")
    assert [fact.verdict for fact in facts] == [Verdict.FAIL, Verdict.PASS]
    assert facts[0].reason.startswith("steps 7-8: ")
    assert "does not take the client certificate" in facts[0].reason


@pytest.mark.parametrize("only", [(2,), (3,), (2, 3)])
async def test_the_cases_about_messages_pass_over_tls(data: Path, only: tuple[int, ...]) -> None:
    async with served(data) as csms:
        facts = await run(csms, *MESSAGES, only=only)
    assert [(fact.id, fact.verdict, fact.reason) for fact in facts] == [(name, Verdict.PASS, "") for name in MESSAGES]
