"""What the JSON Schemas say is what the models read: right files are right by both, wrong ones by neither."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from csms_harness.resources import folder
from csms_harness.target.pics import Pics
from csms_harness.target.schemas import SCHEMAS
from csms_harness.target.target import Target
from tests.cli.test_command_line import call
from tests.report.realistic import facts as realistic_facts


def problems(kind: str, document: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMAS[kind]())
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(document)]


def read(text: str) -> Any:
    return yaml.safe_load(text)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_is_a_schema_and_is_printed(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind]())
    result = call("schema", kind)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json.loads(json.dumps(SCHEMAS[kind]()))


def test_those_of_files_that_people_write_have_a_version() -> None:
    assert [SCHEMAS[kind]()["$id"] for kind in ("target", "pics", "expected")] == [
        "urn:csms-harness:target:1",
        "urn:csms-harness:pics:1",
        "urn:csms-harness:expected:1",
    ]


SHIPPED = [path for path in folder("targets").rglob("*.yaml") if not path.name.endswith(".pics.yaml")]


@pytest.mark.parametrize("path", sorted(SHIPPED), ids=lambda path: path.name)
def test_every_shipped_target_fits(path: Path) -> None:
    assert problems("target", read(path.read_text("utf-8"))) == []


def test_what_init_writes_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("init").exit_code == 0
    assert problems("target", read((tmp_path / "target.yaml").read_text("utf-8"))) == []
    assert problems("pics", read((tmp_path / "pics.yaml").read_text("utf-8"))) == []


def test_every_target_and_pics_in_the_documents_fits() -> None:
    root, seen = Path(__file__).parents[2], 0
    for path in (root / "README.md", *(root / "docs").rglob("*.md")):
        for found in re.finditer(r"^```yaml\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            document = read(found[1])
            keys = set(document) if isinstance(document, dict) else {""}
            if keys <= set(Pics.model_fields):
                assert problems("pics", document) == [], path.name
            elif keys <= set(Target.model_fields):
                whole = {"url": "ws://localhost/ocpp", "charge_points": [{"id": "CP_01"}], **document}
                assert problems("target", whole) == [], path.name
            else:
                continue
            seen += 1
    assert seen > 10


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        ("target", "url: ws://localhost/x\ncharge_points: [{id: CP}]\ndeadlines: {response: 5 s}", False),
        ("target", "url: ws://localhost/x\ncharge_points: [{id: CP}]\ndeadlines: {response: 5}", True),
        ("target", "url: ws://localhost/x\ncharge_point: [{id: CP}]", True),
        ("target", "url: ws://localhost/x\ncharge_points: [{id: CP, connectors: 0}]", True),
        ("pics", "product: {designation: X}\nfunctionalities: {Core: 'yes', Reservation: false}", False),
        ("pics", "product: {designation: X}\nfunctionalities: {Core: maybe}", True),
        ("pics", "product: {designation: X}\nperformance: {ocpp_response_timeout: 30 seconds}", True),
        ("expected", "[{case: TC_003_CSMS, expected: FAIL, reason: r, issue: i, until: '2027-01-31'}]", False),
        ("expected", "[{case: TC_003_CSMS, expected: PASS, reason: r, issue: i, until: '2027-01-31'}]", True),
    ],
)
def test_an_editor_sees_mistakes_that_the_harness_would_tell(kind: str, text: str, wrong: bool) -> None:
    assert bool(problems(kind, read(text))) is wrong


def test_the_facts_of_a_run_fit() -> None:
    assert problems("facts", realistic_facts().model_dump(mode="json")) == []
