"""The schema for editors accepts what the loader accepts, and completes what OCPP knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from csms_harness.documents.nodes import plain
from csms_harness.documents.source import parse_yaml
from csms_harness.scenario.editor_schema import editor_schema
from csms_harness.scenario.file_keys import BEFORE_WORDS, CASE_WORDS, STATE_WORDS
from csms_harness.scenario.payload_schema import _choice_name
from csms_harness.scenario.predicates import PREDICATES
from csms_harness.scenario.shapes import all_shapes, payload_shapes
from csms_harness.scenario.verbs import KEYS, VERBS
from tests.scenario.documents import BOOTED, CHARGING, case_text
from tests.scenario.test_load import KNOWN_NAMES

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = sorted(path for path in SCENARIOS.rglob("TC_*.yaml")) + sorted((SCENARIOS / "states").glob("*.yaml"))


@pytest.fixture(scope="module")
def validator() -> Any:
    return Draft7Validator(editor_schema())


def errors(validator: Any, text: str) -> list[str]:
    return [error.message for error in validator.iter_errors(plain(parse_yaml(text, "f.yaml")))]


def test_the_schema_is_a_valid_draft_07_schema_without_later_words() -> None:
    schema = editor_schema()
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    text = json.dumps(schema)
    assert [word for word in ("prefixItems", "$defs", "unevaluated", "dependentRequired") if word in text] == []


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    schema = editor_schema()
    wanted = set(_references(schema))
    assert {reference.removeprefix("#/definitions/") for reference in wanted} <= schema["definitions"].keys()


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [reference for inner in node.values() for reference in _references(inner)]
    return [reference for inner in node for reference in _references(inner)] if isinstance(node, list) else []


def test_every_key_and_predicate_is_explained() -> None:
    tables = (CASE_WORDS, STATE_WORDS, BEFORE_WORDS)
    meanings = [text for words in tables for text in words.values()]
    meanings += [one.meaning for table in (VERBS, KEYS, PREDICATES) for one in table.values()]
    assert [text for text in meanings if not text.strip()] == []
    schema = json.dumps(editor_schema(), ensure_ascii=False)
    assert [text for text in meanings if json.dumps(text, ensure_ascii=False) not in schema] == []


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8")
    assert committed == json.dumps(editor_schema(), indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_file_fits_the_schema(validator: Any, path: Path) -> None:
    assert errors(validator, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("why", KNOWN_NAMES)
def test_what_the_loader_takes_fits_the_schema(validator: Any, why: str) -> None:
    assert errors(validator, case_text(KNOWN_NAMES[why])) == []


@pytest.mark.parametrize("text", [BOOTED, CHARGING])
def test_a_state_fits_the_schema(validator: Any, text: str) -> None:
    assert errors(validator, text) == []


ACCEPTED = [
    "- {send: BootNotification, expect: {status: {one_of: [Accepted, Pending]}, interval: {at_least: 1}}}",
    "- {send: BootNotification, expect: {currentTime: {near: $now, tolerance: 5 min}}, save: {x: interval}}",
    "- {send: BootNotification, expect: {interval: {equals: 5, absent_means: 5}, status: {not: {one_of: [Pending]}}}}",
    "- {send: Authorize, with: {idTag: $config.x}, save: {x: idTagInfo.status}}",
    "- {send: StatusNotification, with: {connectorId: 1, timestamp: $now, info: null}}",
    "- {send: StopTransaction, expect: {idTagInfo: {if_present: {status: Accepted}}}}",
    "- {receive: ReserveNow, trigger: {expiryDate: $now + 30 min}, reply: $answer}",
    "- {receive: GetConfiguration, expect: {key: {count: 1, contains: X}}, reply: {configurationKey: []}}",
    "- {receive: Reset, reply_error: {code: InternalError}}",
    "- {send: Heartbeat, expect_error: {code: {one_of: [InternalError]}}}",
    "- {connect: null, expect: {subprotocol: ocpp1.6}, save: {began: at}}",
    "- {receive: Reset, trigger: {type: Hard}, expect: $asked, reply: $answer}",
    "- {receive: Reset, trigger: {type: Hard}, expect: {type: {if_present: $asked}}, reply: $answer}",
    "- {receive: ReserveNow, trigger: {idTag: A}, expect: {as: $asked, expiryDate: {after: $now}}, reply: $answer}",
    "- {receive: Reset, if: {type: Hard}, then: {type: Hard}, else: {type: Soft}, reply: $answer}",
    "- {receive: SendLocalList, expect: {listVersion: {more_than: 1}, localAuthorizationList: {only: []}}}",
]


@pytest.mark.parametrize("step", ACCEPTED)
def test_a_good_step_fits_the_schema(validator: Any, step: str) -> None:
    assert errors(validator, case_text(f"{step}\n")) == []


REFUSED = [
    "- {send: BootNotification, expect: {status: Acepted}}",
    "- {send: BootNotification, expect: {status: {one_of: [Acepted]}}}",
    "- {send: BootNotification, expect: {statu: Accepted}}",
    "- {send: BootNotification, expect: {interval: {at_lest: 1}}}",
    "- {send: BootNotification, save: {x: intervall}}",
    "- {send: Authorize, with: {idTag: 12}}",
    "- {send: Authorize, with: {idTag: ABCDEFGHIJKLMNOPQRSTUVWXYZ}}",
    "- {send: StatusNotification, with: {timestamp: soon}}",
    "- {send: Heartbeat, with: {idTag: A}}",
    "- {send: Reset}",
    "- {send: Heartbeat, trigger: {}}",
    "- {send: Heartbeat, receive: Reset}",
    "- {note: nothing}",
    "- {receive: Reset, reply: {status: Maybe}}",
    "- {receive: Reset, reply_error: {description: x}}",
    "- {wait: 10 s}",
    "- {wait: 10 seconds, because: x}",
    "- {absent: Reset}",
    "- {repeat: 0, steps: [{send: Heartbeat}]}",
    "- {any_of: [{name: a, steps: [{send: Heartbeat}]}]}",
    "- {disconnect: hard}",
    "- {connect: null, expect: {protocol: x}}",
    "- {send: Heartbeat, if: {currentTime: {present: true}}, then: {}}",
    "- {receive: Reset, expect: {as: $now}}",
    "- {receive: Reset, when: $x, reply: $answer}",
    "- {all_of: [{name: a, steps: [{send: Heartbeat}]}, {name: b, steps: [{send: Heartbeat}]}]}",
]


@pytest.mark.parametrize("step", REFUSED)
def test_a_bad_step_does_not_fit_the_schema(validator: Any, step: str) -> None:
    assert errors(validator, case_text(f"{step}\n"))


def test_no_two_enumerations_share_a_definition() -> None:
    known: dict[str, tuple[str, ...]] = {}
    for root in payload_shapes():
        for shape in all_shapes(root):
            if shape.choices:
                assert known.setdefault(_choice_name(shape), shape.choices) == shape.choices
