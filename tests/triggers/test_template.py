from __future__ import annotations

from typing import Any

import pytest

from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.template import (
    MISSING,
    MissingName,
    Scope,
    follow,
    parse_path,
    percent_encoded,
    render,
    render_text,
)

from .control_api import wish

FIELDS: dict[str, Any] = {
    "connectorId": 1,
    "idTag": "TAG 1/ä",
    "flag": True,
    "deep": {"list": [{"limit": 16.5}]},
    "key": ["One", "Two", 3],
}


def scope(**saved: Any) -> Scope:
    return Scope(wish("ReserveNow", **FIELDS), Secrets({"KEY": "s3cret"}), saved)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("$connectorId", 1),
        ("$flag", True),
        ("$deep.list[0].limit", 16.5),
        ("$request", FIELDS),
        ("$request.connectorId", 1),
        ("$chargePointId", "CP_01"),
        ("$action", "ReserveNow"),
        ("$env.KEY", "s3cret"),
        ("connector {connectorId}, {flag}, {deep.list[0].limit}", "connector 1, true, 16.5"),
        ("Bearer {env.KEY}", "Bearer s3cret"),
        ("$$connectorId", "$connectorId"),
        ("costs 5$", "costs 5$"),
        ("{{{connectorId}}}", "{1}"),
        ("{deep}", '{"list":[{"limit":16.5}]}'),
        ("{key}", "One,Two,3"),
        ("{deep.list}", '[{"limit":16.5}]'),
        (7, 7),
        (None, None),
        ({"a": ["$connectorId", "x"], "b": {"c": "$flag"}}, {"a": [1, "x"], "b": {"c": True}}),
    ],
)
def test_a_value_is_filled_in_with_its_type(template: object, value: object) -> None:
    rendered = render(template, scope())
    assert rendered == value
    assert type(rendered) is type(value)


def test_a_member_that_names_a_missing_field_is_left_out() -> None:
    template = {"tag": "$idTag", "parent": "$parentIdTag", "note": "for {parentIdTag}", "all": ["$nope", 1]}
    assert render(template, scope()) == {"tag": "TAG 1/ä", "all": [1]}


def test_a_missing_field_in_a_text_is_named() -> None:
    with pytest.raises(MissingName, match=r"\{parentIdTag\} is needed, and ReserveNow has no such field"):
        render_text("/x/{parentIdTag}", scope())


def test_a_value_put_into_a_url_is_percent_encoded() -> None:
    text = render_text("http://h/{idTag}?a=b", scope(), percent_encoded)
    assert text == "http://h/TAG%201%2F%C3%A4?a=b"


def test_a_saved_value_goes_before_a_field_of_the_same_name() -> None:
    assert render("$idTag", scope(idTag=9)) == 9


def test_a_path_that_leads_nowhere_is_missing() -> None:
    for path in ("a[1]", "a.b", "b", "[0]"):
        assert follow({"a": [1]}, parse_path(path)) is MISSING
    assert follow([{"id": 3}], parse_path("[0].id")) == 3


def test_the_name_of_a_member_is_filled_in_and_goes_with_its_value() -> None:
    template = {"{idTag}": 1, "n{connectorId}": "$flag", "$$type": "x", "{parentIdTag}": 2, "plain": "$nope"}
    assert render(template, scope()) == {"TAG 1/ä": 1, "n1": True, "$type": "x"}
