"""Which members of a wish reach the CSMS through an entry of the target."""

from __future__ import annotations

from typing import Any

import pytest

from .control_api import book_of, wish

URL = "http://localhost/{chargePointId}/{action}"
RESERVE: dict[str, Any] = {"connectorId": 1, "idTag": "T", "parentIdTag": "P"}
PROFILE = {"connectorId": 1, "csChargingProfiles": {"stackLevel": 0, "periods": [{"limit": 6.0}, {"limit": 7.0}]}}


def lost(entry: Any, fields: dict[str, Any]) -> tuple[str, ...]:
    return book_of({"ReserveNow": entry}).not_passed(wish("ReserveNow", **fields))


@pytest.mark.parametrize(
    "entry",
    [
        {"http": {"url": URL, "json": "$request"}},
        {"http": {"url": URL, "json": {"wish": "$request"}}},
        {"http": {"url": URL, "form": {"all": "{request}"}}},
        {"http": {"url": URL, "json": {"a": "$connectorId", "b": ["$idTag"], "c": "of {parentIdTag}"}}},
        {"http": {"url": URL + "/{connectorId}", "params": {"tag": "$idTag"}, "headers": {"X-Parent": "$parentIdTag"}}},
        {"command": ["true"]},
        {"operator": True},
        {"operator": "Reserve it."},
    ],
)
def test_nothing_is_lost_where_everything_is_named_or_the_whole_request_is_given(entry: Any) -> None:
    assert lost(entry, RESERVE) == ()


def test_a_member_that_nothing_names_is_lost() -> None:
    assert lost({"http": {"url": URL, "json": {"tag": "$idTag"}}}, RESERVE) == ("connectorId", "parentIdTag")
    assert lost({"http": {"url": URL}}, {}) == ()


def test_what_a_prepare_step_passes_is_passed() -> None:
    prepare = [{"url": URL, "json": {"connector": "$connectorId"}, "save": {"idTag": "tag"}}]
    entry = {"http": {"prepare": prepare, "url": URL, "json": {"a": "$parentIdTag", "draft": "$idTag"}}}
    assert lost(entry, RESERVE) == ("idTag",), "a saved name hides the member of the request"


def test_a_member_that_chooses_the_entry_is_passed_by_the_choice() -> None:
    one = [{"when": {"connectorId": 1}, "http": {"url": URL, "json": {"t": "$idTag", "p": "$parentIdTag"}}}]
    several = [{"when": {"connectorId": [1, 2]}, "http": {"url": URL, "json": {"t": "$idTag", "p": "$parentIdTag"}}}]
    assert (lost(one, RESERVE), lost(several, RESERVE)) == ((), ("connectorId",))


def test_a_literal_of_the_same_name_and_value_is_as_good_as_the_member() -> None:
    entry = {"http": {"url": URL, "json": {"connectorId": 1, "idTag": "other", "parentIdTag": "$parentIdTag"}}}
    assert lost(entry, RESERVE) == ("idTag",)
    assert lost(entry, RESERVE | {"connectorId": True, "idTag": "other"}) == ("connectorId",)


def test_members_inside_are_told_by_their_paths() -> None:
    whole = {"http": {"url": URL, "json": {"c": "$connectorId", "p": "$csChargingProfiles"}}}
    part = {"http": {"url": URL, "json": {"c": "$connectorId", "limit": "$csChargingProfiles.periods[0].limit"}}}
    assert lost(whole, PROFILE) == ()
    assert lost(part, PROFILE) == ("csChargingProfiles.stackLevel", "csChargingProfiles.periods[1].limit")


def test_a_text_that_lacks_one_of_its_members_is_left_out_with_all_the_others() -> None:
    entry = {"http": {"url": URL, "json": {"c": "$connectorId", "both": "{idTag} of {parentIdTag}"}}}
    assert lost(entry, {"connectorId": 1, "idTag": "T"}) == ("idTag",)


def test_an_empty_list_is_passed_by_its_name() -> None:
    assert lost({"http": {"url": URL, "json": {"keys": "$key"}}}, {"key": []}) == ()
    assert lost({"http": {"url": URL, "json": {}}}, {"key": []}) == ("key",)


def test_where_the_target_has_no_entry_a_person_is_asked_and_told_everything() -> None:
    assert book_of().not_passed(wish("ReserveNow", **RESERVE)) == ()


def test_what_is_omitted_from_the_whole_request_is_lost_unless_it_is_named_beside_it() -> None:
    whole = {"url": URL, "json": {"merge": "$request"}, "omit": ["parentIdTag"]}
    assert lost({"http": whole}, RESERVE) == ("parentIdTag",)
    assert lost({"http": {**whole, "params": {"parent": "$parentIdTag"}}}, RESERVE) == ()
    profile = {"url": URL, "json": "$request", "omit": ["csChargingProfiles.periods.limit"]}
    assert lost({"http": profile}, PROFILE) == (
        "csChargingProfiles.periods[0].limit",
        "csChargingProfiles.periods[1].limit",
    )
