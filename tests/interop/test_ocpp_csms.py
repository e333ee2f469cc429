"""The Core cases against the Central System of the PyPI package ocpp-csms, which nobody here wrote.

As it ships it accepts every idTag, and fails four cases for it; with a list of idTags it fails none. Which
verdicts are right, and why, is in docs/interop.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from csms_harness.runner.reference import Ports
from tests.support.command_line import Ended, facts, harness, verdicts
from tests.support.peers import listening
from tests.support.recording import judged_alike
from tests.support.targets import shipped, written

pytest.importorskip("ocpp_csms", reason="ocpp-csms is not installed: pip install 'csms-harness[interop]'")

pytestmark = [pytest.mark.e2e, pytest.mark.interop]

PEER = Path(__file__).with_name("ocpp_csms_peer.py")
CORE = 34
LIST = ("TAG-VALID=Accepted", "TAG-EXPIRED=Expired", "TAG-BLOCKED=Blocked")

FAILS = {
    # case: the answer that is wrong, the idTag it is about, and the status that is due
    "TC_023_1_CSMS": ("Authorize.conf", "TAG-NOBODY", "Invalid"),
    "TC_023_2_CSMS": ("Authorize.conf", "TAG-EXPIRED", "Expired"),
    "TC_023_3_CSMS": ("Authorize.conf", "TAG-BLOCKED", "Blocked"),
    "TC_037_3_CSMS": ("StartTransaction.conf", "TAG-NOBODY", "Invalid"),
}


@contextmanager
def peer(place: Path, *id_tags: str) -> Iterator[Ports]:
    """The Central System on free ports, as long as the block lasts."""
    options = [word for id_tag in id_tags for word in ("--id-tag", id_tag)]
    port_file = place / "ports.json"
    with listening([sys.executable, PEER, "--port-file", port_file, *options], port_file) as ports:
        yield ports


class Run:
    """One run of the Core cases: how it ended, and its facts."""

    def __init__(self, place: Path, *id_tags: str) -> None:
        with peer(place, *id_tags) as ports:
            target = written(shipped("ready/ocpp-csms.yaml", ports), place)
            self.ended: Ended = harness("run", "Core", "--target", target, "--out", place / "run")
        self.facts = facts(place / "run")
        self.verdicts = verdicts(place / "run")

    def case(self, case_id: str) -> dict[str, Any]:
        """One case."""
        found: dict[str, Any] = next(case for case in self.facts["cases"] if case["id"] == case_id)
        return found


@pytest.fixture(scope="module")
def as_it_ships(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run without a list of idTags."""
    return Run(tmp_path_factory.mktemp("as_it_ships"))


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run with a list of idTags."""
    return Run(tmp_path_factory.mktemp("provisioned"), *LIST)


def test_as_it_ships_it_fails_four_cases_and_passes_all_others(as_it_ships: Run) -> None:
    assert as_it_ships.ended.code == 1, as_it_ships.ended.said
    assert {
        case_id: verdict for case_id, verdict in as_it_ships.verdicts.items() if verdict != "PASS"
    } == dict.fromkeys(FAILS, "FAIL")
    assert len(as_it_ships.verdicts) == CORE


@pytest.mark.parametrize("case_id", FAILS)
def test_what_it_fails_is_told_with_step_frame_and_both_values(as_it_ships: Run, case_id: str) -> None:
    message, id_tag, due = FAILS[case_id]
    case = as_it_ships.case(case_id)
    (finding,) = [finding for finding in case["findings"] if finding["decides"] == "FAIL"]
    assert finding["kind"] == "mismatch"
    assert finding["step"] == "steps 1-2"
    assert finding["path"] == "idTagInfo.status"
    assert (finding["required"], finding["observed"]) == (due, "Accepted")
    entry = case["transcript"][finding["frame"] - 1]
    answer = entry["message"]
    assert (entry["number"], answer["side"]) == (finding["frame"], "CS")
    assert (answer["type"], f"{answer['action']}.conf") == ("CALLRESULT", message)
    assert json.loads(answer["text"])[2]["idTagInfo"]["status"] == "Accepted"
    messages = [entry["message"] for entry in case["transcript"] if entry["message"]]
    asked = next(one for one in messages if one["unique_id"] == answer["unique_id"])
    assert json.loads(asked["text"])[3]["idTag"].startswith(id_tag)  # an unknown one is new in each case
    assert case_id in as_it_ships.ended.out.split()
    assert f"required {due}" in as_it_ships.ended.said
    assert answer["text"] in as_it_ships.ended.out


def test_with_a_list_of_id_tags_it_passes_all_cases(provisioned: Run) -> None:
    assert provisioned.ended.code == 0, provisioned.ended.said
    assert set(provisioned.verdicts.values()) == {"PASS"}
    assert len(provisioned.verdicts) == CORE


@pytest.mark.parametrize("run", ["as_it_ships", "provisioned"])
def test_what_ocpp_leaves_open_is_not_held_against_it(run: str, request: pytest.FixtureRequest) -> None:
    done: Run = request.getfixturevalue(run)
    assert done.ended.is_clean
    assert done.facts["milliseconds_in_timestamps"] is False
    smallest, largest = done.facts["clock_skew"]
    assert -2.0 < smallest <= largest < 2.0
    broken = {rule["id"]: rule["breaches"] for rule in done.facts["rules"] if rule["verdict"] == "FAIL"}
    assert broken == {}


def test_through_the_proxy_all_is_judged_as_without_it_and_the_session_runs_again(tmp_path: Path) -> None:
    with peer(tmp_path, *LIST) as ports:
        judged_alike(shipped("ready/ocpp-csms.yaml", ports), tmp_path, "TC_012_CSMS", "TC_023_1_CSMS")
