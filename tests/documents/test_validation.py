"""Pydantic models out of YAML: every complaint has its line and column."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from csms_harness.documents.mistakes import Mistakes
from csms_harness.documents.source import parse_yaml
from csms_harness.documents.validation import validate


class Http(BaseModel):
    model_config = ConfigDict(extra="forbid")
    method: str
    url: str


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid")
    command: list[str]


class Target(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    url: str
    port: int = Field(default=80, alias="tcp_port")
    triggers: dict[str, Http | Command] = Field(default_factory=dict)
    listed: list[Http] = Field(default_factory=list)

    @field_validator("url")
    @classmethod
    def is_websocket(cls, url: str) -> str:
        if not url.startswith("ws"):
            raise ValueError("must begin with ws:// or wss://")
        return url


def told(text: str) -> str:
    with pytest.raises(Mistakes) as mistakes:
        validate(Target, parse_yaml(text, "target.yaml"))
    return str(mistakes.value)


def test_a_file_that_fits_becomes_the_model() -> None:
    target = validate(Target, parse_yaml("url: ws://x\ntcp_port: 9\n", "target.yaml"))
    assert (target.url, target.port) == ("ws://x", 9)


def test_an_unknown_key_gets_a_suggestion() -> None:
    assert told("url: ws://x\ntcpport: 9\n") == (
        "target.yaml:2:1: unknown key 'tcpport'\ntcpport: 9\n^ did you mean 'tcp_port'?"
    )


def test_an_unknown_key_deep_inside_gets_a_suggestion_and_the_one_that_is_meant_is_not_called_missing() -> None:
    text = "url: ws://x\nlisted:\n  - {method: GET, ulr: a}\n"
    assert told(text) == (
        "target.yaml:3:19: unknown key 'ulr'\n  - {method: GET, ulr: a}\n                  ^ did you mean 'url'?"
    )


def test_a_missing_key_is_told_at_the_mapping_that_lacks_it() -> None:
    assert told("tcp_port: 9\n") == "target.yaml:1:1: 'url' is missing\ntcp_port: 9\n^"


def test_a_wrong_type_is_told_at_the_value_with_its_key() -> None:
    assert told("url: ws://x\ntcp_port: nine\n").startswith(
        "target.yaml:2:11: 'tcp_port': a whole number is due, this is the text 'nine'\n"
    )


def test_the_sentence_of_a_validator_is_told_as_it_is() -> None:
    assert told("url: http://x\n") == "target.yaml:1:6: 'url': must begin with ws:// or wss://\nurl: http://x\n     ^"


def test_union_tags_do_not_hide_the_place() -> None:
    text = "url: ws://x\ntriggers:\n  Reset: {method: GET}\n"
    lines = told(text).splitlines()
    assert lines[0] == "target.yaml:3:10: 'command' is missing"
    assert {line.split(": ")[0] for line in lines[::3]} == {"target.yaml:3:10", "target.yaml:3:11"}


def test_a_file_that_is_no_mapping_is_one_sentence() -> None:
    assert told("- a\n") == ("target.yaml:1:1: a mapping of names and values is due, this is a list\n- a\n^")
