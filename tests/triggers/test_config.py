from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from csms_harness.triggers.config import Triggers

from .control_api import load_triggers

GOOD_URL = "http://localhost/x"


def mistakes(triggers: object, provision: object = None, **where: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        load_triggers(triggers, provision, **where)
    return {_path(found["loc"]): found["msg"].removeprefix("Value error, ") for found in caught.value.errors()}


def _path(parts: tuple[str | int, ...]) -> str:
    """As a reader of the file would follow it, without the branches of unions."""
    return ".".join(str(part) for part in parts if part not in ("(one)", "(several)", "(statuses)", "(rule)", "[key]"))


def test_the_form_of_the_documentation_is_accepted() -> None:
    triggers, provision = load_triggers(
        {
            "default": {"http": {"url": "http://localhost/{chargePointId}/{action}", "json": "$request"}},
            "RemoteStartTransaction": {
                "http": {
                    "method": "POST",
                    "url": "https://csms.example/api/points/{chargePointId}/start",
                    "headers": {"Authorization": "$env.ACME_TOKEN"},
                    "json": {"tag": "$idTag", "connector": "$connectorId"},
                    "accept": [200, 202],
                    "timeout": "2 s",
                }
            },
            "Reset": {"command": ["./ops/reset", "{chargePointId}", "{type}"]},
            "UnlockConnector": {"operator": True},
        },
        {"idTag": {"operator": "Create {idTag}."}},
        environment={"ACME_TOKEN": "t"},
    )
    assert set(triggers.root) == {"default", "RemoteStartTransaction", "Reset", "UnlockConnector"}
    assert set(provision.root) == {"idTag"}


def test_no_section_at_all_is_fine() -> None:
    triggers, provision = load_triggers(None, None)
    assert triggers.root == provision.root == {}


def test_an_unknown_action_is_named_with_the_one_that_was_meant() -> None:
    found = mistakes({"Resett": {"operator": True}})
    assert found == {"Resett": "'Resett' is no action of a Central System; did you mean 'Reset'?"}


def test_an_action_of_the_charge_point_is_no_trigger() -> None:
    assert "is no action of a Central System" in mistakes({"BootNotification": {"operator": True}})["BootNotification"]


def test_an_unknown_item_to_provision_is_named() -> None:
    assert "did you mean 'idTag'" in mistakes(None, {"idtag": {"operator": True}})["idtag"]


def test_every_mistake_is_found_at_once_with_its_path() -> None:
    found = mistakes(
        {
            "Reset": {"http": {"url": "ftp://x", "metod": "POST"}, "command": ["x"]},
            "ClearCache": [{"when": {"a": 1}, "http": {"url": GOOD_URL, "accept": [20]}}, {"command": []}],
            "ReserveNow": {"http": {"url": GOOD_URL, "timeout": "soon"}},
            "UnlockConnector": {"http": {"url": GOOD_URL, "prepare": [{"method": "FETCH"}]}},
        }
    )
    assert set(found) == {
        "Reset.http.url",
        "Reset.http.metod",
        "ClearCache.0.http.accept.0",
        "ClearCache.1.command",
        "ReserveNow.http.timeout",
        "UnlockConnector.http.prepare.0.method",
        "UnlockConnector.http.prepare.0.url",
    }
    assert "'soon' is no duration" in found["ReserveNow.http.timeout"]


@pytest.mark.parametrize("entry", [{}, {"operator": True, "command": ["x"]}, {"when": {"type": "Hard"}}])
def test_an_entry_needs_exactly_one_adapter(entry: dict[str, Any]) -> None:
    assert (
        "exactly one of operator, http, command, plugin, unsupported is needed" in mistakes({"Reset": entry})["Reset"]
    )


def test_operator_is_true_or_a_sentence() -> None:
    assert "either true or the sentence" in mistakes({"Reset": {"operator": 7}})["Reset.operator"]


def test_an_entry_that_can_never_be_reached_is_a_mistake() -> None:
    found = mistakes({"Reset": [{"operator": True}, {"when": {"type": "Hard"}, "operator": True}]})
    assert "never reached" in found["Reset"]


def test_a_request_has_one_body() -> None:
    http = {"url": GOOD_URL, "json": {}, "form": {"a": "b"}}
    assert "a request has one body" in mistakes({"Reset": {"http": http}})["Reset.http"]


def test_an_unset_environment_variable_is_found_at_load_time() -> None:
    http = {"url": GOOD_URL, "headers": {"Authorization": "Bearer {env.NOT_THERE}"}}
    found = mistakes({"Reset": {"http": http}}, environment={})
    assert found == {
        "Reset.http.headers.Authorization": "the environment variable NOT_THERE is not set; export it before the run"
    }


def test_a_missing_secret_file_is_found_at_load_time(tmp_path: Path) -> None:
    found = mistakes({"Reset": {"command": ["x", "$file:key.txt"]}}, folder=tmp_path)
    assert "the secret file key.txt cannot be read" in found["Reset.command.1"]
    (tmp_path / "key.txt").write_text("k")
    load_triggers({"Reset": {"command": ["x", "$file:key.txt"]}}, folder=tmp_path)


def test_a_model_that_contains_the_section_gives_the_same_context() -> None:
    section = {"Reset": {"command": ["$env.TOOL"]}}
    assert Triggers.model_validate(section, context={"environment": {"TOOL": "x"}}).root
    with pytest.raises(ValidationError, match="TOOL is not set"):
        Triggers.model_validate(section, context={"environment": {}})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$5", "'$5' is no name of a field"),
        ("$a b", "is no name of a field"),
        ("x {", "has a single {"),
        ("x }", "has a single }"),
        ("{a-b}", "is no name of a field"),
        ("$env.", "names no environment variable"),
        ("$file:", "names no file"),
    ],
)
def test_a_template_that_cannot_be_read_is_a_mistake(text: str, words: str) -> None:
    assert words in mistakes({"Reset": {"operator": text}})["Reset.operator"]


def test_every_mistake_inside_one_json_body_is_told_with_its_place() -> None:
    http = {"url": GOOD_URL, "json": {"a": ["$1", {"b": "{"}]}}
    sentence = mistakes({"Reset": {"http": http}})["Reset.http.json"]
    assert "a[0]: '$1'" in sentence
    assert "a[1].b: '{'" in sentence


def test_a_saved_path_that_cannot_be_read_is_a_mistake() -> None:
    step = {"url": GOOD_URL, "save": {"token": "data..x"}}
    found = mistakes({"Reset": {"http": {"url": GOOD_URL, "prepare": [step]}}})
    assert "'data..x' is no path" in found["Reset.http.prepare.0.save.token.json"]


def test_a_plugin_that_is_not_installed_is_a_mistake() -> None:
    found = mistakes({"Reset": {"plugin": "acme"}})
    assert found == {"Reset.plugin.name": "no trigger plug-in 'acme' is installed (installed: none)"}


@pytest.mark.parametrize(
    ("written", "seconds"), [("500 ms", 0.5), ("2 s", 2), ("3 min", 180), ("1h", 3600), (1.5, 1.5)]
)
def test_a_duration_is_read(written: object, seconds: float) -> None:
    triggers, _ = load_triggers({"Reset": {"http": {"url": GOOD_URL, "timeout": written}}})
    entry = triggers.root["Reset"]
    assert not isinstance(entry, list)
    assert entry.http is not None
    assert entry.http.timeout == seconds


@pytest.mark.parametrize("where", ["headers", "params", "json", "form"])
def test_a_name_of_a_member_that_cannot_be_read_is_a_mistake(where: str) -> None:
    found = mistakes({"Reset": {"http": {"url": GOOD_URL, where: {"{key": "x"}}}})
    assert any("'{key' has a single {" in sentence for sentence in found.values())
