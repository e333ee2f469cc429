from __future__ import annotations

from typing import Any

import pytest

from csms_harness.triggers.base import Declined, Failed, Performed, TriggerRequest
from csms_harness.triggers.config import ACTIONS, Way

from .control_api import DEADLINE, ScriptedTerminal, book_of, control_api, desk, wish


async def path_for(triggers: dict[str, Any], request: TriggerRequest) -> str:
    """The path of the control API that serves a request; each http entry here is named by its path."""
    async with control_api() as api:

        def http(entry: dict[str, Any]) -> dict[str, Any]:
            if "to" not in entry:
                return entry
            return {
                **{k: v for k, v in entry.items() if k != "to"},
                "http": {"url": f"{api.url}/{entry['to']}"},
            }

        section = {
            name: [http(entry) for entry in entries] if isinstance(entries, list) else http(entries)
            for name, entries in triggers.items()
        }
        book = book_of(section)
        outcome = await book.perform(request, DEADLINE)
        await book.aclose()
    return api.asked[0].target if api.asked else type(outcome).__name__


NARROWED = {
    "default": {"to": "default"},
    "ChangeAvailability": [
        {"when": {"connectorId": 0}, "to": "zero"},
        {"when": {"type": ["Inoperative", "Broken"], "connectorId": 1}, "to": "off"},
    ],
    "SetChargingProfile": [
        {"when": {"csChargingProfiles.stackLevel": 0}, "to": "deep"},
        {"to": "rest"},
    ],
}


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (wish("Reset"), "/default"),
        (wish("ChangeAvailability", connectorId=0, type="Operative"), "/zero"),
        (wish("ChangeAvailability", connectorId=1, type="Inoperative"), "/off"),
        (wish("ChangeAvailability", connectorId=1, type="Operative"), "/default"),
        (wish("ChangeAvailability", connectorId=False, type="Operative"), "/default"),
        (wish("ChangeAvailability"), "/default"),
        (wish("SetChargingProfile", csChargingProfiles={"stackLevel": 0}), "/deep"),
        (wish("SetChargingProfile"), "/rest"),
    ],
)
async def test_the_first_entry_that_applies_serves_the_wish(request_: TriggerRequest, path: str) -> None:
    assert await path_for(NARROWED, request_) == path


async def test_without_any_entry_the_operator_is_asked() -> None:
    assert await path_for({"ClearCache": {"to": "x"}}, wish("Reset")) == "Declined"


async def test_the_deadline_bounds_an_api_that_never_answers() -> None:
    async with control_api() as api:
        api.silent = True
        book = book_of({"default": {"http": {"url": f"{api.url}/{{action}}"}}})
        outcome = await book.perform(wish(), 0.05)
        await book.aclose()
    assert outcome == Failed(f"no answer from POST {api.url}/Reset within 0.05 s")


async def test_an_api_can_be_asked_again_after_it_did_not_answer() -> None:
    async with control_api() as api:
        book = book_of({"default": {"http": {"url": f"{api.url}/{{action}}"}}})
        api.silent = True
        assert isinstance(await book.perform(wish(), 0.02), Failed)
        api.silent = False
        assert isinstance(await book.perform(wish(), DEADLINE), Performed)
        await book.aclose()


def test_a_plan_says_which_adapter_serves_an_action() -> None:
    book = book_of(
        {
            "default": {"http": {"url": "http://h/{chargePointId}/{action}?k={env.KEY}"}},
            "Reset": {"command": ["./ops/reset", "{type}"]},
            "ReserveNow": {"operator": "Do it."},
            "ClearCache": [{"when": {"a": 1}, "command": ["x"]}, {"operator": True}],
            "UnlockConnector": {"when": {"connectorId": 1}, "command": ["y"]},
        },
        {"idTag": {"command": ["z"]}},
        environment={"KEY": "s3cret"},
    )
    by_http = "http POST http://h/{chargePointId}/{action}?k={env.KEY}"
    assert book.describe("GetLog") == by_http
    assert book.describe("Reset") == "command ./ops/reset"
    assert book.describe("ReserveNow") == "operator"
    assert book.describe("ClearCache") == "command x, else operator"
    assert book.describe("UnlockConnector") == f"command y, else {by_http}"
    assert book.describe("idTag") == "command z"
    assert book.describe("password") == "operator"
    assert [action for action in ACTIONS if book.asks_person(action)] == ["ReserveNow"]
    assert book.entries.ways("ClearCache") == (Way.COMMAND, Way.OPERATOR)


def test_without_triggers_every_action_is_the_operators() -> None:
    book = book_of()
    assert all(book.entries.ways(action) == (Way.OPERATOR,) for action in ACTIONS)


async def test_an_id_tag_is_provisioned_by_the_same_adapters() -> None:
    async with control_api() as api:
        http = {
            "url": f"{api.url}/tags",
            "json": {"tag": "$idTag", "state": "$status", "until": "$expiryDate"},
        }
        book = book_of(None, {"idTag": {"http": http}})
        outcome = await book.provision("idTag", {"idTag": "TAG-B", "status": "Blocked"})
        await book.aclose()
    assert isinstance(outcome, Performed)
    assert api.asked[0].json == {"tag": "TAG-B", "state": "Blocked"}


async def test_a_provisioned_password_is_sent_but_shown_nowhere() -> None:
    async with control_api() as api:
        api.answers["/CP_01"] = ("400 Bad Request", "hunter2-hunter2 is too weak")
        http = {"method": "PUT", "url": f"{api.url}/{{chargePointId}}", "json": {"key": "$password"}}
        book = book_of(None, {"password": {"http": http}})
        outcome = await book.provision("password", {"chargePointId": "CP_01", "password": "hunter2-hunter2"})
        await book.aclose()
    assert api.asked[0].json == {"key": "hunter2-hunter2"}
    assert isinstance(outcome, Failed)
    assert "••• is too weak" in outcome.reason
    assert "hunter2" not in outcome.reason


async def test_an_operator_is_asked_for_what_has_no_provision_entry_and_sees_no_password() -> None:
    terminal = ScriptedTerminal("d")
    book = book_of(desk=desk(terminal))
    await book.provision("password", {"chargePointId": "CP_01", "password": "hunter2-hunter2"})
    assert "set the password of the Charge Point CP_01" in terminal.lines[1]
    assert "hunter2" not in "".join(terminal.lines)


async def test_an_unknown_item_cannot_be_provisioned() -> None:
    outcome = await book_of().provision("banana", {})
    assert outcome == Failed("'banana' cannot be provisioned; there are idTag, chargePoint, password")


async def test_secrets_known_to_the_caller_are_masked_as_well() -> None:
    book = book_of({"Reset": {"command": ["no-such-tool-s3cret"]}}, secrets=["s3cret"], desk=desk(ScriptedTerminal()))
    outcome = await book.perform(wish(), DEADLINE)
    assert isinstance(outcome, Failed)
    assert "no-such-tool-•••" in outcome.reason


async def test_a_book_can_be_closed_twice_and_unused() -> None:
    book = book_of()
    await book.aclose()
    await book.aclose()
    assert isinstance(await book.perform(wish(), DEADLINE), Declined)
