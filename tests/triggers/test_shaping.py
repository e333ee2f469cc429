"""Bodies in the shape that an API wants: merged, renamed, with parts left out, with numbers of their own."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest
from pydantic import ValidationError

from csms_harness.triggers.base import Declined, Performed
from csms_harness.triggers.config import Triggers
from csms_harness.triggers.numbers import Numbers
from csms_harness.triggers.shaping import renamed, without

from .control_api import DEADLINE, ControlApi, book_of, control_api, wish

PROFILE = {"stackLevel": 1, "chargingSchedule": {"chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.5}]}}


async def body_of(http: dict[str, Any], action: str = "ReserveNow", **fields: Any) -> Any:
    async with control_api() as api:
        asked = await all_asked(api, http, action, fields)
    return asked[0].json


async def all_asked(api: ControlApi, http: dict[str, Any], action: str, *wishes: dict[str, Any]) -> list[Any]:
    book = book_of({action: {"http": {"url": f"{api.url}/x", **http}}})
    for fields in wishes:
        assert isinstance(await book.perform(wish(action, **fields), DEADLINE), Performed)
    await book.aclose()
    return api.asked


async def test_merge_stands_for_the_members_of_the_request() -> None:
    body = await body_of({"json": {"merge": "$request", "stationId": "$chargePointId"}}, connectorId=1, idTag="T")
    assert body == {"connectorId": 1, "idTag": "T", "stationId": "CP_01"}


async def test_of_two_members_of_one_name_the_later_wins_and_what_is_missing_takes_nothing_away() -> None:
    given = {"json": {"idTag": "first", "merge": "$request", "connectorId": 7, "parentIdTag": "$parentIdTag"}}
    assert await body_of(given, connectorId=1, idTag="T") == {"idTag": "T", "connectorId": 7}


async def test_a_plain_member_called_merge_is_a_member() -> None:
    assert await body_of({"json": {"merge": True}}) == {"merge": True}


@pytest.mark.parametrize(
    ("style", "names"),
    [
        ("snake_case", ["stack_level", "charging_schedule", "charging_schedule_period", "start_period", "limit"]),
        ("kebab-case", ["stack-level", "charging-schedule", "charging-schedule-period", "start-period", "limit"]),
        ("PascalCase", ["StackLevel", "ChargingSchedule", "ChargingSchedulePeriod", "StartPeriod", "Limit"]),
    ],
)
async def test_names_are_spelled_as_the_api_wants_deep_into_lists(style: str, names: list[str]) -> None:
    body = await body_of(
        {"json": "$csChargingProfiles", "rename": style}, "SetChargingProfile", csChargingProfiles=PROFILE
    )
    level, schedule, period, start, limit = names
    assert body == {level: 1, schedule: {period: [{start: 0, limit: 6.5}]}}


def test_a_spelling_is_kept_where_it_is_right_already() -> None:
    assert renamed({"id_tag": [{"X": 1}]}, "snake_case") == {"id_tag": [{"x": 1}]}


async def test_what_is_omitted_does_not_go_out() -> None:
    given = {"json": "$request", "omit": ["chargingSchedule.chargingSchedulePeriod.limit", "nothing.there"]}
    body = await body_of(given, "SetChargingProfile", **PROFILE)
    assert body == {"stackLevel": 1, "chargingSchedule": {"chargingSchedulePeriod": [{"startPeriod": 0}]}}


def test_what_is_omitted_is_left_out_of_a_copy() -> None:
    content = {"a": {"b": 1}}
    assert (without(content, ["a.b"]), content) == ({"a": {}}, {"a": {"b": 1}})


async def test_a_form_is_shaped_too() -> None:
    async with control_api() as api:
        given = {"form": {"merge": "$request"}, "omit": ["connectorId"], "rename": "snake_case"}
        (asked,) = await all_asked(api, given, "ReserveNow", {"connectorId": 1, "idTag": "T"})
    assert asked.body == b"id_tag=T"


async def test_a_new_number_is_the_same_within_a_request_and_another_in_the_next() -> None:
    async with control_api() as api:
        given = {
            "json": {
                "reservationId": "$new.reservationId",
                "again": "{new.reservationId}",
                "version": "$new.listVersion",
            }
        }
        first, second = [asked.json for asked in await all_asked(api, given, "ReserveNow", {}, {})]
    assert first["again"] == str(first["reservationId"])
    assert second["reservationId"] > first["reservationId"] > 0
    assert 0 < second["version"] < 2**31


async def test_a_new_number_gives_way_to_the_one_that_was_asked_for() -> None:
    given = {"json": {"reservationId": "$new.reservationId", "merge": "$request"}}
    assert await body_of(given, reservationId=5) == {"reservationId": 5}


def test_numbers_grow_by_name_faster_than_time_and_across_runs() -> None:
    early, late = Numbers(lambda: 100), Numbers(lambda: 1000)
    assert [early.next("a"), early.next("a"), early.next("b"), late.next("a")] == [100, 101, 100, 1000]


async def test_basic_authentication_and_a_bearer_are_sent_and_shown_nowhere() -> None:
    async with control_api() as api:
        api.answers["/x"] = ("500 No", "basic " + "bWU6czNjcjN0")
        http = {"url": f"{api.url}/x", "auth": {"basic": {"user": "me", "password": "{env.KEY}"}}}
        book = book_of({"Reset": {"http": http}}, environment={"KEY": "s3cr3t"})
        outcome = await book.perform(wish(), DEADLINE)
        await book.aclose()
    scheme, _, pair = api.asked[0].headers["authorization"].partition(" ")
    assert (scheme, b64decode(pair)) == ("Basic", b"me:s3cr3t")
    assert "bWU6" not in str(outcome)


@pytest.mark.parametrize(
    ("http", "told"),
    [
        ({"auth": {"bearer": "plain"}}, "a secret does not stand in the file itself"),
        ({"auth": {}}, "auth is either basic"),
        ({"auth": {"bearer": "$env.KEY"}, "headers": {"authorization": "x"}}, "one says who asks"),
        ({"omit": ["a"]}, "omit and rename shape a body"),
        ({"json": {}, "omit": ["a b"]}, "is no path"),
        ({"json": {}, "rename": "SCREAMING"}, "snake_case"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake(http: dict[str, Any], told: str) -> None:
    entry = {"Reset": {"http": {"url": "http://h/", **http}}}
    with pytest.raises(ValidationError, match=told):
        Triggers.model_validate(entry, context={"environment": {"KEY": "k"}})


async def test_what_the_product_does_not_offer_is_declined_without_asking_anybody() -> None:
    book = book_of({"ClearCache": {"unsupported": "it keeps no cache"}})
    outcome = await book.perform(wish("ClearCache"), DEADLINE)
    assert outcome == Declined("ClearCache is not offered by the product: it keeps no cache")
    assert book.describe("ClearCache") == "not offered by the product: it keeps no cache"


async def test_an_entry_can_ask_whether_a_field_is_there() -> None:
    async with control_api() as api:
        entries = [
            {"when": {"connectorId": {"present": False}}, "http": {"url": f"{api.url}/station"}},
            {"http": {"url": f"{api.url}/connector"}},
        ]
        book = book_of({"RemoteStartTransaction": entries})
        for fields in ({"idTag": "T"}, {"idTag": "T", "connectorId": 1}):
            await book.perform(wish("RemoteStartTransaction", **fields), DEADLINE)
        await book.aclose()
    assert [asked.target for asked in api.asked] == ["/station", "/connector"]
