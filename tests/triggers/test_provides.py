from __future__ import annotations

import pytest

from .control_api import book_of

BLOCKED = {"idTag": "T", "status": "Blocked"}
EXPIRED = {"idTag": "T", "status": "Expired"}


@pytest.mark.parametrize(
    ("provision", "provided"),
    [
        (None, (False, False)),
        ({"chargePoint": {"operator": True}}, (False, False)),
        ({"idTag": {"operator": True}}, (True, True)),
        ({"default": {"command": ["true"]}}, (True, True)),
        ({"idTag": [{"when": {"status": ["Blocked", "Invalid"]}, "operator": True}]}, (True, False)),
    ],
)
def test_an_item_is_provided_where_an_entry_of_the_target_applies(
    provision: object, provided: tuple[bool, bool]
) -> None:
    book = book_of({"default": {"operator": True}}, provision)
    assert (book.provides("idTag", BLOCKED), book.provides("idTag", EXPIRED)) == provided
