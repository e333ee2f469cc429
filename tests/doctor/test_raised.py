"""A Charge Point whose security profile an earlier run had raised: what the doctor says of the profiles below."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from csms_harness.doctor.checks import Check, Mark
from csms_harness.evidence import Left
from csms_harness.record.facts import LeftFact
from csms_harness.runner.campaign import Campaign
from csms_harness.runner.leftovers import STATE, Notes, notes_folder
from tests.runner.peer import Csms, campaign, examined, running
from tests.transport.hostile import CLOSE, Behaviour, Peer, central_system, frame

RAISED = LeftFact(charge_point="CP_01", what=Left.SECURITY_PROFILE, connector_id=0, number=1, case="TC_083_CSMS")


@pytest.fixture(autouse=True)
def _notes_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STATE, str(tmp_path / "state"))


async def unauthorized(peer: Peer) -> None:
    await peer.answer("401 Unauthorized", "WWW-Authenticate: Basic realm=ocpp")


async def turned_away(peer: Peer) -> None:
    await peer.accept()
    peer.write(frame(CLOSE, (1008).to_bytes(2)))


def _campaign(folder: Path, below: str, raised_to: str) -> Campaign:
    """Security profile 0 at one address, and 1 at another."""
    (folder / "password").write_text("abcdefghijklmnop", "utf-8")
    checked = campaign(
        folder,
        below,
        "TC_001",
        charge_points="[{id: CP_01, password: $file:password}]",
        more=f"security_profiles: [{{profile: 0, url: {below}}}, {{profile: 1, url: {raised_to}}}]\n",
        deadlines={"settle": 0.2},
    )
    Notes(notes_folder(), checked.target.url, "CP_01").write((RAISED,))
    return checked


@asynccontextmanager
async def _examined(folder: Path, below: Behaviour) -> AsyncIterator[list[Check]]:
    async with running(Csms()) as csms, central_system(below) as url:
        yield await examined(_campaign(folder, url, csms.url))


def _about_profiles(checks: list[Check]) -> list[tuple[Mark, str]]:
    return [(one.mark, one.text) for one in checks if "security profile" in one.text]


@pytest.mark.parametrize("below", [unauthorized, turned_away])
async def test_the_profile_below_lets_nobody_in_and_that_is_as_it_should_be(tmp_path: Path, below: Behaviour) -> None:
    async with _examined(tmp_path, below) as checks:
        (left, let_in) = _about_profiles(checks)
    assert left[0] is Mark.REMARK
    assert left[1] == (
        "security profile 0: let in no more, as it should be since an earlier run left "
        "security profile 1 of the Charge Point (TC_083_CSMS on CP_01)"
    )
    assert let_in[0] is Mark.FINE
    assert let_in[1].startswith("security profile 1: connected to ")
    assert not [one for one in checks if one.subject == "CP_01" and one.mark is Mark.WRONG]


async def test_a_profile_that_was_set_back_needs_no_word(tmp_path: Path) -> None:
    async with running(Csms()) as below, running(Csms()) as raised_to:
        told = _about_profiles(await examined(_campaign(tmp_path, below.url, raised_to.url)))
    assert [mark for mark, _ in told] == [Mark.FINE, Mark.FINE]
    assert all("connected to" in text for _, text in told)


async def test_nothing_that_listens_is_nothing_about_the_profile(tmp_path: Path) -> None:
    async with running(Csms()) as csms:
        checks = await examined(_campaign(tmp_path, "ws://127.0.0.1:1/ocpp", csms.url))
    assert [one.mark for one in checks if "nothing listens" in one.text] == [Mark.WRONG]


async def test_without_an_address_for_the_raised_one_no_case_can_run(tmp_path: Path) -> None:
    async with central_system(unauthorized) as url:
        checked = campaign(tmp_path, url, "TC_001")
        Notes(notes_folder(), checked.target.url, "CP_01").write((RAISED,))
        (told,) = (one for one in await examined(checked) if "security profile" in one.text)
    assert told.mark is Mark.WRONG
    assert told.text.endswith("; no case can run as this Charge Point")
    assert told.advice.startswith("name a URL for security profile 1 under security_profiles, or set it back")
