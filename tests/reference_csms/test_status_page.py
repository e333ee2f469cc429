"""The status page: what it is made of, who may have it, and what it asks. What it does is in tests/e2e."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from reference_csms.api import page
from reference_csms.frames_seen import KEPT, LONGEST, FramesSeen
from reference_csms.instants import utc_now
from reference_csms.running import RunningCsms, running
from reference_csms.wire.payloads import FROM_CENTRAL_SYSTEM

from .client import Operator, Point, private

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = (Path(page.__file__).with_name("static") / "page.js").read_text("utf-8")


async def test_the_page_brings_nothing_from_elsewhere_and_may_not(csms: RunningCsms) -> None:
    async with httpx.AsyncClient(base_url=csms.api_url, trust_env=False) as client:
        answers = [await client.get(path) for path in ("/", "/page.js", "/page.css")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "http://" not in answer.text
        assert "https://" not in answer.text


async def test_the_page_is_there_without_the_token_and_what_it_shows_is_not() -> None:
    settings = replace(private(), token="a-token")
    async with running(settings) as one, httpx.AsyncClient(base_url=one.api_url, trust_env=False) as client:
        assert (await client.get("/")).status_code == 200
        for path in re.findall(r'^  "?([a-z-]+)"?: \["', SCRIPT, re.MULTILINE):
            assert (await client.get(f"/api/{path}")).status_code == 401, path


async def test_it_has_a_button_for_every_call_and_a_table_for_what_there_is(operator: Operator) -> None:
    proposals = re.search(r"const PROPOSALS = \{(.*?)^\};", SCRIPT, re.DOTALL | re.MULTILINE)
    assert proposals is not None
    assert set(re.findall(r"^  (\w+): \(\) =>", proposals[1], re.MULTILINE)) == set(FROM_CENTRAL_SYSTEM)
    tables = re.findall(r'^  "?([a-z-]+)"?: \["', SCRIPT, re.MULTILINE)
    assert len(tables) == 5
    for name in tables:
        assert isinstance(await operator.look(name), list)


@pytest.mark.parametrize("key", ["AuthorizationKey", "authorizationKEY"])
async def test_the_last_frames_are_kept_without_passwords(key: str, point: Point, operator: Operator) -> None:
    await operator.order(point, "ChangeConfiguration", {"key": key, "value": "00112233445566778899"})
    frames = await operator.look("frames", point)
    assert not any("0011223344" in frame["text"] for frame in frames)
    assert {frame["direction"] for frame in frames} <= {"sent", "received"}


async def test_so_many_frames_are_kept_and_no_more_of_each() -> None:
    seen = FramesSeen(utc_now)
    for number in range(KEPT + 5):
        seen.add(f"CP_{number % 2}", "x" * (LONGEST + 10), sent=True)
    seen.add("CP_0", b"12345", sent=False)
    assert len(seen.of()) == KEPT
    assert len(seen.of()[0].text) == LONGEST
    assert seen.of("CP_0")[-1].text == "(5 bytes that are no text)"
