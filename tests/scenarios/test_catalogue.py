"""The catalogue and the scenario files hold each other, both ways, down to folder and file name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from csms_harness.charge_point.model import ChargePoint
from csms_harness.resources import folder
from tests.scenarios.faults.language import LOADER

SCENARIOS = folder("scenarios")
FOLDERS = {
    "Core": "core",
    "FirmwareManagement": "firmware_management",
    "LocalAuthListManagement": "local_auth_list_management",
    "Reservation": "reservation",
    "RemoteTrigger": "remote_trigger",
    "SmartCharging": "smart_charging",
    "Security": "security",
}
"""The folder of each feature profile."""

FUNCTIONALITIES = {
    "Core": ("Core", 34),
    "FirmwareManagement": ("Firmware Management", 5),
    "LocalAuthListManagement": ("Local Authorization List Management", 6),
    "Reservation": ("Reservation", 10),
    "RemoteTrigger": ("Remote Trigger", 2),
    "SmartCharging": ("Smart Charging", 5),
    "Security": ("Security", 15),
}
"""The row of the certificate that each feature profile is counted in, and its number of cases."""

FILES = {
    path.stem: path for name in FOLDERS.values() if (SCENARIOS / name).is_dir() for path in (SCENARIOS / name).iterdir()
}
STATES = list((SCENARIOS / "states").iterdir())
SHARED = ("id", "name", "section", "profile")


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text(encoding="utf-8"), LOADER))


CATALOGUE = _read(SCENARIOS / "catalogue.yaml")
ENTRIES: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in CATALOGUE["cases"]}

SCENARIO_FILES = {stem: _read(path) for stem, path in sorted(FILES.items())}


def test_the_catalogue_lists_the_77_cases_of_the_document_once_each() -> None:
    assert (len(CATALOGUE["cases"]), len(ENTRIES)) == (77, 77)


def test_every_row_of_the_certificate_has_its_number_of_cases() -> None:
    rows = Counter((entry["profile"], entry["functionality"]) for entry in ENTRIES.values())
    assert rows == {(profile, row): number for profile, (row, number) in FUNCTIONALITIES.items()}


def test_every_scenario_file_is_listed() -> None:
    assert sorted(FILES.keys() - ENTRIES.keys()) == []


def test_a_case_has_either_a_scenario_file_or_a_reason_why_not() -> None:
    both_or_neither = [name for name, entry in ENTRIES.items() if (name in FILES) is ("reason" in entry)]
    assert both_or_neither == []


def test_every_case_but_those_of_the_security_extension_is_implemented() -> None:
    missing = {name for name in ENTRIES if name not in FILES}
    assert {ENTRIES[name]["profile"] for name in missing} <= {"Security"}


def test_a_reason_is_a_whole_sentence() -> None:
    reasons = [entry["reason"] for entry in ENTRIES.values() if "reason" in entry]
    assert [text for text in reasons if len(text.split()) < 5 or not text.rstrip().endswith(".")] == []


def test_a_file_says_of_itself_what_the_catalogue_says() -> None:
    told = {name: {key: case[key] for key in SHARED} for name, case in SCENARIO_FILES.items()}
    assert told == {name: {key: ENTRIES[name][key] for key in SHARED} for name in SCENARIO_FILES}


def test_a_file_stands_in_the_folder_of_its_feature_profile() -> None:
    folders = {name: FILES[name].parent.name for name in SCENARIO_FILES}
    assert folders == {name: FOLDERS[case["profile"]] for name, case in SCENARIO_FILES.items()}


def test_the_files_and_the_catalogue_were_made_from_the_same_edition() -> None:
    assert {case["edition"] for case in SCENARIO_FILES.values()} == {CATALOGUE["edition"]}


def test_a_case_of_an_optional_profile_requires_that_profile_or_says_why_not() -> None:
    claimless = {
        name
        for name, case in SCENARIO_FILES.items()
        if case["profile"] != "Core" and f"profile.{case['profile']}" not in case.get("requires", [])
    }
    silent = [name for name in claimless if "prerequisite" not in " ".join(SCENARIO_FILES[name]["readings"])]
    assert silent == []


def test_every_file_begins_with_the_line_that_editors_look_for() -> None:
    first = {path.stem: path.read_text(encoding="utf-8").splitlines()[0] for path in [*FILES.values(), *STATES]}
    assert set(first.values()) == {"# yaml-language-server: $schema=../scenario.schema.json"}, first


@pytest.fixture(scope="module")
def mistakes() -> Callable[[Any], list[str]]:
    """What the schema for editors has against a document."""
    text = (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8")
    validator = jsonschema.Draft7Validator(json.loads(text))
    return lambda document: [error.message[:200] for error in validator.iter_errors(document)]


def test_every_file_is_valid_by_the_schema_that_editors_use(mistakes: Callable[[Any], list[str]]) -> None:
    wrong = {path.stem: found for path in [*FILES.values(), *STATES] if (found := mistakes(_read(path)))}
    assert wrong == {}


def test_the_schema_that_editors_use_refuses_an_unknown_verb(mistakes: Callable[[Any], list[str]]) -> None:
    document = _read(FILES["TC_061_CSMS"])
    document["scenario"][0]["recieve"] = document["scenario"][0].pop("receive")
    assert mistakes(document) != []


def _asked_for(content: Any, action: str) -> Iterator[dict[str, Any]]:
    """What the Central System is wished to send with this action, anywhere in a file."""
    if isinstance(content, dict):
        if content.get("receive") == action and isinstance(content.get("trigger"), dict):
            yield content["trigger"]
        content = list(content.values())
    for one in content if isinstance(content, list) else ():
        yield from _asked_for(one, action)


def test_no_configuration_is_asked_for_that_the_charge_point_has_from_the_start() -> None:
    """A Central System that looks before it changes anything may leave alone what is so already."""
    fresh = ChargePoint("CP_01").configuration
    files = (_read(path) for name in (*FOLDERS.values(), "beyond") for path in (SCENARIOS / name).glob("*.yaml"))
    wishes = [wish for content in files for wish in _asked_for(content, "ChangeConfiguration")]
    assert len(wishes) > 4
    assert [wish for wish in wishes if fresh.value(wish["key"]) == wish["value"]] == []
