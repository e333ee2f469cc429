"""A run before it begins: everything that can be wrong in options and files is found now."""

from __future__ import annotations

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.evidence import Left
from csms_harness.record.facts import LeftFact
from csms_harness.record.rebuild import rebuild
from csms_harness.resources import folder
from csms_harness.runner.campaign import Options, UsageError, prepare, run
from csms_harness.runner.heading import reproduce
from csms_harness.runner.leftovers import Notes, notes_folder
from csms_harness.runner.reference import Ports, ReferenceFailed, moved, reference_csms
from csms_harness.runner.selection import NothingSelected, catalogue
from csms_harness.scenario.library import Entry, Library
from csms_harness.target.target import read_target
from csms_harness.triggers.config import entries_of
from tests.engine.play import STATES, a_case
from tests.runner.memory import Watching

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
CASE = a_case("- send: Authorize\n  with: {idTag: $config.valid_id_tag}")
ENTRIES = (
    Entry("TC_900_CSMS", "A", "1", "Core", "Core", ""),
    Entry("TC_901_CSMS", "B", "1", "Core", "Core", "needs a signed firmware"),
)
LIBRARY = Library({CASE.id: CASE}, STATES, ENTRIES, "digest")
TARGET = """\
url: ws://127.0.0.1:9000/ocpp
charge_points: [{id: CP_01}, {id: CP_02}]
config: {valid_id_tag: TAG-001}
deadlines: {response: 7 s}
"""
PICS = "product: {designation: Central 9}\nperformance: {ocpp_response_timeout: 5 s, response_time_authorize: 2 s}\n"


def files(place: Path) -> dict[str, Any]:
    """A target and a PICS as options."""
    (place / "target.yaml").write_text(TARGET, "utf-8")
    (place / "pics.yaml").write_text(PICS, "utf-8")
    return {"target": place / "target.yaml", "pics": place / "pics.yaml"}


def test_target_pics_and_options_come_together(tmp_path: Path) -> None:
    campaign = prepare(Options(**files(tmp_path), deadlines={"action": 1.0}), LIBRARY)

    assert [case.id for case in campaign.plan.run] == ["TC_900_CSMS"]
    assert [entry.id for entry in campaign.plan.unimplemented] == ["TC_901_CSMS"]
    deadlines = campaign.deadlines
    assert (deadlines.action, deadlines.response, deadlines.authorize) == (1.0, 7.0, 2.0)
    assert (campaign.lanes, campaign.pics.product.designation) == (2, "Central 9")


async def test_a_secret_of_the_target_is_in_no_case_of_the_journal_not_even_in_one_that_does_not_send_it(
    tmp_path: Path,
) -> None:
    given = files(tmp_path)
    secret = "correct-horse-battery"
    told = f'config: {{new_password: "{secret}", authorizationKey: "{secret}/2", valid_id_tag:'
    given["target"].write_text(TARGET.replace("config: {valid_id_tag:", told).replace(":9000", ":1"), "utf-8")
    await run(prepare(Options(**given, out=tmp_path / "out", deadlines={"reconnect": 0.0}), LIBRARY), Watching())

    written = (tmp_path / "out" / "journal.jsonl").read_text("ascii")
    assert "new_password" in written
    assert "TAG-001" in written
    assert secret not in written


async def test_what_an_earlier_run_left_and_this_one_cannot_close_stays_noted_and_is_told(tmp_path: Path) -> None:
    given = files(tmp_path)
    given["target"].write_text(TARGET.replace(":9000", ":1"), "utf-8")
    left = LeftFact(
        charge_point="CP_02", what=Left.TRANSACTION, connector_id=1, number=151, id_tag="TAG-001", since=NOON
    )
    notes = Notes(notes_folder(), "ws://127.0.0.1:1/ocpp", "CP_02")
    notes.write((left,))
    outcome = await run(
        prepare(Options(**given, out=tmp_path / "out", deadlines={"reconnect": 0.0}), LIBRARY), Watching()
    )

    assert (outcome.facts.run.found_open, outcome.facts.run.left_open) == ((left,), (left,))
    assert notes.read() == (left,)
    assert rebuild(tmp_path / "out").run.left_open == (left,)


def test_a_url_alone_is_a_target_that_lacks_the_configured_names() -> None:
    campaign = prepare(Options(url="ws://127.0.0.1:1/x"), LIBRARY)

    assert campaign.target.url == "ws://127.0.0.1:1/x"
    assert "config.valid_id_tag" in campaign.plan.decided[0].reason


def test_a_url_goes_before_that_of_the_target(tmp_path: Path) -> None:
    assert prepare(Options(**files(tmp_path), url="wss://other/"), LIBRARY).target.url == "wss://other/"


def test_without_any_target_there_is_nothing_to_run_against() -> None:
    with pytest.raises(UsageError, match="--target FILE"):
        prepare(Options(), LIBRARY)


@pytest.mark.parametrize("url", ["http://host/", "ws://u:p@host/", "ws://host:99999/"])
def test_a_url_that_is_none_is_a_mistake_of_the_option(url: str) -> None:
    with pytest.raises(UsageError, match="--url: "):
        prepare(Options(url=url), LIBRARY)


@pytest.mark.parametrize("lanes", [0, 3, -1])
def test_more_lanes_than_identities_are_refused(tmp_path: Path, lanes: int) -> None:
    with pytest.raises(UsageError, match=r"names 2 Charge Points.*from 1 to 2"):
        prepare(Options(**files(tmp_path), lanes=lanes), LIBRARY)


def test_fewer_lanes_than_identities_need_only_their_own_names(tmp_path: Path) -> None:
    options = files(tmp_path)
    (tmp_path / "target.yaml").write_text(
        "url: ws://h/\ncharge_points: [{id: A, config: {valid_id_tag: T}}, {id: B}]\n", "utf-8"
    )

    assert prepare(Options(**options, lanes=1), LIBRARY).plan.run
    assert not prepare(Options(**options), LIBRARY).plan.run


def test_a_selection_of_nothing_and_a_broken_file_are_told_apart(tmp_path: Path) -> None:
    options = files(tmp_path)
    with pytest.raises(NothingSelected):
        prepare(Options(**options, patterns=("TC_999",)), LIBRARY)
    (tmp_path / "pics.yaml").write_text("product: 7\n", "utf-8")
    with pytest.raises(Mistakes, match=r"pics\.yaml:1:10"):
        prepare(Options(**options), LIBRARY)


def test_the_command_that_runs_a_case_again_says_everything_that_mattered() -> None:
    options = Options(
        patterns=("Core",),
        target=Path("my targets/t.yaml"),
        url="ws://h/a?b=c&d",
        pics=Path("p.yaml"),
        deadlines={"response": 0.5},
        strictness="octt",
    )
    words = shlex.split(reproduce(options, "TC_010_CSMS"))

    assert words == [
        "csms-harness", "run", "TC_010_CSMS", "--target", "my targets/t.yaml", "--url", "ws://h/a?b=c&d",
        "--pics", "p.yaml", "--deadline", "response=0.5s", "--strictness", "octt", "--lanes", "1",
        "--out", "reports/again/TC_010_CSMS", "--force",
    ]  # fmt: skip
    own = shlex.split(reproduce(Options(scenarios=Path("mine"), url="ws://h/?token=abcdef"), "TC_010_CSMS"))
    assert own[3:7] == ["--url", "ws://h/?token=•••", "--scenarios", "mine"]


def test_the_catalogue_says_of_every_case_whether_it_can_be_run_and_why_not() -> None:
    told = catalogue(LIBRARY)

    assert [(one["id"], one["implemented"], one["reason"]) for one in told] == [
        ("TC_900_CSMS", True, ""),
        ("TC_901_CSMS", False, "needs a signed firmware"),
    ]


def test_a_target_file_follows_the_reference_csms_to_other_ports() -> None:
    target = moved(folder("targets") / "reference.yaml", Ports(4711, 4712))

    assert target.url == "ws://127.0.0.1:4711/ocpp"
    assert "http://127.0.0.1:4712/" in target.model_dump_json()
    assert ":9100" not in target.model_dump_json()


def test_a_trigger_that_is_no_http_request_stays_as_it_is_when_the_reference_csms_moves(tmp_path: Path) -> None:
    file = tmp_path / "target.yaml"
    file.write_text(
        "# ws://127.0.0.1:9000/ocpp\n"
        "url: 'ws://localhost:9000/ocpp'\n"
        "charge_points: [{id: CP_01}]\n"
        "triggers:\n"
        "  default: {http: {url: 'http://localhost:9100/api/{action}?at=http://127.0.0.1:9100'}}\n"
        "  Reset: [{when: {type: Hard}, operator: Pull the plug.}, {command: [reset, 'http://127.0.0.1:9100']}]\n",
        "utf-8",
    )
    here, there = read_target(file), moved(file, Ports(4711, 4712))

    assert there.url == "ws://127.0.0.1:4711/ocpp"
    assert there.triggers.root["Reset"] == here.triggers.root["Reset"]
    (default,) = entries_of(there.triggers, "ClearCache")
    assert default.http is not None
    assert default.http.url == "http://127.0.0.1:4712/api/{action}?at=http://127.0.0.1:9100"


def test_a_reference_csms_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'no such thing' >&2\nexit 3\n", "utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))

    with pytest.raises(ReferenceFailed, match="did not start: no such thing"), reference_csms():
        pass


@pytest.mark.parametrize("name", ["scenarios", "targets"])
def test_the_folders_of_the_installation_are_found(name: str) -> None:
    assert (folder(name)).is_dir()


def test_a_folder_that_the_installation_lacks_is_told_with_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match="no folder 'nonsense'; install csms-harness again"):
        folder("nonsense")
