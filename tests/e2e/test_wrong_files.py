"""Mistakes in what a user writes: all of them at once, with their place, and before anything is connected to."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from csms_harness.resources import folder
from tests.support.command_line import DEADLINE, Ended, harness
from tests.transport.hostile import Peer, central_system

pytestmark = pytest.mark.e2e

USAGE, NOTHING_SELECTED, UNWRITTEN = 2, 5, 7
PLACE = re.compile(r"^(\S+?):(\d+):(\d+): ", re.MULTILINE)

TARGET = """\
url: http://127.0.0.1/ocpp
charge_points:
  - {id: CP_01, conectors: 2}
  - {id: CP_02, password: $env.NOT_SET_ANYWHERE}
deadlines: {respons: 2 s, action: 5}
triggers:
  Rset: {operator: true}
  ReserveNow: {http: {url: "http://127.0.0.1/{nobody"}}
colour: red
"""
PICS = """\
product: {designation: ""}
functionalities: {Reservations: yes, Core: maybe}
performance: {ocpp_response_timeout: 30, response_time_authorize: 0 s}
"""
SCENARIO = """\
id: TC_019_1_CSMS
name: Retrieve all configuration keys
section: 3.6.1
edition: "2025-11"
profile: Cor
purpose: The Central System reads all configuration keys.
description: It asks for all of them.
before: {from: booted}
scenario:
  - step: 1
    receive: GetConfigurations
    trigger: {}
  - step: 2
    send: Heartbeat
    expct: {currentTime: 1}
  - step: 3
    wait: 10 parsecs
"""


def places(ended: Ended) -> list[tuple[int, int]]:
    """Line and column of every mistake that was told."""
    return [(int(line), int(column)) for _, line, column in PLACE.findall(ended.err)]


async def refused_before_connecting(*options: str | Path) -> Ended:
    """Run with files that are wrong; whoever is connected to all the same fails the test."""
    visits: list[Peer] = []

    async def note(peer: Peer) -> None:
        visits.append(peer)

    async with central_system(note, limit=DEADLINE) as url:
        ended = await asyncio.to_thread(harness, "run", *options, "--url", url, deadline=20)
    assert not visits
    assert ended.code == USAGE, ended.said
    assert ended.out == ""
    assert ended.is_clean
    return ended


def test_every_mistake_in_a_target_file_is_told_with_its_place(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    target.write_text(TARGET)
    ended = harness("run", "--target", target, "--out", tmp_path / "run")
    assert (ended.code, ended.out) == (USAGE, "")
    assert places(ended) == [(1, 6), (3, 17), (4, 27), (5, 13), (5, 35), (7, 3), (8, 28), (9, 1)]
    for sentence in (
        "'http://127.0.0.1/ocpp' is no WebSocket URL",
        "unknown key 'conectors'",
        "did you mean 'connectors'?",
        "the environment variable NOT_SET_ANYWHERE is not set",
        "'respons': unknown deadline",
        "did you mean 'response'?",
        "a duration with its unit is due, such as 30 s",
        "'Rset' is no action of a Central System; did you mean 'Reset'?",
        "has a single {",
        "unknown key 'colour'",
    ):
        assert sentence in ended.said
    assert ended.is_clean
    assert not (tmp_path / "run").exists()


async def test_every_mistake_in_a_pics_file_is_told_with_its_place(tmp_path: Path) -> None:
    pics = tmp_path / "pics.yaml"
    pics.write_text(PICS)
    ended = await refused_before_connecting("--pics", pics, "--out", tmp_path / "run")
    assert places(ended) == [(1, 24), (2, 19), (2, 44), (3, 38), (3, 67)]
    for sentence in ("did you mean 'Reservation'?", "yes or no is due", "must be longer than 0 s"):
        assert sentence in ended.said


async def test_every_mistake_in_a_scenario_is_told_with_its_place(tmp_path: Path) -> None:
    scenarios = tmp_path / "scenarios"
    shutil.copytree(folder("scenarios"), scenarios)
    (scenarios / "core" / "TC_019_1_CSMS.yaml").write_text(SCENARIO)
    ended = await refused_before_connecting("--scenarios", scenarios, "--out", tmp_path / "run")
    assert places(ended) == [(5, 10), (11, 14), (15, 5), (17, 5), (17, 11)]
    for sentence in ("did you mean 'Core'?", "did you mean 'GetConfiguration'?", "did you mean 'expect'?"):
        assert sentence in ended.said
    again = harness("lint", "--scenarios", scenarios)
    assert (again.code, places(again)) == (USAGE, places(ended))


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.yaml"
    for options in (("--target", nowhere), ("--url", "ws://127.0.0.1:9/", "--pics", nowhere)):
        ended = harness("run", *options)
        assert (ended.code, ended.out) == (USAGE, "")
        assert f"{nowhere}: cannot be read: no such file or directory" in ended.said


def test_a_folder_that_cannot_be_written_ends_the_run_before_it_begins(target: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder is due")
    ended = harness("run", "TC_019_1_CSMS", "--target", target, "--out", blocked / "run")
    assert (ended.code, ended.out) == (USAGE, "")
    assert f"{blocked}/run: this run cannot be written down (not a directory)" in ended.said
    assert ended.is_clean


def test_an_extra_report_that_cannot_be_written_costs_nothing_but_itself(target: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    extra = f"junit={blocked}/ci.xml"
    ended = harness("run", "TC_019_1_CSMS", "--target", target, "--out", tmp_path / "run", "--report", extra)
    assert ended.code == UNWRITTEN
    assert "ci.xml' could not be written: File exists. Give another path." in ended.said
    assert (tmp_path / "run" / "certificate.html").is_file()
    assert "1 of 1 case passed" in ended.out


def test_an_unknown_case_is_answered_with_what_was_probably_meant(target: Path) -> None:
    for arguments in (("run", "TC_010_CSM", "--target", target), ("list", "TC_010_CSM"), ("show", "TC_010_CSM")):
        ended = harness(*arguments)
        assert (ended.code, ended.out) == (NOTHING_SELECTED, "")
        assert "no test case matches 'TC_010_CSM'" in ended.said
        assert "did you mean 'TC_010_CSMS'?" in ended.said
