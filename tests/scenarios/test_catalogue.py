"""The catalogue and the scenario files hold each other, both ways, down to folder and file name."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from csms_harness.resources import folder

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
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


CATALOGUE = _read(SCENARIOS / "catalogue.yaml")
ENTRIES: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in CATALOGUE["cases"]}

each_file = pytest.mark.parametrize("path", [pytest.param(path, id=stem) for stem, path in sorted(FILES.items())])
each_document = pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in sorted([*FILES.values(), *STATES])]
)


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


@each_file
def test_a_file_says_of_itself_what_the_catalogue_says(path: Path) -> None:
    told, listed = _read(path), ENTRIES[path.stem]
    assert {key: told[key] for key in SHARED} == {key: listed[key] for key in SHARED}


@each_file
def test_a_file_stands_in_the_folder_of_its_feature_profile(path: Path) -> None:
    assert path.parent.name == FOLDERS[_read(path)["profile"]]
    assert path.suffix == ".yaml"


@each_file
def test_the_file_and_the_catalogue_were_made_from_the_same_edition(path: Path) -> None:
    assert _read(path)["edition"] == CATALOGUE["edition"]


@each_file
def test_a_case_of_an_optional_profile_requires_that_profile_or_says_why_not(path: Path) -> None:
    told = _read(path)
    claim = f"profile.{told['profile']}"
    if told["profile"] != "Core" and claim not in told.get("requires", []):
        assert any("prerequisite" in reading for reading in told["readings"])


@each_document
def test_a_file_begins_with_the_line_that_editors_look_for(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../scenario.schema.json"


@pytest.fixture(scope="module")
def editor_schema() -> jsonschema.Draft7Validator:
    text = (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


@each_document
def test_a_file_is_valid_by_the_schema_that_editors_use(
    path: Path, editor_schema: jsonschema.Draft7Validator
) -> None:
    document = _read(path)
    assert [error.message[:200] for error in editor_schema.iter_errors(document)] == []


def test_the_schema_that_editors_use_refuses_an_unknown_verb(editor_schema: jsonschema.Draft7Validator) -> None:
    document = _read(FILES["TC_061_CSMS"])
    document["scenario"][0]["recieve"] = document["scenario"][0].pop("receive")
    assert not editor_schema.is_valid(document)
